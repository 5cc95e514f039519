import Database from 'better-sqlite3';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { citizenNumber } from '../support/people.ts';
import { needlesOf, readHaystacks, searchLeaks, type Needle } from './search.ts';

const NAME = '欧阳测试甲乙';
const NUMBER = citizenNumber('19900317', 207);
const needles: Needle[] = [
  { what: 'name', text: NAME },
  { what: 'number', text: NUMBER },
];
const noise = fc.uint8Array({ maxLength: 60 });

const hidings: Record<string, (text: string, before: Buffer, after: Buffer) => Buffer> = {
  'UTF-8': (text, before, after) => Buffer.concat([before, Buffer.from(text), after]),
  'UTF-16LE': (text, before, after) => Buffer.concat([before, Buffer.from(text, 'utf16le'), after]),
  GB18030: (text, before, after) => Buffer.concat([before, iconv.encode(text, 'gb18030'), after]),
  hex: (text, before, after) =>
    Buffer.from(Buffer.concat([before, Buffer.from(text), after]).toString('hex')),
  'capital hex of GB18030': (text, before, after) =>
    Buffer.from(
      Buffer.concat([before, iconv.encode(text, 'gb18030'), after])
        .toString('hex')
        .toUpperCase(),
    ),
  base64: (text, before, after) =>
    Buffer.from(Buffer.concat([before, Buffer.from(text), after]).toString('base64')),
  'base64 of UTF-16LE': (text, before, after) =>
    Buffer.from(Buffer.concat([before, Buffer.from(text, 'utf16le'), after]).toString('base64')),
  'base64url of GB18030': (text, before, after) =>
    Buffer.from(Buffer.concat([before, iconv.encode(text, 'gb18030'), after]).toString('base64url')),
  gzip: (text, before, after) => gzipSync(Buffer.concat([before, Buffer.from(text), after])),
  zlib: (text, before, after) => deflateSync(Buffer.concat([before, Buffer.from(text), after])),
};

for (const [form, hide] of Object.entries(hidings)) {
  test(`a planted name or number is found as ${form}, wherever it stands`, () => {
    fc.assert(
      fc.property(noise, noise, fc.constantFrom(...needles), (before, after, needle) => {
        const bytes = hide(needle.text, Buffer.from(before), Buffer.from(after));
        expect(searchLeaks(needles, [{ name: 'planted', bytes }]).map(({ what }) => what)).toContain(
          needle.what,
        );
      }),
      { numRuns: 60 },
    );
  });
}

test('nothing is found where nothing is, in four megabytes of chance and of base64', () => {
  let state = 1;
  const chance = Buffer.from(
    Uint8Array.from({ length: 2_000_000 }, () => (state = (state * 48_271) % 2_147_483_647) & 255),
  );
  const haystacks = [
    { name: 'chance', bytes: chance },
    { name: 'base64', bytes: Buffer.from(chance.toString('base64')) },
  ];
  expect(searchLeaks(needles, haystacks)).toEqual([]);
});

test('a name of two characters cannot be told from chance and is not accepted', () => {
  expect(() => searchLeaks([{ what: 'name', text: '甲乙' }], [])).toThrow('too short');
});

test('the hidden part of a number is found even when the rest is masked', () => {
  const masked = `${NUMBER.slice(0, 2)}****${NUMBER.slice(6, -4)}****`;
  const leaks = searchLeaks(needlesOf({ name: NAME, number: NUMBER }, 'somebody'), [
    { name: 'page', bytes: Buffer.from(masked) },
  ]);
  expect(leaks.map(({ what }) => what)).toEqual(['hidden part of the number of somebody']);
});

test('folders are read to the bottom, and SQLite files value by value', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leak-search-'));
  try {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(join(folder, 'a/b/office.log'), `{"name":"${NAME}"}\n`);
    const database = new Database(join(folder, 'some.db'));
    // Longer than a page, and placed so that a page break cuts it: only the values show it whole.
    database.exec('CREATE TABLE t (v TEXT)');
    const insert = database.prepare('INSERT INTO t VALUES (?)');
    for (let at = 3_900; at < 4_100; at += 1) insert.run(`${'x'.repeat(at)}${NUMBER}${'y'.repeat(9_000)}`);
    database.close();
    const leaks = searchLeaks(needles, readHaystacks(folder));
    expect(leaks.map(({ where }) => where)).toEqual(
      expect.arrayContaining(['a/b/office.log', 'some.db (values)']),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
