import { expect, test } from 'vitest';
import type { WrongPins } from '../ledger/secrets.ts';
import { afterWrongPin, lockedUntil, LOCKS_MS, MOST_WRONG_PINS } from './lock-out.ts';

test('five wrong PINs lock a number, each further one for longer, and never for ever', () => {
  let wrong: WrongPins | undefined;
  let nowMs = 1_000_000;
  for (let n = 1; n < MOST_WRONG_PINS; n += 1) {
    const after = afterWrongPin(wrong, '0107', nowMs);
    expect(after.isNewLock).toBe(false);
    expect(lockedUntil(after.wrong, nowMs)).toBeUndefined();
    wrong = after.wrong;
  }
  const lasted: number[] = [];
  for (let lock = 0; lock < 8; lock += 1) {
    const after = afterWrongPin(wrong, '0107', nowMs);
    expect(after.isNewLock).toBe(true);
    const until = lockedUntil(after.wrong, nowMs) ?? 0;
    lasted.push(until - nowMs);
    expect(lockedUntil(after.wrong, until - 1)).toBe(until);
    expect(lockedUntil(after.wrong, until)).toBeUndefined();
    wrong = after.wrong;
    nowMs = until;
  }
  expect(lasted).toEqual([...LOCKS_MS, 86_400_000, 86_400_000]);
});
