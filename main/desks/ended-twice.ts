import type { Fen } from '../../contract/ids.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { EndedTwiceView } from '../../contract/office/ended-twice.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { EndedTwice } from '../ledger/types.ts';
import { bodyOf } from './body-of.ts';
import type { DeskContext, Mutation } from './context.ts';
import type { GateTickets } from './gate-tickets.ts';

const MOST_LISTED = 200;

/**
 * One ticket that two offices out of contact both ended, by a void and a refund for instance, or a boarding and a refund: each did what it
 * may, and the money of one of them is too much. Found when their journals meet, listed with the money until somebody has looked into it,
 * or has taken back the boarding of who was not aboard.
 */
export function createEndedTwice(context: DeskContext, tickets: Pick<GateTickets, 'view'>) {
  const { picture } = context.ledger;

  function viewOf({ ticketNumber, ends, settled }: EndedTwice): EndedTwiceView {
    const ticket = picture.ticket(ticketNumber);
    const known = ends.map(({ worthFen }) => worthFen ?? 0);
    // Who is aboard had a journey worth all that came back, where the fare is not known here.
    const worths = ends.map(({ worthFen }) => worthFen ?? Math.max(...known));
    const all = worths.reduce((sum, fen) => sum + fen, 0);
    return {
      ticketNumber,
      ticket: ticket ? tickets.view(ticket) : null,
      ends: ends.map(({ atMs, window, what }, index) => ({
        at: atMs,
        window,
        what,
        worthFen: (worths[index] ?? 0) as Fen,
      })),
      tooMuchFen: (all - Math.max(0, ...worths)) as Fen,
      settled: settled && { at: settled.atMs, reason: settled.reason },
    };
  }

  function list(): Outcome<OfficeOutput<'tickets.endedTwice'>> {
    const all = picture.endedTwice(MOST_LISTED).map((one) => viewOf(one));
    const open = all.filter(({ settled }) => settled === null);
    return accepted({
      tickets: [...open, ...all.filter(({ settled }) => settled !== null)],
      tooMuchFen: open.reduce((sum, { tooMuchFen }) => sum + tooMuchFen, 0) as Fen,
    });
  }

  const settle: Mutation<OfficeInput<'tickets.settleTwice'>, OfficeOutput<'tickets.settleTwice'>> = {
    decide({ ticketNumber, reason }, { person }) {
      const found = picture.endedTwice(MOST_LISTED).find((one) => one.ticketNumber === ticketNumber);
      if (!found) return refused('tickets.notTwice', {}, 'ticketNumber');
      if (found.settled) return refused('tickets.twiceSettled', {}, 'ticketNumber');
      const { tooMuchFen } = viewOf(found);
      const by = person?.number ?? '';
      return accepted({
        entries: [{ kind: 'ticket.twiceSettled' as const, body: { ticketNumber, tooMuchFen, reason, by } }],
      });
    },
    answer(entries) {
      const { ticketNumber, tooMuchFen } = bodyOf(entries, 'ticket.twiceSettled');
      return { ticketNumber, tooMuchFen };
    },
  };

  return { 'tickets.endedTwice': list, 'tickets.settleTwice': settle };
}
