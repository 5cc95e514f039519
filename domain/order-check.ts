import { saidKind } from '../contract/document-kinds.ts';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../contract/refusals.ts';
import { checkClass, type Fare } from './fares.ts';
import { checkTies } from './passenger-kinds.ts';
import { isFrozen } from './succession.ts';
import { addDays, localTimeOf } from './time.ts';
import type { Departure, QuoteState, SalePassenger, SaleVehicle, Timetable } from './types.ts';
import { MOST_VEHICLES } from './vehicles/vehicles.ts';

/** Tickets of one order at most: what a form shows and one transaction writes, not a rule of the trade. */
export const MOST_PASSENGERS = 20;

/** Whether a departure is on sale at this window now. */
export type SaleWindow = 'onSale' | 'notOnSaleYet' | 'saleEnded' | 'left';

/**
 * Where an instant lies in a departure's sale (ticketing rules 2.3): from `advanceSaleDays` before its date until
 * `stopOfSaleMin` before it leaves. `businessDate` is that of `nowMs`. Both ends are settings of the feed.
 */
export function saleWindow(
  timetable: Pick<Timetable, 'settings'>,
  departure: Departure,
  businessDate: string,
  nowMs: number,
): SaleWindow {
  const { advanceSaleDays } = timetable.settings;
  const leavesAt = leavesHereAt(departure);
  if (nowMs >= leavesAt) return 'left';
  if (nowMs >= leavesAt - stopOfSaleOf(timetable, departure) * 60_000) return 'saleEnded';
  return departure.date > addDays(businessDate, advanceSaleDays.value) ? 'notOnSaleYet' : 'onSale';
}

/** When a departure leaves this station: where its line calls here on its way, later than its start. UTC milliseconds. */
export const leavesHereAt = ({
  departAt,
  callsHereMin = 0,
}: Pick<Departure, 'departAt' | 'callsHereMin'>): number => departAt + callsHereMin * 60_000;

/** Minutes before departure at which its sale ends: its own, else the setting's. */
function stopOfSaleOf(timetable: Pick<Timetable, 'settings'>, departure: Departure): number {
  return departure.stopOfSaleMin ?? timetable.settings.stopOfSaleMin.value;
}

/** What stands in the way of an order before any of its passengers is looked at; undefined when nothing does. */
export function obstacleToOrder(
  state: QuoteState,
  command: {
    readonly clerkNumber?: string;
    readonly passengers: readonly SalePassenger[];
    readonly vehicles?: readonly SaleVehicle[];
  },
  nowMs: number,
): Refusal | undefined {
  const { departure, departureId, shift } = state;
  if ((command.vehicles?.length ?? 0) > MOST_VEHICLES) {
    return refuse('vehicle.tooMany', { most: MOST_VEHICLES }, 'vehicles');
  }
  if (command.passengers.length > MOST_PASSENGERS) {
    return refuse('sale.tooMany', { most: MOST_PASSENGERS }, 'passengers');
  }
  if (!departure) return refuse('departure.unknown', { departureId }, 'departureId');
  const window = obstacleInTime(state, departure, nowMs);
  if (window) return window;
  if (state.endedBy) return refuse(`departure.${state.endedBy}`, {}, 'departureId');
  if (state.queue && departure.date !== state.businessDate) return refuse('rolling.today', {}, 'departureId');
  if (state.queue?.kind === 'standby' && (command.vehicles?.length ?? 0) > 0)
    return refuse('rolling.noVehicle', {}, 'vehicles');
  const { frozenThrough } = state;
  if (frozenThrough && isFrozen(departure.date, frozenThrough))
    return refuse('departure.frozen', { frozenThrough }, 'departureId');
  if (!shift) return refuse('shift.notOpen');
  if (command.clerkNumber !== undefined && command.clerkNumber !== shift.clerkNumber) {
    return refuse('shift.otherClerk', { clerkNumber: shift.clerkNumber });
  }
  return undefined;
}

function obstacleInTime(state: QuoteState, departure: Departure, nowMs: number): Refusal | undefined {
  switch (saleWindow(state.timetable, departure, state.businessDate, nowMs)) {
    case 'onSale':
      return undefined;
    case 'notOnSaleYet':
      return refuse('departure.notOnSaleYet', {}, 'departureId');
    case 'saleEnded':
      return refuse(
        'departure.saleEnded',
        { minutes: stopOfSaleOf(state.timetable, departure) },
        'departureId',
      );
    case 'left': {
      const time = localTimeOf(leavesHereAt(departure));
      const today = departure.date === state.businessDate;
      return refuse('departure.left', { time: today ? time : `${departure.date} ${time}` }, 'departureId');
    }
  }
}

/**
 * Whether one passenger of an order may have the ticket asked for, and its fare: one document one ticket a departure
 * (ticketing rules 1.3), a document that has not expired, a class the passenger is entitled to. The refusal's field is
 * `passengers.<index>`, with the member where one is to blame.
 */
export function checkPassenger(
  state: QuoteState,
  departure: Departure,
  passengers: readonly SalePassenger[],
  index: number,
  vehicles: readonly SaleVehicle[] = [],
): Outcome<Fare> {
  const passenger = passengers[index];
  if (!passenger) throw new RangeError(`the order has no passenger ${index}`);
  const field = `passengers.${index}`;
  for (let before = 0; before < index; before += 1) {
    if (passengers[before]?.samePersonKey === passenger.samePersonKey)
      return refused('holder.twice', {}, field);
  }
  const ticketNumber = state.existingTickets[index];
  if (ticketNumber !== undefined)
    return refused(state.queue ? 'rolling.held' : 'holder.hasTicket', { ticketNumber }, field);
  const validTo = passenger.validTo ?? null;
  if (validTo !== null && validTo < state.businessDate)
    return refused('document.expired', { validTo }, field);
  const under = ({ refusal }: { refusal: Refusal }): Outcome<never> => {
    const member = refusal.field;
    return {
      ok: false,
      refusal: { ...refusal, field: member === undefined ? field : `${field}.${member}` },
    };
  };
  const kind = state.timetable.documentKind(passenger.documentKind);
  if (kind?.on !== true)
    return under(
      kind
        ? refused('document.kindOff', { name: kind.name }, 'documentKind')
        : refused('document.kindUnknown', { kind: saidKind(passenger.documentKind) }, 'documentKind'),
    );
  if (kind.needsOffice && passenger.documentOffice === undefined)
    return under(refused('document.office', { name: kind.name }, 'documentOffice'));
  const fare = checkClass(state.timetable, departure, passenger);
  if (!fare.ok) return under(fare);
  const ties = checkTies(state.timetable, departure, passengers, vehicles, index);
  return ties.ok ? accepted(fare.value) : under(ties);
}

/** Whether a shift leader has to sign for a passenger's document (ticketing rules 1.3, code 990). */
export function needsApproval(
  state: Pick<QuoteState, 'timetable'>,
  passenger: Pick<SalePassenger, 'documentKind'>,
): boolean {
  return state.timetable.documentKind(passenger.documentKind)?.needsApproval === true;
}

/** Whether a second person has to read the document aloud while it is typed: the reader is down (ticketing rules 3.4, EQUIPMENT). */
export function needsSecondReader(
  state: Pick<QuoteState, 'typedNeedsSecond'>,
  passenger: Pick<SalePassenger, 'capture'>,
): boolean {
  return state.typedNeedsSecond === true && passenger.capture === 'typed';
}

/** A state that does not fit the order is a defect of the caller, found here before it could cost a seat. */
export function assertFits(
  state: QuoteState,
  passengers: readonly SalePassenger[],
  vehicles: readonly SaleVehicle[],
): void {
  if (state.existingVehicles.length !== vehicles.length) {
    throw new TypeError('one existing ticket or undefined is needed for each vehicle');
  }
  if (state.existingTickets.length !== passengers.length) {
    throw new TypeError('one existing ticket or undefined is needed for each passenger');
  }
  if (state.departure && state.departure.departureId !== state.departureId) {
    throw new TypeError('the departure given is not the one asked for');
  }
  if (state.leases.some((lease) => lease.departureId !== state.departureId)) {
    throw new TypeError('a lease of another departure was given');
  }
}
