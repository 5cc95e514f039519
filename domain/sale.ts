import { composeTicketNumber } from '../contract/encoding/ticket-number.ts';
import type { EntryBody } from '../contract/entries.ts';
import type { Fen } from '../contract/ids.ts';
import { accepted, refused, yuan, type Outcome } from '../contract/refusals.ts';
import type { Fare } from './fares.ts';
import { assertFits, checkPassenger, obstacleToOrder } from './order-check.ts';
import { freshLease, seatsOfWhole, takeSeats } from './seats.ts';
import type {
  DecidedEntry,
  Departure,
  LeaseState,
  SaleCommand,
  SaleDecision,
  SalePassenger,
  SaleState,
  TakenSeat,
} from './types.ts';

/** Five digits of a ticket number. */
const LAST_SERIAL = 99_999;

/**
 * Decides a sale for cash: one ticket a passenger, all or none. The entries to write are, in this order, `lease.given` and
 * `lease.taken` over the whole capacity when the window holds no lease of the departure yet (the office is its own grantor),
 * one `ticket.sold` a passenger in their order, and one `sale.money`. Every passenger takes a place, so every head counts
 * (ticketing rules 2.2.7). A refused sale has used up nothing: no seat, no serial, no id.
 *
 * Refusals, in the order they are looked for: the order's size, the departure and its time, the shift, then passenger by
 * passenger, then the total, the cash, the seats and the serials. Money is integer fen; `nowMs` is UTC milliseconds.
 */
export function decideSale(state: SaleState, command: SaleCommand, nowMs: number): Outcome<SaleDecision> {
  const { passengers } = command;
  assertFits(state, passengers);
  if (passengers.length === 0) return refused('sale.empty', {}, 'passengers');
  const obstacle = obstacleToOrder(state, command, nowMs);
  if (obstacle) return { ok: false, refusal: obstacle };
  const { departure, shift } = state;
  if (!departure || !shift) throw new TypeError('an order without obstacle has a departure and a shift');

  const fares: Fare[] = [];
  let totalFen = 0;
  for (let index = 0; index < passengers.length; index += 1) {
    const fare = checkPassenger(state, departure, passengers, index);
    if (!fare.ok) return fare;
    fares.push(fare.value);
    totalFen += fare.value.fareFen;
  }
  const { tenderedFen } = command;
  if (command.totalFen !== totalFen)
    return refused('fare.changed', { totalYuan: yuan(totalFen) }, 'totalFen');
  if (tenderedFen < totalFen) {
    return refused(
      'money.short',
      { tenderedYuan: yuan(tenderedFen), totalYuan: yuan(totalFen) },
      'tenderedFen',
    );
  }

  const entries: DecidedEntry[] = [];
  const seats = takeSeats(leasesInHand(state, departure, entries), passengers.length);
  if (!seats.ok) return seats;
  if (state.nextSerial + passengers.length - 1 > LAST_SERIAL) return refused('sale.numbersUsed');

  const tickets: SaleDecision['tickets'] = [];
  for (const [index, passenger] of passengers.entries()) {
    const fare = fares[index];
    const seat = seats.value[index];
    if (!fare || !seat) throw new TypeError('every passenger has a fare and a seat');
    const body = ticketBody(state, departure, shift.shiftId, passenger, fare, seat, state.nextSerial + index);
    entries.push({ kind: 'ticket.sold', body, passenger: index });
    const { ticketNumber, ticketClass, fareFen, seatNumber } = body;
    tickets.push({ ticketNumber, ticketClass, fareFen, seatNumber });
  }
  const money = {
    totalFen: totalFen as Fen,
    tenderedFen: tenderedFen as Fen,
    changeFen: (tenderedFen - totalFen) as Fen,
  };
  entries.push({
    kind: 'sale.money',
    body: { shiftId: shift.shiftId, payment: command.payment, ticketCount: tickets.length, ...money },
  });
  return accepted({ entries, tickets, totalFen: money.totalFen, changeFen: money.changeFen });
}

/** The leases of the departure; at first use the office gives itself the whole of it, put before all other entries. */
function leasesInHand(
  state: SaleState,
  departure: Departure,
  entries: DecidedEntry[],
): readonly LeaseState[] {
  if (state.leases.length > 0) return state.leases;
  const { departureId } = departure;
  const leaseId = state.freshLeaseId;
  const seats = seatsOfWhole(departure);
  const lease = { leaseId, departureId, grantor: 'self', seats } as const;
  entries.push(
    { kind: 'lease.given', body: { ...lease, holder: state.windowId, capacity: departure.capacity } },
    { kind: 'lease.taken', body: lease },
  );
  return [freshLease(leaseId, departureId, seats)];
}

function ticketBody(
  state: SaleState,
  departure: Departure,
  shiftId: string,
  passenger: SalePassenger,
  fare: Fare,
  seat: TakenSeat,
  serial: number,
): EntryBody<'ticket.sold'> {
  const { stationCode, businessDate, windowNumber, ledgerOrdinal } = state;
  const { line } = departure;
  const body: EntryBody<'ticket.sold'> = {
    ticketNumber: composeTicketNumber({
      stationCode,
      businessDate,
      window: windowNumber,
      ledgerOrdinal,
      serial,
    }),
    departureId: departure.departureId,
    departAt: departure.departAt,
    lineId: line.id,
    fromPlaceId: line.fromPlaceId,
    toPlaceId: line.toPlaceId,
    ticketClass: passenger.ticketClass,
    fareFen: fare.fareFen,
    fareRuleId: fare.ruleId,
    fareVersion: state.timetable.version,
    ...(state.timetable.dataVersion === undefined ? {} : { dataVersion: state.timetable.dataVersion }),
    capture: passenger.capture,
    documentKind: passenger.documentKind,
    leaseId: seat.leaseId,
    seatNumber: seat.seatNumber,
    shiftId,
  };
  // A basis that came with a class that needs none would say nothing about the ticket.
  if (passenger.ticketClass === 'child_half' && passenger.childBasis) body.childBasis = passenger.childBasis;
  return body;
}
