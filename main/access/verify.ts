import type { EntryBody } from '../../contract/entries.ts';
import type { Person } from '../../contract/people.ts';
import { accepted, refuse, refused, type Outcome } from '../../contract/refusals.ts';
import { localTimeOf } from '../../domain/time.ts';
import type { WrongPins } from '../ledger/secrets.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Clock } from '../runtime.ts';
import { foldDigits } from './digits.ts';
import { afterWrongPin, lockedUntil } from './lock-out.ts';
import type { People } from './people.ts';
import { isPin } from './pin.ts';

/** Checked when the number is unknown, so that a wrong number takes as long as a wrong PIN. */
const NOBODY = 'scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
/** Numbers that nobody has are counted in memory alone, at most so many. */
const MOST_STRANGERS = 1_000;

export type AskedAt = EntryBody<'access.locked'>['at'];

export interface PinCheck {
  /**
   * Whether number and PIN are somebody's who is active. Refuses `access.wrongPin` for a wrong number and a wrong PIN alike,
   * `access.locked` while the number is locked. One try a number at a time: the tenth thousandth waits for the first, and is
   * refused without any work once the number is locked.
   */
  verify(number: string, pin: string, at: AskedAt): Promise<Outcome<Person>>;
  /** Until when a number is locked (UTC ms), with the wrong PINs in a row. */
  lockOf(number: string): { lockedUntil: number | null; wrongInARow: number };
  /** Lifts a lock; the caller has journalled who did. */
  unlock(number: string): void;
  /** Hears of every wrong PIN that was tried here for somebody, and that a right one or an unlocking forgave them. */
  onTried(listener: (number: string, wasRight: boolean, at: AskedAt) => void): void;
  /** At the station's host: a PIN was tried at another window. Gives how the number stands now, over the station. */
  triedElsewhere(number: string, wasRight: boolean, at: AskedAt): WrongPins;
  /** How the number stands here. */
  wrongOf(number: string): WrongPins;
  /** At another window: how the host counts. Never less strict than what was counted here, but for a forgiven number. */
  take(wrong: WrongPins): void;
}

/** `journal` writes an entry durably and is called once a lock. Wrong PINs are counted on the disk: a restart forgives nothing. */
export function createPinCheck(parts: {
  people: Pick<People, 'find'>;
  ledger: Pick<Ledger, 'wrongPins' | 'keepWrongPins' | 'forgetWrongPins'>;
  clock: Clock;
  journal: (body: EntryBody<'access.locked'>) => void;
}): PinCheck {
  const { people, ledger, clock, journal } = parts;
  const wrong = new Map<string, WrongPins>(ledger.wrongPins().map((row) => [row.number, row]));
  const strangers = new Map<string, WrongPins>();
  const inLine = new Map<string, Promise<unknown>>();

  const listeners: ((number: string, wasRight: boolean, at: AskedAt) => void)[] = [];
  const tell = (number: string, wasRight: boolean, at: AskedAt): void => {
    if (people.find(number)) for (const listener of listeners) listener(number, wasRight, at);
  };
  const none = (number: string): WrongPins => ({ number, wrongInARow: 0, locks: 0, lockedUntilMs: null });
  function forget(number: string): boolean {
    if (!wrong.delete(number)) return false;
    ledger.forgetWrongPins(number);
    return true;
  }

  const tableOf = (number: string): Map<string, WrongPins> => (people.find(number) ? wrong : strangers);

  function locked(number: string): ReturnType<typeof refused> | undefined {
    const until = lockedUntil(tableOf(number).get(number), clock.nowMs());
    if (until === undefined) return undefined;
    return { ok: false, refusal: refuse('access.locked', { number, time: localTimeOf(until) }, 'pin') };
  }

  function countWrong(number: string, at: AskedAt): void {
    const isSomebody = people.find(number) !== undefined;
    const table = tableOf(number);
    const { wrong: now, isNewLock } = afterWrongPin(table.get(number), number, clock.nowMs());
    if (isSomebody) ledger.keepWrongPins(now);
    else if (strangers.size >= MOST_STRANGERS && !strangers.has(number)) strangers.clear();
    table.set(number, now);
    if (isSomebody && isNewLock)
      journal({ number, wrongInARow: now.wrongInARow, lock: now.locks, until: now.lockedUntilMs ?? 0, at });
  }

  async function tryOnce(number: string, pin: string, at: AskedAt): Promise<Outcome<Person>> {
    const shut = locked(number);
    if (shut) return shut;
    const person = people.find(number);
    const right = await isPin(pin, person?.pin ?? NOBODY);
    if (!person || !right) {
      countWrong(number, at);
      tell(number, false, at);
      return locked(number) ?? refused('access.wrongPin', {}, 'pin');
    }
    if (forget(number)) tell(number, true, at);
    if (person.state !== 'active') return refused('access.suspended', {}, 'number');
    return accepted(person);
  }

  return {
    async verify(typedNumber, typedPin, at) {
      const number = foldDigits(typedNumber.trim());
      const pin = foldDigits(typedPin.trim());
      if (!/^\d{4}$/.test(number)) return refused('access.wrongPin', {}, 'pin');
      const before = inLine.get(number) ?? Promise.resolve();
      const mine = before.then(
        () => tryOnce(number, pin, at),
        () => tryOnce(number, pin, at),
      );
      inLine.set(number, mine);
      try {
        return await mine;
      } finally {
        if (inLine.get(number) === mine) inLine.delete(number);
      }
    },
    lockOf(number) {
      const row = wrong.get(number);
      return { lockedUntil: lockedUntil(row, clock.nowMs()) ?? null, wrongInARow: row?.wrongInARow ?? 0 };
    },
    unlock(number) {
      if (forget(number)) tell(number, true, 'signIn');
    },
    onTried: (listener) => void listeners.push(listener),
    wrongOf: (number) => wrong.get(number) ?? none(number),
    triedElsewhere(number, wasRight, at) {
      if (wasRight) forget(number);
      else if (people.find(number)) countWrong(number, at);
      return wrong.get(number) ?? none(number);
    },
    take(told) {
      const { number } = told;
      if (!people.find(number)) return;
      if (told.wrongInARow === 0) {
        forget(number);
        return;
      }
      const own = wrong.get(number) ?? none(number);
      const stricter: WrongPins = {
        number,
        wrongInARow: Math.max(own.wrongInARow, told.wrongInARow),
        locks: Math.max(own.locks, told.locks),
        lockedUntilMs:
          own.lockedUntilMs === null || told.lockedUntilMs === null
            ? (own.lockedUntilMs ?? told.lockedUntilMs)
            : Math.max(own.lockedUntilMs, told.lockedUntilMs),
      };
      wrong.set(number, stricter);
      ledger.keepWrongPins(stricter);
    },
  };
}
