import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BusinessDate } from '../contract/ids.ts';
import { frozenThrough, isFrozen, MOST_ADVANCE_DAYS, type LostPeriod } from './succession.ts';
import { addDays } from './time.ts';
import { feedSettingsSchema } from '../contract/feed.ts';

const TODAY = '2026-11-21' as BusinessDate;
const day = (n: number): BusinessDate => addDays(TODAY, n);
const nothing: LostPeriod = {
  today: TODAY,
  lastEntryDate: TODAY,
  fileLeasedThrough: null,
  fileFrozenThrough: null,
  anchorLeasedThrough: null,
};

test('a ledger that never leased a seat freezes nothing', () => {
  expect(frozenThrough(nothing)).toBeNull();
  expect(isFrozen(TODAY, null)).toBe(false);
});

test('departures up to the latest lease are frozen, those after it are proven unsold', () => {
  const through = frozenThrough({ ...nothing, fileLeasedThrough: day(0), anchorLeasedThrough: day(2) });
  expect(through).toBe(day(2));
  expect([0, 1, 2, 3].map((n) => isFrozen(day(n), through))).toEqual([true, true, true, false]);
});

test('what was frozen stays frozen through a second succession', () => {
  expect(frozenThrough({ ...nothing, fileFrozenThrough: day(3), anchorLeasedThrough: day(1) })).toBe(day(3));
});

test('where nobody knows the latest lease, every day that could have been on sale is frozen', () => {
  const unknown = { ...nothing, anchorLeasedThrough: undefined };
  expect(frozenThrough(unknown)).toBe(day(60));
  // A clock that was set back does not make the period shorter.
  expect(frozenThrough({ ...unknown, lastEntryDate: day(9) })).toBe(day(69));
  expect(feedSettingsSchema.shape.advanceSaleDays.shape.value.safeParse(MOST_ADVANCE_DAYS).success).toBe(
    true,
  );
  expect(feedSettingsSchema.shape.advanceSaleDays.shape.value.safeParse(MOST_ADVANCE_DAYS + 1).success).toBe(
    false,
  );
});

test('whatever was sold when, no departure that was leased is left unfrozen', () => {
  const offset = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(
      fc.array(fc.record({ soldDay: fc.integer({ min: -5, max: 0 }), ahead: offset }), { maxLength: 30 }),
      fc.nat(30),
      fc.constantFrom('known', 'unknown'),
      (sales, kept, anchor) => {
        const leased = sales.map(({ soldDay, ahead }) => day(soldDay + ahead)).toSorted();
        const inFile = sales
          .slice(0, kept)
          .map(({ soldDay, ahead }) => day(soldDay + ahead))
          .toSorted();
        const through = frozenThrough({
          ...nothing,
          fileLeasedThrough: inFile.at(-1) ?? null,
          anchorLeasedThrough: anchor === 'known' ? (leased.at(-1) ?? null) : undefined,
        });
        expect(leased.every((date) => isFrozen(date, through))).toBe(true);
      },
    ),
  );
});
