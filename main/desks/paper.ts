import type { TicketNumber } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { OfficeOutput } from '../../contract/office.ts';
import type { Departure } from '../../domain/types.ts';
import type { Rules } from '../../domain/contingency/rules.ts';
import type { AppendCommand, AppendEntry } from '../ledger/types.ts';
import type { DeskContext } from './context.ts';

/** What comes out for tickets that a command sells: sheets of the printer, slips printed beforehand, or nothing. */
export type Paper = Required<Pick<AppendCommand, 'effects'>> & { entries: AppendEntry[] };

/** What a page says before the sale; empty where sheets are printed as always. */
export function paperAhead(
  context: Pick<DeskContext, 'departures' | 'rules'>,
  departure: Departure | undefined,
): Pick<OfficeOutput<'sales.quote'>, 'paper'> {
  const { printing } = context.rules(departure ?? null);
  if (printing === 'paper') return {};
  return { paper: { way: printing, nextSlip: printing === 'slip' ? context.departures.slips().next : null } };
}

/** Slips passed over that count as spoiled: further on it is another pad. */
const MOST_SKIPPED = 200;

/**
 * The paper of new tickets as the rules have it (ticketing rules 3.4, EQUIPMENT). `paper`: a sheet each. `slip`: each gets the next
 * number of the slips that were printed beforehand, written down so that used, spoiled and unused ones add up; `slipFrom` is the number
 * on the first one where it is not the one after the last. `none`: the ticket is electronic. No ticket is less for it: a sheet can be
 * printed later like any copy.
 * Refuses `paper.slipNumber` and `paper.slipUsed`; where nobody can type a number (`isAsked` false) the ticket is electronic.
 */
export function paperOf(
  context: Pick<DeskContext, 'departures'>,
  printing: Rules['printing'],
  tickets: readonly TicketNumber[],
  slipFrom: number | undefined,
  isAsked: boolean,
): Outcome<Paper> {
  if (printing === 'paper' || tickets.length === 0)
    return accepted({
      effects: tickets.map((ticketNumber) => ({ kind: 'print' as const, ticketNumber, copy: 1 })),
      entries: [],
    });
  const electronic: Paper = {
    effects: [],
    entries: [{ kind: 'ticket.slips', body: { way: 'none', tickets: [...tickets], from: null, skipped: 0 } }],
  };
  if (printing === 'none') return accepted(electronic);
  const { next, isUsed } = context.departures.slips();
  const from = slipFrom ?? next;
  if (from === null) return isAsked ? refused('paper.slipNumber', {}, 'slipFrom') : accepted(electronic);
  const to = from + tickets.length - 1;
  if (isUsed(from, to)) return refused('paper.slipUsed', { from, to }, 'slipFrom');
  // A little further on in the same pad: the slips between were spoiled. Elsewhere: another pad.
  const passed = next !== null && from > next ? from - next : 0;
  const skipped = passed <= MOST_SKIPPED ? passed : 0;
  return accepted({
    effects: [],
    entries: [{ kind: 'ticket.slips', body: { way: 'slip', tickets: [...tickets], from, skipped } }],
  });
}
