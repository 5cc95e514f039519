import Database from 'better-sqlite3';
import iconv from 'iconv-lite';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** Personal data that must not be found. `what` says in a report which it was, without showing it. */
export interface Needle {
  what: string;
  text: string;
}

/** Bytes that are searched: a file, a message, a page, a roll of paper. */
export interface Haystack {
  name: string;
  bytes: Uint8Array;
}

export interface Leak {
  what: string;
  /** How it was written, for instance `GB18030 in base64, shifted by 1`. */
  form: string;
  where: string;
  offset: number;
}

/** Shorter patterns are met by chance in a few megabytes: a name to plant has at least four characters. */
const SHORTEST_PATTERN_BYTES = 8;

const encodings: readonly (readonly [name: string, encode: (text: string) => Buffer])[] = [
  ['UTF-8', (text) => Buffer.from(text, 'utf8')],
  ['UTF-16LE', (text) => Buffer.from(text, 'utf16le')],
  ['GB18030', (text) => iconv.encode(text, 'gb18030')],
];

interface Pattern {
  what: string;
  form: string;
  bytes: Buffer;
}

/** Every form of the needles that is searched for. Throws when a needle is too short to be told from chance. */
export function patternsOf(needles: readonly Needle[]): Pattern[] {
  const patterns = needles.flatMap(({ what, text }) => {
    const forms = new Map<string, { form: string; bytes: Buffer }>();
    const add = (form: string, bytes: Buffer): void => {
      const key = bytes.toString('latin1');
      // Digits are the same in UTF-8 and GB18030: one search is enough.
      if (!forms.has(key)) forms.set(key, { form, bytes });
    };
    for (const [encoding, encode] of encodings) {
      const bytes = encode(text);
      add(encoding, bytes);
      add(`${encoding} in hex`, Buffer.from(bytes.toString('hex')));
      add(`${encoding} in capital hex`, Buffer.from(bytes.toString('hex').toUpperCase()));
      for (const shift of [0, 1, 2]) {
        const core = base64Core(bytes, shift);
        add(`${encoding} in base64, shifted by ${shift}`, Buffer.from(core));
        add(
          `${encoding} in base64url, shifted by ${shift}`,
          Buffer.from(core.replaceAll('+', '-').replaceAll('/', '_')),
        );
      }
    }
    const escaped = Array.from(
      { length: text.length },
      (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join('');
    add('JSON escapes', Buffer.from(escaped));
    add('percent escapes', Buffer.from(encodeURIComponent(text)));
    return [...forms.values()].map(({ form, bytes }) => ({ what, form, bytes }));
  });
  const short = patterns.find(({ bytes }) => bytes.length < SHORTEST_PATTERN_BYTES);
  if (short) throw new RangeError(`${short.what}: ${short.form} is too short to be told from chance`);
  return patterns;
}

/** The letters of a base64 text that depend on `bytes` alone when `shift` other bytes stand before them in their group. */
function base64Core(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replaceAll('=', '');
  const firstOwn = Math.ceil((shift * 8) / 6);
  const lastOwn = Math.floor(((shift + bytes.length) * 8) / 6);
  return text.slice(firstOwn, lastOwn);
}

/** Where any form of a needle stands in any haystack; empty = no leak. Compressed streams are searched inside too. */
export function searchLeaks(needles: readonly Needle[], haystacks: readonly Haystack[]): Leak[] {
  const patterns = patternsOf(needles);
  return haystacks.flatMap(unpacked).flatMap(({ name, bytes }) => {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return patterns.flatMap(({ what, form, bytes: pattern }): Leak[] => {
      const offset = buffer.indexOf(pattern);
      return offset < 0 ? [] : [{ what, form, where: name, offset }];
    });
  });
}

/** A haystack and what is packed in it: gzip, or zlib streams such as HTTP bodies and PDF objects. */
function unpacked(haystack: Haystack): Haystack[] {
  const { name, bytes } = haystack;
  for (const [kind, unpack] of [
    ['gunzip', gunzipSync],
    ['inflate', inflateSync],
    ['inflateRaw', inflateRawSync],
  ] as const) {
    if (kind === 'gunzip' ? bytes[0] !== 0x1f : bytes.length > 1_000_000) continue;
    try {
      return [haystack, { name: `${name} (${kind})`, bytes: unpack(bytes) }];
    } catch {
      continue;
    }
  }
  return [haystack];
}

/** Every file below a folder, and of SQLite files also their values one after another, where a page break cuts nothing. */
export function readHaystacks(folder: string): Haystack[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .flatMap((path) => {
      const file = { name: relative(folder, path), bytes: readFileSync(path) };
      return isSqlite(file.bytes)
        ? [file, { name: `${file.name} (values)`, bytes: sqliteValues(path) }]
        : [file];
    });
}

function isSqlite(bytes: Buffer): boolean {
  return bytes.subarray(0, 15).toString('latin1') === 'SQLite format 3';
}

/** All values of all tables of a copy, WAL included. */
function sqliteValues(path: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
  try {
    const copy = join(folder, basename(path));
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    const database = new Database(copy);
    const tables = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .pluck()
      .all() as string[];
    const values = tables.flatMap((table) =>
      (database.prepare(`SELECT * FROM "${table}"`).raw().all() as unknown[][]).flat(),
    );
    database.close();
    const separator = Buffer.from('\n');
    return Buffer.concat(
      values.flatMap((value) => [
        value instanceof Uint8Array ? value : Buffer.from(String(value)),
        separator,
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Needles of one person: the name, the whole number, and the part of it that no mask may show. */
export function needlesOf(person: { name: string; number: string }, label: string): Needle[] {
  return [
    { what: `name of ${label}`, text: person.name },
    { what: `number of ${label}`, text: person.number },
    { what: `hidden part of the number of ${label}`, text: person.number.slice(6, -4) },
  ];
}
