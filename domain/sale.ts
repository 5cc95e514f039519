import { composeTicketNumber } from '../contract/encoding/ticket-number.ts';
import type { EntryBody } from '../contract/entries.ts';
import type { Fen, TicketNumber } from '../contract/ids.ts';
import { accepted, refused, yuan, type Outcome } from '../contract/refusals.ts';
import { NO_LEASE } from '../contract/rolling.ts';
import { FREE_CHILD, VEHICLE, type TicketTakes } from '../contract/ticket-classes.ts';
import { nextQueueNumbers } from './departures/queue-numbers.ts';
import type { Fare } from './fares.ts';
import {
  assertFits,
  checkPassenger,
  needsApproval,
  needsSecondReader,
  obstacleToOrder,
} from './order-check.ts';
import { takesOf } from './passenger-kinds.ts';
import { leasesWithout } from './reserves.ts';
import { freshLease, takePlaces, wholeOf } from './seats.ts';
import { endFields } from './stops.ts';
import type {
  DecidedEntry,
  Departure,
  LeaseState,
  SaleCommand,
  SaleDecision,
  SalePassenger,
  SaleState,
  SaleVehicle,
  TakenSeat,
  VehicleLeaseState,
} from './types.ts';
import { roomLacking, roomWanted } from './vehicles/room.ts';
import { freshVehicleLease } from './vehicles/space.ts';
import { priceVehicles, type PricedVehicle } from './vehicles/vehicles.ts';

/** Five digits of a ticket number. */
const LAST_SERIAL = 99_999;

/**
 * Decides a sale for cash: one ticket a passenger and one a vehicle, all or none. The entries to write are, in this order,
 * `lease.given` and `lease.taken` over the whole capacity when the window holds no lease of the departure yet (the office is its
 * own grantor), the same for its room for vehicles when the order's first vehicle needs it, one `ticket.sold` a passenger in
 * their order, one `vehicle.sold` a vehicle, and one `sale.money`. A seat is taken by everybody but free children; on a ship
 * every head counts all the same (ticketing rules 2.2.7). A refused sale has used up nothing: no seat, no serial, no id.
 *
 * Refusals, in the order they are looked for: the order's size, the departure and its time, the shift, then passenger by
 * passenger, vehicle by vehicle, then the total, the cash, the second signature, the places and the serials. Money is integer
 * fen; `nowMs` is UTC milliseconds.
 */
export function decideSale(state: SaleState, command: SaleCommand, nowMs: number): Outcome<SaleDecision> {
  const { passengers, vehicles = [] } = command;
  assertFits(state, passengers, vehicles);
  if (passengers.length === 0) return refused('sale.empty', {}, 'passengers');
  const obstacle = obstacleToOrder(state, command, nowMs);
  if (obstacle) return { ok: false, refusal: obstacle };
  const { departure, shift } = state;
  if (!departure || !shift) throw new TypeError('an order without obstacle has a departure and a shift');

  const fares: Fare[] = [];
  let totalFen = 0;
  for (let index = 0; index < passengers.length; index += 1) {
    const fare = checkPassenger(state, departure, passengers, index, vehicles);
    if (!fare.ok) return fare;
    fares.push(fare.value);
    totalFen += fare.value.fareFen;
  }
  const entries: DecidedEntry[] = [];
  const vehicleLeases = vehicleSpaceInHand(state, departure, vehicles);
  const priced: PricedVehicle[] = [];
  for (const outcome of priceVehicles(
    { ...state, vehicleLeases: vehicleLeases.leases },
    departure,
    passengers,
    vehicles,
    nowMs,
  )) {
    if (!outcome.ok) return outcome;
    priced.push(outcome.value);
    totalFen += outcome.value.fare.fareFen;
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
  const unsigned = passengers.findIndex((one) => needsApproval(state, one));
  const { countersignedBy, countersignerLeads = true } = command;
  if (unsigned >= 0 && (countersignedBy === undefined || !countersignerLeads)) {
    const name = state.timetable.documentKind(passengers[unsigned]?.documentKind ?? '')?.name ?? '';
    return refused('document.approval', { name }, `passengers.${unsigned}.documentKind`);
  }

  const unread = passengers.findIndex((one) => needsSecondReader(state, one));
  if (unread >= 0 && countersignedBy === undefined)
    return refused('rules.secondReader', {}, `passengers.${unread}`);

  // A signature that no entry would carry is not asked for.
  if (unsigned < 0 && unread < 0 && countersignedBy !== undefined)
    return refused('document.noApproval', {}, 'secondSignature');

  const takes = takesOf(state.timetable, departure, passengers, vehicles);
  const seats =
    state.queue?.kind === 'standby'
      ? accepted(takes.map((): TakenSeat => ({ leaseId: NO_LEASE, seatNumber: null })))
      : takePlaces(leasesWithout(leasesInHand(state, departure, entries, takes), state.heldBack), takes);
  if (!seats.ok) return seats;
  if (state.nextSerial + passengers.length + vehicles.length - 1 > LAST_SERIAL)
    return refused('sale.numbersUsed');
  entries.push(...vehicleLeases.entries);

  const queued = state.queue && nextQueueNumbers(state.queue, state.windowNumber, passengers.length, nowMs);
  const rollingOf = (index: number): Pick<EntryBody<'ticket.sold'>, 'rolling'> => {
    const queueNumber = queued?.[index];
    if (queueNumber === undefined) return {};
    const { line, date } = departure;
    const standby = state.queue?.kind === 'standby' ? { standby: true as const } : {};
    return { rolling: { lineId: line.id, date, queueNumber, ...standby } };
  };
  const numberOf = (place: number): TicketNumber => ticketNumberOf(state, state.nextSerial + place);
  const tickets: SaleDecision['tickets'] = [];
  for (const [index, passenger] of passengers.entries()) {
    const fare = fares[index];
    const seat = seats.value[index];
    const what = takes[index];
    if (!fare || !seat || !what) throw new TypeError('every passenger has a fare and a place');
    const body: EntryBody<'ticket.sold'> = {
      ...common(state, departure, shift.shiftId, numberOf(index), 'passenger'),
      ticketClass: passenger.ticketClass,
      fareFen: fare.fareFen,
      fareRuleId: fare.ruleId,
      capture: passenger.capture,
      documentKind: passenger.documentKind,
      leaseId: seat.leaseId,
      seatNumber: seat.seatNumber,
      ...kindFields(state, command, passenger, what),
      ...rollingOf(index),
      ...(passenger.carriedBy === undefined || passenger.ticketClass !== FREE_CHILD
        ? {}
        : { carriedBy: numberOf(passenger.carriedBy) }),
    };
    entries.push({ kind: 'ticket.sold', body, passenger: index });
    const { ticketNumber, ticketClass, fareFen, seatNumber } = body;
    tickets.push({ ticketNumber, ticketClass, fareFen, seatNumber, takes: what });
  }
  const sold = vehicles.map((vehicle, index) => {
    const one = priced[index];
    if (!one) throw new TypeError('every vehicle has a price');
    const ticketNumber = numberOf(passengers.length + index);
    entries.push({
      kind: 'vehicle.sold',
      vehicle: index,
      body: {
        ...common(state, departure, shift.shiftId, ticketNumber, 'vehicle'),
        ticketClass: VEHICLE,
        vehicleType: vehicle.vehicleType,
        lengthCm: vehicle.lengthCm,
        laneCm: one.space.laneCm,
        places: one.space.places,
        deck: one.space.deck,
        driverTicket: numberOf(vehicle.driver),
        fareFen: one.fare.fareFen,
        fareRuleId: one.fare.ruleId,
        leaseId: one.space.leaseId,
        seatNumber: null,
      },
    });
    return { ticketNumber, fareFen: one.fare.fareFen, deck: one.space.deck };
  });
  const money = {
    totalFen: totalFen as Fen,
    tenderedFen: tenderedFen as Fen,
    changeFen: (tenderedFen - totalFen) as Fen,
  };
  const ticketCount = tickets.length + sold.length;
  entries.push({
    kind: 'sale.money',
    body: { shiftId: shift.shiftId, payment: command.payment, ticketCount, ...money },
  });
  return accepted({ entries, tickets, vehicles: sold, totalFen: money.totalFen, changeFen: money.changeFen });
}

/** The leases of the departure, with what the office may give itself put before all other entries where they do not do. */
function leasesInHand(
  state: SaleState,
  departure: Departure,
  entries: DecidedEntry[],
  takes: readonly TicketTakes[],
): readonly LeaseState[] {
  const { leases, ownGrant, freshLeaseId: leaseId } = state;
  const isEnough = ownGrant === undefined ? leases.length > 0 : takePlaces(leases, takes).ok;
  if (isEnough || ownGrant === null) return leases;
  const { departureId, capacity } = departure;
  const { seats, whole, ...more } = ownGrant ?? { ...wholeOf(departure), whole: undefined };
  const lease = { leaseId, departureId, grantor: 'self', seats, ...more } as const;
  const given = { ...lease, holder: state.windowId, capacity, ...(whole ? { whole } : {}) };
  entries.push({ kind: 'lease.given', body: given }, { kind: 'lease.taken', body: lease });
  return [...leases, freshLease(leaseId, departureId, seats, more)];
}

/**
 * Room for vehicles in the window's hands, with what the office may give itself where that does not do: the whole of it at a
 * window that is its own host. The entries that say so are written only with the sale.
 */
function vehicleSpaceInHand(
  state: SaleState,
  departure: Departure,
  vehicles: readonly SaleVehicle[],
): { leases: readonly VehicleLeaseState[]; entries: DecidedEntry[] } {
  const { vehicleLeases, ownRoom, freshVehicleLeaseId: leaseId } = state;
  const whole = departure.vehicleSpace;
  const inHand = { leases: vehicleLeases, entries: [] };
  if (vehicles.length === 0 || whole === null || leaseId === undefined || ownRoom === null) return inHand;
  const isEnough =
    ownRoom === undefined
      ? vehicleLeases.length > 0
      : roomLacking(vehicleLeases, roomWanted(state.timetable, departure, vehicles)).length === 0;
  if (isEnough) return inHand;
  const { space } = ownRoom ?? { space: whole };
  const lease = { leaseId, departureId: departure.departureId, grantor: 'self', space } as const;
  const given = { ...lease, holder: state.windowId, ...(ownRoom ? { whole: ownRoom.whole } : {}) };
  return {
    leases: [...vehicleLeases, freshVehicleLease(leaseId, space)],
    entries: [
      { kind: 'vehicleLease.given', body: given },
      { kind: 'vehicleLease.taken', body: lease },
    ],
  };
}

function ticketNumberOf(state: SaleState, serial: number): TicketNumber {
  const { stationCode, businessDate, windowNumber, ledgerOrdinal } = state;
  return composeTicketNumber({ stationCode, businessDate, window: windowNumber, ledgerOrdinal, serial });
}

/** What a passenger's and a vehicle's ticket say alike. */
function common(
  state: SaleState,
  departure: Departure,
  shiftId: string,
  ticketNumber: TicketNumber,
  subject: 'passenger' | 'vehicle',
) {
  const { departureId, departAt, line } = departure;
  const feeSets = state.feeSets?.(subject);
  return {
    ticketNumber,
    departureId,
    departAt,
    lineId: line.id,
    fromPlaceId: line.fromPlaceId,
    ...endFields(departure),
    fareVersion: state.timetable.version,
    ...(state.timetable.dataVersion === undefined ? {} : { dataVersion: state.timetable.dataVersion }),
    ...(feeSets ? { feeSets } : {}),
    shiftId,
  };
}

/** What only some passengers' tickets say. What came with a class that does not ask for it would say nothing and is left out. */
function kindFields(
  state: SaleState,
  command: SaleCommand,
  passenger: SalePassenger,
  takes: TicketTakes,
): Partial<EntryBody<'ticket.sold'>> {
  const { ticketClass, childBasis, proof, documentOffice, documentKind } = passenger;
  const kind = state.timetable.documentKind(documentKind);
  const isChild = ticketClass === 'child_half' || ticketClass === FREE_CHILD;
  return {
    ...(isChild && childBasis ? { childBasis } : {}),
    ...(takes === 'seat' ? {} : { takes }),
    ...(proof && !isChild && ticketClass !== 'full' ? { proof } : {}),
    ...(kind?.needsOffice && documentOffice !== undefined ? { documentOffice } : {}),
    ...(needsApproval(state, passenger) && command.countersignedBy !== undefined
      ? { countersignedBy: command.countersignedBy }
      : {}),
    ...(needsSecondReader(state, passenger) && command.countersignedBy !== undefined
      ? { readAloudBy: command.countersignedBy }
      : {}),
  };
}
