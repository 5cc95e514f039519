import type { FeedSettings } from '../contract/feed.ts';

/** Settings that older feeds leave out, with the values and marks of the trade rules. */
export const laterSettings = {
  freeChildrenPerAdult: { value: 1, mark: 'C2' },
  freeChildPercentRoad: { value: 10, mark: 'C2' },
  driverCountsInHeads: { value: true, mark: 'D' },
  vehicleGapCm: { value: 50, mark: 'D' },
  checkInMin: { value: 30, mark: 'D' },
  underWayMin: { value: 10, mark: 'D' },
  fewSeats: { value: 20, mark: 'D' },
  goneShownMin: { value: 10, mark: 'D' },
  infantBelowAgeYears: { value: 2, mark: 'D' },
} as const;

/**
 * What the columns of a station's own fee table do not say, where it has no row for it either (ticketing rules 2.4): fees to the
 * jiao, half up; one change for the own reason.
 */
export const feeSettings = {
  feeRoundToFen: { value: 10, mark: 'D' },
  feeRoundWay: { value: 0, mark: 'D' },
  changeTimes: { value: 1, mark: 'D' },
} as const;

type Later = keyof typeof laterSettings;

/** A setting of the feed in force, or the trade's own value where an older feed does not say. */
export function settingOf<N extends Later>(
  settings: FeedSettings,
  name: N,
): NonNullable<FeedSettings[N]>['value'] {
  return (settings[name] ?? laterSettings[name]).value;
}

/** As {@link settingOf}; the trade's own value before there is any timetable. */
export function settingInForce<N extends Later>(
  timetable: { readonly settings: FeedSettings } | undefined,
  name: N,
): NonNullable<FeedSettings[N]>['value'] {
  return timetable ? settingOf(timetable.settings, name) : laterSettings[name].value;
}

/** Sold so far ahead once, whatever is set now. */
const LEAST_DAYS_WITH_TICKETS = 15;

/** Days from today on, today's included, of whose departures somebody may hold a ticket: as far ahead as is sold. */
export function daysWithTickets(timetable: { readonly settings: FeedSettings } | undefined): number {
  return Math.max(LEAST_DAYS_WITH_TICKETS, timetable?.settings.advanceSaleDays.value ?? 0) + 1;
}

/** Vehicle sale ends with passenger sale where a feed has no time of its own for it. */
export function vehicleStopOfSaleMin(settings: FeedSettings): number {
  return (settings.vehicleStopOfSaleMin ?? settings.stopOfSaleMin).value;
}
