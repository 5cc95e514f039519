import { describe, expect, test } from 'vitest';
import { departureIdSchema, type BusinessDate } from '../contract/ids.ts';
import { sampleFeed } from './sample-feed.ts';
import { businessDateOf, instantOf } from './time.ts';
import { createTimetable } from './timetable.ts';

const timetable = createTimetable(sampleFeed());
const date = '2025-06-15' as BusinessDate;
const ids = (filter?: { toPlaceId?: string; lineId?: string }) =>
  timetable.departuresOn(date, filter).map((departure) => departure.departureId);

describe('departures', () => {
  test('a day is listed by time, an extra after the plain departure', () => {
    expect(ids({ lineId: 'w-pier-island' })).toEqual([
      'w-pier-island/2025-06-15/0020',
      'w-pier-island/2025-06-15/0800',
      'w-pier-island/2025-06-15/0800-1',
      'w-pier-island/2025-06-15/2355',
    ]);
    expect(ids()).toHaveLength(7);
    const times = timetable.departuresOn(date).map((departure) => departure.departAt);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('a destination narrows the list, and a line that does not run is empty', () => {
    expect(ids({ toPlaceId: 'town' })).toEqual(['r-pier-town/2025-06-15/0900', 'r-car/2025-06-15/1000']);
    expect(ids({ toPlaceId: 'town', lineId: 'r-car' })).toEqual(['r-car/2025-06-15/1000']);
    expect(ids({ toPlaceId: 'island', lineId: 'r-car' })).toEqual([]);
    expect(ids({ lineId: 'w-far-island' })).toEqual([]);
    expect(ids({ toPlaceId: 'moon' })).toEqual([]);
    expect(timetable.departuresOn('2025-02-30' as BusinessDate)).toEqual([]);
  });

  test('every departure listed is found again by its id, which is a valid one', () => {
    for (const departure of timetable.departuresOn(date)) {
      expect(timetable.departure(departure.departureId)).toEqual(departure);
      expect(departureIdSchema.safeParse(departure.departureId).success).toBe(true);
    }
  });

  test('a departure tells line, places, vessel, capacity and its instant', () => {
    expect(timetable.departure('w-pier-island/2025-06-15/0800')).toMatchObject({
      line: { id: 'w-pier-island', mode: 'water' },
      fromName: '样例码头',
      toName: '样例岛',
      date: '2025-06-15',
      departLocal: '08:00',
      departAt: instantOf('2025-06-15', '08:00'),
      vesselName: '样例号',
      capacity: 250,
      numberedSeats: false,
    });
    expect(timetable.departure('w-pier-island/2025-06-15/0800-1')?.capacity).toBe(100);
  });

  test('departures just before and just after midnight belong to the date in their id', () => {
    const late = timetable.departure('w-pier-island/2025-12-31/2355');
    const early = timetable.departure('w-pier-island/2026-01-01/0020');
    expect(businessDateOf(late?.departAt ?? 0)).toBe('2025-12-31');
    expect(businessDateOf(early?.departAt ?? 0)).toBe('2026-01-01');
    expect((early?.departAt ?? 0) - (late?.departAt ?? 0)).toBe(25 * 60_000);
  });

  test.each([
    '',
    'w-pier-island',
    'w-pier-island/2025-02-30/0800',
    'w-pier-island/2025-06-15/0801',
    'w-pier-island/2025-06-15/0800-2',
    'w-pier-island/2025-06-15/0800-0',
    'w-pier-island/2025-06-15/08:00',
    'w-moon/2025-06-15/0800',
    'w-pier-island/2025-06-15/0800/x',
  ])('%j is no departure', (id) => {
    expect(timetable.departure(id)).toBeUndefined();
  });

  test('a feed that was not checked is a defect, not a half timetable', () => {
    expect(() => createTimetable({ ...sampleFeed(), lines: [] })).toThrow(TypeError);
  });
});

describe('destinations', () => {
  test('places reached from here come first, with the lines that end there, those from here first', () => {
    expect(timetable.destinations('pier')).toEqual([
      {
        placeId: 'island',
        name: '样例岛',
        initials: 'yld',
        aliases: ['岛', 'ldao'],
        lineIds: ['w-pier-island', 'w-far-island'],
        local: true,
      },
      {
        placeId: 'town',
        name: '样例镇',
        initials: 'ylz',
        aliases: [],
        lineIds: ['r-pier-town', 'r-car'],
        local: true,
      },
      {
        placeId: 'pier',
        name: '样例码头',
        initials: 'ylmt',
        aliases: [],
        lineIds: ['w-island-pier'],
        local: false,
      },
    ]);
  });
});

describe('versions of a row', () => {
  test('a fare row is valid on its first and its last day', () => {
    const fareOn = (day: string) => timetable.fareRow('w-pier-island', 'full', day as BusinessDate)?.fareFen;
    expect([fareOn('2019-12-31'), fareOn('2020-01-01'), fareOn('2025-12-31'), fareOn('2026-01-01')]).toEqual([
      undefined,
      3000,
      3000,
      3200,
    ]);
    expect(timetable.rule('CHILD-ROAD', date)?.minCapacityAbove).toBe(9);
    expect(timetable.rule('NO-SUCH', date)).toBeUndefined();
  });
});
