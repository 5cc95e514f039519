import { PERSONAL, REDACTED, withoutNumbers } from './log-mask.ts';
import type { FileStore } from './runtime.ts';

export const LOG_FOLDER = 'logs';
/** The newest first, as the shells' log sets old files aside. */
const LOG_FILES = ['office.log', ...[1, 2, 3, 4, 5].map((age) => `office.${age}.log`)];
const MOST_TEXT = 2_000;

export interface LogLine {
  at: number | null;
  level: 'info' | 'warn' | 'error' | null;
  text: string;
  more: string;
}

/** The last lines of the office's log, newest last, masked once more: a line of an older program may have said more. */
export function lastLines(files: Pick<FileStore, 'readText'>, count: number): string[] {
  let lines: string[] = [];
  for (const name of LOG_FILES) {
    if (lines.length >= count) break;
    const text = files.readText(`${LOG_FOLDER}/${name}`);
    if (text === undefined) continue;
    const all = text.split('\n').filter((line) => line !== '');
    lines = [...all.slice(-(count - lines.length)), ...lines];
  }
  return lines.map(masked);
}

/** One line as people read it. A line that is not ours stands there whole. */
export function readLine(line: string): LogLine {
  const json = parsed(line);
  if (!json) return { at: null, level: null, text: line.slice(0, MOST_TEXT), more: '' };
  const { at, level, message, ...rest } = json;
  const atMs = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return {
    at: Number.isNaN(atMs) || atMs < 0 ? null : atMs,
    level: level === 'info' || level === 'warn' || level === 'error' ? level : null,
    text: (typeof message === 'string' ? message : '').slice(0, MOST_TEXT),
    more: Object.keys(rest).length === 0 ? '' : JSON.stringify(rest).slice(0, MOST_TEXT),
  };
}

function masked(line: string): string {
  const json = parsed(line);
  return withoutNumbers(json ? JSON.stringify(withoutPersonal(json, 0)) : line);
}

const personal: ReadonlySet<string> = new Set(PERSONAL);

function withoutPersonal(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > 4) return value;
  if (Array.isArray(value)) return value.map((one) => withoutPersonal(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      personal.has(name) ? REDACTED : withoutPersonal(one, depth + 1),
    ]),
  );
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
