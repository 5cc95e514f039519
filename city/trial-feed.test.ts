import { expect, test } from 'vitest';
import { departureIdSchema } from '../contract/ids.ts';
import { trialFeed, readTrialTables } from './shell/files.ts';
import { trialFeedFrom } from './trial-feed.ts';

const feed = trialFeed();

test('every row of the trial tables is in the feed', () => {
  expect(feed).toMatchObject({ version: 1, station: 'zhujiajian-wugongzhi' });
  expect(
    [feed.places, feed.lines, feed.departures, feed.fares, feed.rules].map((rows) => rows.length),
  ).toEqual([39, 71, 148, 342, 18]);
  expect(feed.calls).toHaveLength(8);
  expect(feed.vehicleFares).toHaveLength(96);
  expect(feed.places.reduce((sum, place) => sum + place.aliases.length, 0)).toBe(166);
});

test('a place has one initial a character and can be found by its short names', () => {
  const pier = feed.places.find(({ id }) => id === 'zhujiajian-wugongzhi');
  expect(pier?.aliases).toEqual(expect.arrayContaining(['蜈蚣峙', '朱家尖', 'wgz', 'zjj']));
  for (const place of feed.places) expect(place.initials, place.name).toHaveLength(place.name.length);
});

test('lines, departures and fares hang together, and departure ids are the contract’s', () => {
  const places = new Set(feed.places.map(({ id }) => id));
  const lines = new Map(feed.lines.map((line) => [line.id, line]));
  const rules = new Set(feed.rules.map(({ ruleId }) => ruleId));
  for (const line of feed.lines) {
    expect(places.has(line.fromPlaceId) && places.has(line.toPlaceId), line.id).toBe(true);
  }
  for (const fare of feed.fares) {
    expect(lines.has(fare.lineId) && rules.has(fare.ruleId), `${fare.lineId} ${fare.ticketClass}`).toBe(true);
  }
  const ids = feed.departures.map(({ lineId, departLocal, extra }) => {
    expect(lines.has(lineId)).toBe(true);
    return departureIdSchema.parse(
      `${lineId}/2026-11-20/${departLocal.replace(':', '')}${extra > 0 ? `-${extra}` : ''}`,
    );
  });
  expect(new Set(ids).size).toBe(148);
});

test('the crossing to 普陀山 costs 30 yuan, a child half, with the marks of the table', () => {
  const fares = feed.fares.filter(({ lineId }) => lineId === 'w-wgz-pts');
  expect(fares.find(({ ticketClass }) => ticketClass === 'full')).toMatchObject({
    fareFen: 3000,
    mark: 'S1',
    ruleId: 'FULL',
  });
  expect(fares.find(({ ticketClass }) => ticketClass === 'child_half')).toMatchObject({ fareFen: 1500 });
});

test('child rules say in numbers what the rule texts say in words (ticketing rules 2.1)', () => {
  const rule = (id: string) => feed.rules.find(({ ruleId }) => ruleId === id);
  expect(rule('CHILD-HALF-WATER-2020')).toMatchObject({
    maxAgeYears: 14,
    maxHeightCm: 150,
    minCapacityAbove: null,
    percentOfFull: 50,
  });
  expect(rule('CHILD-HALF-ROAD-2019')).toMatchObject({
    maxAgeYears: 14,
    maxHeightCm: 150,
    minCapacityAbove: 9,
  });
  expect(rule('FULL')).toMatchObject({ maxAgeYears: null, maxHeightCm: null, percentOfFull: 100 });
});

test('figures of the trade are settings, each with its mark', () => {
  expect(feed.settings).toEqual({
    stopOfSaleMin: { value: 0, mark: 'D' },
    advanceSaleDays: { value: 3, mark: 'D' },
    childByHeightBelowAgeYears: { value: 18, mark: 'D' },
    freeChildrenPerAdult: { value: 1, mark: 'C2' },
    freeChildPercentRoad: { value: 10, mark: 'C2' },
    driverCountsInHeads: { value: true, mark: 'D' },
    vehicleStopOfSaleMin: { value: 45, mark: 'S1' },
    vehicleGapCm: { value: 50, mark: 'D' },
    homePlate: { value: '浙L', mark: 'D' },
  });
});

test('a second departure of a line at the same minute is an extra one', () => {
  const tables = readTrialTables();
  const [header, first] = tables['departures.csv'].split('\n');
  const twice = { ...tables, 'departures.csv': `${header}\n${first}\n${first}\n` };
  expect(trialFeedFrom(twice, 1).departures.map(({ extra }) => extra)).toEqual([0, 1]);
});

test('a table with an empty cell is refused, not guessed', () => {
  const tables = readTrialTables();
  expect(() => trialFeedFrom({ ...tables, 'places.csv': 'id,name_zh,pinyin_initials\na,,b\n' }, 1)).toThrow(
    /name_zh/,
  );
});

test('a car ferry has room for vehicles, fares by type and length, and the driver aboard at no price', () => {
  const ferry = feed.departures.find(({ lineId }) => lineId === 'w-wgz-th-g');
  expect(ferry).toMatchObject({ vesselKind: 'carFerry', vehicleSpace: { kind: 'lane', laneCm: 12_000 } });
  const fares = feed.vehicleFares?.filter(({ lineId }) => lineId === 'w-wgz-th-g') ?? [];
  expect(fares.filter(({ vehicleType }) => vehicleType === 'small_car')).toMatchObject([
    { overCm: 0, upToCm: 500, fareFen: 6_800, mark: 'EST' },
    { overCm: 500, upToCm: null, fareFen: 8_000, mark: 'EST' },
  ]);
  expect(
    feed.fares.find(
      ({ lineId, ticketClass }) => lineId === 'w-wgz-th-g' && ticketClass === 'driver_with_vehicle',
    ),
  ).toMatchObject({ fareFen: 0 });
  expect(feed.departures.find(({ vesselName }) => vesselName === '舟桥7')?.vehicleSpace).toEqual({
    kind: 'places',
    upper: 0,
    middle: 0,
    lower: 30,
  });
});

test('student, islander and elderly fares are rules that are not sold', () => {
  const off = feed.rules.filter(({ enabled }) => enabled === false);
  expect(off.map(({ ticketClass }) => ticketClass)).toEqual(['student_half', 'islander', 'elderly']);
});
