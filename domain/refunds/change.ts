import type { FeeRules } from '../../contract/fee-rules.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { DepartureFacts } from '../contingency/facts.ts';
import type { Rights } from '../contingency/rights.ts';
import type { Rules } from '../contingency/rules.ts';
import { feeAt } from './fee-rules.ts';
import type { RefundQuote } from './refund.ts';
import { obstacleOf, rowsOf, type SoldTicket } from './ticket.ts';

/** Where a ticket is to be changed to. */
export interface ChangeTarget {
  readonly departure: DepartureFacts;
  readonly ticketClass: string;
  readonly fareFen: number;
  /** The rules of the new departure now: it must be one that is sold. */
  readonly rules: Rules;
}

export interface ChangeQuote {
  readonly fareFen: number;
  readonly newFareFen: number;
  readonly feeFen: number;
  /** Positive: the passenger pays; negative: the passenger gets back. */
  readonly balanceFen: number;
  readonly fee: RefundQuote['fee'];
  readonly because: readonly string[];
  /** Own changes behind the new ticket. A change that the carrier causes does not count. */
  readonly times: number;
}

/**
 * A change to another departure. For the passenger's own reason: as often as the rows say, same line and class, fee by the rows,
 * difference of fares both ways. With a right: free, as often as needed, to the lines that the right names, and a dearer fare is never
 * collected while a cheaper one is given back (多退少不补, ticketing rules 2.4).
 */
export function quoteChange(
  rules: FeeRules,
  ticket: SoldTicket,
  rights: Rights,
  target: ChangeTarget,
  nowMs: number,
): Outcome<ChangeQuote> {
  const obstacle = obstacleOf(ticket);
  if (obstacle) return { ok: false, refusal: obstacle };
  const { departure, fareFen } = ticket;
  if (target.departure.departureId === departure.departureId)
    return refused('change.same', {}, 'newDepartureId');
  const sells = ticket.subject === 'passenger' ? target.rules.sale.passengers : target.rules.sale.vehicles;
  if (sells === 'nothing') return refused('change.targetClosed', {}, 'newDepartureId');
  const { fareFen: newFareFen } = target;
  const right = rights.change;
  if (right) {
    if (!reaches(right.to, departure.lineId, target.departure.lineId))
      return refused('change.otherLine', {}, 'newDepartureId');
    const balanceFen = Math.min(0, newFareFen - fareFen);
    const { because } = right;
    return accepted({
      fareFen,
      newFareFen,
      feeFen: 0,
      balanceFen,
      fee: null,
      because,
      times: ticket.changedTimes,
    });
  }
  const rows = rowsOf(rules, ticket, 'change');
  if (!rows.ok) return rows;
  const set = rows.value;
  if (!set) return refused('change.notAllowed', {}, 'ticketNumber');
  if (ticket.changedTimes >= (set.times ?? 0))
    return refused('change.onceOnly', { times: ticket.changedTimes }, 'ticketNumber');
  if (target.departure.lineId !== departure.lineId) return refused('change.otherLine', {}, 'newDepartureId');
  if (target.ticketClass !== ticket.ticketClass) return refused('change.otherClass', {}, 'newDepartureId');
  const fee = feeAt(set, fareFen, departure.departAt, nowMs);
  if (fee.feeFen === null) return refused('change.tooLate', {}, 'ticketNumber');
  return accepted({
    fareFen,
    newFareFen,
    feeFen: fee.feeFen,
    balanceFen: newFareFen - fareFen + fee.feeFen,
    fee: { ...fee.set, band: fee.band },
    because: [],
    times: ticket.changedTimes + 1,
  });
}

function reaches(to: 'sameLine' | 'anyLine' | readonly string[], from: string, lineId: string): boolean {
  if (to === 'anyLine' || lineId === from) return true;
  return to !== 'sameLine' && to.includes(lineId);
}
