import { expect, it } from 'vitest';
import { instantOf } from '../time.ts';
import { decideCall, lastOfWindow, obstacleToNumber, waitingOf } from './hall-queue.ts';
import { nextQueueNumbers } from './queue-numbers.ts';

const nine = instantOf('2026-11-21', '09:00');
/** What a window gives after what it knows itself. */
const give = (known: readonly number[], window: number, atMs: number): number =>
  nextQueueNumbers(
    { kind: 'rolling', last: lastOfWindow({ given: known, through: null }, window) },
    window,
    1,
    atMs,
  )[0] ?? 0;

it('two windows that hear nothing of each other give no number twice, and who came first is called first', () => {
  const atTwo: number[] = [];
  const atThree: number[] = [];
  for (const minute of [0, 1, 1, 3]) {
    atThree.push(give(atThree, 3, nine + minute * 60_000));
    atTwo.push(give(atTwo, 2, nine + minute * 60_000 + 10_000));
  }
  const all = [...atTwo, ...atThree].toSorted((a, b) => a - b);
  expect(new Set(all).size).toBe(8);
  // By the minute: nobody of 09:01 before anybody of 09:00.
  expect(all.map((number) => Math.floor(number / 10_000))).toEqual([900, 900, 901, 901, 901, 901, 903, 903]);
});

it('a clock set back gives no number before one that was given', () => {
  const first = give([], 3, nine + 600_000);
  expect(give([first], 3, nine)).toBeGreaterThan(first);
});

it('numbers are called in order, as many as wait, and nobody twice', () => {
  const given = [9_000_301, 9_010_201, 9_010_301];
  expect(decideCall({ given, through: null }, 2)).toEqual({
    ok: true,
    value: { through: 9_010_201, count: 2 },
  });
  expect(decideCall({ given, through: 9_010_201 }, 50)).toMatchObject({ value: { count: 1 } });
  expect(waitingOf({ given, through: 9_010_301 })).toEqual([]);
  expect(decideCall({ given, through: 9_010_301 }, 1)).toMatchObject({ refusal: { code: 'queue.nobody' } });
});

it('a line that rolls has its numbers on the tickets, the hall gives its own', () => {
  const rolls = { queueNumbers: true, boarding: { by: 'queue' } } as never;
  const waits = { queueNumbers: true, boarding: { by: 'departure' } } as never;
  const always = { queueNumbers: false, boarding: { by: 'departure' } } as never;
  expect(obstacleToNumber([rolls, always], false)).toBe('onTicket');
  expect(obstacleToNumber([rolls], true)).toBeUndefined();
  expect(obstacleToNumber([rolls, waits], false)).toBeUndefined();
  expect(obstacleToNumber([always], true)).toBe('notIssued');
});
