import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A real host process. */
export interface RunningOffice {
  url: string;
  token: string;
  process: ChildProcess;
  /** What it said on stdout so far. */
  stdout(): string;
  /** What it said on stderr so far. */
  stderr(): string;
  /** SIGTERM, and waits for the end. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
}

const hostEntry = fileURLToPath(new URL('../../main/host.mjs', import.meta.url));

/** Starts `main/host.mjs --data folder`; rejects with what it said when it is not ready within `timeoutMs`. */
export async function startOffice(
  folder: string,
  args: readonly string[] = [],
  timeoutMs = 60_000,
): Promise<RunningOffice> {
  const child = spawn(process.execPath, [hostEntry, '--data', folder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(-100_000);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-100_000);
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const ready = await new Promise<{ ready: boolean; url: string; token: string; refusal?: unknown }>(
    (resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`the office was not ready within ${timeoutMs} ms\n${stderr}`));
      }, timeoutMs);
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (!line.startsWith('{')) return;
        clearTimeout(timer);
        resolve(JSON.parse(line));
      });
      void ended.then((code) => {
        clearTimeout(timer);
        reject(new Error(`the office ended with code ${code}\n${stderr}`));
      });
    },
  );
  if (!ready.ready) throw new Error(`the office refused to start: ${JSON.stringify(ready.refusal)}`);
  return {
    url: ready.url,
    token: ready.token,
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
