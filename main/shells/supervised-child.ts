import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const STOP_PATIENCE_MS = 5000;
const FIRST_RESTART_MS = 500;
const LONGEST_RESTART_MS = 30_000;
/** A child that ran for so long starts with the short delay again. */
const STEADY_MS = 60_000;

/** A program that is kept running: JSON lines down its stdin and up its stdout, ended by closing its stdin. */
export interface SupervisedChild {
  /** Resolves when the child says that it is ready; rejects when that does not come in time. */
  start(): Promise<void>;
  /** Closes its stdin and waits for its end; after five seconds it is killed. */
  stop(): Promise<void>;
  send(message: object): void;
  pid(): number | undefined;
}

export interface ChildPlan {
  program: string;
  args: readonly string[];
  env?: Record<string, string>;
  /** Said first after each start. */
  greeting?: () => object[];
  /** Whether this line means that the child is ready; throws when it means that it never will be. */
  isReady: (line: Record<string, unknown>) => boolean;
  readyTimeoutMs: number;
  onLine: (line: Record<string, unknown>) => void;
  onState: (up: boolean, detail: string) => void;
}

export function superviseChild(plan: ChildPlan): SupervisedChild {
  let child: ChildProcess | undefined;
  let isWanted = false;
  let restartMs = FIRST_RESTART_MS;
  let restart: NodeJS.Timeout | undefined;

  const launch = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const startedMs = performance.now();
      const started = spawn(process.execPath, [plan.program, ...plan.args], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, ...plan.env },
        windowsHide: true,
      });
      child = started;
      let isSettled = false;
      const settle = (problem?: string): void => {
        if (isSettled) return;
        isSettled = true;
        clearTimeout(patience);
        if (problem === undefined) {
          plan.onState(true, `pid ${started.pid ?? 0}`);
          resolve();
        } else reject(new Error(problem));
      };
      const patience = setTimeout(() => {
        settle(`not ready after ${plan.readyTimeoutMs} ms`);
        started.kill('SIGKILL');
      }, plan.readyTimeoutMs);
      started.stdin?.on('error', () => undefined);
      if (started.stdout) {
        createInterface({ input: started.stdout }).on('line', (text) => {
          const line = parseLine(text);
          if (line === undefined) return;
          try {
            if (!isSettled && plan.isReady(line)) settle();
          } catch (error) {
            settle(error instanceof Error ? error.message : String(error));
            // What it lacks may be there the next time.
            started.kill('SIGKILL');
          }
          plan.onLine(line);
        });
      }
      started.once('error', (error) => settle(error.message));
      started.once('exit', (code, signal) => {
        settle(`ended with ${signal ?? code ?? 'nothing'}`);
        if (child !== started) return;
        child = undefined;
        plan.onState(false, `ended with ${signal ?? code ?? 'nothing'}`);
        if (!isWanted) return;
        if (performance.now() - startedMs > STEADY_MS) restartMs = FIRST_RESTART_MS;
        restart = setTimeout(() => void launch().catch(() => undefined), restartMs);
        restartMs = Math.min(restartMs * 2, LONGEST_RESTART_MS);
      });
      for (const message of plan.greeting?.() ?? []) started.stdin?.write(`${JSON.stringify(message)}\n`);
    });

  return {
    start() {
      if (child !== undefined && isWanted) return Promise.resolve();
      isWanted = true;
      restartMs = FIRST_RESTART_MS;
      clearTimeout(restart);
      return launch();
    },
    async stop() {
      isWanted = false;
      clearTimeout(restart);
      const ending = child;
      if (ending === undefined) return;
      const ended = new Promise<void>((resolve) => void ending.once('exit', () => resolve()));
      ending.stdin?.end();
      const patience = setTimeout(() => ending.kill('SIGKILL'), STOP_PATIENCE_MS);
      await ended;
      clearTimeout(patience);
    },
    send(message) {
      if (child?.stdin?.writable === true) child.stdin.write(`${JSON.stringify(message)}\n`);
    },
    pid: () => child?.pid,
  };
}

function parseLine(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
