import type { PaymentKind } from '../../contract/contingency.ts';
import type { FeeRules, FeeSet, FeeSetRef } from '../../contract/fee-rules.ts';
import type { Deck } from '../../contract/vehicles.ts';
import { accepted, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import type { DepartureFacts } from '../contingency/facts.ts';
import { businessDateOf } from '../time.ts';
import { feeSetFor, feeSetOf } from './fee-rules.ts';

/** A sold ticket, as the desks after the sale look at it. Who holds it stays in the office. */
export interface SoldTicket {
  readonly ticketNumber: string;
  readonly departure: DepartureFacts;
  readonly subject: 'passenger' | 'vehicle';
  readonly ticketClass: string;
  readonly fareFen: number;
  readonly soldAt: number;
  readonly carrierId: string | null;
  /** Rows that it was sold under; absent = those that were valid on the day of its sale. */
  readonly feeSets?: { readonly refund: FeeSetRef | null; readonly change: FeeSetRef | null };
  readonly state: 'sold' | 'boarded' | 'refunded' | 'voided' | 'replaced';
  readonly replacedBy: string | null;
  /** Changes for the passenger's own reason behind it. */
  readonly changedTimes: number;
  readonly reissuedTimes: number;
  /** It took the place of another one, changed or issued again: what was paid came in with that one. */
  readonly isReplacement?: true;
  /** How it was paid: money goes back the same way. */
  readonly payment: PaymentKind;
  readonly shiftId: string;
  readonly leaseId: string;
  readonly seatNumber: number | null;
  /** What it took of its departure; absent = a seat. */
  readonly takes?: 'head' | 'quota' | 'none';
  /** Room on deck, of a vehicle's ticket. */
  readonly room?: { readonly deck: Deck | null; readonly laneCm: number; readonly places: number };
}

/** The place that a ticket gives back, as its entries say it. */
export function placeOf({ leaseId, seatNumber, takes, room }: SoldTicket) {
  return { leaseId, seatNumber, ...(takes ? { takes } : {}), ...(room ? { room } : {}) };
}

/** What has become of a ticket that stands in the way of anything more with it. */
export function obstacleOf(ticket: SoldTicket): Refusal | undefined {
  switch (ticket.state) {
    case 'sold':
      return undefined;
    case 'boarded':
      return refused('afterSale.boarded', {}, 'ticketNumber').refusal;
    case 'refunded':
      return refused('afterSale.refunded', {}, 'ticketNumber').refusal;
    case 'voided':
      return refused('afterSale.voided', {}, 'ticketNumber').refusal;
    case 'replaced':
      return refused('afterSale.replaced', { ticketNumber: ticket.replacedBy ?? '' }, 'ticketNumber').refusal;
  }
}

/** The rows for an act: those that the ticket names, else those of the day of its sale. Null = the act is not offered. */
export function rowsOf(
  rules: FeeRules,
  ticket: SoldTicket,
  act: 'refund' | 'change',
): Outcome<FeeSet | null> {
  const named = ticket.feeSets?.[act];
  if (named) return feeSetOf(rules, named, act);
  if (named === null) return accepted(null);
  const { departure, carrierId, subject, soldAt } = ticket;
  const { mode, lineId } = departure;
  const saleDate = businessDateOf(soldAt);
  return accepted(feeSetFor(rules, { act, mode, lineId, carrierId, subject, saleDate }) ?? null);
}

/** A permit as the desk holds it: for one ticket and one act. */
export interface HeldPermit {
  readonly requestId: string;
  readonly ticketNumber: string;
  readonly act: 'refund' | 'change' | 'reissue' | 'collect';
}

/** This window may act on a ticket when it is the ticket's authority, or holds a permit for that ticket and act. */
export interface Authority {
  readonly isOwn: boolean;
  readonly permit: HeldPermit | null;
}

/** The request id to write, or why the ticket may not be touched here (architecture, idea 2). */
export function permitFor(
  ticket: SoldTicket,
  act: HeldPermit['act'],
  { isOwn, permit }: Authority,
): Outcome<string | null> {
  if (isOwn) return accepted(null);
  if (!permit) return refused('afterSale.needsPermit', {}, 'ticketNumber');
  if (permit.ticketNumber !== ticket.ticketNumber || permit.act !== act)
    return refused('afterSale.permitOther', {}, 'ticketNumber');
  return accepted(permit.requestId);
}
