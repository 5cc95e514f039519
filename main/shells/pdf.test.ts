import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { manifestHtml } from '../desks/manifest-files.ts';
import type { ManifestPage } from '../../contract/office.ts';
import { adult } from '../../tests/support/people.ts';
import { chromiumPdf } from './pdf.ts';

const page: ManifestPage = {
  stationName: '朱家尖蜈蚣峙码头',
  lineName: '蜈蚣峙—普陀山',
  vesselName: '普济3',
  date: '2026-11-21' as ManifestPage['date'],
  departLocal: '12:20',
  version: 1,
  hash: 'ab'.repeat(32),
  counts: { heads: 120, adults: 120, children: 0, free: 0, infants: 0, vehicles: 0 },
  rows: Array.from({ length: 120 }, (_, n) => ({
    n: n + 1,
    ticketNumber: String(n).padStart(20, '0') as never,
    name: n === 0 ? '测试<b>𠮷&' : adult(n).name,
    documentKind: '居民身份证',
    masked: '330999********0012',
    ticketClass: '全票',
    seat: '不对号',
    to: '普陀山客运码头',
    category: 'adult' as const,
    check: '',
  })),
  unnamed: 0,
  madeAt: '2026-11-21 12:22',
  clerkNumber: '0201',
};

const scratch = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('station-office-pdf-'));

test('a passenger list becomes a PDF of A4 pages whose text has every Chinese name, and nothing of it stays behind', async () => {
  const before = scratch();
  const pdf = await chromiumPdf()?.(manifestHtml(page));
  expect(
    Buffer.from(pdf ?? [])
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
  expect(scratch()).toEqual(before);
  const known = charactersOf(Buffer.from(pdf ?? []));
  const wanted = new Set(page.rows.map(({ name }) => name).join('') + '旅客名单共朱家尖蜈蚣峙码头');
  expect([...wanted].filter((character) => !known.has(character))).toEqual([]);
  expect(
    Buffer.from(pdf ?? [])
      .toString('latin1')
      .match(/\/MediaBox \[0 0 59[45][.\d]* 84[12]/g)?.length,
  ).toBeGreaterThan(1);
}, 60_000);

test('a browser that ends or is none is an error in words, not a file', async () => {
  await expect(chromiumPdf('/bin/false')?.('<p>测试甲</p>')).rejects.toThrow('the browser ended (1)');
  await expect(chromiumPdf('/nowhere/chromium')?.('<p>测试甲</p>')).rejects.toThrow('ENOENT');
});

/** Characters that the PDF's fonts say they draw (their ToUnicode maps): what a reader finds and copies as text. */
function charactersOf(pdf: Buffer): Set<string> {
  const found = new Set<string>();
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 1)) {
    const end = pdf.indexOf('endstream', at);
    let text: string;
    try {
      text = inflateSync(pdf.subarray(at + 7, end)).toString('latin1');
    } catch {
      continue; // not a compressed one
    }
    if (!text.includes('beginbfchar') && !text.includes('beginbfrange')) continue;
    const of = (hex: string): string => Buffer.from(hex, 'hex').swap16().toString('utf16le');
    for (const [, hex] of text.matchAll(/^<[0-9A-F]+> <((?:[0-9A-F]{4}){1,2})>$/gm)) found.add(of(hex ?? ''));
    for (const [, from, to, hex] of text.matchAll(/^<([0-9A-F]+)> <([0-9A-F]+)> <([0-9A-F]{4})>$/gm))
      for (let n = 0; n <= parseInt(to ?? '', 16) - parseInt(from ?? '', 16); n += 1)
        found.add(String.fromCodePoint(parseInt(hex ?? '', 16) + n));
  }
  // A glyph that two characters share stands for the first of them: 乙 for the radical of the same shape.
  return new Set([...found].map((character) => (character === '⺒' ? '巳' : character.normalize('NFKC'))));
}
