import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import type { FareRow, Feed } from '../contract/feed.ts';
import type { Departure, LineStop, Timetable } from './types.ts';

/**
 * The departure as somebody rides it who gets off at `toPlaceId`: fares, classes and vehicles are then those to that stop. Undefined,
 * or the line's own end = the whole run. Refuses `stop.notSold` where the line does not call there, calls there before it comes by
 * here, or has no full fare to it on that date.
 */
export function departureTo(
  timetable: Timetable,
  departure: Departure,
  toPlaceId: string | undefined,
): Outcome<Departure> {
  const { toStop: _before, ...whole } = departure;
  if (toPlaceId === undefined || toPlaceId === departure.line.toPlaceId) return accepted(whole);
  const toStop = timetable.stopsOf(departure).find(({ placeId }) => placeId === toPlaceId);
  return toStop ? accepted({ ...whole, toStop }) : refused('stop.notSold', {}, 'toStop');
}

/** Where a ticket for this ride ends: the line's end, or the stop chosen. */
export function endOf({ line, toName, toStop }: Departure): { placeId: string; name: string } {
  return toStop ? { placeId: toStop.placeId, name: toStop.name } : { placeId: line.toPlaceId, name: toName };
}

/** What a ticket's entry says of where it ends: `toStop` only where that is before the line's end. */
export function endFields(departure: Departure): {
  toPlaceId: string;
  toStop?: { placeId: string; name: string };
} {
  const { toStop, line } = departure;
  if (!toStop) return { toPlaceId: line.toPlaceId };
  const { placeId, name } = toStop;
  return { toPlaceId: placeId, toStop: { placeId, name } };
}

/** Stops of each line in their order, with the names of their places. Made once a feed. */
export function stopsByLine(feed: Feed): ReadonlyMap<string, readonly LineStop[]> {
  const names = new Map(feed.places.map(({ id, name }) => [id, name]));
  const stops = new Map<string, LineStop[]>();
  for (const { lineId, placeId, minutesFromStart } of feed.calls ?? []) {
    const name = names.get(placeId);
    if (name === undefined) throw new TypeError(`the feed has no place ${placeId}`);
    const ofLine = stops.get(lineId) ?? [];
    ofLine.push({ placeId, name, minutesFromStart });
    stops.set(lineId, ofLine);
  }
  return stops;
}

/** Whether a line ever has a full fare to a stop: it is then a destination that may be searched for. */
export function stopsEverSold(feed: Feed): ReadonlySet<string> {
  const ofStop = ({ lineId, toPlaceId, ticketClass }: FareRow): string[] =>
    toPlaceId !== undefined && ticketClass === 'full' ? [`${lineId} ${toPlaceId}`] : [];
  return new Set(feed.fares.flatMap(ofStop));
}
