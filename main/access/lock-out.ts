import type { WrongPins } from '../ledger/secrets.ts';

/** So many wrong PINs in a row lock a number; after a lock each further one locks again. */
export const MOST_WRONG_PINS = 5;
const MINUTE_MS = 60_000;
/** How long each lock in a row lasts; the last goes on repeating, so nobody is shut out for ever. */
export const LOCKS_MS = [1, 5, 15, 60, 240, 1_440].map((minutes) => minutes * MINUTE_MS);

/** Until when a number is locked at `nowMs` (UTC ms), or undefined. */
export function lockedUntil(wrong: WrongPins | undefined, nowMs: number): number | undefined {
  const until = wrong?.lockedUntilMs ?? 0;
  return until > nowMs ? until : undefined;
}

/** How a number stands after one more wrong PIN at `nowMs`; `isNewLock` = this one locked it. */
export function afterWrongPin(
  before: WrongPins | undefined,
  number: string,
  nowMs: number,
): { wrong: WrongPins; isNewLock: boolean } {
  const wrongInARow = (before?.wrongInARow ?? 0) + 1;
  const locks = before?.locks ?? 0;
  if (wrongInARow < MOST_WRONG_PINS && locks === 0)
    return { wrong: { number, wrongInARow, locks, lockedUntilMs: null }, isNewLock: false };
  const lastsMs = LOCKS_MS[Math.min(locks, LOCKS_MS.length - 1)] ?? MINUTE_MS;
  return {
    wrong: { number, wrongInARow, locks: locks + 1, lockedUntilMs: nowMs + lastsMs },
    isNewLock: true,
  };
}
