import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FASTEST_TYPING_MS, WedgeDetector, type WedgeVerdict } from './wedge.ts';

/** Plays keys `everyMs` apart and gives the codes that came out of them. */
function play(
  detector: WedgeDetector,
  keys: readonly string[],
  everyMs: number,
  startMs = 1_000,
): { text: string; typed: string }[] {
  const verdicts = keys.map((key, at) => detector.key({ key, atMs: startMs + at * everyMs }));
  return verdicts
    .filter((verdict): verdict is Extract<WedgeVerdict, { kind: 'code' }> => verdict.kind === 'code')
    .map(({ text, typed }) => ({ text, typed }));
}
const keysOf = (text: string): string[] => [...Array.from(text), 'Enter'];

describe('a scanner', () => {
  test('brings a ticket code, at any speed that a scanner has', () => {
    for (const everyMs of [0, 1, 8, 30, FASTEST_TYPING_MS - 1]) {
      expect(play(new WedgeDetector(), keysOf('SO1.eyJuIjoiMSJ9.c2ln'), everyMs)).toEqual([
        { text: 'SO1.eyJuIjoiMSJ9.c2ln', typed: 'SO1.eyJuIjoiMSJ9.c2ln' },
      ]);
    }
  });

  test('brings the two lines of a passport and the three of a card, one code a line', () => {
    const lines = [
      'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<',
      'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
    ];
    expect(play(new WedgeDetector(), lines.flatMap(keysOf), 5).map(({ text }) => text)).toEqual(lines);
    const card = [
      'I<UTOD231458907<<<<<<<<<<<<<<<',
      '7408122F1204159UTO<<<<<<<<<<<6',
      'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
    ];
    expect(play(new WedgeDetector(), card.flatMap(keysOf), 5).map(({ text }) => text)).toEqual(card);
  });

  test('through an input method in full-width mode is folded, and what got into the field is known', () => {
    expect(play(new WedgeDetector(), keysOf('ＳＯ１．ａｂ'), 10)).toEqual([
      { text: 'SO1.ab', typed: 'ＳＯ１．ａｂ' },
    ]);
  });

  test('presses Shift for its capitals: they are one code all the same', () => {
    const keys = ['Shift', 'S', 'Shift', 'O', '1', '.', 'Shift', 'A', 'b', 'Enter'];
    expect(play(new WedgeDetector(), keys, 10)).toEqual([{ text: 'SO1.Ab', typed: 'SO1.Ab' }]);
  });

  test('after somebody typed: only its own characters are the code', () => {
    const detector = new WedgeDetector();
    expect(play(detector, Array.from('张三'), 200)).toEqual([]);
    expect(play(detector, keysOf('12345678'), 10, 5_000)).toEqual([{ text: '12345678', typed: '12345678' }]);
  });
});

describe('a person', () => {
  test('who types at 50 ms a key or slower is never taken for a scanner', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom(...Array.from('0123456789XABC')),
            fc.integer({ min: FASTEST_TYPING_MS, max: 900 }),
          ),
          { minLength: 1, maxLength: 40 },
        ),
        fc.integer({ min: FASTEST_TYPING_MS, max: 900 }),
        (keys, enterMs) => {
          const detector = new WedgeDetector();
          let atMs = 0;
          for (const [key, waitMs] of keys)
            expect(detector.key({ key, atMs: (atMs += waitMs) }).kind).toBe('typing');
          expect(detector.key({ key: 'Enter', atMs: atMs + enterMs }).kind).toBe('typing');
        },
      ),
    );
  });

  test('who strikes five keys at once and Enter, holds a key down, or uses shortcuts, is none', () => {
    expect(play(new WedgeDetector(), keysOf('12345'), 5)).toEqual([]);
    const held = new WedgeDetector();
    for (let at = 0; at < 30; at += 1) held.key({ key: '0', atMs: at * 33, isRepeat: at > 0 });
    expect(held.key({ key: 'Enter', atMs: 30 * 33 }).kind).toBe('typing');
    const shortcut = new WedgeDetector();
    for (const [at, key] of Array.from('abcdef').entries()) shortcut.key({ key, atMs: at, ctrlKey: true });
    expect(shortcut.key({ key: 'Enter', atMs: 6 }).kind).toBe('typing');
  });

  test('who uses an input method, moves about or pauses before Enter, is none', () => {
    expect(
      play(
        new WedgeDetector(),
        ['Process', 'Process', 'Process', 'Process', 'Process', 'Process', 'Enter'],
        5,
      ),
    ).toEqual([]);
    expect(play(new WedgeDetector(), ['1', '2', '3', 'ArrowLeft', '4', '5', '6', 'Enter'], 5)).toEqual([]);
    const slow = new WedgeDetector();
    play(slow, Array.from('12345678'), 5);
    expect(slow.key({ key: 'Enter', atMs: 5_000 }).kind).toBe('typing');
    const moved = new WedgeDetector();
    play(moved, Array.from('12345678'), 5);
    moved.forget();
    expect(moved.key({ key: 'Enter', atMs: 1_041 }).kind).toBe('typing');
  });
});
