import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { addDays, ageOn, businessDateOf, instantOf, isCalendarDate, isoWeekOf, localTimeOf } from './time.ts';

const instants = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
const days = fc
  .integer({ min: 0, max: 60_000 })
  .map((n) => Temporal.PlainDate.from('1940-01-01').add({ days: n }));

describe('business dates of Shanghai', () => {
  test('a sale at 23:55 and one at 00:05 belong to two business dates', () => {
    const late = instantOf('2025-12-31', '23:55');
    expect([businessDateOf(late), localTimeOf(late)]).toEqual(['2025-12-31', '23:55']);
    const early = late + 10 * 60_000;
    expect([businessDateOf(early), localTimeOf(early)]).toEqual(['2026-01-01', '00:05']);
  });

  test('midnight opens the new business date', () => {
    expect(businessDateOf(instantOf('2025-03-01', '00:00'))).toBe('2025-03-01');
    expect(businessDateOf(instantOf('2025-03-01', '00:00') - 1)).toBe('2025-02-28');
  });

  test('the summer time of 1991 is respected', () => {
    expect(localTimeOf(Date.UTC(1991, 6, 1, 0, 0))).toBe('09:00');
    expect(instantOf('1991-07-01', '09:00')).toBe(Date.UTC(1991, 6, 1, 0, 0));
    expect(localTimeOf(Date.UTC(1992, 6, 1, 0, 0))).toBe('08:00');
  });

  test('every instant has the date, time and week that the tz database gives it', () => {
    fc.assert(
      fc.property(instants, (ms) => {
        const wall = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('Asia/Shanghai');
        expect(businessDateOf(ms)).toBe(wall.toPlainDate().toString());
        expect(localTimeOf(ms)).toBe(wall.toPlainTime().toString({ smallestUnit: 'minute' }));
        expect(isoWeekOf(ms)).toBe(`${wall.yearOfWeek}-W${String(wall.weekOfYear).padStart(2, '0')}`);
      }),
      { numRuns: 500 },
    );
  });

  test('a date and time lead to an instant that shows them again', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 1439 }), (day, minutes) => {
        fc.pre(Temporal.PlainDate.compare(day, '1992-01-01') > 0);
        const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
        const ms = instantOf(day.toString(), time);
        expect([businessDateOf(ms), localTimeOf(ms)]).toEqual([day.toString(), time]);
      }),
    );
  });

  test('the week of New Year belongs to the year of its Thursday', () => {
    expect(isoWeekOf(instantOf('2025-12-29', '00:00'))).toBe('2026-W01');
    expect(isoWeekOf(instantOf('2027-01-03', '23:59'))).toBe('2026-W53');
  });

  test('a date or a time that does not exist is a defect', () => {
    expect(() => instantOf('2025-02-29', '08:00')).toThrow(RangeError);
    expect(() => instantOf('2025-02-28', '24:00')).toThrow(RangeError);
    expect(() => businessDateOf(1.5)).toThrow(RangeError);
    expect(() => addDays('2025-13-01', 1)).toThrow(RangeError);
    expect(() => addDays('9999-12-31', 1)).toThrow(RangeError);
  });
});

describe('calendar days', () => {
  test('days are counted over months, years and leap days', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2025-12-31', 3)).toBe('2026-01-03');
    expect(addDays('2025-03-01', -1)).toBe('2025-02-28');
    fc.assert(
      fc.property(days, fc.integer({ min: -4000, max: 4000 }), (day, n) => {
        expect(addDays(day.toString(), n)).toBe(day.add({ days: n }).toString());
      }),
    );
  });

  test('only real days are dates', () => {
    for (const real of ['2024-02-29', '2000-02-29', '1880-01-01', '0001-01-01'])
      expect(isCalendarDate(real)).toBe(true);
    for (const not of [
      '2025-02-29',
      '1900-02-29',
      '2025-04-31',
      '2025-00-10',
      '2025-1-01',
      '2025-01-00',
      '0000-01-01',
      ' 2025-01-01',
    ]) {
      expect(isCalendarDate(not)).toBe(false);
    }
  });
});

describe('age in full years', () => {
  test('a child turns a year older on the birthday, not the day before', () => {
    expect(ageOn('2018-06-15', '2025-06-14')).toBe(6);
    expect(ageOn('2018-06-15', '2025-06-15')).toBe(7);
  });

  test('a child born on 29 February turns a year older on 1 March of a common year', () => {
    expect(ageOn('2012-02-29', '2027-02-28')).toBe(14);
    expect(ageOn('2012-02-29', '2027-03-01')).toBe(15);
    expect(ageOn('2012-02-29', '2028-02-29')).toBe(16);
  });

  test('age never falls as days pass', () => {
    fc.assert(
      fc.property(days, days, (a, b) => {
        const birth = Temporal.PlainDate.compare(a, b) <= 0 ? a : b;
        const on = birth === a ? b : a;
        const age = ageOn(birth.toString(), on.toString());
        expect(age).toBeGreaterThanOrEqual(0);
        expect(ageOn(birth.toString(), addDays(on.toString(), 1))).toBeGreaterThanOrEqual(age);
      }),
    );
  });
});
