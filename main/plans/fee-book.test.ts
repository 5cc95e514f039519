import { expect, test } from 'vitest';
import type { FeeRow, SettingRow } from '../../contract/basic-data/tables.ts';
import { sampleRules } from '../../domain/refunds/sample.ts';
import { feeAt, feeSetFor } from '../../domain/refunds/fee-rules.ts';
import { createFeeBook } from './fee-book.ts';

/** A tenth is kept until departure, a fifth after it. */
const fees: FeeRow[] = [
  {
    feeId: 'OWN',
    kind: 'refund',
    mode: 'water',
    lineId: null,
    minutesBefore: 0,
    percent: 10,
    leastFen: 0 as FeeRow['leastFen'],
    validFrom: '2020-01-01' as FeeRow['validFrom'],
    validTo: null,
    mark: 'S1',
    source: '',
  },
];
const own = (settings: Partial<Record<SettingRow['name'], number>>) => {
  const rows = Object.entries(settings).map(([name, value]) => ({ name: name as SettingRow['name'], value }));
  const book = createFeeBook({ feeRules: () => ({ ok: true, value: sampleRules() }) }, () => ({
    fees: [...fees, { ...fees[0], feeId: 'CHANGE', kind: 'change' } as FeeRow],
    settings: rows,
    number: 3,
  }));
  const rules = book.rules([0]);
  if (!rules.ok) throw new Error('no rules');
  const wanted = {
    mode: 'water',
    lineId: 'w-any',
    carrierId: null,
    subject: 'passenger',
    saleDate: '2026-01-01',
  };
  const setOf = (act: 'refund' | 'change') => {
    const set = feeSetFor(rules.value, { act, ...wanted } as never);
    if (!set) throw new Error('no set');
    return set;
  };
  return {
    feeOf: (fareFen: number) => feeAt(setOf('refund'), fareFen, 60_000, 0).feeFen,
    times: setOf('change').times,
  };
};

test("a station's own table rounds to the jiao, half up, and lets a ticket be changed once, where nothing else is set", () => {
  expect([own({}).feeOf(1_250), own({}).feeOf(1_240), own({}).times]).toEqual([130, 120, 1]);
});

test('how it rounds and how often a ticket may be changed are settings of the same data', () => {
  expect(own({ feeRoundToFen: 100 }).feeOf(1_250)).toBe(100);
  expect(own({ feeRoundToFen: 100, feeRoundWay: 1 }).feeOf(1_250)).toBe(200);
  expect(own({ feeRoundWay: 2 }).feeOf(1_250)).toBe(120);
  expect(own({ feeRoundToFen: 1 }).feeOf(1_234)).toBe(123);
  expect(own({ changeTimes: 3 }).times).toBe(3);
});
