import type { NewEntry } from '../../contract/entries.ts';
import type { FeeRules } from '../../contract/fee-rules.ts';
import type { DepartureId, Fen, TicketNumber } from '../../contract/ids.ts';
import { accepted, refused, yuan, type Outcome } from '../../contract/refusals.ts';
import type { Rights } from '../contingency/rights.ts';
import { feeAt, type Fee } from './fee-rules.ts';
import { obstacleOf, permitFor, placeOf, rowsOf, type Authority, type SoldTicket } from './ticket.ts';

/** What a refund of one ticket would be. */
export interface RefundQuote {
  readonly fareFen: number;
  readonly feeFen: number;
  readonly backFen: number;
  /** Rows that gave the fee; null where a right made it free. */
  readonly fee: (Fee['set'] & { readonly band: number }) | null;
  /** Orders and state changes that made it free; empty = the passenger's own reason. */
  readonly because: readonly string[];
}

/**
 * The refund of a ticket now. With a right (the carrier does not sail as sold, a plan gives it) it is free, whatever the rows
 * say and however late (Civil Code art. 820); else by the rows that it was sold under, of the ticket price alone.
 */
export function quoteRefund(
  rules: FeeRules,
  ticket: SoldTicket,
  rights: Rights,
  nowMs: number,
): Outcome<RefundQuote> {
  const obstacle = obstacleOf(ticket);
  if (obstacle) return { ok: false, refusal: obstacle };
  const { fareFen, departure } = ticket;
  if (rights.refund)
    return accepted({ fareFen, feeFen: 0, backFen: fareFen, fee: null, because: rights.refund.because });
  const rows = rowsOf(rules, ticket, 'refund');
  if (!rows.ok) return rows;
  if (!rows.value) return refused('refund.tooLate', {}, 'ticketNumber');
  const { feeFen, set, band } = feeAt(rows.value, fareFen, departure.departAt, nowMs);
  if (feeFen === null) return refused('refund.tooLate', {}, 'ticketNumber');
  return accepted({ fareFen, feeFen, backFen: fareFen - feeFen, fee: { ...set, band }, because: [] });
}

export interface RefundCommand {
  /** Tickets with the right of each and whose they are to act on. */
  readonly tickets: readonly {
    readonly ticket: SoldTicket;
    readonly rights: Rights;
    readonly authority: Authority;
    /** When a numbered request for this very refund was taken down: what it costs counts from then. Absent = now. */
    readonly askedAt?: number;
  }[];
  /** The money back that the clerk saw. */
  readonly backFen: number;
  /** The document of the sale was shown (ticketing rules 2.4); in bulk, to an electronic account, it need not be. */
  readonly documentShown: boolean;
  readonly countersignedBy: string | null;
  /** Null for what a leader does in bulk: no drawer is touched. */
  readonly shiftId: string | null;
  readonly batchId: string | null;
  /** In bulk, cash is not handed over: it is owed to whoever comes with the document. */
  readonly owesCash?: boolean;
}

export interface RefundDecision {
  readonly entries: NewEntry[];
  readonly backFen: number;
}

/**
 * Decides a refund: all tickets or none. Entries: one `ticket.refunded` a ticket, then one `refund.money` a way of payment, because
 * money goes back as it came. Refusals, ticket by ticket: its state, its authority, its time; then document, total, second person.
 */
export function decideRefund(
  rules: FeeRules,
  command: RefundCommand,
  nowMs: number,
): Outcome<RefundDecision> {
  const { shiftId, batchId, countersignedBy } = command;
  const entries: NewEntry[] = [];
  const byPayment = new Map<SoldTicket['payment'], { count: number; fen: number }>();
  const seen = new Set<string>();
  let backFen = 0;
  for (const { ticket, rights, authority, askedAt = nowMs } of command.tickets) {
    const quote = quoteRefund(rules, ticket, rights, Math.min(nowMs, askedAt));
    if (!quote.ok) return quote;
    if (seen.size === seen.add(ticket.ticketNumber).size)
      return refused('afterSale.refunded', {}, 'ticketNumber');
    const requestId = permitFor(ticket, 'refund', authority);
    if (!requestId.ok) return requestId;
    const { value } = quote;
    backFen += value.backFen;
    const isOwed = command.owesCash === true && ticket.payment === 'cash';
    const money = byPayment.get(ticket.payment) ?? { count: 0, fen: 0 };
    if (!isOwed) byPayment.set(ticket.payment, { count: money.count + 1, fen: money.fen + value.backFen });
    entries.push({
      kind: 'ticket.refunded',
      body: {
        ticketNumber: ticket.ticketNumber as TicketNumber,
        departureId: ticket.departure.departureId as DepartureId,
        subject: ticket.subject,
        fareFen: value.fareFen as Fen,
        feeFen: value.feeFen as Fen,
        backFen: value.backFen as Fen,
        payment: ticket.payment,
        fee: value.fee,
        because: [...value.because],
        requestId: requestId.value,
        batchId,
        countersignedBy,
        ...(isOwed ? { owed: true as const } : {}),
        ...placeOf(ticket),
        shiftId,
      },
    });
  }
  const isElectronic = [...byPayment.keys()].every((payment) => payment !== 'cash');
  if (!command.documentShown && !(batchId !== null && isElectronic))
    return refused('afterSale.document', {}, 'documentShown');
  if (command.backFen !== backFen)
    return refused('afterSale.quoteChanged', { backYuan: yuan(backFen) }, 'backFen');
  const limit = rules.settings.secondSignatureFromFen.value;
  if (backFen >= limit && countersignedBy === null)
    return refused('afterSale.needsSecond', { limitYuan: yuan(limit) }, 'countersignedBy');
  for (const [payment, { count, fen }] of byPayment)
    entries.push({
      kind: 'refund.money',
      body: { shiftId, payment, ticketCount: count, backFen: fen as Fen, batchId },
    });
  return accepted({ entries, backFen });
}

/** One step of a refund in bulk: what it wrote, what is left, who is somebody's task. */
export interface BulkStep {
  readonly entries: NewEntry[];
  readonly refunded: readonly string[];
  /** Tickets of the departure that a next step will take. */
  readonly left: number;
  /** Not refunded by this: boarded, without a right, not this window's. They stay on the work list. */
  readonly open: readonly { readonly ticketNumber: string; readonly code: string }[];
  readonly backFen: number;
}

/**
 * The next step of a free refund of a whole departure (ticketing rules 2.4, mass refund). It looks only at what the tickets are
 * now, so it can be stopped anywhere and begun again: who is refunded is passed over, nobody is refunded twice. Tickets without a
 * right are never charged by it: they stay open. Cash is owed: it goes into the hand of whoever shows the document, one by one. Give it the tickets in their original order.
 */
export function nextBulkRefund(
  rules: FeeRules,
  command: Omit<RefundCommand, 'backFen' | 'batchId'> & { readonly batchId: string; readonly most: number },
  nowMs: number,
): Outcome<BulkStep> {
  const ready: RefundCommand['tickets'][number][] = [];
  const open: { ticketNumber: string; code: string }[] = [];
  const seen = new Set<string>();
  for (const each of command.tickets) {
    const { ticketNumber, state } = each.ticket;
    if (state === 'refunded' || state === 'voided' || state === 'replaced') continue;
    if (seen.size === seen.add(ticketNumber).size) continue;
    const quote = quoteRefund(rules, each.ticket, each.rights, nowMs);
    const permit = permitFor(each.ticket, 'refund', each.authority);
    if (!quote.ok) open.push({ ticketNumber, code: quote.refusal.code });
    else if (quote.value.fee !== null) open.push({ ticketNumber, code: 'refund.noRight' });
    else if (!permit.ok) open.push({ ticketNumber, code: permit.refusal.code });
    else ready.push(each);
  }
  const tickets = ready.slice(0, command.most);
  const backFen = tickets.reduce((sum, { ticket }) => sum + ticket.fareFen, 0);
  const decided = decideRefund(rules, { ...command, owesCash: true, tickets, backFen }, nowMs);
  if (!decided.ok && tickets.length > 0) return decided;
  return accepted({
    entries: decided.ok ? decided.value.entries : [],
    refunded: tickets.map(({ ticket }) => ticket.ticketNumber),
    left: ready.length - tickets.length,
    open,
    backFen,
  });
}
