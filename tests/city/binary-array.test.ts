import { afterAll, beforeAll, expect, test } from 'vitest';
import fc from 'fast-check';
import { startPostgres, type PostgresCluster } from './postgres-cluster.ts';
import { binaryArray } from '../../city/store/binary-array.ts';
import { columnWriter } from '../../city/store/shape-column.ts';
import { openPostgresql } from '../../city/store/postgresql.ts';
import type { SqlValue, Store } from '../../city/store/store.ts';

let cluster: PostgresCluster;
let store: Store;

beforeAll(() => {
  cluster = startPostgres();
  store = openPostgresql(cluster.url('arrays'), () => undefined);
}, 60_000);

afterAll(async () => {
  await store.close();
  cluster.stop();
});

function written(type: 'bigint' | 'text', values: readonly (string | number | null | undefined)[]): SqlValue {
  const column = columnWriter('postgresql', type);
  for (const value of values) column.push(value);
  return column.finish();
}

const integers = fc.array(fc.option(fc.maxSafeInteger()), { maxLength: 20 });
const texts = fc.array(
  fc.option(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', 'NULL', '{}', '"', '\\\\', '票,价', 'a\0\0b'),
    ),
  ),
  { maxLength: 20 },
);

test('PostgreSQL has every number and every text just as it was given', async () => {
  await fc.assert(
    fc.asyncProperty(integers, texts, async (numbers, words) => {
      const clean = words.map((word) => word?.replaceAll('\0', '\ufffd') ?? null);
      expect(
        await store.query('select n from unnest($1::bigint[]) with ordinality as g (n, at) order by at', [
          numbers,
        ]),
      ).toEqual(numbers.map((n) => ({ n })));
      expect(
        await store.query('select t from unnest($1::text[]) with ordinality as g (t, at) order by at', [
          clean,
        ]),
      ).toEqual(clean.map((t) => ({ t })));
      for (const given of [words, words.map((word) => word ?? undefined)])
        expect(
          await store.query('select t from unnest($1::text[]) with ordinality as g (t, at) order by at', [
            written('text', given),
          ]),
        ).toEqual(clean.map((t) => ({ t })));
    }),
    { numRuns: 100 },
  );
});

test('what only the declared type could tell goes as text', () => {
  expect(binaryArray([])).toBeUndefined();
  expect(binaryArray([null, null])).toBeUndefined();
  expect(binaryArray([1, 'a'])).toBeUndefined();
  expect(binaryArray(['a', 1])).toBeUndefined();
  expect(binaryArray([0.5])).toBeUndefined();
});

test('a column that is written refuses what it is not for', () => {
  expect(() => written('text', ['a', 1])).toThrow(TypeError);
  expect(() => written('bigint', ['1'])).toThrow(TypeError);
  expect(() => written('bigint', [0.5])).toThrow(TypeError);
});

test('a column grows with what is put into it, and may hold nothing but null', async () => {
  const texts = Array.from({ length: 3_000 }, (_, at) => '票'.repeat(at % 40));
  for (const given of [texts, texts.map(() => null), []])
    expect(
      await store.query('select t from unnest($1::text[]) with ordinality as g (t, at) order by at', [
        written('text', given),
      ]),
    ).toEqual(given.map((t) => ({ t })));
  expect(
    await store.query('select n from unnest($1::bigint[]) as g (n)', [
      written('bigint', [null, 7, undefined]),
    ]),
  ).toEqual([{ n: null }, { n: 7 }, { n: null }]);
});
