import { describe, expect, test } from 'vitest';
import { Placement, REMOVED_AFTER_MS, RETRY_UNREADABLE_MS } from './placement.ts';

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
        if (placement.wasUnreadable(nowMs)) told.push('unreadable');
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
