import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leaseSeatsSchema } from '../contract/entries.ts';
import type { DepartureId } from '../contract/ids.ts';
import { freshLease, removeSeat, seatsLeft, seatsOfWhole, takeSeats } from './seats.ts';
import type { LeaseState } from './types.ts';

const departureId = 'r-pier-town/2025-06-15/0900' as DepartureId;
const free = (leaseId: string, total: number, sold = 0): LeaseState => ({
  leaseId,
  departureId,
  kind: 'free',
  total,
  sold,
  freeRanges: [],
});
/** A numbered lease of which the seats given are still free. */
function numbered(leaseId: string, ...freeRanges: [number, number][]): LeaseState {
  return { leaseId, departureId, kind: 'numbered', total: 100, sold: 0, freeRanges };
}
const seats = (leases: LeaseState[], count: number) => {
  const taken = takeSeats(leases, count);
  return taken.ok ? taken.value.map((seat) => seat.seatNumber) : taken.refusal.code;
};

describe('taking seats', () => {
  test('one traveller gets the lowest seat', () => {
    expect(seats([numbered('a', [4, 4], [7, 20])], 1)).toEqual([4]);
  });

  test('a party sits together in the lowest run that holds it', () => {
    expect(seats([numbered('a', [1, 2], [5, 6], [9, 12])], 3)).toEqual([9, 10, 11]);
    expect(seats([numbered('a', [1, 2], [5, 6], [9, 12])], 2)).toEqual([1, 2]);
  });

  test('a party too large for any run gets the lowest seats there are', () => {
    expect(seats([numbered('a', [1, 2], [5, 6], [9, 12])], 5)).toEqual([1, 2, 5, 6, 9]);
  });

  test('neighbours count across two leases whose numbers touch, in whatever order they are given', () => {
    expect(takeSeats([numbered('b', [5, 8]), numbered('a', [1, 1], [3, 4])], 3)).toEqual({
      ok: true,
      value: [
        { leaseId: 'a', seatNumber: 3 },
        { leaseId: 'a', seatNumber: 4 },
        { leaseId: 'b', seatNumber: 5 },
      ],
    });
  });

  test('where seats are free they are counted, the first lease first', () => {
    expect(takeSeats([free('a', 3, 2), free('b', 5)], 3)).toEqual({
      ok: true,
      value: [
        { leaseId: 'a', seatNumber: null },
        { leaseId: 'b', seatNumber: null },
        { leaseId: 'b', seatNumber: null },
      ],
    });
  });

  test('too few seats are refused whole, and the words say how many there are', () => {
    const refusal = takeSeats([free('a', 3, 2)], 2);
    expect(refusal).toMatchObject({
      refusal: { code: 'seat.noneHeld', message: expect.stringContaining('需要 2,剩余 1') },
    });
    expect(seats([], 1)).toBe('seat.noneHeld');
    expect(seats([numbered('a')], 1)).toBe('seat.noneHeld');
  });

  test('whatever is taken was free, is taken once, ascending, and together whenever one run could hold all', () => {
    const someSeats = fc
      .uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 40 })
      .map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(
        someSeats,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 40 }),
        (open, count, cut) => {
          const ranges = (list: number[]) => list.map((seat): [number, number] => [seat, seat]);
          const leases = [
            numbered('low', ...ranges(open.filter((seat) => seat < cut))),
            numbered('high', ...ranges(open.filter((seat) => seat >= cut))),
          ];
          const taken = takeSeats(leases, count);
          expect(taken.ok).toBe(open.length >= count);
          if (!taken.ok) return;
          const given = taken.value.map((seat) => seat.seatNumber ?? 0);
          expect(given).toHaveLength(count);
          expect(given).toEqual([...new Set(given)].sort((a, b) => a - b));
          expect(given.every((seat) => open.includes(seat))).toBe(true);
          expect(
            taken.value.every((seat) => seat.leaseId === ((seat.seatNumber ?? 0) < cut ? 'low' : 'high')),
          ).toBe(true);
          const lowestRun = open.find((seat) =>
            Array.from({ length: count }, (_, n) => seat + n).every((each) => open.includes(each)),
          );
          expect(given[0]).toBe(lowestRun ?? open[0]);
          if (lowestRun !== undefined) expect(given.at(-1)).toBe(lowestRun + count - 1);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('seats of a lease', () => {
  test('the whole of a departure is all its numbers, or its count where seats are free', () => {
    const whole = seatsOfWhole({ capacity: 45, numberedSeats: true });
    expect(whole).toEqual({ kind: 'numbered', ranges: [[1, 45]] });
    expect(leaseSeatsSchema.parse(whole)).toEqual(whole);
    expect(seatsOfWhole({ capacity: 250, numberedSeats: false })).toEqual({ kind: 'free', count: 250 });
  });

  test('a fresh lease has everything left', () => {
    expect(
      seatsLeft([
        freshLease('a', departureId, {
          kind: 'numbered',
          ranges: [
            [11, 20],
            [1, 2],
          ],
        }),
      ]),
    ).toBe(12);
    expect(
      freshLease('a', departureId, {
        kind: 'numbered',
        ranges: [
          [11, 20],
          [1, 2],
        ],
      }).freeRanges,
    ).toEqual([
      [1, 2],
      [11, 20],
    ]);
    expect(seatsLeft([freshLease('b', departureId, { kind: 'free', count: 9 }), free('c', 5, 5)])).toBe(9);
  });

  test('a seat leaves its range at either end, in the middle, or takes the range with it', () => {
    expect(removeSeat([[1, 3]], 1)).toEqual([[2, 3]]);
    expect(removeSeat([[1, 3]], 3)).toEqual([[1, 2]]);
    expect(
      removeSeat(
        [
          [1, 3],
          [5, 9],
        ],
        7,
      ),
    ).toEqual([
      [1, 3],
      [5, 6],
      [8, 9],
    ]);
    expect(
      removeSeat(
        [
          [1, 1],
          [5, 9],
        ],
        1,
      ),
    ).toEqual([[5, 9]]);
  });

  test('selling a seat that is not free is a defect', () => {
    expect(() => removeSeat([[1, 3]], 4)).toThrow(RangeError);
    expect(() => removeSeat(removeSeat([[1, 3]], 2), 2)).toThrow(RangeError);
  });
});
