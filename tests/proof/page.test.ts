import { expect, test } from 'vitest';
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
const green: ProofResults = {
  fuzz: { ran, lines: [line], sum },
  crash: { ran, sum: { kills: 300, lost: 0, power: { cuts: 600, lost: 0, broken: [] }, ok: true } },
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
  expect(page).toContain('| sale | ratio | 0.7 | of | ≥ 0.6 | met |');
  expect(page).toContain('| sale | spread | 3 | % |  |  |');
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
    [{}, 'Did not come to its end.'],
  ];
  for (const [results, words] of cases) {
    expect(isProven(results)).toBe(false);
    expect(proofPage(results)).toContain('**Not green');
    expect(proofPage(results)).toContain(words);
    expect(proofPage(results), 'no folder of the machine').not.toMatch(/\/tmp/);
  }
});
