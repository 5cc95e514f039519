import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './pieces.mjs';

/** What a program did: its exit code (128 + signal number when it was ended by one), its stdout when asked for. */
export interface Ended {
  code: number;
  stdout: string;
  timedOut: boolean;
}

/** How a program is run: `capture` keeps stdout (it is shown as well), `hold` shows all it says at its end, `timeoutMs` ends the whole process group. */
export interface RunOptions {
  cwd?: string;
  capture?: boolean;
  hold?: boolean;
  timeoutMs?: number;
  env?: Record<string, string>;
}

/** Runs a JavaScript file on this Node, with what it says shown as it comes. */
export function runNode(file: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, file), ...args], {
      cwd: options.cwd ?? root,
      stdio: [
        'ignore',
        options.capture || options.hold ? 'pipe' : 'inherit',
        options.hold ? 'pipe' : 'inherit',
      ],
      env: { ...process.env, ...options.env },
      detached: process.platform !== 'win32',
    });
    let stdout = '';
    let held = '';
    let timedOut = false;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (options.hold) held += text;
      else process.stdout.write(text);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => void (held += text));
    const endGroup = (signal: NodeJS.Signals): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
      } catch {
        child.kill(signal);
      }
    };
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            endGroup('SIGKILL');
          }, options.timeoutMs);
    const onInterrupt = (): void => {
      endGroup('SIGTERM');
      process.exit(130);
    };
    process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
      if (signal !== null) endGroup('SIGKILL');
      if (held !== '') process.stdout.write(held);
      resolve({ code: code ?? 128 + (signal === 'SIGKILL' ? 9 : 15), stdout, timedOut });
    });
  });
}
