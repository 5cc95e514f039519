import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { ToStop } from '../../contract/stops.ts';
import { departureTo } from '../stops.ts';
import type { Departure, Timetable } from '../types.ts';

/** Of a sold ticket, where it ends. */
export interface TicketEnd {
  readonly toPlaceId: string;
  readonly toStop?: ToStop | undefined;
}

/**
 * The departure that tickets are changed to, as it is ridden to their own stop: whoever goes to a stop on the way goes on to the same
 * place, at its fare there. Refuses `stop.mixed` for tickets that end at different places of their line, and `change.noStop` where
 * that departure does not sell to their stop. A ticket to the end of its line goes to the end of the other line, or to its own place
 * where that line calls there on its way.
 */
export function rideFor(
  timetable: Timetable,
  target: Departure,
  tickets: readonly TicketEnd[],
): Outcome<Departure> {
  const [first] = tickets;
  if (!first) return accepted(target);
  const stops = new Set(tickets.map(({ toStop }) => toStop?.placeId));
  if (stops.size > 1) return refused('stop.mixed', {}, 'ticketNumbers');
  const ride = departureTo(timetable, target, first.toPlaceId);
  if (ride.ok) return ride;
  return first.toStop
    ? refused('change.noStop', {}, 'newDepartureId')
    : departureTo(timetable, target, undefined);
}
