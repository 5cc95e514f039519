import type { z } from 'zod';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { stationConfigSchema, type StationConfig } from '../../contract/station.ts';
import type { FileStore } from '../runtime.ts';
import { isLoopbackHost } from './network.ts';
import { expectedInChinese, ruleInChinese } from './station-words.ts';

const STATION_FILE = 'station.json';

/** Either the configuration, or every field that is wrong, in the order of the file. */
export type StationRead =
  | { ok: true; config: StationConfig }
  | { ok: false; refusals: [Refusal, ...Refusal[]] };

/** `DIR/station.json`, read and checked. `undefined` when there is none. */
export function readStation(files: FileStore): StationRead | undefined {
  const text = files.readText(STATION_FILE);
  return text === undefined ? undefined : parseStation(text);
}

/** Writes a new `station.json`; people may edit it, so it is laid out for reading. */
export function writeStation(files: FileStore, config: StationConfig): void {
  files.writeAtomic(STATION_FILE, `${JSON.stringify(config, undefined, 2)}\n`);
}

/** Checks the text of a `station.json`. A wrong field is named with its path and what was expected. */
export function parseStation(text: string): StationRead {
  let raw: unknown;
  try {
    // Windows editors put a byte order mark in front.
    raw = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { ok: false, refusals: [refuse('station.notJson', { detail: whereJsonBreaks(error, text) })] };
  }
  const parsed = stationConfigSchema.safeParse(raw, { error: expectedInChinese });
  const refusals = parsed.success ? crossChecks(parsed.data) : parsed.error.issues.flatMap(refusalsOf);
  const [first, ...rest] = refusals;
  if (first) return { ok: false, refusals: [first, ...rest] };
  if (!parsed.success) throw new Error('a wrong station.json without an issue');
  return { ok: true, config: parsed.data };
}

function refusalsOf(issue: z.core.$ZodIssue): Refusal[] {
  const paths =
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  // A rule that the contract words itself does so in English, for programmers.
  const expected = issue.code === 'custom' ? ruleInChinese(issue.path) : issue.message;
  return paths.map((path) => wrongField(path, expected));
}

function wrongField(path: readonly PropertyKey[], expected: string): Refusal {
  if (path.length === 0) return refuse('station.json', { path: '(整个文件)', expected });
  const field = pathText(path).slice(0, 200);
  return refuse('station.json', { path: field, expected }, field);
}

/** What the schema cannot see by itself: names used twice, and plain http to another machine. */
function crossChecks(config: StationConfig): Refusal[] {
  const refusals: Refusal[] = [];
  const repeated = (list: readonly string[], at: (index: number) => PropertyKey[], what: string): void => {
    list.forEach((value, index) => {
      if (list.indexOf(value) !== index)
        refusals.push(wrongField(at(index), `${what} ${value} 已用过,不能重复`));
    });
  };
  repeated(
    config.devices.map((device) => device.path),
    (index) => ['devices', index, 'path'],
    '端口',
  );
  repeated(
    config.staff.map((person) => person.number),
    (index) => ['staff', index, 'number'],
    '工号',
  );
  const city = config.city && new URL(config.city.url);
  if (city?.protocol === 'http:' && !isLoopbackHost(city.hostname))
    refusals.push(wrongField(['city', 'url'], '其他机器的地址应以 https:// 开头'));
  return refusals;
}

/** `devices[1].path`. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

/** Line and column, which is what a person looks for in an editor; never the text itself. */
function whereJsonBreaks(error: unknown, text: string): string {
  const found = error instanceof Error ? /at position (\d+)/.exec(error.message) : null;
  if (!found) return text.trim() === '' ? '文件是空的' : '文件没有写完整';
  const before = text.slice(0, Number(found[1]));
  return `第 ${before.split('\n').length} 行第 ${before.length - before.lastIndexOf('\n')} 列`;
}
