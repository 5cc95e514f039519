import { leasesWithout } from '../../domain/reserves.ts';
import { freshLease, seatsLeft, wholeOf } from '../../domain/seats.ts';
import { isFrozen } from '../../domain/succession.ts';
import type { Departure } from '../../domain/types.ts';
import type { DeskContext } from './context.ts';

/** Seats of a departure: in this window's hands, and all that it can have as far as is known. */
export interface SeatsLeft {
  readonly held: number;
  readonly left: number;
}

/** Seats left at a window that is its own host where some are kept back; undefined where none are. */
export function unreservedSeats(context: DeskContext, departure: Departure): number | undefined {
  const kept = context.station.heldBack(departure);
  if (!kept) return undefined;
  const leases = context.ledger.leasesOf(departure.departureId);
  const { seats, ...more } = wholeOf(departure);
  const whole = leases.length > 0 ? leases : [freshLease('', departure.departureId, seats, more)];
  return seatsLeft(leasesWithout(whole, kept));
}

/** `held`: what the ledger says is in hand, where it was asked for many departures at once. */
export function seatsLeftOf(
  context: DeskContext,
  departure: Departure,
  held: { left: number } | undefined = context.ledger.heldOf(departure.departureId),
): SeatsLeft {
  if (isFrozen(departure.date, context.station.frozenThrough())) return { held: 0, left: 0 };
  const more = context.station.more(departure);
  // A window that is its own host has a departure that nobody has touched wholly in its hands.
  const untouched = more ? 0 : Math.min(departure.seats, departure.capacity);
  const inHand = unreservedSeats(context, departure) ?? (held ? held.left : untouched);
  return { held: inHand, left: inHand + (more ? Math.min(more.seats, more.heads) : 0) };
}
