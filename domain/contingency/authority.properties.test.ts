import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import type { PlanRecord } from '../../contract/orders.ts';
import { createOrderBook, type KnownRecord, type OrderBook } from './orders.ts';
import { at, end, extension, ferry, here, HOUR, MINUTE, morning, order, plan, ruleBook } from './sample.ts';

const above = 'c'.repeat(32) as LedgerId;
const stop = plan([{ effect: 'sale', sell: 'nothing', of: 'all' }], { loosensAtMostMin: null });

/** The record as the authority signs it: its own issuer, its own role, nobody of the station beside. */
const theirs = <R extends PlanRecord>(record: R): R => ({
  ...record,
  issuer: above,
  window: 'pier/00' as WindowId,
  by: { number: '0009', role: 'authority' },
  countersignedBy: null,
});

type Step = { what: 'order' | 'extend' | 'end'; of: number; isTheirs: boolean; late: number };
const step = fc.record<Step>({
  what: fc.constantFrom('order', 'extend', 'end'),
  of: fc.integer({ min: 0, max: 5 }),
  isTheirs: fc.boolean(),
  late: fc.integer({ min: 1, max: 300 }),
});

/** Orders first by number, so that what follows them has something to name; signers of either side follow either's orders. */
function recordsOf(steps: readonly Step[]): KnownRecord[] {
  const orders = steps
    .filter(({ what }) => what === 'order')
    .map(({ isTheirs }, n) => {
      const made = order(n + 1, stop, { until: null });
      return { ...made, record: isTheirs ? theirs(made.record) : made.record };
    });
  const following = steps.flatMap((one, n): KnownRecord[] => {
    const target = orders[one.of];
    if (one.what === 'order' || !target) return [];
    const key = { issuer: target.record.issuer, n: target.record.n };
    const when = morning + one.late * MINUTE;
    const { record } =
      one.what === 'end' ? end(100 + n, key, when) : extension(100 + n, key, when, when + HOUR);
    return [{ record: one.isTheirs ? theirs(record) : record }];
  });
  return [...orders, ...following];
}

const standing = (book: OrderBook): [string, number | null][] =>
  book.orders.map(({ id, endedAtMs }) => [id, endedAtMs]);

test('what the authority ordered is ended by the authority alone, and what the station ordered by the station, in any order of arrival', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), fc.infiniteStream(fc.nat()), (steps, dice) => {
      const records = recordsOf(steps);
      const mixed = [...records, ...records]
        .map((one) => ({ one, at: dice.next().value as number }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ one }) => one);
      const book = createOrderBook(records);
      expect(standing(createOrderBook(mixed))).toEqual(standing(book));
      for (const { record, endedAtMs } of book.orders) {
        const ends = records.filter(
          (each) =>
            each.record.record === 'end' &&
            each.record.order.issuer === record.issuer &&
            each.record.order.n === record.n &&
            (each.record.by.role === 'authority') === (record.by.role === 'authority'),
        );
        expect(endedAtMs !== null).toBe(ends.length > 0);
      }
    }),
  );
});

test('a stop by the authority holds through every end of the station until its own', () => {
  const made = order(1, stop, { until: null });
  const commanded = { ...made, record: theirs(made.record) };
  const key = { issuer: above, n: 1 };
  const byStation = end(2, key, morning + MINUTE, here);
  const byThem = { record: theirs(end(2, key, morning + HOUR).record) };
  const sells = (...records: KnownRecord[]) => ruleBook(records).rulesFor(at(ferry), morning + 2 * HOUR).sale;
  expect(sells(commanded).passengers).toBe('nothing');
  expect(sells(byStation, commanded).passengers).toBe('nothing');
  expect(sells(byThem, byStation, commanded).passengers).toBe('fixed');
});
