import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { obstacleOf } from '../../domain/refunds/ticket.ts';
import type { DeskContext, Mutation } from './context.ts';
import { permitRequestId, type TicketAuthority } from './ticket-authority.ts';
import type { TicketFacts } from './ticket-facts.ts';

/** Out of contact with whoever decides on a ticket: numbered requests, settled later at what they cost when they were taken down. */
export function createTicketRequests(context: DeskContext, facts: TicketFacts, authority: TicketAuthority) {
  const { ledger } = context;

  const request: Mutation<OfficeInput<'tickets.request'>, OfficeOutput<'tickets.request'>> = {
    decide({ ticketNumber, act }) {
      const shift = ledger.openShift();
      if (!shift) return refused('shift.notOpen');
      const ticket = facts.local(ticketNumber);
      if (ticket) {
        const obstacle = obstacleOf(ticket.sold);
        if (obstacle) return { ok: false as const, refusal: obstacle };
        if (authority.where(ticket) !== 'outOfContact')
          return refused('tickets.inContact', {}, 'ticketNumber');
      } else if (!authority.isOutOfContact()) return refused('tickets.notFound', {}, 'ticketNumber');
      const before = ledger.refundRequestOf(ticketNumber);
      if (before)
        return refused('tickets.requested', { requestNumber: before.requestNumber }, 'ticketNumber');
      const n = ledger.refundRequestCount() + 1;
      const requestNumber = `R${context.window.slice(-2)}${String(ledger.ordinal).padStart(2, '0')}-${String(n).padStart(4, '0')}`;
      const requestId = permitRequestId(ledger.ledgerId, ticketNumber, act);
      const body = { requestNumber, requestId, ticketNumber, act, shiftId: shift.shiftId };
      return accepted({ entries: [{ kind: 'refund.requested' as const, body }] });
    },
    answer(entries) {
      const entry = entries.find(({ kind }) => kind === 'refund.requested');
      if (entry?.kind !== 'refund.requested') throw new Error('a request without its entry');
      const { requestNumber, ticketNumber } = entry.body;
      return { requestNumber, ticketNumber };
    },
  };

  const withdraw: Mutation<OfficeInput<'tickets.withdraw'>, OfficeOutput<'tickets.withdraw'>> = {
    decide({ requestNumber, reason }) {
      const found = ledger.refundRequests().find((each) => each.requestNumber === requestNumber);
      if (!found || isSettled(found.ticketNumber))
        return refused('tickets.requestUnknown', {}, 'requestNumber');
      const { requestId, ticketNumber } = found;
      return accepted({
        entries: [
          { kind: 'refund.withdrawn' as const, body: { requestNumber, requestId, ticketNumber, reason } },
        ],
      });
    },
    answer(entries) {
      const entry = entries.find(({ kind }) => kind === 'refund.withdrawn');
      if (entry?.kind !== 'refund.withdrawn') throw new Error('a withdrawal without its entry');
      return { requestNumber: entry.body.requestNumber };
    },
  };

  const isSettled = (ticketNumber: string): boolean =>
    !['sold', 'refundPending'].includes(ledger.picture.stateOf(ticketNumber));

  return {
    request,
    withdraw,
    list: (): Outcome<OfficeOutput<'tickets.requests'>> =>
      accepted({
        requests: ledger.refundRequests().map(({ requestNumber, ticketNumber, act, atMs }) => ({
          requestNumber,
          ticketNumber,
          act,
          at: atMs,
          settled: isSettled(ticketNumber),
        })),
      }),
  };
}
