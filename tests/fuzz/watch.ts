import { spawn } from 'node:child_process';
import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratchFolder } from './scratch.ts';
import type { Outcome, Task } from './child.ts';

const entry = fileURLToPath(new URL('child.ts', import.meta.url));
const LOOK_EVERY_MS = 250;

/**
 * Runs a fuzzer in a process of its own. A case that stands still for `caseLimitMs` is a hang and the process is ended; a
 * process that dies is a crash. Both are red with the number of the case that was under way.
 */
export async function watched(task: Task, caseLimitMs = 120_000): Promise<Outcome> {
  const folder = scratchFolder();
  const progress = openSync(join(folder, 'case'), 'w+');
  const bytes = new Uint8Array(8);
  const caseUnderWay = (): number =>
    readSync(progress, bytes, 0, 8, 0) === 8 ? Number(new BigUint64Array(bytes.buffer)[0]) : 0;
  const startedMs = performance.now();
  const child = spawn(process.execPath, [entry, JSON.stringify(task)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', progress],
    env: { ...process.env, SO_FUZZ_FOLDER: folder },
  });
  let outcome: Outcome | undefined;
  let isHanging = false;
  child.on('message', (word) => void (outcome = word as Outcome));
  let seen = -1;
  let sinceMs = performance.now();
  const look = setInterval(() => {
    const now = caseUnderWay();
    if (now !== seen) {
      seen = now;
      sinceMs = performance.now();
    } else if (performance.now() - sinceMs > caseLimitMs && !isHanging) {
      isHanging = true;
      child.kill('SIGKILL');
    }
  }, LOOK_EVERY_MS);
  const ended = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `exit ${code}`));
  });
  clearInterval(look);
  const caseNumber = caseUnderWay();
  closeSync(progress);
  rmSync(folder, { recursive: true, force: true });
  if (outcome !== undefined) return outcome;
  const what = isHanging ? `hangs: nothing for ${caseLimitMs} ms` : `the process ended: ${ended}`;
  return {
    result: {
      cases: caseNumber - task.from,
      tookMs: performance.now() - startedMs,
      counts: {},
      red: { caseNumber, what },
    },
  };
}
