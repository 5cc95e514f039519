import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  grantCount,
  joinRanges,
  lastSeats,
  seatCount,
  takeFromPool,
  wholePool,
  withoutRanges,
  type SeatPool,
} from './lease-pool.ts';

const whole = (seats: number): SeatPool => wholePool({ seats, heads: seats, freeChildren: 0 }, true);

test('whatever windows ask for and give back, every seat is in one hand', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 120 }),
      fc.array(fc.tuple(fc.integer({ min: -3, max: 12 }), fc.integer({ min: 1, max: 20 })), {
        maxLength: 60,
      }),
      (seats, steps) => {
        let pool = whole(seats);
        const held: [number, number][][] = [];
        for (const [wanted, sellers] of steps) {
          const back = wanted < 0 ? held.pop() : undefined;
          if (back) {
            const ranges = joinRanges(pool.ranges, back);
            if (!ranges) throw new Error('a seat in two hands');
            const count = pool.count + seatCount({ kind: 'numbered', ranges: back });
            pool = { ...pool, ranges, count, heads: count };
            continue;
          }
          const count = grantCount(pool, Math.min(Math.max(0, wanted), pool.count), sellers);
          const taken = takeFromPool(pool, count, Math.max(1, wanted));
          if (taken?.kind !== 'numbered') continue;
          expect(seatCount(taken)).toBe(count);
          const ranges = withoutRanges(pool.ranges, taken.ranges);
          if (!ranges) throw new Error('a seat that was not there');
          pool = { ...pool, ranges, count: pool.count - count, heads: pool.heads - count };
          held.push(taken.ranges);
        }
        const all = [pool.ranges, ...held]
          .flat()
          .flatMap(([a, b]) => Array.from({ length: b - a + 1 }, (_, i) => a + i));
        expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: seats }, (_, i) => i + 1));
      },
    ),
  );
});

test('the last seats go to who has a passenger for them, none in advance', () => {
  const pool = { ...whole(40), count: 10, heads: 10, ranges: [[1, 10]] as [number, number][] };
  expect(grantCount(pool, 2, 20)).toBe(2);
  expect(grantCount(pool, 0, 20)).toBe(0);
});

test('a party sits together where a run is long enough', () => {
  const ranges: [number, number][] = [
    [1, 2],
    [5, 9],
  ];
  const pool: SeatPool = { kind: 'numbered', count: 7, ranges, heads: 7, freeChildren: 0 };
  expect(takeFromPool(pool, 3, 3)).toEqual({ kind: 'numbered', ranges: [[5, 7]] });
  expect(takeFromPool(pool, 7, 3)).toEqual({ kind: 'numbered', ranges: [[5, 9]] });
  expect(lastSeats(ranges, 3)).toEqual([[7, 9]]);
});
