import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countSeats, tidyRanges, withoutSeat } from './seat-ranges.ts';

test('ranges are ordered and joined where they touch', () => {
  expect(
    tidyRanges([
      [7, 9],
      [1, 2],
      [3, 3],
    ]),
  ).toEqual([
    [1, 3],
    [7, 9],
  ]);
});

test('a seat named twice or a range that runs backwards is a defect', () => {
  expect(() =>
    tidyRanges([
      [1, 5],
      [5, 6],
    ]),
  ).toThrow('seat 5 is named twice');
  expect(() => tidyRanges([[5, 1]])).toThrow('run backwards');
});

test('seats taken one by one in any order leave exactly the others', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 70 }), (taken) => {
      let ranges = tidyRanges([
        [1, 20],
        [25, 60],
      ]);
      const left = new Set(
        Array.from({ length: 60 }, (_, i) => i + 1).filter((seat) => seat <= 20 || seat >= 25),
      );
      for (const seat of taken) {
        const after = withoutSeat(ranges, seat);
        expect(after === undefined).toBe(!left.delete(seat));
        ranges = after ?? ranges;
      }
      expect(countSeats(ranges)).toBe(left.size);
      expect(
        ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i)),
      ).toEqual([...left]);
      expect(tidyRanges(ranges)).toEqual(ranges);
    }),
  );
});
