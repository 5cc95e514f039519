import { expect, test } from 'vitest';
import type { Feed } from '../../contract/feed.ts';
import type { BusinessDate } from '../../contract/ids.ts';
import { checkFeed } from '../feed-check.ts';
import { settingOf } from '../settings.ts';
import { createTimetable } from '../timetable.ts';
import { dataFromFeed } from './from-feed.ts';
import { mergeFeed } from './merge.ts';
import { sampleData } from './sample-data.ts';

const NOW = Date.UTC(2026, 10, 21);
const date = (text: string): BusinessDate => text as BusinessDate;
const alone = () => mergeFeed(undefined, sampleData(), 7, 'pier', NOW);

/** A city that issues the line `w-a-b` with one departure at 08:00 on the ship 样例1, licensed there for six. */
const cityFeed = (): Feed => {
  const { feed } = alone();
  return {
    ...feed,
    version: 40,
    places: feed.places.map((place) => ({ ...place, name: `${place.name}(市)`, aliases: ['城市叫法'] })),
    lines: feed.lines.filter(({ id }) => id === 'w-a-b'),
    departures: [
      {
        lineId: 'w-a-b',
        departLocal: '08:00',
        extra: 0,
        vesselName: '样例1',
        capacity: 6,
        numberedSeats: true,
      },
    ],
    fares: feed.fares
      .filter(({ lineId }) => lineId === 'w-a-b')
      .map((row) => ({ ...row, fareFen: 9_900 as never })),
    settings: { ...feed.settings, stopOfSaleMin: { value: 20, mark: 'C2' } },
  };
};

test('own data alone are a timetable of weekdays, seasons and extra departures', () => {
  const { feed, overridden } = alone();
  expect(checkFeed(feed).ok).toBe(true);
  expect(overridden).toEqual({ lineIds: [], ruleIds: [] });
  const timetable = createTimetable(feed, 7);
  const ids = (day: string) => timetable.departuresOn(date(day)).map(({ departureId }) => departureId);
  expect(ids('2026-12-01')).toEqual([
    'w-a-b/2026-12-01/0800',
    'r-a-b/2026-12-01/0900',
    'w-a-b/2026-12-01/1200',
  ]);
  expect(ids('2026-12-02')).toHaveLength(2);
  expect(ids('2027-01-01')).toEqual(['r-a-b/2027-01-01/0900']);
  expect(timetable.departure('w-a-b/2027-01-01/0800')).toBeUndefined();
  expect(timetable.departure('w-a-b/2026-12-01/0800')).toMatchObject({ capacity: 4, stopOfSaleMin: 5 });
  expect(timetable.version).toBe(7);
});

test('a line belongs to whoever issues it; what is the station’s own stays', () => {
  const { feed, overridden } = mergeFeed(cityFeed(), sampleData(), 7, 'pier', NOW);
  expect(checkFeed(feed).ok).toBe(true);
  expect(overridden.lineIds).toEqual(['w-a-b']);
  const timetable = createTimetable(feed, 7);
  expect([timetable.version, timetable.dataVersion]).toEqual([40, 7]);
  expect(timetable.fareRow('w-a-b', 'full', date('2026-12-01'))?.fareFen).toBe(9_900);
  expect(timetable.fareRow('r-a-b', 'full', date('2026-12-01'))?.fareFen).toBe(2_000);
  // The city's line runs in 2027 too, because the city says so; the extra departure is the station's.
  expect(timetable.departure('w-a-b/2027-01-01/0800')).toBeDefined();
  expect(timetable.departure('w-a-b/2026-12-01/1200')).toBeDefined();
});

test('the smaller licence wins, and local stop-of-sale goes before the city’s', () => {
  const timetable = createTimetable(mergeFeed(cityFeed(), sampleData(), 7, 'pier', NOW).feed);
  expect(timetable.departure('w-a-b/2026-12-01/0800')).toMatchObject({ capacity: 4, stopOfSaleMin: 5 });
  expect(createTimetable(cityFeed()).settings.stopOfSaleMin.value).toBe(20);
  expect(timetable.settings.stopOfSaleMin.value).toBe(5);
});

test('a place keeps the city’s name and is found by the names of both', () => {
  const { feed } = mergeFeed(cityFeed(), sampleData(), 7, 'pier', NOW);
  const place = feed.places.find(({ id }) => id === 'p-a');
  expect(place?.name).toBe('甲码头(市)');
  expect(place?.aliases).toEqual(['城市叫法', '甲', '甲码头', 'jiamatou', 'jmt']);
});

test('an extra departure at a minute that the city has already is not there twice', () => {
  const data = sampleData();
  const extras = data.extras.map((row) => ({ ...row, departLocal: '08:00' }));
  const { feed } = mergeFeed(cityFeed(), { ...data, extras }, 7, 'pier', NOW);
  expect(createTimetable(feed).departuresOn(date('2026-12-01'), { lineId: 'w-a-b' })).toHaveLength(1);
});

test('a feed taken over as own data sells the same departures at the same prices', () => {
  const before = createTimetable(cityFeed());
  const data = dataFromFeed(cityFeed(), {
    pinyinOf: () => ({ initials: 'x', pinyin: 'x' }),
    licenceOf: () => '样证',
    validFrom: date('2020-01-01'),
  });
  const after = createTimetable(mergeFeed(undefined, data, 1, 'pier', 0).feed);
  const day = date('2026-12-03');
  expect(after.departuresOn(day).map(({ departureId, capacity }) => [departureId, capacity])).toEqual(
    before.departuresOn(day).map(({ departureId, capacity }) => [departureId, capacity]),
  );
  expect(after.fareRow('w-a-b', 'full', day)).toEqual(before.fareRow('w-a-b', 'full', day));
});

test('what the station’s own tables do not have stays the city’s: documents, vehicle types and fares', () => {
  const more = {
    documentKinds: [{ code: '133', on: false }],
    vehicleTypes: [{ code: 'cart', name: '板车', usualLengthCm: null, dangerous: false, mark: 'D' as const }],
    vehicleFares: [],
  };
  const bare = { ...sampleData(), vehicleTypes: [], vehicleFares: [], documentKinds: [] };
  const { feed } = mergeFeed({ ...cityFeed(), ...more }, bare, 7, 'pier', NOW);
  expect(feed).toMatchObject(more);
  expect(createTimetable(feed).documentKind('133')?.on).toBe(false);
});

test('the station says which documents and vehicle types it takes; vehicle fares belong to whoever issues them for the line', () => {
  const own = sampleData();
  const { feed } = mergeFeed(undefined, own, 1, 'p-a', 0);
  const alone = createTimetable(feed);
  expect(alone.documentKind('217')).toMatchObject({ on: true, name: '残疾人证' });
  expect(alone.documentKind('island-card')).toMatchObject({
    name: '海岛居民卡',
    format: { rule: 'masks', masks: ['D########'] },
  });
  expect(alone.documentKind('111')).toMatchObject({ on: true });
  expect(alone.vehicleTypes().find(({ code }) => code === 'small_car')).toMatchObject({ usualLengthCm: 470 });
  expect(alone.vehicleTypes().map(({ code }) => code)).toEqual(
    expect.arrayContaining(['tractor', 'heavy_truck']),
  );
  expect(alone.vehicleFares('w-a-b', date('2026-11-21'))).toHaveLength(3);

  const car = own.vehicleFares[0];
  const [type] = own.vehicleTypes;
  if (!car || !type) throw new Error('the sample has a car');
  const { source: _fareSource, ...fare } = car;
  const { source: _typeSource, ...cityType } = type;
  const city = {
    ...feed,
    documentKinds: [
      { code: '217', on: false },
      { code: 'social-card', on: true },
    ],
    vehicleTypes: [
      { ...cityType, name: '小轿车' },
      { ...cityType, code: 'coach', name: '大客车' },
    ],
    vehicleFares: [{ ...fare, fareFen: 1 as typeof fare.fareFen }],
  } as typeof feed;
  const both = mergeFeed(city, own, 1, 'p-a', 0);
  const merged = createTimetable(both.feed);
  expect(merged.documentKind('217')?.on).toBe(true);
  expect(merged.documentKind('social-card')?.on).toBe(true);
  expect(merged.vehicleTypes().map(({ name }) => name)).toEqual(['小型轿车', '大客车', '拖拉机']);
  expect(merged.vehicleFares('w-a-b', date('2026-11-21'))).toEqual([{ ...fare, fareFen: 1 }]);
  expect(both.overridden.lineIds).toContain('w-a-b');
  expect(checkFeed(both.feed).ok).toBe(true);
});

test('figures of the trade are settings of the station with their mark, and the trade’s own value where nothing is set', () => {
  const data = sampleData();
  const row = { lineId: null, source: '' };
  const set = [
    { name: 'underWayMin' as const, value: 4, mark: 'M0' as const, ...row },
    { name: 'fewSeats' as const, value: 50, mark: 'S1' as const, ...row },
    // Refused where it is put in; of data that came otherwise it is left out.
    { name: 'goneShownMin' as const, value: 1_000, mark: 'D' as const, ...row },
    { name: 'changeTimes' as const, value: 2, mark: 'D' as const, ...row },
  ];
  const { feed } = mergeFeed(undefined, { ...data, settings: [...data.settings, ...set] }, 7, 'pier', NOW);
  expect(checkFeed(feed).ok).toBe(true);
  expect(feed.settings).toMatchObject({
    underWayMin: { value: 4, mark: 'M0' },
    fewSeats: { value: 50, mark: 'S1' },
  });
  expect(Object.keys(feed.settings)).not.toContain('goneShownMin');
  expect([settingOf(feed.settings, 'underWayMin'), settingOf(feed.settings, 'goneShownMin')]).toEqual([
    4, 10,
  ]);
});
