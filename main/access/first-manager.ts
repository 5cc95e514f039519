import { hash, timingSafeEqual } from 'node:crypto';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Clock, Random } from '../runtime.ts';
import type { People } from './people.ts';
import type { FirstRun, PersonStore } from './person-store.ts';

/** Letters and figures that nobody mistakes for another. */
const LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const CODE_LETTERS = 12;
const LASTS_MS = 24 * 3_600_000;
const MOST_WRONG = 5;

/** The code that lets one person become the first manager of a station that has none. */
export interface FirstManagerCode {
  /** At the start of an office: a new code where one is needed and none is good any more; else undefined. Told once, its hash is kept. */
  begin(): string | undefined;
  /** Whether the typed code is the one. Refuses `firstRun.code` (and counts), `firstRun.gone` when used up, expired or never needed. */
  redeem(typed: string): Outcome<null>;
}

export function createFirstManagerCode(parts: {
  people: Pick<People, 'needsFirstManager'>;
  store: PersonStore;
  ledger: Pick<Ledger, 'keepSecret'>;
  clock: Clock;
  random: Random;
}): FirstManagerCode {
  const { people, store, ledger, clock, random } = parts;
  const isGood = (state: FirstRun): boolean => state.wrong < MOST_WRONG && state.expiresAt > clock.nowMs();
  return {
    begin() {
      if (!people.needsFirstManager()) return undefined;
      const known = store.firstRun();
      if (known && isGood(known)) return undefined;
      const letters = Array.from(random.bytes(CODE_LETTERS), (byte) => LETTERS[byte % LETTERS.length]).join(
        '',
      );
      ledger.keepSecret(
        store.sealFirstRun({ hash: hashOf(letters), expiresAt: clock.nowMs() + LASTS_MS, wrong: 0 }),
      );
      return letters.replaceAll(/(.{4})(?=.)/g, '$1-');
    },
    redeem(typed) {
      const state = people.needsFirstManager() ? store.firstRun() : undefined;
      if (!state || !isGood(state)) return refused('firstRun.gone', {}, 'code');
      const letters = typed
        .normalize('NFKC')
        .toUpperCase()
        .replaceAll(/[^0-9A-Z]/g, '');
      if (timingSafeEqual(Buffer.from(hashOf(letters)), Buffer.from(state.hash))) return accepted(null);
      const wrong = state.wrong + 1;
      ledger.keepSecret(store.sealFirstRun({ ...state, wrong }));
      if (wrong >= MOST_WRONG) return refused('firstRun.gone', {}, 'code');
      return refused('firstRun.code', { left: MOST_WRONG - wrong }, 'code');
    },
  };
}

const hashOf = (code: string): string => toBase64url(hash('sha256', code, 'buffer'));
