import { expect, test } from 'vitest';
import { sampleData } from './basic-data/sample-data.ts';
import { mergeFeed } from './basic-data/merge.ts';
import type { BusinessDate } from '../contract/ids.ts';
import { wholePool } from './lease-pool.ts';
import { leavesHereAt, saleWindow } from './order-check.ts';
import { heldBackAt, leasesWithout, poolWithout, reservesOf } from './reserves.ts';
import { freshLease, seatsLeft, takePlaces } from './seats.ts';
import { createTimetable } from './timetable.ts';

const DATE = '2026-11-21' as BusinessDate;
const NOBODY: ReadonlySet<string> = new Set();
const always = { validFrom: '2026-01-01', validTo: null };
const row = {
  lineId: 'w-a-b',
  departLocal: null,
  purpose: '应急',
  count: 2,
  ranges: [] as [number, number][],
  releaseMin: 30,
  ...always,
};
const sailing = { date: DATE, departLocal: '08:00', departAt: 100 * 60_000, numberedSeats: true, seats: 10 };

test('of numbered seats those named are kept, else the highest that nobody has named', () => {
  const rows = [row, { ...row, purpose: '船方', count: 3, ranges: [[8, 10]] as [number, number][] }] as never;
  expect(reservesOf(rows, sailing)).toEqual([
    { purpose: '应急', count: 2, ranges: [[6, 7]], releaseAt: 70 * 60_000 },
    { purpose: '船方', count: 3, ranges: [[8, 10]], releaseAt: 70 * 60_000 },
  ]);
  // A smaller vessel has fewer of them; another day, time or season has none.
  expect(reservesOf(rows, { ...sailing, seats: 8 }).map(({ count }) => count)).toEqual([2, 1]);
  expect(reservesOf([{ ...row, departLocal: '09:00' }] as never, sailing)).toEqual([]);
  expect(reservesOf([{ ...row, validTo: '2026-11-20' }] as never, sailing)).toEqual([]);
});

test('what is kept is neither given nor sold until its time or until the manager gives it up', () => {
  const reserves = reservesOf([row] as never, sailing);
  const held = heldBackAt(reserves, 0, NOBODY);
  const whole = { seats: 10, heads: 12, freeChildren: 0 };
  expect(poolWithout(wholePool(whole, true), held)).toMatchObject({ count: 8, ranges: [[1, 8]], heads: 10 });
  expect(poolWithout(wholePool(whole, false), held)).toMatchObject({ count: 8, heads: 10 });
  const numbered = [freshLease('l', 'd' as never, { kind: 'numbered', ranges: [[1, 10]] })];
  const free = [freshLease('l', 'd' as never, { kind: 'free', count: 10 })];
  for (const leases of [numbered, free]) {
    expect(seatsLeft(leasesWithout(leases, held))).toBe(8);
    expect(
      takePlaces(
        leasesWithout(leases, held),
        Array.from({ length: 9 }, () => 'seat' as const),
      ),
    ).toMatchObject({
      ok: false,
      refusal: { code: 'seat.noneHeld' },
    });
    // Who travels without a seat does not take the head of a kept one either.
    expect(
      takePlaces(
        leasesWithout(leases, held),
        Array.from({ length: 9 }, () => 'head' as const),
      ).ok,
    ).toBe(false);
    expect(seatsLeft(leasesWithout(leases, heldBackAt(reserves, 0, new Set(['应急']))))).toBe(10);
    expect(seatsLeft(leasesWithout(leases, heldBackAt(reserves, 70 * 60_000, NOBODY)))).toBe(10);
  }
});

test('sale at a stop on the way ends by the time of the call there, not of the start', () => {
  const own = sampleData();
  const at = (station: string) => {
    const timetable = createTimetable(mergeFeed(undefined, own, 1, station, 0).feed);
    const departure = timetable.departuresOn(DATE).find(({ line }) => line.id === 'w-a-b');
    if (!departure) throw new Error('the boat runs');
    return { timetable, departure };
  };
  const start = at('p-a');
  const stop = at('p-c');
  expect(leavesHereAt(stop.departure) - leavesHereAt(start.departure)).toBe(10 * 60_000);
  const afterStart = start.departure.departAt + 60_000;
  expect(saleWindow(start.timetable, start.departure, DATE, afterStart)).toBe('left');
  expect(saleWindow(stop.timetable, stop.departure, DATE, afterStart)).toBe('onSale');
  expect(saleWindow(stop.timetable, stop.departure, DATE, afterStart + 5 * 60_000)).toBe('saleEnded');
});
