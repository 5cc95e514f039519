import { tableSpecs, type Column } from '../../../contract/basic-data/columns.ts';
import { problemWords, type DataProblem } from '../../../contract/basic-data/problems.ts';
import { tableNames, type AnyRow, type TableName } from '../../../contract/basic-data/tables.ts';
import { accepted, refused, type Outcome } from '../../../contract/refusals.ts';
import { byTitle, columnLetters, readSheet, type ReadSheet } from '../../../domain/basic-data/read-sheet.ts';
import { pinyinOf } from '../pinyin.ts';
import { readCsv } from './csv.ts';
import type { DecodedText } from './text.ts';
import { readWorkbook } from './workbook.ts';

/** Most bytes of an imported file. */
export const MOST_FILE_BYTES = 16_000_000;

export interface ReadFile {
  readonly format: 'csv' | 'xlsx';
  readonly encoding: DecodedText['encoding'] | null;
  readonly sheets: readonly (ReadSheet & { readonly table: TableName })[];
  /** Of cells and sheets, before anything is compared with what is there. */
  readonly problems: readonly DataProblem[];
  readonly errors: number;
  /** Where a row stands: sheet, line from 1 and column of a member. */
  place(row: AnyRow, member: string | undefined): DataProblem['place'];
}

/** Reads a file whole: which tables it holds, their rows, and every cell that cannot be read. Refused when it is no such file. */
export function readDataFile(bytes: Uint8Array, table: TableName | undefined): Outcome<ReadFile> {
  if (bytes.length > MOST_FILE_BYTES)
    return refused('data.importSize', { most: MOST_FILE_BYTES / 1_000_000 });
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  // Old .xls files and encrypted workbooks are OLE containers.
  const isOle = bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11 && bytes[3] === 0xe0;
  if (isOle) return refused('data.importKind');
  const problems: DataProblem[] = [];
  let errors = 0;
  let read: ReadSheet[];
  let encoding: ReadFile['encoding'] = null;
  if (isZip) {
    const workbook = readWorkbook(bytes);
    if (!workbook.ok) return workbook;
    const { sheets, hidden } = workbook.value;
    const used = sheets.filter(({ rows }) =>
      rows.some((row) => row.some((cell) => cell !== null && cell !== '')),
    );
    const say = (
      code: 'sheet.unknown' | 'sheet.repeated' | 'sheet.hidden',
      sheet: string,
      of: TableName | null,
    ): void => {
      errors += 1;
      const title = of === null ? '' : tableSpecs[of].title;
      const titles = tableNames.map((name) => tableSpecs[name].title).join('、');
      problems.push({
        severity: 'error',
        code,
        table: of,
        place: { sheet: sheet.slice(0, 200), row: 1 },
        ...problemWords(code, { sheet, title, titles }),
      });
    };
    read = used.map((sheet) =>
      readSheet(sheet, used.length === 1 ? (byTitle(sheet.name) ?? table) : undefined, complete),
    );
    for (const [at, { table: found, sheet }] of read.entries()) {
      const name = sheet ?? '';
      if (found === null) say('sheet.unknown', name, null);
      else if (hidden.includes(name)) say('sheet.hidden', name, found);
      else if (read.slice(0, at).some((other) => other.table === found)) say('sheet.repeated', name, found);
    }
  } else {
    const csv = readCsv(bytes);
    if (!csv.ok) return csv;
    ({ encoding } = csv.value);
    read = [readSheet(csv.value.sheet, table, complete)];
    if (read[0]?.table === null) return refused('data.importTable');
  }
  const sheets = read.filter((sheet): sheet is ReadSheet & { table: TableName } => sheet.table !== null);
  if (sheets.length === 0 && errors === 0) return refused('data.importTable');
  for (const sheet of read) {
    errors += sheet.errors;
    problems.push(...sheet.problems);
  }
  return accepted({
    format: isZip ? 'xlsx' : 'csv',
    encoding,
    sheets,
    problems,
    errors,
    place(row, member) {
      for (const { lines, columns, sheet } of sheets) {
        const line = lines.get(row);
        if (line === undefined) continue;
        const column = member === undefined ? undefined : columns.get(member);
        return {
          sheet,
          row: line,
          ...(column === undefined ? {} : { cell: `${columnLetters(column)}${line}` }),
        };
      }
      return undefined;
    },
  });
}

/** Pinyin that a file leaves empty is made; what it says stays. */
function complete(table: TableName, row: Record<string, unknown>): boolean {
  if (table !== 'stops' || typeof row['name'] !== 'string') return false;
  if (row['initials'] !== null && row['pinyin'] !== null) return false;
  const made = pinyinOf(row['name']);
  row['initials'] ??= made.initials;
  row['pinyin'] ??= made.pinyin;
  return true;
}

/** Headings of a table, in the order of its columns. */
export function headingsOf(table: TableName): string[] {
  return Object.values<Column>(tableSpecs[table].columns).map(({ heading }) => heading);
}
