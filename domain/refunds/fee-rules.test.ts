import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeeBand, FeeSet } from '../../contract/fee-rules.ts';
import { checkFeeRules, feeAt, feeSetFor, feeSetOf, feeSetsFromSteps, type FeeStep } from './fee-rules.ts';
import { rules, sampleRules } from './sample.ts';

const [water] = rules.sets as [FeeSet, ...FeeSet[]];
const withWater = (over: Partial<FeeSet>, more: Partial<FeeSet>[] = []) =>
  checkFeeRules({
    ...rules,
    sets: [{ ...water, ...over }, ...more.map((each) => ({ ...water, ...each })), ...rules.sets.slice(1)],
  });
const band = (fromMin: number | null, toMin: number | null, percent: number | null = 10): FeeBand => ({
  fromMin,
  toMin,
  percent,
  leastFen: 0 as FeeBand['leastFen'],
  mark: 'D',
});
const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) =>
  outcome.ok ? 'accepted' : outcome.refusal?.code;
const date = (text: string) => text as FeeSet['validFrom'];

describe('fee rules', () => {
  test('with a row for every moment are taken', () => {
    expect(checkFeeRules(rules)).toEqual({ ok: true, value: rules });
  });

  test.each([
    ['two rows overlap', { bands: [band(100, null), band(0, 120), band(null, 0)] }, 'feeRules.overlap'],
    [
      'two rows begin without limit',
      { bands: [band(null, 0), band(null, 10), band(10, null)] },
      'feeRules.overlap',
    ],
    ['there is a gap between two', { bands: [band(120, null), band(0, 100), band(null, 0)] }, 'feeRules.gap'],
    ['nothing is said of after departure', { bands: [band(120, null), band(0, 120)] }, 'feeRules.gap'],
    ['nothing is said of long before', { bands: [band(0, 120), band(null, 0)] }, 'feeRules.gap'],
    [
      'a row ends before it begins',
      { bands: [band(null, 0), band(120, 0), band(0, null)] },
      'feeRules.wrong',
    ],
    ['a refund counts changes', { times: 1 }, 'feeRules.wrong'],
    ['its time ends before it begins', { validTo: date('2019-12-31') }, 'feeRules.wrong'],
    ['the general rule of a mode ends', { validTo: date('2030-12-31') }, 'feeRules.gap'],
    ['only one line has a rule', { lines: ['w-fast'] }, 'feeRules.gap'],
  ] as [string, Partial<FeeSet>, string][])('are refused when %s', (_, over, code) => {
    expect(codeOf(withWater(over))).toBe(code);
  });

  test('are refused when two versions overlap or leave days out', () => {
    const old = { validTo: date('2024-12-31') };
    const next = (from: string) => [{ version: 2, validFrom: date(from) }];
    expect(codeOf(withWater(old, next('2025-01-01')))).toBe('accepted');
    expect(codeOf(withWater(old, next('2024-12-31')))).toBe('feeRules.overlap');
    expect(codeOf(withWater(old, next('2025-01-02')))).toBe('feeRules.gap');
    expect(codeOf(withWater({}, next('2025-01-01')))).toBe('feeRules.overlap');
    expect(codeOf(withWater({}, [{}]))).toBe('feeRules.wrong');
  });

  test('of two sets for one line are refused; for two lines they are not', () => {
    const line = (id: string, lines: string[]) => ({ id, lines });
    expect(codeOf(withWater({}, [line('A', ['w-a']), line('B', ['w-b'])]))).toBe('accepted');
    expect(codeOf(withWater({}, [line('A', ['w-a', 'w-c']), line('B', ['w-b', 'w-c'])]))).toBe(
      'feeRules.overlap',
    );
  });

  test('a gap or overlap is never missed: taken rules have exactly one row for every minute', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: -2_000, max: 5_000 }), { minLength: 1, maxLength: 6 });
    const spoil = fc.record({ index: fc.nat(10), by: fc.constantFrom(0, 0, 0, -7, 7) });
    fc.assert(
      fc.property(cuts, spoil, fc.integer({ min: -2_100, max: 5_100 }), (list, { index, by }, minute) => {
        const sorted = list.toSorted((a, b) => a - b);
        const edges = [null, ...sorted, null];
        const bands = edges.slice(1).map((to, n) => band(edges[n] ?? null, to));
        const spoilt = bands[index % bands.length];
        if (spoilt && spoilt.toMin !== null) spoilt.toMin += by;
        const taken = withWater({ bands }).ok;
        if (!taken) return;
        const holding = bands.filter(
          ({ fromMin, toMin }) => (fromMin ?? -Infinity) <= minute && minute < (toMin ?? Infinity),
        );
        expect(holding).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the set of a ticket', () => {
  const set = (over: Partial<FeeSet>): FeeSet => ({ ...water, ...over });
  const many = {
    ...rules,
    sets: [
      water,
      set({ id: 'CARRIER', carrierId: 'c1' }),
      set({ id: 'LINE', lines: ['w-a'] }),
      set({ id: 'CARS', of: 'vehicles' }),
      ...rules.sets.slice(1),
    ],
  };
  const wanted = {
    act: 'refund',
    mode: 'water',
    lineId: 'w-b',
    carrierId: null,
    subject: 'passenger',
    saleDate: '2025-06-15',
  } as const;

  test('is the nearest: line, then carrier, then mode; vehicles apart', () => {
    expect(feeSetFor(many, wanted)?.id).toBe('W');
    expect(feeSetFor(many, { ...wanted, carrierId: 'c1' })?.id).toBe('CARRIER');
    expect(feeSetFor(many, { ...wanted, carrierId: 'c1', lineId: 'w-a' })?.id).toBe('LINE');
    expect(feeSetFor(many, { ...wanted, subject: 'vehicle' })?.id).toBe('CARS');
    expect(feeSetFor(many, { ...wanted, act: 'change', mode: 'road' })).toBeUndefined();
    expect(feeSetFor(many, { ...wanted, saleDate: '2019-12-31' })).toBeUndefined();
  });

  test('is found again by name and version, and refused when nobody knows it', () => {
    expect(feeSetOf(many, { id: 'LINE', version: 1 }, 'refund')).toMatchObject({
      ok: true,
      value: { id: 'LINE' },
    });
    expect(codeOf(feeSetOf(many, { id: 'LINE', version: 2 }, 'refund'))).toBe('feeRules.unknown');
  });
});

describe('a fee', () => {
  const at = (minutesBefore: number, fareFen = 3_000, of: FeeSet = water) =>
    feeAt(of, fareFen, 100_000_000, 100_000_000 - minutesBefore * 60_000).feeFen;

  test.each([
    [121, 300],
    [120, 300],
    [119.9, 600],
    [0, 600],
    [-0.1, null],
    [-600, null],
  ])('%d minutes before departure is %s fen of 30 yuan', (minutes, feeFen) => {
    expect(at(minutes)).toBe(feeFen);
  });

  test('is at least the least, and never more than the fare', () => {
    expect(at(200, 300)).toBe(50);
    expect(at(200, 30)).toBe(30);
    expect(at(60, 0)).toBe(0);
  });

  test('is rounded as the rows say', () => {
    const round = (toFen: 1 | 10 | 50 | 100, way: FeeSet['rounding']['way'], fareFen: number) =>
      at(200, fareFen, { ...water, rounding: { toFen, way } });
    expect(round(1, 'halfUp', 1_234)).toBe(123);
    expect(round(1, 'halfUp', 1_235)).toBe(124);
    expect(round(10, 'down', 1_299)).toBe(120);
    expect(round(10, 'up', 1_201)).toBe(130);
    expect(round(100, 'halfUp', 5_500)).toBe(600);
    expect(round(100, 'halfUp', 5_499)).toBe(500);
    expect(round(50, 'halfUp', 3_250)).toBe(350);
  });

  test('is between nothing and the fare, whatever the rows', () => {
    const rows = fc.record({
      percent: fc.integer({ min: 0, max: 100 }),
      leastFen: fc.integer({ min: 0, max: 5_000 }),
      toFen: fc.constantFrom(1 as const, 10 as const, 50 as const, 100 as const),
      way: fc.constantFrom('halfUp' as const, 'up' as const, 'down' as const),
      fareFen: fc.integer({ min: 0, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(rows, ({ percent, leastFen, toFen, way, fareFen }) => {
        const of: FeeSet = {
          ...water,
          rounding: { toFen, way },
          bands: [{ ...band(null, null, percent), leastFen: leastFen as FeeBand['leastFen'] }],
        };
        const feeFen = at(0, fareFen, of) ?? Number.NaN;
        expect(Number.isInteger(feeFen)).toBe(true);
        expect(feeFen).toBeGreaterThanOrEqual(0);
        expect(feeFen).toBeLessThanOrEqual(fareFen);
        expect(
          Math.abs(feeFen - (fareFen * percent) / 100) < toFen ||
            feeFen === Math.min(fareFen, leastFen) ||
            feeFen === fareFen,
        ).toBe(true);
      }),
    );
  });
});

describe("a station's own fee table", () => {
  const step = (minutesBefore: number, percent: number | null, over: Partial<FeeStep> = {}): FeeStep => ({
    feeId: 'OWN',
    kind: 'refund',
    mode: 'both',
    lineId: null,
    minutesBefore,
    percent,
    leastFen: 0,
    validFrom: '2020-01-01',
    validTo: null,
    mark: 'S1',
    source: '',
    ...over,
  });
  const sets = feeSetsFromSteps([step(0, 20), step(120, 10)], {
    version: 3,
    changeTimes: 1,
    rounding: { toFen: 10, way: 'halfUp' },
  });

  test('becomes rows without overlap or gap, for both modes', () => {
    expect(sets.map(({ id, mode, version }) => [id, mode, version])).toEqual([
      ['OWN-water', 'water', 3],
      ['OWN-road', 'road', 3],
    ]);
    expect(codeOf(checkFeeRules(sampleRules({ sets })))).toBe('accepted');
  });

  test('keeps what each step says', () => {
    const [first] = sets;
    if (!first) throw new Error('no set');
    const fee = (minutes: number) => feeAt(first, 1_000, 0, -minutes * 60_000).feeFen;
    expect([fee(500), fee(120), fee(119), fee(0), fee(-1)]).toEqual([100, 100, 200, 200, null]);
  });
});
