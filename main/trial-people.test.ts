import { expect, test } from 'vitest';
import { simulatedPerson } from '../contract/simulators.ts';
import { trialPeople } from './trial-people.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

test.each([2026, 2027, 2031])(
  'in %i every trial card fits the simulator and carries a right number',
  (year) => {
    for (const { card } of trialPeople(year)) {
      const { number, birthDate, sex } = simulatedPerson.parse(card);
      const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(number[at]), 0);
      expect(number[17], number).toBe('10X98765432'[sum % 11]);
      expect(number.slice(6, 14), number).toBe(birthDate.replaceAll('-', ''));
      expect(Number(number[16]) % 2 === 1, number).toBe(sex === '1');
    }
  },
);

test('numbers and names are all different, and belong to a county that does not exist', () => {
  const people = trialPeople(2026);
  expect(people.length).toBeGreaterThanOrEqual(12);
  for (const key of ['id', 'name'] as const)
    expect(new Set(people.map((one) => one[key])).size).toBe(people.length);
  expect(new Set(people.map(({ card }) => card.number)).size).toBe(people.length);
  for (const { card } of people) {
    if (card.kind === 'residentId') expect(card.number).toMatch(/^330999/);
  }
});

test('there are adults, children of both sides of six years, an expired card and both permits', () => {
  const people = trialPeople(2026);
  const ages = people.map(({ card }) => 2026 - Number(card.birthDate.slice(0, 4)));
  expect(ages.filter((age) => age >= 18).length).toBeGreaterThanOrEqual(5);
  expect(ages.filter((age) => age >= 7 && age <= 14).length).toBeGreaterThanOrEqual(2);
  expect(ages.some((age) => age < 6)).toBe(true);
  expect(new Set(people.map(({ card }) => card.kind))).toEqual(
    new Set(['residentId', 'hkMoTwPermit', 'foreignerPermit2023']),
  );
  expect(people.some(({ card }) => card.validTo !== 'longTerm' && String(card.validTo) < '2026')).toBe(true);
});
