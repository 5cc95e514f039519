import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../build/pieces.mjs';
import { CUTTING_FILE, CUTTING_TEST, readLineCuts } from './long-tests.ts';
import { isProven, proofPage, type FuzzLine, type ProofResults, type Ran } from './page.ts';

const line: FuzzLine = {
  fuzz: 'jcs',
  cases: 1200,
  seconds: 1.4,
  caughtPlanted: true,
  missing: [],
  counts: { same: 1000, refused: 200 },
};
const sum = { cases: 1200, seed: 1, red: [], seconds: 1.4, ok: true };
const ran: Ran = { date: '2026-11-21', machine: '2 × Some processor, 8 GiB', version: '0.1.0 (3f2a)' };
const lines = {
  ran,
  tests: { passed: 1, failed: 0 },
  cuts: { stepBytes: 1, upBytes: 1800, downBytes: 310, placed: 2110, cuts: 2101 },
  seconds: 240.2,
  ok: true,
};
const stories = { ran, tests: { passed: 61, failed: 0 }, seconds: 700, ok: true };
const green: ProofResults = {
  fuzz: { ran, lines: [line], sum },
  crash: { ran, sum: { kills: 300, lost: 0, power: { cuts: 600, lost: 0, broken: [] }, ok: true } },
  lines,
  faults: { ran, sum: { sold: 300, printed: 300, inCity: 300, duplicates: 0, lost: 0, ok: true } },
  stories,
  bench: {
    ran,
    ok: true,
    lines: [
      { bench: 'sale', metric: 'ratio', value: 0.7, unit: 'of', goal: 0.6, better: 'higher' },
      { bench: 'sale', metric: 'spread', value: 3, unit: '%', goal: null, better: 'lower' },
    ],
  },
};

test('a green run says so, with every figure beside its goal', () => {
  const page = proofPage(green);
  expect(isProven(green)).toBe(true);
  expect(page).toContain('**All green.**');
  expect(page).toContain('2026-11-21, version 0.1.0 (3f2a), 2 × Some processor, 8 GiB.');
  expect(page).toContain('| `jcs` | 1,200 | 1 | same 1,000, refused 200 | ok |');
  expect(page).toContain('| power.cuts | 600 |');
  expect(page).toContain('Everything sold is on paper once and in the city once.');
  expect(page).toContain('| inCity | 300 |');
  expect(page).toContain(
    'A batch of one sale (1,800 bytes with its head) and its answer (310) were cut at every byte',
  );
  expect(page).toContain('2,110 sales, each with a cut of its own, 2,101 of which met a byte');
  expect(page).toContain('`npm test -- stories`: 61 passed, 0 failed, 700 s.');
  expect(page).toContain('| sale | ratio | 0.7 | of | ≥ 0.6 | met |');
  expect(page).toContain('| sale | spread | 3 | % |  |  |');
});

test('a part that has not run yet is said so beside those that have, and nothing is called green', () => {
  for (const part of ['fuzz', 'crash', 'lines', 'faults', 'stories', 'bench'] as const) {
    const { [part]: _absent, ...others } = green;
    expect(isProven(others)).toBe(false);
    const page = proofPage(others);
    expect(page.match(/^Not run yet\.$/gm)).toHaveLength(1);
    expect(page).not.toContain('Did not come to its end');
    expect(page).toContain('**Not green: see below.**');
  }
});

test('the figures that are kept make a page', () => {
  const kept = JSON.parse(readFileSync(join(root, 'docs', 'proof.json'), 'utf8')) as ProofResults;
  expect(proofPage(kept)).toContain('# Proof: the last long run');
});

test('the cuts of the line are read from beside the result of their test, which is still called so', () => {
  expect(readFileSync(join(root, CUTTING_FILE), 'utf8')).toContain(`'${CUTTING_TEST}'`);
  const { cuts } = lines;
  const report = (status: string, meta: object): string =>
    JSON.stringify({
      testResults: [
        {
          assertionResults: [
            { status: 'skipped', meta: {} },
            { status, meta },
          ],
        },
      ],
    });
  expect(readLineCuts(report('passed', { lineCuts: cuts }))).toEqual({
    tests: { passed: 1, failed: 0 },
    ok: true,
    cuts,
  });
  expect(readLineCuts(report('failed', { lineCuts: cuts }))).toMatchObject({ ok: false });
  expect(readLineCuts(report('failed', {})), 'red before it had cut everything').toBeUndefined();
});

test('a part that is red, missed its goal, or did not come to its end is never called green', () => {
  const red = {
    what: 'reads /tmp/so-1/x | not',
    replay: 'node tests/fuzz/fuzz.mjs --only jcs --seed 1 --case 4',
  };
  const cases: [ProofResults, string][] = [
    [
      {
        ...green,
        fuzz: { ran, lines: [{ ...line, red }], sum: { ...sum, red: ['jcs'], ok: false } },
      },
      '--case 4',
    ],
    [{ ...green, crash: { ran, sum: { kills: 300, lost: 1, ok: false } } }, '**Something was lost'],
    [
      {
        ...green,
        bench: {
          ran,
          ok: false,
          lines: [{ bench: 'catch-up', metric: 'seconds', value: 4.4, unit: 's', goal: 4, better: 'lower' }],
        },
      },
      '| ≤ 4 | **missed** |',
    ],
    [
      { ...green, lines: { ...lines, tests: { passed: 0, failed: 1 }, ok: false } },
      '**Not green: 1 of 1 tests failed.**',
    ],
    [
      { ...green, stories: { ...stories, tests: { passed: 60, failed: 1 }, ok: false } },
      '**60 passed, 1 failed, 700 s**',
    ],
    [{ broken: ['crash'] }, '**Did not come to its end.**'],
    [{}, 'Not run yet.'],
  ];
  for (const [results, words] of cases) {
    expect(isProven(results)).toBe(false);
    expect(proofPage(results)).toContain('**Not green');
    expect(proofPage(results)).toContain(words);
    expect(proofPage(results), 'no folder of the machine').not.toMatch(/\/tmp/);
  }
});
