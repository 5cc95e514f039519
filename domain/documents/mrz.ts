import type { BusinessDate } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { isCalendarDate } from '../time.ts';

/** What the machine readable lines of a travel document say (ICAO 9303; device protocols 2.3). */
export interface MrzDocument {
  /** TD3: two lines of 44, a passport. TD2: two of 36. TD1: three of 30, a card. */
  format: 'TD1' | 'TD2' | 'TD3';
  /** One or two letters; `P…` is a passport. */
  documentCode: string;
  /** Issuing state, up to three letters. */
  issuer: string;
  number: string;
  /** Names as the lines have them, parts apart by one space: `ERIKSSON ANNA MARIA`. */
  name: string;
  nationality: string;
  /** `YYYY-MM-DD`; null when the lines leave a part of it open. */
  birthDate: string | null;
  sex: 'male' | 'female' | 'unknown';
  /** Last valid day `YYYY-MM-DD`; null when the lines do not say. */
  validTo: string | null;
}

/** Line lengths by format; the number of lines follows. */
const FORMATS = { TD3: [44, 2], TD2: [36, 2], TD1: [30, 3] } as const;
const ALLOWED = /^[A-Z0-9<]+$/;
/** An expiry more than this many years ahead was a hundred years ago. */
const EXPIRY_PIVOT_YEARS = 50;

/** A line in its plain form: half-width capitals, nothing around it. */
export function plainMrzLine(text: string): string {
  return text
    .replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCodePoint((wide.codePointAt(0) ?? 0) - 0xfee0))
    .replaceAll(/\s/g, '')
    .toUpperCase();
}

/** How many lines a document has whose first line this is; 0 when it cannot be one. Such a line always ends in or holds `<`. */
export function mrzLinesBegunBy(text: string): number {
  const line = plainMrzLine(text);
  if (!/^[A-Z][A-Z<][A-Z<]{3}/.test(line) || !ALLOWED.test(line) || !line.includes('<')) return 0;
  for (const [length, count] of Object.values(FORMATS)) {
    if (line.length === length) return count;
    if (line.length === length * count) return 1;
  }
  return 0;
}

/** Whether this can be a further line of a document whose first line is `first`. */
export function continuesMrz(first: string, text: string): boolean {
  const line = plainMrzLine(text);
  return line.length === plainMrzLine(first).length && ALLOWED.test(line);
}

/** Number or optional data with its check digit, birth, sex and expiry: the second line of a passport may have no filler in it. */
const SECOND_LINE = /^(?:[A-Z0-9<]{9}\d[A-Z<]{3})?\d{7}[MFX<]\d{7}/;

/** True for what looks like lines of a document or a piece of them: it must not be shown or logged. */
export function resemblesMrz(text: string): boolean {
  const line = plainMrzLine(text);
  return line.length >= 20 && ALLOWED.test(line) && (line.includes('<<') || SECOND_LINE.test(line));
}

/** Weights 7, 3, 1; digits count as themselves, A to Z as 10 to 35, `<` as 0. */
export function mrzCheckDigit(text: string): string {
  let sum = 0;
  for (const [place, character] of Array.from(text).entries()) {
    const value =
      character === '<' ? 0 : /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 55;
    sum += value * ([7, 3, 1][place % 3] ?? 0);
  }
  return String(sum % 10);
}

/**
 * Reads two or three lines, apart by line breaks or joined. Every check digit must be right. `today` decides the century of
 * two-digit years: a birth is never in the future, an expiry at most 50 years away.
 * Refuses `document.mrzShape` when it is no such document, `document.mrzCheck` when a check digit or a date is wrong.
 */
export function parseMrz(text: string, today: BusinessDate): Outcome<MrzDocument> {
  const split = splitLines(text);
  if (!split) return refused('document.mrzShape');
  const { format, lines } = split;
  const fields = format === 'TD1' ? fieldsOfCard(lines) : fieldsOfPage(lines);
  if (!fields) return refused('document.mrzCheck');
  const birthDate = dateOf(fields.birth, (yy) => century(yy, fields.birth.slice(2), today));
  const validTo = dateOf(fields.expiry, (yy) => expiryCentury(yy, today));
  if (birthDate === undefined || validTo === undefined) return refused('document.mrzCheck');
  const name = plain(fields.names.replaceAll('<', ' ')).replaceAll(/ +/g, ' ');
  const number = fields.number.replaceAll('<', '');
  if (name === '' || number === '') return refused('document.mrzShape');
  return accepted({
    format,
    documentCode: plain(fields.code),
    issuer: plain(fields.issuer),
    number,
    name,
    nationality: plain(fields.nationality),
    birthDate,
    sex: fields.sex === 'M' ? 'male' : fields.sex === 'F' ? 'female' : 'unknown',
    validTo,
  });
}

interface Fields {
  code: string;
  issuer: string;
  number: string;
  names: string;
  nationality: string;
  birth: string;
  sex: string;
  expiry: string;
}

const plain = (text: string): string => text.replaceAll('<', ' ').trim();

function splitLines(text: string): { format: MrzDocument['format']; lines: string[] } | undefined {
  const given = text
    .split(/[\r\n]+/)
    .map(plainMrzLine)
    .filter((line) => line !== '');
  for (const [format, [length, count]] of Object.entries(FORMATS) as [
    MrzDocument['format'],
    readonly [number, number],
  ][]) {
    const joined = given.join('');
    if (joined.length !== length * count || (given.length !== count && given.length !== 1)) continue;
    if (!ALLOWED.test(joined)) return undefined;
    const lines = Array.from({ length: count }, (_unused, n) => joined.slice(n * length, (n + 1) * length));
    if (given.length === 1 || given.every((line) => line.length === length)) return { format, lines };
  }
  return undefined;
}

/** Right when `digit` is that of `text`; an empty field may leave its digit open. */
function checks(text: string, digit: string | undefined, mayBeOpen = false): boolean {
  if (mayBeOpen && digit === '<') return /^<*$/.test(text);
  return mrzCheckDigit(text) === digit;
}

/** TD2 and TD3 differ in their length and in a check digit over the optional field of TD3. */
function fieldsOfPage([first = '', second = '']: string[]): Fields | undefined {
  const isPassport = second.length === 44;
  const last = second.length - 1;
  const good =
    checks(second.slice(0, 9), second[9]) &&
    checks(second.slice(13, 19), second[19]) &&
    checks(second.slice(21, 27), second[27]) &&
    (!isPassport || checks(second.slice(28, 42), second[42], true)) &&
    checks(second.slice(0, 10) + second.slice(13, 20) + second.slice(21, last), second[last]);
  if (!good) return undefined;
  return {
    code: first.slice(0, 2),
    issuer: first.slice(2, 5),
    number: second.slice(0, 9),
    names: first.slice(5),
    nationality: second.slice(10, 13),
    birth: second.slice(13, 19),
    sex: second.charAt(20),
    expiry: second.slice(21, 27),
  };
}

function fieldsOfCard([first = '', second = '', third = '']: string[]): Fields | undefined {
  const number = numberOfCard(first);
  const good =
    number !== undefined &&
    checks(second.slice(0, 6), second[6]) &&
    checks(second.slice(8, 14), second[14]) &&
    checks(first.slice(5) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18, 29), second[29]);
  if (!good) return undefined;
  return {
    code: first.slice(0, 2),
    issuer: first.slice(2, 5),
    number,
    names: third,
    nationality: second.slice(15, 18),
    birth: second.slice(0, 6),
    sex: second.charAt(7),
    expiry: second.slice(8, 14),
  };
}

/** A number of more than nine characters leaves its check digit open and goes on, with its digit, in the optional field. */
function numberOfCard(first: string): string | undefined {
  const head = first.slice(5, 14);
  if (first[14] !== '<') return checks(head, first[14]) ? head : undefined;
  const rest = /^[^<]*/.exec(first.slice(15))?.[0] ?? '';
  const whole = head + rest.slice(0, -1);
  return rest.length >= 2 && checks(whole, rest.at(-1)) ? whole : undefined;
}

/** `YYMMDD` as a day; null when a part is left open, undefined when it is no day. */
function dateOf(yymmdd: string, centuryOf: (yy: number) => number): string | null | undefined {
  if (yymmdd.includes('<')) return /^[\d<]+$/.test(yymmdd) ? null : undefined;
  if (!/^\d{6}$/.test(yymmdd)) return undefined;
  const yy = Number(yymmdd.slice(0, 2));
  const date = `${centuryOf(yy) + yy}-${yymmdd.slice(2, 4)}-${yymmdd.slice(4)}`;
  return isCalendarDate(date) ? date : undefined;
}

/** A birth after today was a hundred years earlier. */
function century(yy: number, mmdd: string, today: BusinessDate): number {
  const day = `${2000 + yy}-${mmdd.slice(0, 2)}-${mmdd.slice(2)}`;
  return day <= today ? 2000 : 1900;
}

function expiryCentury(yy: number, today: BusinessDate): number {
  return 2000 + yy - Number(today.slice(0, 4)) <= EXPIRY_PIVOT_YEARS ? 2000 : 1900;
}
