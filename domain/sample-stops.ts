import { feedSchema, type FareRow, type Feed } from '../contract/feed.ts';
import type { LineCall } from '../contract/stops.ts';
import { sampleFeed } from './sample-feed.ts';

/** Fares of one stop, for tests: whole yuan by class. */
export type StopFares = Readonly<Record<string, number>>;

/**
 * The sample feed with calls of its ferry at `town` (10 minutes) and `far` (20 minutes): `town` is sold for 12 yuan, a child 6,
 * `far` has no fare and is not sold.
 */
export function sampleStopFeed(over: Partial<Feed> = {}): Feed {
  const feed = sampleFeed();
  return feedSchema.parse({
    ...feed,
    calls: [call('town', 10), call('far', 20)],
    fares: [...feed.fares, fareTo('town', 'full', 1200), fareTo('town', 'child_half', 600)],
    ...over,
  });
}

export const call = (placeId: string, minutesFromStart: number, lineId = 'w-pier-island'): LineCall => ({
  lineId,
  placeId,
  minutesFromStart,
});

export function fareTo(toPlaceId: string, ticketClass: string, fareFen: number, over: object = {}): FareRow {
  return {
    lineId: 'w-pier-island',
    toPlaceId,
    ticketClass,
    fareFen: fareFen as FareRow['fareFen'],
    ruleId: ticketClass === 'full' ? 'FULL' : 'CHILD-WATER',
    validFrom: '2020-01-01' as FareRow['validFrom'],
    validTo: null,
    mark: 'D',
    ...over,
  };
}
