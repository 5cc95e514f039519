import { CsvError, parse } from 'csv-parse/sync';
import { accepted, refused, type Outcome } from '../../../contract/refusals.ts';
import type { Sheet } from '../../../domain/basic-data/read-sheet.ts';
import { decodeText, type DecodedText } from './text.ts';

/** Rows of all tables of one file. */
export const MOST_ROWS = 120_000;
/** A line of any table is far shorter; a missing quote makes one of the whole file. */
const MOST_LINE_CHARACTERS = 20_000;

/** Reads a CSV file: commas, semicolons or tabs. Broken quotes refuse the file with their line. */
export function readCsv(bytes: Uint8Array): Outcome<{ sheet: Sheet; encoding: DecodedText['encoding'] }> {
  const decoded = decodeText(bytes);
  if (!decoded.ok) return decoded;
  const { text, encoding } = decoded.value;
  try {
    const rows = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      max_record_size: MOST_LINE_CHARACTERS,
      to: MOST_ROWS + 2,
    });
    if (rows.length > MOST_ROWS + 1) return refused('data.importRows', { most: MOST_ROWS });
    return accepted({ sheet: { name: null, rows, troubles: [] }, encoding });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 0;
    return refused('data.importBroken', { detail: `第 ${line} 行的引号不成对或过长` });
  }
}

/** Of the first line: the mark that is there most. */
function delimiterOf(text: string): string {
  const line = text.slice(0, 5_000).split(/\r?\n/, 1)[0] ?? '';
  const count = (mark: string): number => line.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** A CSV file as Excel opens it rightly: UTF-8 with its mark, CRLF, quotes where needed. */
export function writeCsv(rows: readonly (readonly (string | number)[])[]): Uint8Array<ArrayBuffer> {
  const cell = (value: string | number): string => {
    const text = String(value);
    return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return new TextEncoder().encode(`\uFEFF${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`);
}
