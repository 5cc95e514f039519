import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkClass, classesOn, fareFor, suggestClass } from './fares.ts';
import { sampleFeed } from './sample-feed.ts';
import { addDays } from './time.ts';
import { createTimetable } from './timetable.ts';
import type { ChildBasis, Departure } from './types.ts';

const timetable = createTimetable(sampleFeed());
function departure(id: string, on = timetable): Departure {
  const found = on.departure(id);
  if (!found) throw new Error(`the sample feed has no ${id}`);
  return found;
}
const ferry = departure('w-pier-island/2025-06-15/0800');
const coach = departure('r-pier-town/2025-06-15/0900');
const car = departure('r-car/2025-06-15/1000');

/** Asks for a child fare on the ferry of 2025-06-15. */
function child(birthDate: string | null, childBasis?: ChildBasis, on: Departure = ferry) {
  const claim = { ticketClass: 'child_half' as const, birthDate };
  const checked = checkClass(timetable, on, childBasis ? { ...claim, childBasis } : claim);
  return checked.ok ? checked.value.fareFen : `${checked.refusal.code} ${checked.refusal.field ?? ''}`.trim();
}

describe('prices', () => {
  test('the fare is the row valid on the travel date, not on the day of sale', () => {
    expect(fareFor(timetable, ferry, 'full')).toEqual({ ok: true, value: { fareFen: 3000, ruleId: 'FULL' } });
    expect(fareFor(timetable, departure('w-pier-island/2025-12-31/2355'), 'full')).toMatchObject({
      value: { fareFen: 3000 },
    });
    expect(fareFor(timetable, departure('w-pier-island/2026-01-01/0020'), 'full')).toMatchObject({
      value: { fareFen: 3200 },
    });
  });

  test('a class without a row, or before its first day, has no price', () => {
    expect(fareFor(timetable, departure('w-island-pier/2025-06-15/0800'), 'child_half')).toMatchObject({
      refusal: { code: 'fare.unknown', field: 'ticketClass' },
    });
    expect(fareFor(timetable, departure('w-pier-island/2019-12-31/0800'), 'full').ok).toBe(false);
  });

  const faresOf = (on: typeof timetable, at: Departure) =>
    Object.fromEntries(classesOn(on, at).map(({ ticketClass, fareFen }) => [ticketClass, fareFen]));

  test('a car of nine seats or fewer has no child fare, though a row is there', () => {
    expect(faresOf(timetable, car)).toEqual({ full: 8000 });
    expect(faresOf(timetable, coach)).toEqual({ full: 4600, child_half: 2300 });
    expect(faresOf(timetable, { ...coach, capacity: 9 })).toEqual({ full: 4600 });
    expect(faresOf(timetable, { ...coach, capacity: 10 })).toEqual({ full: 4600, child_half: 2300 });
    expect(child('2018-01-01', 'age', car)).toBe('fare.unknown ticketClass');
  });
});

describe('who may have the child fare', () => {
  test('age counts on the travel date: fourteen to the last day before the fifteenth birthday', () => {
    expect(child('2010-06-16', 'age')).toBe(1500);
    expect(child('2010-06-15', 'age')).toBe('fare.childAge childBasis');
  });

  test('a small child who takes a place of its own may have it too', () => {
    expect(child('2022-01-01', 'age')).toBe(1500);
    expect(child('2025-06-15', 'age')).toBe(1500);
  });

  test('either age or height is enough: a short fifteen-year-old has it by height', () => {
    expect(child('2010-06-15', 'height')).toBe(1500);
    expect(child('2018-06-15', 'height')).toBe(1500);
  });

  test('an adult never has it, by whatever basis, and is told so before being asked for a basis', () => {
    expect(child('2007-06-15', 'height')).toBe('fare.childAdult ticketClass');
    expect(child('2007-06-15', 'age')).toBe('fare.childAdult ticketClass');
    expect(child('1949-12-31')).toBe('fare.childAdult ticketClass');
    expect(child('2007-06-16', 'height')).toBe(1500);
  });

  test('the basis goes on record, so it must be given', () => {
    expect(child('2018-06-15')).toBe('fare.childBasisMissing childBasis');
    expect(child(null)).toBe('fare.childBasisMissing childBasis');
  });

  test('a document without a birth date leaves only the height', () => {
    expect(child(null, 'height')).toBe(1500);
    expect(child(null, 'age')).toBe('fare.childAgeUnknown childBasis');
  });

  test('where the rule has no height test, height is no basis', () => {
    const feed = sampleFeed();
    for (const rule of feed.rules) rule.maxHeightCm = null;
    const byAge = createTimetable(feed);
    const claim = { ticketClass: 'child_half', birthDate: '2010-06-15', childBasis: 'height' } as const;
    expect(checkClass(byAge, ferry, claim)).toMatchObject({ refusal: { code: 'fare.childAge' } });
    expect(checkClass(byAge, ferry, { ...claim, birthDate: '2018-01-01', childBasis: 'age' }).ok).toBe(true);
  });

  test('the ages are figures of the feed: another row or setting, another answer', () => {
    const feed = sampleFeed();
    for (const rule of feed.rules) if (rule.maxAgeYears !== null) rule.maxAgeYears = 15;
    feed.settings.childByHeightBelowAgeYears.value = 16;
    const other = createTimetable(feed);
    const claim = { ticketClass: 'child_half', birthDate: '2010-06-15', childBasis: 'age' } as const;
    expect(checkClass(other, ferry, claim).ok).toBe(true);
    expect(checkClass(other, ferry, { ...claim, birthDate: '2009-06-15' })).toMatchObject({
      refusal: { code: 'fare.childAdult' },
    });
  });

  test('a full fare asks nothing', () => {
    expect(checkClass(timetable, ferry, { ticketClass: 'full', birthDate: null })).toMatchObject({
      value: { fareFen: 3000 },
    });
  });
});

describe('the class that the rules suggest', () => {
  test('children are suggested the child fare, everybody else and the unknown the full one', () => {
    expect(suggestClass(timetable, ferry, '2018-01-01')).toBe('child_half');
    expect(suggestClass(timetable, ferry, '2010-06-15')).toBe('full');
    expect(suggestClass(timetable, ferry, null)).toBe('full');
    expect(suggestClass(timetable, car, '2018-01-01')).toBe('full');
    expect(suggestClass(timetable, departure('w-island-pier/2025-06-15/0800'), '2018-01-01')).toBe('full');
  });

  test('what is suggested is never refused when taken by age', () => {
    fc.assert(
      fc.property(fc.integer({ min: -40_000, max: 0 }), fc.constantFrom(ferry, coach, car), (days, on) => {
        const birthDate = addDays(on.date, days);
        const ticketClass = suggestClass(timetable, on, birthDate);
        expect(checkClass(timetable, on, { ticketClass, birthDate, childBasis: 'age' }).ok).toBe(true);
      }),
    );
  });
});
