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
  for (const [member, expected] of wrongHostFields(config))
    refusals.push(wrongField(['host', member], expected));
  const city = config.city && new URL(config.city.url);
  if (city?.protocol === 'http:' && !isLoopbackHost(city.hostname))
    refusals.push(wrongField(['city', 'url'], '其他机器的地址应以 https:// 开头'));
  return refusals;
}

/** A station has one host, and an office either is it or knows it by its address and key. */
function wrongHostFields({ host }: StationConfig): [member: string, expected: string][] {
  if (!host) return [];
  const present = (members: (keyof typeof host)[]): string[] =>
    members.filter((member) => host[member] !== undefined);
  const port = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));
  const wrong: [string, string][] = [];
  if (host.role === 'host') {
    if (!host.listen) wrong.push(['listen', '缺少,应为本机在站内网络的地址列表,例如 ["192.168.1.10:7400"]']);
    for (const member of present(['address', 'key', 'enrolmentCode']))
      wrong.push([member, '本机已写明是主机(role),一个车站只能有一台主机,不能再写另一台']);
  } else {
    for (const member of present(['listen', 'takesOver', 'keepRelayedDays']))
      wrong.push([member, '只有主机(role 为 "host")才能写;一个车站只能有一台主机']);
    if (!host.address) wrong.push(['address', '缺少,应为主机的地址,例如 192.168.1.10:7400']);
    if (!host.key) wrong.push(['key', '缺少,应为主机的连接公钥(在主机的状态页上),43 个字']);
  }
  if (host.address && (port(host.address) < 1 || port(host.address) > 65_535))
    wrong.push(['address', '端口应为 1 到 65535']);
  if (host.listen?.some((address) => port(address) > 65_535)) wrong.push(['listen', '端口应为 0 到 65535']);
  return wrong;
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
