import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFeeRules } from './read-fee-rules.ts';

const text = readFileSync(join(import.meta.dirname, '..', '..', 'plans', 'fee-rules.yaml'), 'utf8');

test('the fee rules that come with the program are whole', () => {
  expect(readFeeRules(text)).toMatchObject({ ok: true, value: { version: 1 } });
});

test.each([
  [
    'a gap',
    'fromMin: 120, toMin: null, percent: 10, leastFen: 50',
    'fromMin: 180, toMin: null, percent: 10, leastFen: 50',
    'feeRules.gap',
    '120',
  ],
  [
    'an overlap',
    'fromMin: 120, toMin: null, percent: 10, leastFen: 50',
    'fromMin: 60, toMin: null, percent: 10, leastFen: 50',
    'feeRules.overlap',
    'ROAD_DEFAULT',
  ],
  ['a word for a number', 'percent: 20', 'percent: some', 'feeRules.wrong', '第 16 行'],
  ['a member that no row has', 'act: change', 'act: change\n    colour: red', 'feeRules.wrong', '没有这一栏'],
  ['no YAML', 'sets:', 'sets: [', 'plan.notYaml', '行'],
])('fee rules with %s are refused, and the refusal says where', (_, there, instead, code, said) => {
  expect(text).toContain(there);
  const read = readFeeRules(text.replace(there, instead));
  if (read.ok) throw new Error('expected a refusal');
  expect(read.refusal.code).toBe(code);
  expect(read.refusal.message).toContain(said);
});
