import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adoptLease, type HeldLease, type KnownPool } from './adopted-lease.ts';
import { seatCount } from './lease-pool.ts';

const whole = (seats: number) => ({ seats, heads: seats, freeChildren: 2 });
const free = (count: number, of: number): HeldLease => ({
  seats: { kind: 'free', count },
  heads: count,
  freeChildren: 0,
  whole: whole(of),
});
const numbered = (ranges: [number, number][], of: number): HeldLease => {
  const seats = { kind: 'numbered' as const, ranges };
  return { seats, heads: seatCount(seats), freeChildren: 0, whole: whole(of) };
};

test('a seat that somebody else holds is not adopted, nor a lease of the other kind', () => {
  const first = adoptLease(undefined, numbered([[1, 4]], 10), true);
  expect(first?.pool).toMatchObject({ count: 6, ranges: [[5, 10]] });
  expect(adoptLease(first, numbered([[4, 5]], 10), true)).toBeUndefined();
  expect(adoptLease(first, free(1, 10), true)).toBeUndefined();
  expect(adoptLease(first, numbered([[5, 10]], 10), false)?.pool).toMatchObject({ count: 0, ranges: [] });
});

test('where a smaller vessel came, all that is held is adopted, and nothing is left to give', () => {
  const first = adoptLease(undefined, free(100, 120), true);
  expect(adoptLease(first, free(50, 120), true)).toMatchObject({ whole: { seats: 150 }, pool: { count: 0 } });
  // Without an earlier host that gave both: two windows had it for themselves.
  expect(adoptLease(first, free(50, 120), false)).toBeUndefined();
  // Free children have no seat, and are counted all the same.
  const children = { ...free(1, 120), freeChildren: 3 };
  expect(adoptLease(first, children, false)).toBeUndefined();
  expect(adoptLease(first, children, true)).toMatchObject({ whole: { freeChildren: 3 } });
  const seats = adoptLease(undefined, numbered([[1, 60]], 60), true);
  expect(adoptLease(seats, numbered([[61, 80]], 60), true)).toMatchObject({
    whole: { seats: 80 },
    pool: { count: 0, ranges: [] },
  });
});

/** Parts of 1 to 60 that do not meet, each known at some size of the vessel. */
const partsOf = fc
  .tuple(fc.uniqueArray(fc.integer({ min: 2, max: 60 }), { maxLength: 5 }), fc.boolean())
  .chain(([cuts, isNumbered]) => {
    const ends = [...cuts.toSorted((a, b) => a - b), 61];
    return fc.tuple(
      fc.constant(ends.map((end, n) => [n === 0 ? 1 : (ends[n - 1] ?? 1), end - 1] as [number, number])),
      fc.array(fc.integer({ min: 1, max: 70 }), { minLength: ends.length, maxLength: ends.length }),
      fc.constant(isNumbered),
    );
  });

test('parts that do not meet are all adopted in any order, whatever size each knows; what is free and what is held are the whole', () => {
  fc.assert(
    fc.property(partsOf, fc.integer(), ([parts, sizes, isNumbered], seed) => {
      const leases = parts.map(([from, to], n) => {
        const size = sizes[n] ?? 1;
        return isNumbered ? numbered([[from, to]], size) : free(to - from + 1, size);
      });
      const order = leases.toSorted((a, b) => ((a.heads * 31 + seed) % 7) - ((b.heads * 31 + seed) % 7));
      let known: KnownPool | undefined;
      for (const lease of order) {
        known = adoptLease(known, lease, true);
        expect(known).toBeDefined();
      }
      expect(known?.pool.count).toBe((known?.whole.seats ?? 0) - 60);
      expect(known?.pool.heads).toBeGreaterThanOrEqual(0);
    }),
  );
});
