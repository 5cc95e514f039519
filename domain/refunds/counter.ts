import type { NewEntry } from '../../contract/entries.ts';
import type { FeeRules } from '../../contract/fee-rules.ts';
import type { DepartureId, Fen, TicketNumber } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { ChangeQuote, ChangeTarget } from './change.ts';
import { obstacleOf, permitFor, placeOf, type Authority, type SoldTicket } from './ticket.ts';

type Entry<K extends NewEntry['kind']> = Extract<NewEntry, { kind: K }>;

/**
 * The entry of a change that was quoted; the new ticket has a `ticket.sold` of its own before it. `expectedBalanceFen` is what the
 * clerk saw. Refusals: the ticket's state, its authority, a balance that has moved, a missing second person.
 */
export function decideChange(
  rules: FeeRules,
  ticket: SoldTicket,
  target: ChangeTarget,
  quote: ChangeQuote,
  command: {
    readonly newTicketNumber: string;
    readonly authority: Authority;
    readonly expectedBalanceFen: number;
    readonly countersignedBy: string | null;
    readonly batchId: string | null;
    /** Null for what a leader does in bulk. */
    readonly shiftId: string | null;
    /** In bulk, cash back is owed to whoever comes with the document. */
    readonly owesCash?: boolean;
  },
): Outcome<Entry<'ticket.changed'>> {
  const obstacle = obstacleOf(ticket);
  if (obstacle) return { ok: false, refusal: obstacle };
  const requestId = permitFor(ticket, 'change', command.authority);
  if (!requestId.ok) return requestId;
  const { balanceFen, fareFen, newFareFen, feeFen, fee, because, times } = quote;
  if (command.expectedBalanceFen !== balanceFen)
    return refused('afterSale.balanceChanged', {}, 'expectedBalanceFen');
  const limit = rules.settings.secondSignatureFromFen.value;
  if (-balanceFen >= limit && command.countersignedBy === null)
    return refused('afterSale.needsSecond', { limitYuan: (limit / 100).toFixed(2) }, 'countersignedBy');
  const { newTicketNumber, countersignedBy, batchId, shiftId } = command;
  return accepted({
    kind: 'ticket.changed',
    body: {
      ticketNumber: ticket.ticketNumber as TicketNumber,
      newTicketNumber: newTicketNumber as TicketNumber,
      departureId: ticket.departure.departureId as DepartureId,
      newDepartureId: target.departure.departureId as DepartureId,
      newLineId: target.departure.lineId,
      fareFen: fareFen as Fen,
      newFareFen: newFareFen as Fen,
      feeFen: feeFen as Fen,
      balanceFen,
      payment: ticket.payment,
      fee,
      because: [...because],
      times,
      requestId: requestId.value,
      batchId,
      countersignedBy,
      ...(command.owesCash && ticket.payment === 'cash' && balanceFen < 0 ? { owed: true as const } : {}),
      ...placeOf(ticket),
      shiftId,
    },
  });
}

/**
 * Takes a ticket back as if it had not been sold: in the shift that sold it and before check-in opens. Needs no permit, even out of
 * contact (architecture, idea 2).
 */
export function decideVoid(
  ticket: SoldTicket,
  command: { readonly shiftId: string; readonly checkInOpensAt: number; readonly reason: string },
  nowMs: number,
): Outcome<Entry<'ticket.voided'>> {
  const obstacle = obstacleOf(ticket);
  if (obstacle) return { ok: false, refusal: obstacle };
  if (ticket.shiftId !== command.shiftId) return refused('void.otherShift', {}, 'ticketNumber');
  if (ticket.isReplacement) return refused('void.replacement', {}, 'ticketNumber');
  if (nowMs >= command.checkInOpensAt) return refused('void.checkInOpen', {}, 'ticketNumber');
  const { ticketNumber, departure, fareFen, payment } = ticket;
  return accepted({
    kind: 'ticket.voided',
    body: {
      ticketNumber: ticketNumber as TicketNumber,
      departureId: departure.departureId as DepartureId,
      backFen: fareFen as Fen,
      payment,
      reason: command.reason,
      ...placeOf(ticket),
      shiftId: command.shiftId,
    },
  });
}

/** Another copy of the same ticket: copy 2, 3 … stands on it. One that was never printed has its first. */
export function decideReprint(
  ticket: SoldTicket,
  command: { readonly copies: number; readonly reason: string },
): Outcome<Entry<'ticket.reprinted'>> {
  const obstacle = ticket.state === 'boarded' ? undefined : obstacleOf(ticket);
  if (obstacle) return { ok: false, refusal: obstacle };
  const copy = command.copies + 1;
  if (copy > 99) return refused('afterSale.copies', {}, 'ticketNumber');
  const { ticketNumber } = ticket;
  return accepted({
    kind: 'ticket.reprinted',
    body: { ticketNumber: ticketNumber as TicketNumber, copy, reason: command.reason },
  });
}

/**
 * A lost ticket issued again, free, after the identity was checked and only until the gate closes (ticketing rules 1.4); more
 * often than the setting allows needs a second person. The old number is dead from then on.
 */
export function decideReissue(
  rules: FeeRules,
  ticket: SoldTicket,
  command: {
    readonly newTicketNumber: string;
    readonly authority: Authority;
    readonly documentShown: boolean;
    readonly gateClosesAt: number;
    readonly countersignedBy: string | null;
  },
  nowMs: number,
): Outcome<Entry<'ticket.reissued'>> {
  const obstacle = obstacleOf(ticket);
  if (obstacle) return { ok: false, refusal: obstacle };
  const requestId = permitFor(ticket, 'reissue', command.authority);
  if (!requestId.ok) return requestId;
  if (!command.documentShown) return refused('afterSale.document', {}, 'documentShown');
  if (nowMs >= command.gateClosesAt) return refused('reissue.gateClosed', {}, 'ticketNumber');
  const { countersignedBy, newTicketNumber } = command;
  if (ticket.reissuedTimes >= rules.settings.reissuesAlone.value && countersignedBy === null)
    return refused('reissue.second', {}, 'countersignedBy');
  return accepted({
    kind: 'ticket.reissued',
    body: {
      ticketNumber: ticket.ticketNumber as TicketNumber,
      newTicketNumber: newTicketNumber as TicketNumber,
      departureId: ticket.departure.departureId as DepartureId,
      fareFen: ticket.fareFen as Fen,
      times: ticket.reissuedTimes + 1,
      requestId: requestId.value,
      countersignedBy,
    },
  });
}

/** The departure left without the holder. Never of a departure that did not sail: those have rights. */
export function decideNoShow(ticket: SoldTicket): Outcome<Entry<'ticket.noShow'>> {
  const obstacle = obstacleOf(ticket);
  if (obstacle) return { ok: false, refusal: obstacle };
  const { departure, ticketNumber } = ticket;
  if (typeof departure.leftAt !== 'number') return refused('noShow.early', {}, 'ticketNumber');
  return accepted({
    kind: 'ticket.noShow',
    body: { ticketNumber: ticketNumber as TicketNumber, departureId: departure.departureId as DepartureId },
  });
}
