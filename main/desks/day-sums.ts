import type { DayAfter } from '../ledger/types.ts';

/** What remains of a day's sales after everything that happened to tickets: one that was changed or issued again has another in the sales. */
export function netOf(
  sales: readonly { tickets: number; fen: number }[],
  after: readonly DayAfter[],
): { tickets: number; fen: number } {
  const ended = after.filter(({ what }) => what !== 'paid');
  const sold = (name: 'tickets' | 'fen'): number => sales.reduce((sum, row) => sum + row[name], 0);
  return {
    tickets: sold('tickets') - ended.reduce((sum, { tickets }) => sum + tickets, 0),
    fen: sold('fen') - ended.reduce((sum, { fareFen, feeFen }) => sum + fareFen - feeFen, 0),
  };
}
