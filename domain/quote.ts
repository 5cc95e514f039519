import type { Fen } from '../contract/ids.ts';
import { refuse } from '../contract/refusals.ts';
import { suggestClass } from './fares.ts';
import { assertFits, checkPassenger, obstacleToOrder } from './order-check.ts';
import { seatsLeft } from './seats.ts';
import { ageOn } from './time.ts';
import type { Departure, PassengerQuote, Quote, QuoteState, SalePassenger } from './types.ts';

/**
 * What a sale would say, without money and without an effect: fare or refusal passenger by passenger, and what stands in the
 * way of the whole order (its size, the departure, the shift, the seats). A form without passengers is no obstacle yet.
 * With `clerkNumber` the shift must be that clerk's, as a sale asks; without it any open shift will do.
 */
export function decideQuote(
  state: QuoteState,
  command: { readonly clerkNumber?: string; readonly passengers: readonly SalePassenger[] },
  nowMs: number,
): Quote {
  const { passengers } = command;
  assertFits(state, passengers);
  const { departure } = state;
  const quotes = passengers.map((passenger, index) => {
    if (!departure) return { fareFen: null, suggestedClass: passenger.ticketClass, ageYears: null };
    return quotePassenger(state, departure, passengers, index);
  });
  const totalFen = quotes.reduce((sum, quote) => sum + (quote.fareFen ?? 0), 0) as Fen;
  const refusal = obstacleToOrder(state, command, nowMs) ?? obstacleInSeats(state, passengers.length);
  return refusal ? { passengers: quotes, totalFen, refusal } : { passengers: quotes, totalFen };
}

function quotePassenger(
  state: QuoteState,
  departure: Departure,
  passengers: readonly SalePassenger[],
  index: number,
): PassengerQuote {
  const birthDate = passengers[index]?.birthDate ?? null;
  const known = {
    suggestedClass: suggestClass(state.timetable, departure, birthDate),
    ageYears: birthDate === null ? null : ageOn(birthDate, departure.date),
  };
  const fare = checkPassenger(state, departure, passengers, index);
  return fare.ok
    ? { fareFen: fare.value.fareFen, ...known }
    : { fareFen: null, ...known, refusal: fare.refusal };
}

/** Before first use the whole departure is there to be leased. */
function obstacleInSeats(state: QuoteState, wanted: number) {
  const left = state.leases.length > 0 ? seatsLeft(state.leases) : (state.departure?.capacity ?? 0);
  return wanted > left ? refuse('seat.noneHeld', { wanted, left }, 'departureId') : undefined;
}
