import type { EntryBody } from '../../contract/entries.ts';
import type { BusinessDate } from '../../contract/ids.ts';
import { settingOf } from '../settings.ts';
import { localTimeOf } from '../time.ts';
import { departureTo } from '../stops.ts';
import type { Departure, Timetable } from '../types.ts';

export type ExtraDeparture = EntryBody<'departure.extraAdded'>;

/**
 * A timetable with the extra departures (加班) that were put in beside it: each has the line, fares and seating of its pattern, and
 * time, vessel and licence of its own. What the timetable has under the same id goes before. An extra whose pattern is in no
 * timetable any more keeps what its line has on that day.
 */
export function withExtras(timetable: Timetable, extras: readonly ExtraDeparture[]): Timetable {
  if (extras.length === 0) return timetable;
  const made = new Map<string, Departure>();
  for (const extra of extras) {
    const departure = timetable.departure(extra.departureId) ? undefined : departureOf(timetable, extra);
    if (departure) made.set(departure.departureId, departure);
  }
  const byDate = Map.groupBy(made.values(), ({ date }) => date as string);
  return {
    ...timetable,
    departure: (id) => timetable.departure(id) ?? made.get(id),
    departuresOn(date, filter = {}) {
      const planned = timetable.departuresOn(date, filter);
      const more = (byDate.get(date) ?? []).filter(
        (one) =>
          (filter.lineId === undefined || one.line.id === filter.lineId) &&
          (filter.toPlaceId === undefined || departureTo(timetable, one, filter.toPlaceId).ok),
      );
      return more.length === 0 ? planned : [...planned, ...more].toSorted(byTimeThenId);
    },
  };
}

function byTimeThenId(a: Departure, b: Departure): number {
  return a.departAt - b.departAt || (a.departureId < b.departureId ? -1 : 1);
}

function departureOf(timetable: Timetable, extra: ExtraDeparture): Departure | undefined {
  const { departureId, departAt, vesselName, vesselKind, capacity } = extra;
  const date = (departureId.split('/')[1] ?? '') as BusinessDate;
  const [sameLine] = timetable.departuresOn(date, { lineId: extra.lineId });
  const pattern = timetable.departure(extra.pattern) ?? sameLine;
  if (!pattern) return undefined;
  const { vesselKind: _, ...rest } = pattern;
  return {
    ...rest,
    departureId,
    departLocal: localTimeOf(departAt),
    departAt,
    vesselName,
    ...(vesselKind === null ? {} : { vesselKind }),
    capacity,
    seats: capacity,
    freeChildQuota:
      rest.line.mode === 'road'
        ? Math.floor((capacity * settingOf(timetable.settings, 'freeChildPercentRoad')) / 100)
        : 0,
    // Room for vehicles is that of the pattern's vessel: another vessel's is not known.
    vehicleSpace: vesselName === pattern.vesselName ? pattern.vehicleSpace : null,
  };
}
