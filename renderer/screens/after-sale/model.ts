import type { AfterSaleTicket } from '../../../contract/office.ts';
import type { TicketNumber } from '../../../contract/ids.ts';
import { t } from '../../words/words.ts';

/** What a clerk may do here with one key and a confirmation. */
export type Act = 'refund' | 'void' | 'payOut' | 'reprint' | 'reissue' | 'request' | 'withdraw' | 'noShow';
/** What the right side shows. */
export type Step =
  | { step: 'look' }
  | { step: 'confirm'; act: Act }
  | { step: 'pick' }
  | { step: 'change'; departureId: string }
  | { step: 'done'; words: string; slip: readonly TicketNumber[] };

/** Acts on several tickets at once; the others on the one under the mark. */
export const isForSeveral = (act: Act): boolean => act === 'refund' || act === 'void' || act === 'payOut';

/** What stands in the way of an act on a ticket, in words; null when nothing does. */
export function obstacle(act: Act | 'change', ticket: AfterSaleTicket): string | null {
  switch (act) {
    case 'payOut':
      return ticket.owedFen > 0 ? null : '';
    case 'request':
      return ticket.authority === 'outOfContact' && ticket.requestNumber === null ? null : '';
    case 'withdraw':
      return ticket.requestNumber !== null && ticket.state !== 'refunded' ? null : '';
    case 'noShow':
      // Nothing is said of a ticket whose departure has not left.
      return ticket.noShow === 'open' ? null : '';
    default:
      return refusalWords(ticket[act].refusal);
  }
}

/** What is in the way; of a sheet that somebody has to look at first, also how. */
function refusalWords(refusal: AfterSaleTicket['reprint']['refusal']): string | null {
  if (!refusal) return null;
  return refusal.code.startsWith('print.') ? `${refusal.message}。${refusal.next}` : refusal.message;
}

/** Cash that leaves the drawer by an act, fen. */
export function cashOf(act: Act, tickets: readonly AfterSaleTicket[]): number {
  const of = (ticket: AfterSaleTicket): number =>
    act === 'refund'
      ? ticket.refund.backFen
      : act === 'void'
        ? ticket.void.backFen
        : act === 'payOut'
          ? ticket.owedFen
          : 0;
  return tickets.reduce((sum, ticket) => sum + of(ticket), 0);
}

/** The row of the fee rules in words, with its mark where nobody has confirmed it. */
export function rowWords({ row }: AfterSaleTicket['refund']): string | null {
  if (!row) return null;
  const { fromMin, toMin, percent, id, version, mark } = row;
  const band =
    fromMin !== null && toMin !== null
      ? t('after.band.between', { from: toMin, to: fromMin })
      : fromMin === null
        ? t('after.band.until', { to: toMin ?? 0 })
        : t('after.band.from', { from: fromMin });
  const words = t('after.row', { id, version, band, percent: percent ?? 0 });
  return mark === 'C2' || mark === 'D' ? words : `${words}${t('after.unverified')}`;
}
