/**
 * Loaded before a part that `run.mjs` starts: when the process that asked for it is killed (npm, or the launcher),
 * the part is asked to end as well, so that nothing is left running without an owner.
 */
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const asked = Number(process.env['STATION_OFFICE_PARENT']);
delete process.env['STATION_OFFICE_PARENT'];

if (isMainThread && asked > 1 && process.ppid === asked) {
  const owner = ownerOf(asked);
  const timer = setInterval(() => {
    if (process.ppid === asked && ownerOf(asked) === owner) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
}

/** npm runs a script in a shell that outlives it; so for a shell, the process that started it counts as well. */
function ownerOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const shell = /^\d+ \((?:sh|dash|bash)\) \S (\d+)/.exec(status);
    return shell ? Number(shell[1]) : undefined;
  } catch {
    return undefined;
  }
}
