import { deflateRawSync } from 'node:zlib';
import { utils, write, type WorkSheet } from '@e965/xlsx';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import type { DataProblem } from '../../../contract/basic-data/problems.ts';
import { readDataFile } from './read-file.ts';

const HEAD = ['航线编号', '票种', '票价元', '规则编号', '有效期起', '有效期止', '把握', '出处'];
const ROW = ['w-a', 'full', '30.00', 'FULL', '2026-01-01', '', 'S1', '样例'];

const csv = (...rows: string[][]): string => rows.map((row) => row.join(',')).join('\r\n');
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(bytes: Uint8Array) {
  const outcome = readDataFile(bytes, undefined);
  if (!outcome.ok) throw new Error(`${outcome.refusal.code} ${outcome.refusal.message}`);
  return outcome.value;
}
function refusalOf(bytes: Uint8Array): string {
  const outcome = readDataFile(bytes, undefined);
  if (outcome.ok) throw new Error('it was read');
  expect(`${outcome.refusal.message}${outcome.refusal.next}`).toMatch(/\p{Script=Han}/u);
  return outcome.refusal.code;
}
const placed = ({ code, place }: DataProblem) => [code, place?.sheet ?? null, place?.cell ?? place?.row];

/** A workbook of one sheet of fares whose cells a test then spoils. */
function workbook(
  spoil: (sheet: WorkSheet) => void,
  rows: unknown[][] = [HEAD, ROW, ['w-b', ...ROW.slice(1)]],
): Uint8Array {
  const sheet = utils.aoa_to_sheet(rows);
  spoil(sheet);
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, '票价');
  return new Uint8Array(
    write(book, { type: 'array', bookType: 'xlsx', compression: true, cellStyles: true }) as ArrayBuffer,
  );
}

describe('text files', () => {
  const text = csv(HEAD, ROW);
  test.each([
    ['UTF-8', utf8(text), 'utf-8'],
    ['UTF-8 with its mark', utf8(`\uFEFF${text}`), 'utf-8'],
    ['GBK', iconv.encode(text, 'gbk'), 'gb18030'],
    [
      'GB18030 with a rare character',
      iconv.encode(csv(HEAD, [...ROW.slice(0, 7), '𠮷家']), 'gb18030'),
      'gb18030',
    ],
    [
      'UTF-16 as Excel saves it, with tabs',
      iconv.encode(text.replaceAll(',', '\t'), 'utf-16le', { addBOM: true }),
      'utf-16',
    ],
    ['semicolons', utf8(text.replaceAll(',', ';')), 'utf-8'],
  ])('%s is read', (_name, bytes, encoding) => {
    const file = read(bytes);
    expect(file.problems).toEqual([]);
    expect(file.encoding).toBe(encoding);
    expect(file.sheets[0]).toMatchObject({
      table: 'fares',
      rows: [{ lineId: 'w-a', fareFen: 3_000, validTo: null }],
    });
  });

  test.each([
    ['bytes of no encoding', new Uint8Array([0xff, 0x80, 0x80, 0x0a, 0xff]), 'data.importText'],
    ['text with zero bytes', utf8('航线编号\0,票种'), 'data.importText'],
    ['a quote that is never closed', utf8(`${csv(HEAD)}\r\n"w-a,full\r\n`), 'data.importBroken'],
    ['headings of nothing we know', utf8('甲,乙\r\n1,2'), 'data.importTable'],
    ['an old .xls', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'data.importKind'],
    ['nothing', new Uint8Array(0), 'data.importTable'],
    ['more bytes than may be', new Uint8Array(16_000_001).fill(0x41), 'data.importSize'],
    [
      'more rows than may be',
      utf8(`${csv(HEAD)}\r\n${'w-a,full,1,FULL,2026-01-01,,S1,\r\n'.repeat(120_001)}`),
      'data.importRows',
    ],
  ])('%s is refused by name', (_name, bytes, code) => {
    expect(refusalOf(bytes)).toBe(code);
  });

  test.each([
    ['3.30902E+17', 0, 'cell.scientific'],
    ['=A1', 7, 'cell.formula'],
    ['', 2, 'cell.required'],
    ['30.005', 2, 'cell.wrong'],
    ['2026-02-30', 4, 'cell.wrong'],
    ['大概', 6, 'cell.wrong'],
    ['-1', 2, 'cell.wrong'],
  ])('%j in column %i is marked at its cell', (cell, column, code) => {
    const row = ROW.with(column, cell);
    const { problems, errors } = read(utf8(csv(HEAD, ROW, row.with(0, column === 0 ? cell : 'w-b'))));
    expect(errors).toBe(1);
    expect(problems.map(placed)).toEqual([[code, null, `${'ABCDEFGH'[column] ?? ''}3`]]);
    expect(problems[0]?.heading).toBe(HEAD[column]);
  });

  test('full-width digits, a slash in a date and words of weekdays are what they plainly mean', () => {
    const head = ['航线编号', '开航时间', '船名或车号', '星期', '有效期起'];
    const rows = [
      ['w-a', '６:05', '样例1', '每天', '2026/1/5'],
      ['w-a', '07:05', '样例1', '一三五', '2026年1月5日'],
    ];
    const [sheet] = read(utf8(csv(head, ...rows))).sheets;
    expect(sheet?.rows).toMatchObject([
      { departLocal: '06:05', weekdays: '1234567', validFrom: '2026-01-05' },
      { departLocal: '07:05', weekdays: '135', validFrom: '2026-01-05' },
    ]);
  });

  test('an unknown, a repeated and a missing heading, a row too wide and one there twice are each marked', () => {
    const head = ['航线编号', '票种', '票价元', '票价元', '规则编号', '有效期起', '颜色'];
    const { problems } = read(utf8(csv(HEAD, ROW, ROW, [...ROW.with(0, 'w-c'), '多', '余'])));
    expect(problems.map(placed)).toEqual([
      ['row.repeated', null, 3],
      ['row.wide', null, 4],
    ]);
    const outcome = readDataFile(utf8(csv(head, ROW)), 'fares');
    expect(outcome.ok && outcome.value.problems.map(placed)).toEqual([
      ['head.repeated', null, 'D1'],
      ['head.unknown', null, 'G1'],
      ['head.missing', null, 1],
    ]);
  });
});

describe('workbooks', () => {
  const cell = (sheet: WorkSheet, address: string, value: object): void => void (sheet[address] = value);
  test.each<[string, (sheet: WorkSheet) => void, unknown[]]>([
    ['a formula', (sheet) => cell(sheet, 'C2', { t: 'n', v: 30, f: 'A1*2' }), ['cell.formula', '票价', 'C2']],
    [
      'an error value',
      (sheet) => cell(sheet, 'C3', { t: 'e', v: 0x07, w: '#DIV/0!' }),
      ['cell.error', '票价', 'C3'],
    ],
    [
      'merged cells',
      (sheet) => void (sheet['!merges'] = [utils.decode_range('G2:G3')]),
      ['cell.merged', '票价', 'G2'],
    ],
    [
      'a hidden row',
      (sheet) => void (sheet['!rows'] = [{}, {}, { hidden: true }]),
      ['row.hidden', '票价', 3],
    ],
    [
      '3.30902E+17',
      (sheet) => cell(sheet, 'D2', { t: 'n', v: 3.30902e17 }),
      ['cell.scientific', '票价', 'D2'],
    ],
    [
      'a date as a bare serial number',
      (sheet) => cell(sheet, 'E2', { t: 'n', v: 46_347 }),
      ['cell.serial', '票价', 'E2'],
    ],
  ])('%s is marked with sheet and cell', (_name, spoil, expected) => {
    const { problems, errors } = read(workbook(spoil));
    expect(errors).toBe(1);
    expect(problems.map(placed)).toEqual([expected]);
    expect(problems[0]?.next).toMatch(/\p{Script=Han}/u);
  });

  test('a cell formatted as a date or an amount is what it shows', () => {
    const file = read(
      workbook((sheet) => {
        cell(sheet, 'E2', { t: 'n', v: 46_347, z: 'yyyy-mm-dd' });
        cell(sheet, 'C2', { t: 'n', v: 30.5, z: '0.00' });
      }),
    );
    expect(file.problems).toEqual([]);
    expect(file.sheets[0]?.rows[0]).toMatchObject({ validFrom: '2026-11-21', fareFen: 3_050 });
  });

  test('numbers kept as text are read, and said', () => {
    const head = ['航线编号', '顺序', '站点编号', '离起点分钟'];
    const sheet = utils.aoa_to_sheet([head, ['w-a', '1', 'p-a', '10'], ['w-a', '2', 'p-b', '20']]);
    const book = utils.book_new();
    utils.book_append_sheet(book, sheet, '停靠');
    const file = read(new Uint8Array(write(book, { type: 'array', bookType: 'xlsx' }) as ArrayBuffer));
    expect(file.errors).toBe(0);
    expect(file.problems.map(placed)).toEqual([
      ['cell.textNumber', '停靠', 'B2'],
      ['cell.textNumber', '停靠', 'D2'],
    ]);
  });

  test('a sheet of nothing we know is marked, one that is empty is passed over', () => {
    const book = utils.book_new();
    utils.book_append_sheet(book, utils.aoa_to_sheet([HEAD, ROW]), '票价');
    utils.book_append_sheet(book, utils.aoa_to_sheet([['说明'], ['随便写']]), '备注');
    utils.book_append_sheet(book, utils.aoa_to_sheet([]), 'Sheet3');
    const file = read(new Uint8Array(write(book, { type: 'array', bookType: 'xlsx' }) as ArrayBuffer));
    expect(file.problems.map(placed)).toEqual([['sheet.unknown', '备注', 1]]);
    expect(file.sheets.map(({ table }) => table)).toEqual(['fares']);
  });

  test('a bomb, a truncated file, another ZIP and an encrypted part are refused before they are unfolded', () => {
    const good = workbook(() => undefined);
    expect(refusalOf(good.subarray(0, good.length / 2))).toBe('data.importBroken');
    expect(refusalOf(zip([{ name: 'readme.txt', bytes: utf8('x') }]))).toBe('data.importKind');
    const zeros = new Uint8Array(130_000_000);
    const bomb = zip([{ name: 'xl/workbook.xml', bytes: zeros, said: 10 }]);
    expect(bomb.length).toBeLessThan(200_000);
    expect(refusalOf(bomb)).toBe('data.importBomb');
    expect(refusalOf(zip([{ name: 'xl/workbook.xml', bytes: utf8('x'), flags: 1 }]))).toBe('data.importKind');
    expect(refusalOf(zip([{ name: 'xl/workbook.xml', bytes: utf8('<no') }]))).toBe('data.importBroken');
  });
});

/** A ZIP by hand, whose directory may lie. */
function zip(parts: { name: string; bytes: Uint8Array; said?: number; flags?: number }[]): Uint8Array {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes, said = bytes.length, flags = 0 } of parts) {
    const packed = deflateRawSync(bytes);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(said, 22);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(said, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    locals.push(local, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    at += 30 + name.length + packed.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...locals, ...directory, end]));
}
