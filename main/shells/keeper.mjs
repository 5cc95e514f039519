/**
 * Runs one program that would otherwise outlive its owner (a browser), and ends it when the owner's end of the pipe
 * closes, however the owner ended: `node keeper.mjs PROGRAM ARGUMENTS…` with a pipe as standard input.
 */
import { spawn } from 'node:child_process';

const STOP_PATIENCE_MS = 3000;

const [program, ...args] = process.argv.slice(2);
if (program === undefined) process.exit(2);
const hasGroups = process.platform !== 'win32';
const child = spawn(program, args, { stdio: 'ignore', detached: hasGroups });

/** The program and everything that it started. */
function signal(name) {
  if (child.pid === undefined) return;
  try {
    process.kill(hasGroups ? -child.pid : child.pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function end() {
  signal('SIGTERM');
  setTimeout(() => signal('SIGKILL'), STOP_PATIENCE_MS);
}

child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
child.once('exit', (code) => {
  // Helpers that the program left behind end with it.
  signal('SIGKILL');
  process.exit(code ?? 1);
});
process.stdin.once('end', end).once('error', end).resume();
process.on('SIGTERM', end).on('SIGINT', () => undefined);
