import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leaseSeatsSchema } from '../contract/entries.ts';
import type { DepartureId } from '../contract/ids.ts';
import { freshLease, removeSeat, seatsLeft, takePlaces, takeSeats, wholeOf } from './seats.ts';
import type { LeaseState } from './types.ts';

const departureId = 'r-pier-town/2025-06-15/0900' as DepartureId;
const free = (leaseId: string, total: number, sold = 0): LeaseState => ({
  leaseId,
  departureId,
  kind: 'free',
  total,
  sold,
  freeRanges: [],
  heads: { total, sold },
  freeChildren: { total: 0, sold: 0 },
});
/** A numbered lease of which the seats given are still free. */
function numbered(leaseId: string, ...freeRanges: [number, number][]): LeaseState {
  return {
    leaseId,
    departureId,
    kind: 'numbered',
    total: 100,
    sold: 0,
    freeRanges,
    heads: { total: 100, sold: 0 },
    freeChildren: { total: 0, sold: 0 },
  };
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

describe('places of one order', () => {
  const numbers = (leases: LeaseState[], ...wants: Parameters<typeof takePlaces>[1]) => {
    const taken = takePlaces(leases, wants);
    return taken.ok ? taken.value.map((seat) => seat.seatNumber) : taken.refusal.code;
  };
  const ship = (seatCount: number, heads: number, carried = 0): LeaseState => {
    const lease = freshLease('a', departureId, { kind: 'numbered', ranges: [[1, seatCount]] }, { heads });
    return { ...lease, heads: { total: heads, sold: carried } };
  };

  test('a free child on a ship takes a head and no seat', () => {
    expect(numbers([ship(3, 5)], 'seat', 'head', 'seat')).toEqual([1, null, 2]);
    expect(numbers([ship(3, 3)], 'seat', 'seat', 'seat', 'head')).toBe('head.noneHeld');
  });

  test('of seats and heads the smaller counts', () => {
    expect(numbers([ship(5, 2)], 'seat', 'seat', 'seat')).toBe('seat.noneHeld');
    expect(numbers([ship(5, 9, 7)], 'seat', 'seat')).toEqual([1, 2]);
    expect(numbers([ship(5, 9, 7)], 'seat', 'seat', 'head')).toBe('head.noneHeld');
  });

  test('a lease gives no more seats than it allows heads, the next one gives the rest', () => {
    const next = { ...freshLease('b', departureId, { kind: 'numbered', ranges: [[6, 9]] }) };
    expect(numbers([ship(5, 2), next], 'seat', 'seat', 'seat')).toEqual([6, 7, 8]);
    expect(numbers([ship(5, 2), next], 'seat', 'seat', 'seat', 'seat', 'seat')).toEqual([1, 2, 6, 7, 8]);
  });

  test('a coach’s free children ride outside its seats, as many as the quota', () => {
    const coach = freshLease('a', departureId, { kind: 'numbered', ranges: [[1, 2]] }, { freeChildren: 1 });
    expect(numbers([coach], 'seat', 'seat', 'quota')).toEqual([1, 2, null]);
    expect(numbers([coach], 'seat', 'quota', 'quota')).toBe('child.quota');
  });
});

describe('seats of a lease', () => {
  test('the whole of a departure is all its numbers, or its count where seats are free', () => {
    const coach = { capacity: 45, seats: 45, numberedSeats: true, freeChildQuota: 0 };
    const { seats: whole } = wholeOf(coach);
    expect(whole).toEqual({ kind: 'numbered', ranges: [[1, 45]] });
    expect(leaseSeatsSchema.parse(whole)).toEqual(whole);
    const ship = { capacity: 250, seats: 250, numberedSeats: false, freeChildQuota: 0 };
    expect(wholeOf(ship)).toEqual({ seats: { kind: 'free', count: 250 } });
  });

  test('heads that are not as many as seats, and a coach’s free children, are said beside the seats', () => {
    const ship = { capacity: 300, seats: 280, numberedSeats: true, freeChildQuota: 0 };
    expect(wholeOf(ship)).toEqual({ seats: { kind: 'numbered', ranges: [[1, 280]] }, heads: 300 });
    const coach = { capacity: 38, seats: 38, numberedSeats: true, freeChildQuota: 3 };
    expect(wholeOf(coach)).toEqual({ seats: { kind: 'numbered', ranges: [[1, 38]] }, freeChildren: 3 });
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
