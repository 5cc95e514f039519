import type { FeedSettings } from '../contract/feed.ts';

/** Settings that older feeds leave out, with the values and marks of the trade rules. */
const defaults = {
  freeChildrenPerAdult: { value: 1, mark: 'C2' },
  freeChildPercentRoad: { value: 10, mark: 'C2' },
  driverCountsInHeads: { value: true, mark: 'D' },
  vehicleGapCm: { value: 50, mark: 'D' },
} as const;

type Later = keyof typeof defaults;

/** A setting of the feed in force, or the trade's own value where an older feed does not say. */
export function settingOf<N extends Later>(
  settings: FeedSettings,
  name: N,
): NonNullable<FeedSettings[N]>['value'] {
  return (settings[name] ?? defaults[name]).value;
}

/** Vehicle sale ends with passenger sale where a feed has no time of its own for it. */
export function vehicleStopOfSaleMin(settings: FeedSettings): number {
  return (settings.vehicleStopOfSaleMin ?? settings.stopOfSaleMin).value;
}
