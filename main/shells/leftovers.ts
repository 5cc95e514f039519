import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { FileStore } from '../runtime.ts';

const NOTE = 'processes.json';
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 50;

const noteSchema = z.array(z.strictObject({ pid: z.int().min(1), born: z.string() }));

/**
 * The processes of a run before this one. They end by themselves when their owner is gone, which takes a moment; the
 * gateway's data must not be opened by a second process in that moment.
 */
export async function waitForLeftovers(files: FileStore): Promise<void> {
  const text = files.readText(NOTE);
  if (text === undefined) return;
  let left = readNote(text).filter((one) => one.pid !== process.pid && isStillThere(one));
  for (let waitedMs = 0; left.length > 0 && waitedMs < PATIENCE_MS; waitedMs += LOOK_EVERY_MS) {
    await pause(LOOK_EVERY_MS);
    left = left.filter(isStillThere);
  }
  for (const { pid, born } of left) {
    // Without its birth it could be somebody else's process that was given the same number.
    if (born !== '') process.kill(pid, 'SIGKILL');
  }
  files.remove(NOTE);
}

export function noteProcesses(files: FileStore, pids: readonly (number | undefined)[]): void {
  const note = pids.filter((pid) => pid !== undefined).map((pid) => ({ pid, born: birthOf(pid) ?? '' }));
  files.writeAtomic(NOTE, JSON.stringify(note));
}

function readNote(text: string): z.infer<typeof noteSchema> {
  try {
    return noteSchema.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

function isStillThere({ pid, born }: { pid: number; born: string }): boolean {
  if (born !== '') return birthOf(pid) === born;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** When the process was born, in ticks since the PC started: with the number it names a process for good. Linux only. */
function birthOf(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...rest] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}
