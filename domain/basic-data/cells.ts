import type { Column } from '../../contract/basic-data/columns.ts';
import type { ProblemCode } from '../../contract/basic-data/problems.ts';
import { dateOfDay, dayNumber, isDate } from './days.ts';

/** A cell as a file has it. Dates and times of a spreadsheet have become text `YYYY-MM-DD` and `HH:MM` before. */
export type RawCell = string | number | boolean | null;

/** A cell that cannot be read, with the words' values. */
export class BadCell {
  readonly code: ProblemCode;
  readonly values: Record<string, string | number>;
  constructor(code: ProblemCode, values: Record<string, string | number>) {
    this.code = code;
    this.values = values;
  }
}

/** Numbers in a cell lose digits from here on: a spreadsheet keeps fifteen. */
const SURE_INTEGER = 999_999_999_999_999;
const SCIENTIFIC = /^[+-]?\d+(?:\.\d+)?e[+-]?\d+$/i;
/** Text that a person sees as empty. */
const BLANK = /^[\s　]*$/u;
const MOST_SHOWN = 40;

/** The value of a row's member, or why there is none. Empty cells give what the column says; undefined is left out of the row. */
export function readCell(column: Column, raw: RawCell): unknown {
  if (raw === null || raw === '' || (typeof raw === 'string' && BLANK.test(raw))) {
    if (!column.optional) return new BadCell('cell.required', { expected: column.expected });
    if (column.leftOut) return undefined;
    if (column.empty !== undefined) return column.empty;
    return column.kind === 'list' || column.kind === 'rows' ? [] : null;
  }
  if (typeof raw === 'number') return readNumber(column, raw);
  const text = typeof raw === 'boolean' ? (raw ? '是' : '否') : raw.trim();
  if (text.startsWith('=')) return new BadCell('cell.formula', { formula: shown(text) });
  // Tabs and line breaks inside a cell are not seen on a printed list.
  if (/\p{Cc}/u.test(text)) return new BadCell('cell.controls', {});
  if (SCIENTIFIC.test(text) && column.kind !== 'list')
    return new BadCell('cell.scientific', { text: shown(text) });
  return readText(column, text);
}

function readNumber(column: Column, value: number): unknown {
  const wrong = new BadCell('cell.wrong', { text: shown(String(value)), expected: column.expected });
  if (!Number.isFinite(value)) return wrong;
  if (Math.abs(value) > SURE_INTEGER) return new BadCell('cell.scientific', { text: String(value) });
  switch (column.kind) {
    case 'integer':
      return Number.isInteger(value) ? value : wrong;
    case 'money': {
      const fen = Math.round(value * 100);
      return fen >= 0 && Math.abs(fen - value * 100) < 1e-6 * Math.max(1, value) ? fen : wrong;
    }
    case 'date':
      if (Number.isInteger(value) && value >= 10_000 && value <= 110_000)
        return new BadCell('cell.serial', { text: String(value), meant: dateOfDay(value - 25_569) });
      return Number.isInteger(value) ? readText(column, String(value)) : wrong;
    case 'time':
      if (value >= 0 && value < 1)
        return new BadCell('cell.serial', { text: shown(String(value)), meant: clockOf(value) });
      return wrong;
    case 'yesNo':
    case 'weekdays':
    case 'choice':
    case 'code':
    case 'text':
    case 'list':
    case 'rows':
      // A whole number is what it shows; a fraction was never meant as a code.
      return Number.isInteger(value) ? readText(column, String(value)) : wrong;
  }
}

/** `HH:MM` of a spreadsheet's fraction of a day. */
export function clockOf(fraction: number): string {
  const minutes = Math.round(fraction * 1_440) % 1_440;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function readText(column: Column, original: string): unknown {
  const wrong = (): BadCell =>
    new BadCell('cell.wrong', { text: shown(original), expected: column.expected });
  switch (column.kind) {
    case 'text':
      return original;
    case 'code':
      return plain(original);
    case 'integer': {
      const text = plain(original);
      return /^-?\d{1,15}$/.test(text) ? Number(text) : wrong();
    }
    case 'money':
      return fenOf(plain(original)) ?? wrong();
    case 'date':
      return dateOf(plain(original)) ?? wrong();
    case 'time':
      return timeOf(plain(original)) ?? wrong();
    case 'weekdays':
      return weekdaysOf(plain(original)) ?? wrong();
    case 'yesNo':
      return yesNoOf(plain(original)) ?? wrong();
    case 'choice': {
      const text = plain(original);
      const choices = column.choices ?? {};
      if (Object.hasOwn(choices, text)) return text;
      return Object.keys(choices).find((key) => choices[key] === text) ?? wrong();
    }
    case 'list':
      return original
        .split(/[;；]/)
        .map((part) => part.trim().replace('：', ':'))
        .filter((part) => part !== '');
    case 'rows':
      return original
        .split('/')
        .map((part) => part.trim().replaceAll(/\s+/g, ' '))
        .filter((part) => part !== '');
  }
}

/** Full-width letters and digits as half-width ones. Plain ASCII costs nothing. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/.test(text) ? text : text.normalize('NFKC').trim();
}

function fenOf(text: string): number | undefined {
  const [, whole, cents = ''] = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  return whole === undefined ? undefined : Number(whole) * 100 + Number(cents.padEnd(2, '0'));
}

function dateOf(text: string): string | undefined {
  if (isDate(text)) return text;
  const [, year, month, day] =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDate(date) ? date : undefined;
}

function timeOf(text: string): string | undefined {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})(?::00)?$/.exec(text) ?? [];
  if (hour === undefined || minute === undefined || Number(hour) > 23 || Number(minute) > 59)
    return undefined;
  return `${hour.padStart(2, '0')}:${minute}`;
}

const weekdayWords: Readonly<Record<string, string>> = { 每天: '1234567', 工作日: '12345', 周末: '67' };

function weekdaysOf(text: string): string | undefined {
  const word = weekdayWords[text];
  if (word !== undefined) return word;
  const digits = text
    .replaceAll(/[周星期,、.\s]/g, '')
    .replaceAll(/[一二三四五六日天]/g, (day) =>
      day === '天' ? '7' : String('一二三四五六日'.indexOf(day) + 1),
    );
  if (!/^[1-7]{1,7}$/.test(digits) || new Set(digits).size !== digits.length) return undefined;
  return Array.from(digits).sort().join('');
}

function yesNoOf(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (['是', 'true', '1', 'y', 'yes', '√'].includes(word)) return true;
  return ['否', 'false', '0', 'n', 'no', '×'].includes(word) ? false : undefined;
}

/** What a cell says, short and on one line, for a problem's words. */
export function shown(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ');
  const letters = Array.from(line);
  return letters.length <= MOST_SHOWN ? line : `${letters.slice(0, MOST_SHOWN).join('')}…`;
}

/** A member as a file has it: what {@link readCell} reads back as the same. */
export function writeCell(column: Column, value: unknown): string | number {
  if (value === null || value === undefined) return '';
  switch (column.kind) {
    case 'integer':
      return value as number;
    case 'money':
      return ((value as number) / 100).toFixed(2);
    case 'yesNo':
      return value === true ? '是' : '否';
    case 'choice':
      return column.choices?.[value as string] ?? (value as string);
    case 'weekdays':
      return value === '1234567' ? '每天' : (value as string);
    case 'list':
      return (value as string[]).join(';');
    case 'rows':
      return (value as string[]).join(' / ');
    case 'text':
    case 'code':
    case 'date':
    case 'time':
      return value as string;
  }
}

/** Serial number of a spreadsheet's day as text; its first day is 1899-12-30 in all modern files. */
export function dateOfSerial(serial: number): string {
  return dateOfDay(Math.floor(serial) + dayNumber('1899-12-30'));
}
