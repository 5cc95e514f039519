import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { boundaryNames, fuzzerNamed } from './boundaries/all.ts';
import { Dice } from './dice.ts';
import { mustBeRefusal } from './fuzzer.ts';
import { refuse } from '../../contract/refusals.ts';
import { runCases } from './run.ts';
import { watched } from './watch.ts';

/** The same cases at every run; `fuzz.mjs` takes other seeds. */
const SEED = 20_261_121;

describe('a boundary takes anything', () => {
  test.concurrent.each(boundaryNames)(
    '%s keeps what it owes, and its fuzzer catches a planted bug',
    async (name) => {
      const fuzzer = await fuzzerNamed(name);
      const { result, planted } = await watched(
        { name, seed: SEED, from: 0, cases: fuzzer.quickCases, plantedCases: fuzzer.quickCases },
        60_000,
      );
      expect(
        result.red,
        `again: node tests/fuzz/fuzz.mjs --only ${name} --seed ${SEED} --case ${result.red?.caseNumber}`,
      ).toBeUndefined();
      expect(result.cases).toBe(fuzzer.quickCases);
      expect(Object.keys(result.counts), 'the cases do not come to all that they must come to').toEqual(
        expect.arrayContaining([...fuzzer.reaches]),
      );
      expect(planted?.red, 'the planted bug is not caught').toBeDefined();
    },
    180_000,
  );
});

describe('the watcher', () => {
  test.concurrent.each([
    ['broken-hang', /^hangs/],
    ['broken-silence', /^hangs|^the process ended: exit 13/],
    ['broken-crash', /^the process ended: SIGKILL/],
    ['broken-reject', /nobody awaits this/],
  ])(
    'names the case of a fuzzer that ends as %s',
    async (name, what) => {
      const { result } = await watched({ name, seed: SEED, from: 0, cases: 100, plantedCases: 0 }, 1_500);
      expect(result.red).toEqual({ caseNumber: 37, what: expect.stringMatching(what) });
    },
    60_000,
  );
});

test('a case is the same again by its seed and number alone', async () => {
  const fuzzer = await fuzzerNamed('ticket-number');
  const run = (from: number, planted: boolean) => runCases(fuzzer, { seed: SEED, from, cases: 50, planted });
  const red = (await run(0, true)).red;
  expect(red).toBeDefined();
  expect((await run(red?.caseNumber ?? 0, true)).red).toEqual(red);
  expect((await run(0, false)).counts).toEqual((await run(0, false)).counts);
  expect(new Dice('a').hex(32)).not.toBe(new Dice('b').hex(32));
});

test('a refusal passes only with a code of the list, the words of its row, and nothing that was sent', () => {
  mustBeRefusal(refuse('document.checkDigit', {}, 'params.number'));
  for (const wrong of [
    { code: 'no.such.code', message: '不对', next: '请重试' },
    { ...refuse('sale.empty'), message: 'wrong' },
    { ...refuse('sale.empty'), message: '本单没有旅客 at run (/a/b.ts:1:2)' },
    refuse('defect', { incident: 'A1' }),
    refuse('departure.unknown', { departureId: '金丝雀7Q' }),
  ]) {
    expect(() => mustBeRefusal(wrong), JSON.stringify(wrong)).toThrow();
  }
});

test('the long run shares its cases out, prints JSON lines, and is red with a name that is none', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [fileURLToPath(new URL('fuzz.mjs', import.meta.url)), ...args], {
      encoding: 'utf8',
    });
  const good = run('--cases', '3000', '--only', 'jcs,ticket-number', '--json', '--seed', '5');
  const lines = good.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.at(-1)).toMatchObject({ cases: 3000, seed: 5, fuzzers: 2, red: [], ok: true });
  expect(good.status).toBe(0);
  expect(run('--only', 'nothing').status).toBe(2);
  expect(run('--cases', 'many').status).toBe(2);
});
