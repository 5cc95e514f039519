import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BusinessDate } from '../contract/ids.ts';
import { decideQuote } from './quote.ts';
import { decideSale } from './sale.ts';
import { checkFeed } from './feed-check.ts';
import { rideFor } from './refunds/change-stop.ts';
import { sampleFeed } from './sample-feed.ts';
import { adult, child, ferry, morning, order, stateFor } from './sample-sale.ts';
import { call, fareTo, sampleStopFeed } from './sample-stops.ts';
import { departureTo } from './stops.ts';
import { createTimetable } from './timetable.ts';
import type { Departure, Timetable } from './types.ts';

const day = '2025-06-15' as BusinessDate;
const timetable = createTimetable(sampleStopFeed());

function rideTo(toPlaceId: string | undefined, from: Timetable = timetable): Departure {
  const whole = from.departure(ferry);
  const ride = whole && departureTo(from, whole, toPlaceId);
  if (!ride?.ok) throw new Error(`no ride: ${ride?.refusal.code}`);
  return ride.value;
}
const stateTo = (toPlaceId: string | undefined, passengers = 1) =>
  stateFor(ferry, { timetable, departure: rideTo(toPlaceId) }, morning, passengers);

describe('a departure', () => {
  test('sells to the stops that have a full fare on the day, in their order', () => {
    expect(timetable.stopsOf(rideTo(undefined))).toEqual([
      { placeId: 'town', name: '样例镇', minutesFromStart: 10 },
    ]);
    const later = fareTo('far', 'full', 2000, { validFrom: '2025-07-01' });
    const feed = sampleStopFeed();
    const both = createTimetable({ ...feed, fares: [...feed.fares, later] });
    const stopsOn = (date: string): string[] => {
      const departure = both.departure(`w-pier-island/${date}/0800`);
      return departure ? both.stopsOf(departure).map(({ placeId }) => placeId) : [];
    };
    expect([stopsOn('2025-06-30'), stopsOn('2025-07-01')]).toEqual([['town'], ['town', 'far']]);
  });

  test('without calls is what it was: the whole run', () => {
    const before = createTimetable(sampleFeed());
    const departure = before.departure(ferry);
    if (!departure) throw new Error('the ferry runs');
    expect(before.stopsOf(departure)).toEqual([]);
    expect(departureTo(before, departure, undefined)).toEqual({ ok: true, value: departure });
    expect(departureTo(before, departure, 'island')).toEqual({ ok: true, value: departure });
  });

  test.each(['far', 'pier', 'nowhere', ''])('is not sold to “%s”', (placeId) => {
    const whole = timetable.departure(ferry);
    expect(whole && departureTo(timetable, whole, placeId)).toMatchObject({
      ok: false,
      refusal: { code: 'stop.notSold', field: 'toStop' },
    });
  });

  test('that comes by here on its way sells only to what lies ahead', () => {
    const here = createTimetable(
      sampleStopFeed({
        callsHere: [{ lineId: 'w-pier-island', minutes: 10 }],
        calls: [call('town', 10), call('far', 20)],
        fares: [...sampleStopFeed().fares, fareTo('far', 'full', 2000)],
      }),
    );
    expect(here.stopsOf(rideTo(undefined, here)).map(({ placeId }) => placeId)).toEqual(['far']);
  });

  test('is found by whoever looks for a stop, and the stop is a destination', () => {
    expect(timetable.departuresOn(day, { toPlaceId: 'town' }).map(({ departureId }) => departureId)).toEqual([
      'w-pier-island/2025-06-15/0020',
      'w-pier-island/2025-06-15/0800',
      'w-pier-island/2025-06-15/0800-1',
      'r-pier-town/2025-06-15/0900',
      'r-car/2025-06-15/1000',
      'w-pier-island/2025-06-15/2355',
    ]);
    expect(timetable.departuresOn(day, { toPlaceId: 'far' })).toEqual([]);
    const town = timetable.destinations('pier').find(({ placeId }) => placeId === 'town');
    expect(town?.lineIds).toEqual(['r-pier-town', 'r-car', 'w-pier-island']);
    expect(timetable.destinations('pier').some(({ placeId }) => placeId === 'far')).toBe(false);
  });
});

describe('a ticket to a stop', () => {
  test('costs what the stop costs, by class, and says where it ends; its seat is held for the whole run', () => {
    const people = [adult('a'), child('b')];
    const quote = decideQuote(stateTo('town', 2), { passengers: people }, morning);
    expect(quote).toMatchObject({ totalFen: 1_800, passengers: [{ fareFen: 1_200 }, { fareFen: 600 }] });
    const sale = decideSale(stateTo('town', 2), order(people, 1_800), morning);
    if (!sale.ok) throw new Error(sale.refusal.code);
    const bodies = sale.value.entries.flatMap((entry) => (entry.kind === 'ticket.sold' ? [entry.body] : []));
    for (const body of bodies)
      expect(body).toMatchObject({ toPlaceId: 'town', toStop: { placeId: 'town', name: '样例镇' } });
    // Two seats of the whole departure, as any others.
    expect(sale.value.entries[0]).toMatchObject({ kind: 'lease.given', body: { seats: { count: 250 } } });
  });

  test('to the end of the line says nothing of a stop', () => {
    const sale = decideSale(stateTo('island'), order([adult('a')], 3_000), morning);
    if (!sale.ok) throw new Error(sale.refusal.code);
    const [body] = sale.value.entries.flatMap((entry) => (entry.kind === 'ticket.sold' ? [entry.body] : []));
    expect(body).toMatchObject({ toPlaceId: 'island' });
    expect(body).not.toHaveProperty('toStop');
  });

  test('is not sold at the fare of the whole run, nor the other way round', () => {
    expect(decideSale(stateTo('town'), order([adult('a')], 3_000), morning)).toMatchObject({
      ok: false,
      refusal: { code: 'fare.changed' },
    });
    expect(decideSale(stateTo(undefined), order([adult('a')], 1_200), morning)).toMatchObject({
      ok: false,
      refusal: { code: 'fare.changed' },
    });
  });

  test('has only the classes that the stop has fares for', () => {
    const soldier = {
      ...adult('a'),
      ticketClass: 'serviceman_half',
      proof: 'disabledServicemanCard',
    } as const;
    expect(decideQuote(stateTo('town'), { passengers: [soldier] }, morning).passengers[0]).toMatchObject({
      fareFen: null,
      refusal: { code: 'fare.unknown' },
    });
  });

  test('always has the fare of its own stop, class and day, whatever else the table has', () => {
    const places = ['town', 'far', 'nowhere'] as const;
    const row = fc.record({
      place: fc.constantFrom(...places),
      ticketClass: fc.constantFrom('full', 'child_half'),
      fareFen: fc.integer({ min: 0, max: 9_000 }),
      validFrom: fc.constantFrom('2024-01-01', '2025-06-15', '2025-06-16'),
      validTo: fc.constantFrom(null, '2025-06-14', '2025-06-15', '2026-01-01'),
    });
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 8 }),
        fc.constantFrom(...places, undefined),
        (rows, toPlaceId) => {
          const feed = sampleFeed();
          const made = rows.map(({ place, ticketClass, fareFen, validFrom, validTo }) =>
            fareTo(place, ticketClass, fareFen, { validFrom, validTo }),
          );
          const calls = places.map((place, index) => call(place, index + 1));
          const wholeFeed = { ...feed, calls, fares: [...feed.fares, ...made] };
          fc.pre(checkFeed(wholeFeed).ok);
          const table = createTimetable(wholeFeed);
          const whole = table.departure(ferry);
          const ride = whole && departureTo(table, whole, toPlaceId);
          const validTo = (one: { ticketClass: string }) =>
            made.filter(
              (fare) =>
                fare.toPlaceId === toPlaceId &&
                fare.ticketClass === one.ticketClass &&
                fare.validFrom <= day &&
                (fare.validTo === null || day <= fare.validTo),
            );
          // Sold exactly where there is a full fare on the day.
          expect(ride?.ok).toBe(toPlaceId === undefined || validTo({ ticketClass: 'full' }).length === 1);
          if (!ride?.ok) return;
          const people = [adult('a'), child('b')];
          const state = stateFor(ferry, { timetable: table, departure: ride.value }, morning, 2);
          const quote = decideQuote(state, { passengers: people }, morning);
          const expected =
            toPlaceId === undefined ? [3_000, 1_500] : people.map((one) => validTo(one)[0]?.fareFen ?? null);
          expect(quote.passengers.map(({ fareFen }) => fareFen)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a change', () => {
  const toTown = { toPlaceId: 'town', toStop: { placeId: 'town', name: '样例镇' } };
  const toEnd = { toPlaceId: 'island' };
  const target = rideTo(undefined);

  test('goes on to the same stop', () => {
    expect(rideFor(timetable, target, [toTown, toTown])).toMatchObject({
      ok: true,
      value: { toStop: { placeId: 'town' } },
    });
  });

  test('to a departure that does not sell to the stop is refused', () => {
    const coach = timetable.departure('w-island-pier/2025-06-15/0800');
    expect(coach && rideFor(timetable, coach, [toTown])).toMatchObject({
      refusal: { code: 'change.noStop' },
    });
  });

  test('of tickets to different places of a line is made apart', () => {
    expect(rideFor(timetable, target, [toTown, toEnd])).toMatchObject({ refusal: { code: 'stop.mixed' } });
  });

  test('to a line that ends at the stop is a ticket to its end, and the other way round', () => {
    const coach = timetable.departure('r-pier-town/2025-06-15/0900');
    const ride = coach && rideFor(timetable, coach, [toTown]);
    expect(ride).toEqual({ ok: true, value: coach });
    expect(rideFor(timetable, target, [{ toPlaceId: 'town' }])).toMatchObject({
      value: { toStop: { placeId: 'town' } },
    });
    // Its own end is nowhere on this line: as before, it goes to the end.
    expect(rideFor(timetable, target, [{ toPlaceId: 'pier' }])).toEqual({ ok: true, value: target });
  });
});

describe('a feed', () => {
  test.each([
    ['停靠 w-x town 的航线不存在', { calls: [call('town', 10, 'w-x')] }],
    ['停靠 w-pier-island x 的地点不存在', { calls: [call('x', 10)] }],
    ['停靠 w-pier-island island 是航线的起点或终点', { calls: [call('island', 10)] }],
    ['停靠 w-pier-island town 重复', { calls: [call('town', 10), call('town', 11)] }],
    ['停靠 w-pier-island far 的时间不在前一站之后', { calls: [call('town', 10), call('far', 10)] }],
    ['票价 w-pier-island 到 town:航线不停靠这一站', { calls: [] }],
  ])('says “%s”', (words, over) => {
    expect(checkFeed(sampleStopFeed(over))).toMatchObject({
      refusal: { code: 'feed.wrong', message: expect.stringContaining(words) as unknown },
    });
  });

  test('has no two fares of one stop on a day; those of another stop stand beside them', () => {
    const feed = sampleStopFeed();
    const twice = { ...feed, fares: [...feed.fares, fareTo('town', 'full', 900)] };
    expect(checkFeed(twice)).toMatchObject({
      refusal: {
        message: expect.stringContaining('票价 w-pier-island full 到 town 的有效期重叠') as unknown,
      },
    });
    expect(checkFeed(feed).ok).toBe(true);
  });
});
