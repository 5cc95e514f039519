import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCitizenNumber } from './citizen-number.ts';

test('a number with the check character of GB 11643 is good', () => {
  // The example of the standard's own text; not a person.
  expect(isCitizenNumber('11010519491231002X')).toBe(true);
});

test('any other last character, and any one changed digit, is found', () => {
  fc.assert(
    fc.property(fc.nat(16), fc.integer({ min: 1, max: 9 }), (at, by) => {
      const good = '11010519491231002X';
      const changed = good.slice(0, at) + String((Number(good[at]) + by) % 10) + good.slice(at + 1);
      expect(isCitizenNumber(changed)).toBe(false);
    }),
  );
  for (const last of '0123456789x') expect(isCitizenNumber(`11010519491231002${last}`)).toBe(false);
});

test.each(['', '1'.repeat(15), '11010519490230002X', '11010519491331002X', '110105 9491231002X'])(
  '%j is refused',
  (number) => {
    expect(isCitizenNumber(number)).toBe(false);
  },
);
