import type { Fen } from '../contract/ids.ts';
import type { Refusal } from '../contract/refusals.ts';
import { FREE_CHILD } from '../contract/ticket-classes.ts';
import { suggestClass } from './fares.ts';
import {
  assertFits,
  checkPassenger,
  needsApproval,
  needsSecondReader,
  obstacleToOrder,
} from './order-check.ts';
import { freeCarrier, takesOf } from './passenger-kinds.ts';
import { leasesWithout } from './reserves.ts';
import { freshLease, takePlaces, wholeOf } from './seats.ts';
import { ageOn } from './time.ts';
import type {
  Departure,
  LeaseState,
  PassengerQuote,
  Quote,
  QuoteState,
  SalePassenger,
  SaleVehicle,
  VehicleQuote,
} from './types.ts';
import { freshVehicleLease } from './vehicles/space.ts';
import { priceVehicles } from './vehicles/vehicles.ts';

/**
 * What a sale would say, without money and without an effect: fare or refusal passenger by passenger and vehicle by vehicle, and
 * what stands in the way of the whole order (its size, the departure, the shift, the seats). A form without passengers is no
 * obstacle yet. With `clerkNumber` the shift must be that clerk's, as a sale asks; without it any open shift will do. A second
 * signature that is still to be given is no refusal: `needsApproval` says so.
 */
export function decideQuote(
  state: QuoteState,
  command: {
    readonly clerkNumber?: string;
    readonly passengers: readonly SalePassenger[];
    readonly vehicles?: readonly SaleVehicle[];
  },
  nowMs: number,
): Quote {
  const { passengers, vehicles = [] } = command;
  assertFits(state, passengers, vehicles);
  const { departure } = state;
  const quotes = passengers.map((passenger, index) => {
    if (!departure) return { fareFen: null, suggestedClass: passenger.ticketClass, ageYears: null };
    return quotePassenger(state, departure, passengers, vehicles, index);
  });
  const vehicleQuotes = quoteVehicles(state, passengers, vehicles, nowMs);
  const totalFen = [...quotes, ...vehicleQuotes].reduce((sum, quote) => sum + (quote.fareFen ?? 0), 0) as Fen;
  const refusal = obstacleToOrder(state, command, nowMs) ?? obstacleInPlaces(state, passengers, vehicles);
  const quote = { passengers: quotes, vehicles: vehicleQuotes, totalFen };
  return refusal ? { ...quote, refusal } : quote;
}

function quotePassenger(
  state: QuoteState,
  departure: Departure,
  passengers: readonly SalePassenger[],
  vehicles: readonly SaleVehicle[],
  index: number,
): PassengerQuote {
  const passenger = passengers[index];
  const birthDate = passenger?.birthDate ?? null;
  const carrier = freeCarrier(state.timetable, departure, passengers, index);
  const suggestedClass = suggestClass(state.timetable, departure, birthDate, carrier !== undefined);
  const known = {
    suggestedClass,
    ...(suggestedClass === FREE_CHILD && carrier !== undefined ? { suggestedCarrier: carrier } : {}),
    ...(passenger && needsApproval(state, passenger) ? { needsApproval: true } : {}),
    ...(passenger && needsSecondReader(state, passenger) ? { needsReader: true } : {}),
    ageYears: birthDate === null ? null : ageOn(birthDate, departure.date),
  };
  const fare = checkPassenger(state, departure, passengers, index, vehicles);
  return fare.ok
    ? { fareFen: fare.value.fareFen, ...known }
    : { fareFen: null, ...known, refusal: fare.refusal };
}

function quoteVehicles(
  state: QuoteState,
  passengers: readonly SalePassenger[],
  vehicles: readonly SaleVehicle[],
  nowMs: number,
): VehicleQuote[] {
  const { departure } = state;
  if (!departure) return vehicles.map(() => ({ fareFen: null, deck: null }));
  const space = departure.vehicleSpace;
  const { moreRoom } = state;
  const beyond = moreRoom ?? (state.vehicleLeases.length > 0 || space === null ? undefined : space);
  const vehicleLeases = beyond
    ? [...state.vehicleLeases, freshVehicleLease('', beyond)]
    : state.vehicleLeases;
  return priceVehicles({ ...state, vehicleLeases }, departure, passengers, vehicles, nowMs).map((priced) =>
    priced.ok
      ? { fareFen: priced.value.fare.fareFen, deck: priced.value.space.deck }
      : { fareFen: null, deck: null, refusal: priced.refusal },
  );
}

/** The leases in hand and what can be had beyond them; before first use the whole departure is there to be leased. */
export function leasesOrWhole(state: QuoteState, departure: Departure): readonly LeaseState[] {
  const { leases, more: others } = state;
  if (others)
    return [...leases, freshLease('', departure.departureId, { kind: 'free', count: others.seats }, others)];
  if (state.leases.length > 0) return leasesWithout(state.leases, state.heldBack);
  const { seats, ...more } = wholeOf(departure);
  return leasesWithout([freshLease('', departure.departureId, seats, more)], state.heldBack);
}

function obstacleInPlaces(
  state: QuoteState,
  passengers: readonly SalePassenger[],
  vehicles: readonly SaleVehicle[],
): Refusal | undefined {
  const { departure, timetable } = state;
  // Who has no place takes none.
  if (!departure || state.queue?.kind === 'standby') return undefined;
  const taken = takePlaces(
    leasesOrWhole(state, departure),
    takesOf(timetable, departure, passengers, vehicles),
  );
  return taken.ok ? undefined : taken.refusal;
}
