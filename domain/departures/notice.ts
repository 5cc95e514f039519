import type { DepartureState } from '../../contract/contingency.ts';
import type { DepartureNotice } from '../../contract/office.ts';
import type { Rules } from '../contingency/rules.ts';
import { stateMeanings } from './states.ts';

/** The word of a state as notices have it: a coach does not run (停班), a ship does not sail (停航), 停班有售 with tickets sold. */
export function stateWords(state: DepartureState, mode: 'water' | 'road', sold: number): string {
  if (state !== 'cancelled') return stateMeanings[state].chinese;
  return `${mode === 'road' ? '停班' : '停航'}${sold > 0 ? '有售' : ''}`;
}

/**
 * What rules say of a departure, with its meaning for sale, check-in and refund (ticketing rules 3.3); undefined where they say
 * nothing. `sold`: people who hold a ticket for it.
 */
export function noticeOf(
  rules: Rules,
  mode: 'water' | 'road',
  sold: () => number,
): DepartureNotice | undefined {
  const { state, sale, boarding } = rules;
  const isPlain =
    state === 'normal' &&
    sale.passengers === 'fixed' &&
    sale.vehicles === 'fixed' &&
    boarding.open &&
    boarding.by === 'departure';
  if (isPlain) return undefined;
  return {
    state,
    words: wordsOf(rules, mode, state === 'cancelled' ? sold() : 0),
    sale: { ...sale },
    checkIn: !boarding.open ? 'closed' : boarding.by === 'queue' ? 'queue' : 'open',
    freeRefund: stateMeanings[state].freeRefund,
  };
}

/** Where a plan stops or changes a sale without a state of its own, what it does is the word. */
function wordsOf({ state, sale }: Rules, mode: 'water' | 'road', sold: number): string {
  if (state !== 'normal') return stateWords(state, mode, sold);
  if (sale.passengers === 'nothing') return '暂停售票';
  if (sale.passengers === 'standby') return '只售候补';
  if (sale.passengers === 'rolling') return stateMeanings.rolling.chinese;
  return sale.vehicles === 'nothing' ? '不售车票' : '暂停检票';
}
