import { describe, expect, it } from 'vitest';
import { ImeGuard, type KeyPress } from './ime-guard.ts';

const enter = (timeStamp: number, more: Partial<KeyPress> = {}): KeyPress => ({
  key: 'Enter',
  isComposing: false,
  keyCode: 13,
  timeStamp,
  ...more,
});

describe('Enter while Chinese is being composed', () => {
  it('takes the candidate in Chrome, where the key comes before the end', () => {
    const guard = new ImeGuard();
    guard.compositionStart();
    expect(guard.belongsToInputMethod(enter(100, { isComposing: true, keyCode: 229 }))).toBe(true);
    guard.compositionEnd(101);
    guard.keyUp();
    expect(guard.belongsToInputMethod(enter(300))).toBe(false);
  });

  it('takes the candidate in Safari, where the composition ends before the key', () => {
    const guard = new ImeGuard();
    guard.compositionStart();
    guard.compositionEnd(100);
    expect(guard.belongsToInputMethod(enter(101, { keyCode: 229 }))).toBe(true);
  });

  it('takes the candidate where a plain Enter follows the end at once', () => {
    const guard = new ImeGuard();
    guard.compositionStart();
    guard.compositionEnd(100);
    expect(guard.belongsToInputMethod(enter(102))).toBe(true);
    expect(guard.belongsToInputMethod(enter(250))).toBe(false);
  });

  it('belongs to the input method although an event forgets to say that it composes', () => {
    const guard = new ImeGuard();
    guard.compositionStart();
    expect(guard.belongsToInputMethod(enter(100))).toBe(true);
  });

  it('submits when the candidate was taken by another key some time before', () => {
    const guard = new ImeGuard();
    guard.compositionStart();
    guard.compositionEnd(100);
    expect(guard.belongsToInputMethod(enter(160))).toBe(false);
  });

  it('submits at once when the key that took the candidate is already up', () => {
    const guard = new ImeGuard();
    guard.compositionStart();
    guard.compositionEnd(100);
    guard.keyUp();
    expect(guard.belongsToInputMethod(enter(105))).toBe(false);
  });

  it('never loses a second Enter after the one that took the candidate', () => {
    const guard = new ImeGuard();
    guard.compositionStart();
    guard.compositionEnd(100);
    guard.belongsToInputMethod(enter(101));
    expect(guard.belongsToInputMethod(enter(103))).toBe(false);
  });

  it('is free again when focus left in the middle of a composition', () => {
    const guard = new ImeGuard();
    guard.compositionStart();
    guard.reset();
    expect(guard.belongsToInputMethod(enter(100))).toBe(false);
  });
});
