import { describe, expect, test } from 'vitest';
import { Placement, REMOVED_AFTER_MS, RETRY_UNREADABLE_MS, VERIFY_EVERY_MS } from './placement.ts';

const POLL_MS = 200;
const NUMBER_A = '11010519491231002X';
const NUMBER_B = '440524188001010014';

/** Plays a reader's find answers, 200 ms apart, with a card that reads as `number`; returns what the office is told. */
function play(placement: Placement, finds: string, number: string | undefined, startMs = 0): string[] {
  const told: string[] = [];
  let nowMs = startMs;
  for (const find of finds) {
    nowMs += POLL_MS;
    if (find === '-') {
      if (placement.notFound(nowMs) === 'removed') told.push('removed');
    } else if (placement.found(nowMs) === 'read') {
      if (number === undefined) {
        const placed = placement.wasUnreadable(nowMs);
        if (placed === 'replaced') told.push('removed');
        if (placed !== 'known') told.push('unreadable');
      } else {
        const placed = placement.wasRead(number, nowMs);
        if (placed === 'swapped') told.push('removed');
        if (placed !== 'same') told.push('read');
      }
    }
  }
  return told;
}

describe('a card that lies on the reader is told once', () => {
  test('when the reader says "not found" until it leaves', () => {
    expect(play(new Placement(), `o${'-'.repeat(50)}`, NUMBER_A)).toEqual(['read', 'removed']);
  });

  test('when the reader goes on saying "found"', () => {
    expect(play(new Placement(), 'o'.repeat(200), NUMBER_A)).toEqual(['read']);
  });

  test('when the reader says both in turn', () => {
    expect(play(new Placement(), 'o-'.repeat(100), NUMBER_A)).toEqual(['read']);
  });

  test('when it cannot be read, though it is tried again', () => {
    const placement = new Placement();
    expect(play(placement, 'o'.repeat(60), undefined)).toEqual(['unreadable']);
    expect(placement.found(60 * POLL_MS + RETRY_UNREADABLE_MS)).toBe('read');
  });
});

describe('what comes after', () => {
  test('withdrawn and put back is two placements', () => {
    const gone = '-'.repeat(Math.ceil(REMOVED_AFTER_MS / POLL_MS) + 1);
    expect(play(new Placement(), `ooo${gone}ooo`, NUMBER_A)).toEqual(['read', 'removed', 'read']);
  });

  test('another card in its place, put there quickly, is noticed by its number', () => {
    const placement = new Placement();
    expect(play(placement, 'oo', NUMBER_A)).toEqual(['read']);
    expect(play(placement, '-oo', NUMBER_B, 1000)).toEqual(['removed', 'read']);
  });

  test('another card, put there between two looks on a reader that goes on saying "found", is noticed within a second', () => {
    const placement = new Placement();
    expect(play(placement, 'o', NUMBER_A)).toEqual(['read']);
    expect(VERIFY_EVERY_MS + POLL_MS).toBeLessThan(1000);
    expect(play(placement, 'o'.repeat(5), NUMBER_B, POLL_MS)).toEqual(['removed', 'read']);
  });

  test('a card that fails a single reading again is still the same; failing twice it is no longer believed in', () => {
    const placement = new Placement();
    expect(play(placement, 'o', NUMBER_A)).toEqual(['read']);
    expect(placement.wasUnreadable(1000)).toBe('known');
    expect(placement.wasRead(NUMBER_A, 2000)).toBe('same');
    expect(placement.wasUnreadable(3000)).toBe('known');
    expect(placement.wasUnreadable(4000)).toBe('replaced');
    expect(placement.wasUnreadable(6000)).toBe('known');
    expect(placement.wasRead(NUMBER_A, 8000)).toBe('new');
  });

  test('a card that is read at last, after it could not be, is told', () => {
    const placement = new Placement();
    expect(play(placement, 'oo', undefined)).toEqual(['unreadable']);
    expect(play(placement, '-o', NUMBER_A, 1000)).toEqual(['read']);
  });

  test('after a pause the card that lies there is new', () => {
    const placement = new Placement();
    play(placement, 'oo', NUMBER_A);
    placement.forget();
    expect(play(placement, 'oo', NUMBER_A, 1000)).toEqual(['read']);
  });
});
