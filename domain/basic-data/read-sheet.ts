import { rowKey, tableSpecs, type Column } from '../../contract/basic-data/columns.ts';
import { problemWords, type DataProblem, type ProblemCode } from '../../contract/basic-data/problems.ts';
import { rowSchemas, tableNames, type AnyRow, type TableName } from '../../contract/basic-data/tables.ts';
import { BadCell, readCell, shown, type RawCell } from './cells.ts';
import { MOST_PROBLEMS } from './problem.ts';

/** A sheet as it was read: cells, and what is wrong with them as such. Rows and columns count from 0. */
export interface Sheet {
  /** Null for a CSV file. */
  readonly name: string | null;
  readonly rows: readonly (readonly RawCell[])[];
  readonly troubles: readonly SheetTrouble[];
}
export interface SheetTrouble {
  readonly row: number;
  /** Undefined: the whole row. */
  readonly column?: number;
  readonly code: ProblemCode;
  readonly values: Record<string, string | number>;
}

export interface ReadSheet {
  readonly table: TableName | null;
  readonly sheet: string | null;
  readonly rows: readonly AnyRow[];
  /** Line of each row in the file, from 1. */
  readonly lines: ReadonlyMap<AnyRow, number>;
  /** Column of each member, from 0. */
  readonly columns: ReadonlyMap<string, number>;
  readonly problems: DataProblem[];
  readonly errors: number;
}

/** Makes what a person leaves empty in a file (pinyin of a name); true when it made something. */
export type Complete = (table: TableName, row: Record<string, unknown>) => boolean;

/** Letters of a column as spreadsheets name them: 0 → `A`, 27 → `AB`. */
export function columnLetters(column: number): string {
  let letters = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCodePoint(65 + ((rest - 1) % 26)) + letters;
  return letters;
}

const normal = (raw: RawCell | undefined): string =>
  raw === null || raw === undefined ? '' : String(raw).normalize('NFKC').replaceAll(/[\s*]/g, '');

/** Reads a sheet into rows of a table; every cell that cannot be read is a problem with its address. */
export function readSheet(sheet: Sheet, asked: TableName | undefined, complete: Complete): ReadSheet {
  const problems: DataProblem[] = [];
  let errors = 0;
  const say = (
    severity: DataProblem['severity'],
    code: ProblemCode,
    values: Record<string, string | number>,
    at?: { row: number; column?: number },
    heading?: string,
  ): void => {
    if (severity === 'error') errors += 1;
    if (problems.length >= MOST_PROBLEMS) return;
    problems.push({
      severity,
      code,
      table,
      ...(heading === undefined ? {} : { heading: heading.slice(0, 200) }),
      ...(at === undefined
        ? {}
        : {
            place: {
              sheet: sheet.name,
              row: at.row + 1,
              ...(at.column === undefined ? {} : { cell: `${columnLetters(at.column)}${at.row + 1}` }),
            },
          }),
      ...problemWords(code, values),
    });
  };

  const head = (sheet.rows[0] ?? []).map(normal);
  while (head.length > 0 && head.at(-1) === '') head.pop();
  const table = asked ?? byTitle(sheet.name) ?? byHeadings(head);
  const rows: AnyRow[] = [];
  const lines = new Map<AnyRow, number>();
  const columns = new Map<string, number>();
  const result = (): ReadSheet => ({ table, sheet: sheet.name, rows, lines, columns, problems, errors });
  if (table === null) return result();

  const spec = tableSpecs[table];
  const members = Object.entries<Column>(spec.columns);
  const byHeading = headings(members);
  for (const [column, heading] of head.entries()) {
    const member = byHeading.get(heading);
    if (heading === '' || member === undefined)
      say('error', 'head.unknown', { heading: heading.slice(0, 40) }, { row: 0, column });
    else if (columns.has(member)) say('error', 'head.repeated', { heading }, { row: 0, column });
    else columns.set(member, column);
  }
  for (const [member, { heading, optional }] of members) {
    if (!columns.has(member) && !optional) say('error', 'head.missing', { heading }, { row: 0 });
  }
  if (columns.size === 0) {
    errors = 0;
    problems.length = 0;
    say('error', 'head.none', {}, { row: 0 });
    return result();
  }
  const readers = members.map(([member, column]) => cellReader(table, member, column));
  const bad = new Set<string>();
  for (const { row, column, code, values } of sheet.troubles) {
    say(
      'error',
      code,
      values,
      column === undefined ? { row } : { row, column },
      column === undefined ? undefined : head[column],
    );
    bad.add(column === undefined ? `${row}` : `${row}:${column}`);
  }
  if (errors > 0 && members.some(([member, { optional }]) => !optional && !columns.has(member)))
    return result();

  const textNumbers = new Map<string, { count: number; row: number; column: number; heading: string }>();
  const keys = new Map<string, number>();
  for (let at = 1; at < sheet.rows.length; at += 1) {
    const cells = sheet.rows[at] ?? [];
    if (cells.every((cell) => cell === null || cell === '')) continue;
    if (cells.length > head.length && cells.slice(head.length).some((cell) => cell !== null && cell !== ''))
      say('error', 'row.wide', { columns: cells.length, headings: head.length }, { row: at });
    const row: Record<string, unknown> = {};
    let right = !bad.has(`${at}`);
    for (const [n, [member, column]] of members.entries()) {
      const place = columns.get(member);
      const raw = place === undefined ? null : (cells[place] ?? null);
      // Said already, by the file itself.
      if (place !== undefined && bad.size > 0 && bad.has(`${at}:${place}`)) {
        right = false;
        continue;
      }
      const value = readers[n]?.(raw);
      if (value instanceof BadCell) {
        right = false;
        say(
          'error',
          value.code,
          value.values,
          { row: at, ...(place === undefined ? {} : { column: place }) },
          column.heading,
        );
        continue;
      }
      if (
        sheet.name !== null &&
        place !== undefined &&
        typeof raw === 'string' &&
        typeof value === 'number' &&
        column.kind === 'integer'
      ) {
        const seen = textNumbers.get(member);
        if (seen) seen.count += 1;
        else textNumbers.set(member, { count: 1, row: at, column: place, heading: column.heading });
      }
      if (value !== undefined) row[member] = value;
    }
    if (!right) continue;
    // Each member was checked by the schema of its own; no table's rows say more than their members. What was made here was not.
    if (complete(table, row) && !rowSchemas[table].safeParse(row).success) {
      const [member, column] = members.find(([name]) => !row[name]) ?? members[0] ?? [];
      const place = columns.get(member ?? '');
      say(
        'error',
        'cell.required',
        { expected: column?.expected ?? '' },
        { row: at, ...(place === undefined ? {} : { column: place }) },
        column?.heading,
      );
      continue;
    }
    const good = row as unknown as AnyRow;
    const key = rowKey(table, good as never);
    const before = keys.get(key);
    if (before !== undefined) {
      say('error', 'row.repeated', { row: before + 1 }, { row: at });
      continue;
    }
    keys.set(key, at);
    rows.push(good);
    lines.set(good, at + 1);
  }
  for (const { count, row, column, heading } of textNumbers.values())
    say('warning', 'cell.textNumber', { count }, { row, column }, heading);
  if (rows.length === 0 && errors === 0) say('error', 'sheet.empty', { title: spec.title }, { row: 0 });
  return result();
}

/** Different contents of one column that are remembered: most columns repeat themselves. */
const MOST_REMEMBERED = 20_000;

interface MemberSchema {
  safeParse(value: unknown): { success: boolean };
}

/** Reads the cells of a column: a value that the member's schema takes, or why not. Equal cells are read once. */
function cellReader(table: TableName, member: string, column: Column): (raw: RawCell) => unknown {
  const shape: Readonly<Record<string, MemberSchema>> = rowSchemas[table].shape;
  const schema = shape[member];
  if (!schema) throw new TypeError(`${table} has no ${member}`);
  const read = (raw: RawCell): unknown => {
    const value = readCell(column, raw);
    // What a file leaves empty and the program makes is checked when it is made.
    if (value instanceof BadCell || (value === null && column.optional)) return value;
    if (schema.safeParse(value).success) return value;
    return new BadCell('cell.wrong', { text: shown(String(raw ?? '')), expected: column.expected });
  };
  const known = new Map<RawCell, unknown>();
  return (raw) => {
    let value = known.get(raw);
    if (value !== undefined) return value;
    value = read(raw);
    if (known.size < MOST_REMEMBERED) known.set(raw, value);
    return value;
  };
}

function headings(members: readonly (readonly [string, Column])[]): Map<string, string> {
  const all = new Map<string, string>();
  for (const [member, { heading, also = [] }] of members) {
    for (const name of [heading, ...also]) if (!all.has(normal(name))) all.set(normal(name), member);
  }
  return all;
}

export function byTitle(name: string | null): TableName | null {
  if (name === null) return null;
  return tableNames.find((table) => tableSpecs[table].title === name.trim()) ?? null;
}

/** The table all of whose needed headings are there, and most of the others. */
function byHeadings(head: readonly string[]): TableName | null {
  let best: TableName | null = null;
  let most = 0;
  for (const table of tableNames) {
    const members = Object.entries<Column>(tableSpecs[table].columns);
    const known = headings(members);
    const found = new Set(head.map((heading) => known.get(heading)));
    if (members.some(([member, { optional }]) => !optional && !found.has(member))) continue;
    const strange = head.filter((heading) => !known.has(heading)).length;
    const score = members.filter(([member]) => found.has(member)).length * 10 - strange;
    if (score > most) [best, most] = [table, score];
  }
  return best;
}
