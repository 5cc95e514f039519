import { expect, it } from 'vitest';
import { createOrderBook } from './orders.ts';
import { reviewTimer } from './reviews.ts';
import { end, HOUR, keyOf, MINUTE, morning, order, plan } from './sample.ts';

const fog = order(1, plan([{ effect: 'departureState', state: 'paused' }], { reviewEveryMin: 30 }));
const standing = (...more: Parameters<typeof createOrderBook>[0] extends Iterable<infer R> ? R[] : never) => {
  const [state] = createOrderBook([fog, ...more]).orders;
  if (!state) throw new Error('no order');
  return state;
};

it('a review is due so many minutes after the order, and at that very minute', () => {
  expect(reviewTimer(standing(), [], morning + 29 * MINUTE)).toEqual({
    everyMin: 30,
    dueAt: morning + 30 * MINUTE,
    isDue: false,
  });
  expect(reviewTimer(standing(), [], morning + 30 * MINUTE)?.isDue).toBe(true);
});

it('the last review counts, whatever order they became known in', () => {
  const looks = [{ at: morning + 50 * MINUTE }, { at: morning + 20 * MINUTE }];
  expect(reviewTimer(standing(), looks, morning + HOUR)).toMatchObject({
    dueAt: morning + 80 * MINUTE,
    isDue: false,
  });
});

it('an order that ended, or that this program cannot read, asks for no review', () => {
  const ended = standing(end(2, keyOf(fog), morning + HOUR));
  expect(reviewTimer(ended, [], morning + 2 * HOUR)).toBeUndefined();
  expect(reviewTimer({ ...standing(), plan: null }, [], morning + HOUR)).toBeUndefined();
});
