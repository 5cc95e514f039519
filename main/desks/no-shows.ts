import type { NewEntry } from '../../contract/entries.ts';
import type { AfterSaleTicket, OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, refused } from '../../contract/refusals.ts';
import { decideNoShow } from '../../domain/refunds/counter.ts';
import { bodyOf } from './body-of.ts';
import type { DeskContext, Mutation } from './context.ts';
import type { TicketAuthority } from './ticket-authority.ts';
import type { KnownTicket, TicketFacts } from './ticket-facts.ts';

const MOST_NO_SHOWS = 400;

/** Who did not come (误乘): written down once the departure has left. Nothing ends by it; the fee rules go by the clock. */
export function createNoShows(
  context: Pick<DeskContext, 'ledger'>,
  facts: TicketFacts,
  authority: Pick<TicketAuthority, 'where'>,
) {
  const { picture } = context.ledger;

  /** Whether it can be noted of this ticket here: the station's host speaks for every window's, a window for its own. */
  function concerns(ticket: KnownTicket): boolean {
    const isOurs = ticket.own || authority.where(ticket) === 'here';
    // A ticket for the line and day has missed no departure.
    const isForTheDay = ticket.sale.kind === 'ticket.sold' && ticket.sale.body.rolling !== undefined;
    return isOurs && !isForTheDay && ticket.sold.state === 'sold' && facts.rightsOf(ticket).refund === null;
  }

  const noShow: Mutation<OfficeInput<'tickets.noShow'>, OfficeOutput<'tickets.noShow'>> = {
    decide({ departureId }) {
      const entries: NewEntry[] = [];
      for (const ticket of facts.ofDeparture(departureId)) {
        if (!concerns(ticket) || picture.isNoShow(ticket.ticketNumber)) continue;
        const decided = decideNoShow(ticket.sold);
        if (!decided.ok) return { ok: false as const, refusal: { ...decided.refusal, field: 'departureId' } };
        entries.push(decided.value);
        if (entries.length === MOST_NO_SHOWS) break;
      }
      return entries.length === 0 ? refused('worklist.nothing', {}, 'departureId') : accepted({ entries });
    },
    answer(entries) {
      const { departureId } = bodyOf(entries, 'ticket.noShow');
      return { departureId, tickets: entries.length };
    },
  };

  return {
    noShow,
    /** What a page says of one ticket. */
    stateOf(ticket: KnownTicket): AfterSaleTicket['noShow'] {
      if (picture.isNoShow(ticket.ticketNumber)) return 'noted';
      return concerns(ticket) && decideNoShow(ticket.sold).ok ? 'open' : null;
    },
  };
}
