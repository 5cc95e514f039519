import type { RunningProgram, StartProgram } from './program-starter.ts';

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
  startProgram: StartProgram;
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

interface Child {
  running: RunningProgram;
  ended: Promise<void>;
}

export function superviseChild(plan: ChildPlan): SupervisedChild {
  let child: Child | undefined;
  let isWanted = false;
  let restartMs = FIRST_RESTART_MS;
  let restart: NodeJS.Timeout | undefined;

  const launch = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const startedMs = performance.now();
      let isSettled = false;
      const settle = (problem?: string): void => {
        if (isSettled) return;
        isSettled = true;
        clearTimeout(patience);
        if (problem === undefined) {
          plan.onState(true, `pid ${running.pid() ?? 0}`);
          resolve();
        } else reject(new Error(problem));
      };
      const patience = setTimeout(() => {
        settle(`not ready after ${plan.readyTimeoutMs} ms`);
        running.kill();
      }, plan.readyTimeoutMs);
      let tellEnd = (): void => undefined;
      const ended = new Promise<void>((done) => (tellEnd = done));
      const onEnd = (why: string): void => {
        settle(why);
        tellEnd();
        if (child?.running !== running) return;
        child = undefined;
        plan.onState(false, why);
        if (!isWanted) return;
        if (performance.now() - startedMs > STEADY_MS) restartMs = FIRST_RESTART_MS;
        restart = setTimeout(() => void launch().catch(() => undefined), restartMs);
        restartMs = Math.min(restartMs * 2, LONGEST_RESTART_MS);
      };
      const running: RunningProgram = plan.startProgram(plan.program, plan.args, plan.env ?? {}, {
        line(text) {
          const line = parseLine(text);
          if (line === undefined) return;
          try {
            if (!isSettled && plan.isReady(line)) settle();
          } catch (error) {
            settle(error instanceof Error ? error.message : String(error));
            // What it lacks may be there the next time.
            running.kill();
          }
          plan.onLine(line);
        },
        // A program that cannot even be started may say so before it was given a name here.
        ended: (why) => void setImmediate(onEnd, why),
      });
      child = { running, ended };
      for (const message of plan.greeting?.() ?? []) running.say(JSON.stringify(message));
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
      ending.running.close();
      const patience = setTimeout(() => ending.running.kill(), STOP_PATIENCE_MS);
      await ending.ended;
      clearTimeout(patience);
    },
    send: (message) => child?.running.say(JSON.stringify(message)),
    pid: () => child?.running.pid(),
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
