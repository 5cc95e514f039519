import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineClock, machineTimers, strongRandom } from '../../main/shells/clock.ts';
import { folderStore } from '../../main/shells/file-store.ts';
import type { FileStore, Log, Random, Runtime, TimerHandle } from '../../main/runtime.ts';

/** An outside that a test owns: real files in a folder of its own, a clock that it moves, chance from a seed. */
export interface Machine {
  folder: string;
  runtime: Pick<Runtime, 'clock' | 'random' | 'timers' | 'files' | 'log'>;
  /** Lines that the office logged, newest last. */
  logged: { level: string; fields: Record<string, unknown>; message: string }[];
  /** Moves both clocks and runs what became due, in order. */
  pass(ms: number): void;
  /** What the wall clock shows, without running anything. */
  setWallClock(ms: number): void;
  /** Another outside on the same folder, as after a restart. */
  restart(): Machine;
  remove(): void;
}

/** 2026-11-21 10:00 in Shanghai, a Saturday in week 47. */
export const MORNING_MS = Date.UTC(2026, 10, 21, 2, 0, 0);

export function makeMachine(options: { folder?: string; seed?: number; nowMs?: number } = {}): Machine {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'station-office-'));
  const seed = options.seed ?? 1;
  let wallMs = options.nowMs ?? MORNING_MS;
  let steadyMs = 0;
  let nextTimer = 1;
  let restarts = 0;
  const timers = new Map<number, { dueMs: number; fn: () => void }>();
  const logged: Machine['logged'] = [];
  const logAs =
    (level: string): Log['info'] =>
    (fields, message) =>
      void logged.push({ level, fields, message });
  const machine: Machine = {
    folder,
    runtime: {
      clock: { nowMs: () => wallMs, monotonicMs: () => steadyMs },
      random: seededRandom(seed),
      timers: {
        setTimeout(fn, delayMs): TimerHandle {
          const id = nextTimer;
          nextTimer += 1;
          timers.set(id, { dueMs: steadyMs + delayMs, fn });
          return { id };
        },
        clearTimeout: ({ id }) => void timers.delete(id as number),
      },
      files: folderStore(folder),
      log: { info: logAs('info'), warn: logAs('warn'), error: logAs('error') },
    },
    logged,
    pass(ms) {
      const endMs = steadyMs + ms;
      for (;;) {
        const due = [...timers]
          .filter(([, { dueMs }]) => dueMs <= endMs)
          .toSorted((a, b) => a[1].dueMs - b[1].dueMs)[0];
        if (!due) break;
        const [id, { dueMs, fn }] = due;
        timers.delete(id);
        wallMs += dueMs - steadyMs;
        steadyMs = dueMs;
        fn();
      }
      wallMs += endMs - steadyMs;
      steadyMs = endMs;
    },
    setWallClock(ms) {
      wallMs = ms;
    },
    restart() {
      restarts += 1;
      return makeMachine({ folder, seed: seed * 1_000 + restarts, nowMs: wallMs });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  return machine;
}

/** This PC's own clock, timers and chance on a folder: for processes that are to be killed and for measuring. */
export function realMachine(folder: string): Machine {
  const { logged, runtime, ...rest } = makeMachine({ folder });
  const { log } = runtime;
  const files = folderStore(folder);
  return {
    ...rest,
    logged,
    runtime: { clock: machineClock(), random: strongRandom, timers: machineTimers, files, log },
  };
}

/** Chance that is the same for the same seed; good enough to be distinct, not to keep secrets. */
export function seededRandom(seed: number): Random {
  let counter = 0;
  const bytes = (count: number): Uint8Array<ArrayBuffer> => {
    const out = new Uint8Array(count);
    for (let at = 0; at < count; at += 32) {
      counter += 1;
      out.set(
        createHash('sha256')
          .update(`${seed}/${counter}`)
          .digest()
          .subarray(0, count - at),
        at,
      );
    }
    return out;
  };
  return { bytes, id: () => Buffer.from(bytes(16)).toString('hex') };
}

const migrationsFolder = new URL('../../migrations/', import.meta.url);

/** `migrations/*.sql` as a shell hands them over. */
export function readMigrationFiles(): { name: string; sql: string }[] {
  return readdirSync(migrationsFolder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, sql: readFileSync(new URL(name, migrationsFolder), 'utf8') }));
}

const plansFolder = new URL('../../plans/', import.meta.url);
/** The plans that come with the program. */
export function readPlanFiles(): { name: string; text: string }[] {
  return readdirSync(plansFolder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(name, plansFolder), 'utf8') }));
}

/** Name and SHA-256 of every file of a folder: two of these are equal when not a byte changed. */
export function folderDigests(files: Pick<FileStore, 'folder'>): Record<string, string> {
  const digests: Record<string, string> = {};
  for (const entry of readdirSync(files.folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    digests[path.slice(files.folder.length + 1)] = createHash('sha256')
      .update(readFileSync(path))
      .digest('hex');
  }
  return digests;
}
