import { read, SSF, utils, write, type CellObject, type WorkSheet } from '@e965/xlsx';
import { accepted, refused, type Outcome } from '../../../contract/refusals.ts';
import { clockOf, dateOfSerial, shown, type RawCell } from '../../../domain/basic-data/cells.ts';
import type { Sheet, SheetTrouble } from '../../../domain/basic-data/read-sheet.ts';
import { MOST_ROWS } from './csv.ts';
import { guardZip } from './zip-guard.ts';

/** Columns beyond these are nobody's: no table is half as wide. */
const MOST_COLUMNS = 60;
const MOST_SHEETS = 40;
/** Spreadsheet programs take 31; what says more was not made by one, and is not said again whole. */
const MOST_NAME_CHARACTERS = 200;
/** Troubles of a sheet that are kept; one is enough to refuse it. */
const MOST_TROUBLES = 1_000;

export interface ReadWorkbook {
  readonly sheets: readonly Sheet[];
  /** Names of sheets that are hidden. */
  readonly hidden: readonly string[];
}

/**
 * Reads an XLSX workbook. Formulas, error values, merged cells and hidden rows become troubles with their place; cells that are
 * formatted as dates or times become text, so that nothing depends on serial numbers.
 */
export function readWorkbook(bytes: Uint8Array): Outcome<ReadWorkbook> {
  const guarded = guardZip(bytes);
  if (!guarded.ok) return guarded;
  if (!guarded.value.parts.includes('xl/workbook.xml')) return refused('data.importKind');
  let book;
  try {
    book = read(bytes, {
      type: 'array',
      dense: true,
      cellText: false,
      cellHTML: false,
      cellNF: true,
      cellStyles: true,
      sheetRows: MOST_ROWS + 2,
    });
  } catch {
    // The library's words are for programmers; what it could not read is damaged.
    return refused('data.importBroken', { detail: '工作簿' });
  }
  if (book.SheetNames.length > MOST_SHEETS) return refused('data.importBroken', { detail: '工作表过多' });
  const is1904 = book.Workbook?.WBProps?.date1904 === true;
  const sheets: Sheet[] = [];
  let rows = 0;
  for (const name of book.SheetNames) {
    const worksheet = book.Sheets[name];
    const title = name.slice(0, MOST_NAME_CHARACTERS);
    // A chart sheet has no cells.
    const sheet = worksheet ? sheetOf(title, worksheet, is1904) : { name: title, rows: [], troubles: [] };
    rows += sheet.rows.length;
    if (rows > MOST_ROWS + 2) return refused('data.importRows', { most: MOST_ROWS });
    sheets.push(sheet);
  }
  const hidden = (book.Workbook?.Sheets ?? []).flatMap((sheet, at) =>
    sheet.Hidden ? [(sheet.name ?? book.SheetNames[at] ?? '').slice(0, MOST_NAME_CHARACTERS)] : [],
  );
  return accepted({ sheets, hidden });
}

function sheetOf(name: string, worksheet: WorkSheet, is1904: boolean): Sheet {
  const data = (worksheet as { '!data'?: (CellObject | undefined)[][] })['!data'] ?? [];
  const troubles: SheetTrouble[] = [];
  const trouble = (each: SheetTrouble): void => {
    if (troubles.length < MOST_TROUBLES) troubles.push(each);
  };
  const formats = new Map<string | number, 'date' | 'time' | null>();
  const rows: RawCell[][] = [];
  for (let at = 0; at < data.length; at += 1) {
    const cells = data[at];
    const row: RawCell[] = [];
    rows.push(row);
    if (!cells) continue;
    const width = Math.min(cells.length, MOST_COLUMNS);
    for (let column = 0; column < width; column += 1) {
      const cell = cells[column];
      if (!cell || cell.v === undefined || cell.v === null) {
        row.push(null);
        if (cell?.f !== undefined)
          trouble({ row: at, column, code: 'cell.formula', values: { formula: shown(`=${cell.f}`) } });
        continue;
      }
      if (cell.f !== undefined)
        trouble({ row: at, column, code: 'cell.formula', values: { formula: shown(`=${cell.f}`) } });
      else if (cell.t === 'e')
        trouble({ row: at, column, code: 'cell.error', values: { text: shown(cell.w ?? '#') } });
      row.push(valueOf(cell, formats, is1904));
    }
    if (worksheet['!rows']?.[at]?.hidden && row.some((cell) => cell !== null && cell !== ''))
      trouble({ row: at, code: 'row.hidden', values: {} });
  }
  for (const range of worksheet['!merges'] ?? []) {
    // Only where there are rows of ours; a merge over nothing does no harm.
    if (range.s.r >= rows.length || range.s.c >= MOST_COLUMNS) continue;
    trouble({
      row: range.s.r,
      column: range.s.c,
      code: 'cell.merged',
      values: { range: utils.encode_range(range) },
    });
  }
  return { name, rows, troubles };
}

function valueOf(
  cell: CellObject,
  formats: Map<string | number, 'date' | 'time' | null>,
  is1904: boolean,
): RawCell {
  const { v, t } = cell;
  if (t === 'n' && typeof v === 'number') {
    const format = cell.z;
    if (format === undefined || format === 'General') return v;
    let kind = formats.get(format);
    if (kind === undefined) formats.set(format, (kind = kindOf(format)));
    if (kind === null) return v;
    if (v >= 0 && v < 1) return clockOf(v);
    const serial = v + (is1904 ? 1_462 : 0);
    if (serial < 1 || serial > 2_900_000) return v;
    // A moment within a day is neither a date nor a time of any table.
    return Number.isInteger(v) ? dateOfSerial(serial) : `${dateOfSerial(serial)} ${clockOf(v % 1)}`;
  }
  if (typeof v === 'string' || typeof v === 'boolean' || typeof v === 'number') return v;
  return v instanceof Date ? v.toISOString() : null;
}

function kindOf(format: string | number): 'date' | 'time' | null {
  const text =
    typeof format === 'number' ? ((SSF.get_table() as Record<number, string>)[format] ?? '') : format;
  return SSF.is_date(text) ? 'date' : null;
}

/** One sheet a table; text stays text, so that no program makes numbers of it. */
export function writeWorkbook(
  sheets: readonly {
    title: string;
    rows: readonly (readonly (string | number)[])[];
    widths: readonly number[];
  }[],
): Uint8Array<ArrayBuffer> {
  const book = utils.book_new();
  for (const { title, rows, widths } of sheets) {
    const cells = rows.map((row) =>
      row.map((value): CellObject | null => {
        if (value === '') return null;
        return typeof value === 'number' ? { t: 'n', v: value } : { t: 's', v: value, z: '@' };
      }),
    );
    const sheet = utils.aoa_to_sheet(cells as unknown[][], { dense: true });
    sheet['!cols'] = widths.map((wch) => ({ wch }));
    utils.book_append_sheet(book, sheet, title);
  }
  return new Uint8Array(write(book, { type: 'array', bookType: 'xlsx', compression: true }) as ArrayBuffer);
}
