import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { answerSchema, type Answer, type EventMessage } from '../../contract/envelope.ts';
import type { Order, WindowSeen } from './double/orders.ts';
import { usualSettings, type Settings } from './double/settings.ts';
import type { Call } from './double/strict.ts';
import type { ProgramLayout } from './program-layout.ts';

const runner = fileURLToPath(new URL('double/run.ts', import.meta.url));
const PATIENCE_MS = 60_000;

/** The program's main process, running on the double of Electron. */
export interface ElectronProcess {
  order<T>(order: Order): Promise<T>;
  calls(): Promise<Call[]>;
  windows(): Promise<WindowSeen[]>;
  /** What the page of a window gets for a request. */
  call(window: number, method: string, params?: object, commandId?: string): Promise<Answer>;
  /** The result of a call that must not be refused. */
  result<T>(window: number, method: string, params?: object, commandId?: string): Promise<T>;
  events(window: number, name: string): Promise<EventMessage[]>;
  /** Exit code, once it has ended. */
  ended: Promise<number | string>;
  stderr(): string;
  pid: number;
  kill(): Promise<void>;
}

export function newDataFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'so-electron-'));
  return {
    path,
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

/** Starts `out/main/index.js` of a bundled layout, or `main/index.ts` of a checkout. Resolves at once. */
export function startElectron(
  layout: ProgramLayout,
  kind: 'bundled' | 'checkout',
  settings: Partial<Settings> & Pick<Settings, 'data'>,
): ElectronProcess {
  const entry = join(layout.root, kind === 'bundled' ? 'out/main/index.js' : 'main/index.ts');
  const child: ChildProcess = fork(runner, [entry], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: {
      ...process.env,
      ELECTRON_DOUBLE: JSON.stringify({ ...usualSettings, isPackaged: kind === 'bundled', ...settings }),
    },
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout?.resume();
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  child.on('message', (raw) => {
    const answer = raw as { id: number; ok: boolean; value?: unknown; error?: string };
    const waiting = open.get(answer.id);
    open.delete(answer.id);
    if (answer.ok) waiting?.resolve(answer.value);
    else waiting?.reject(new Error(answer.error));
  });
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => {
      for (const { reject } of open.values())
        reject(new Error(`the program ended: ${signal ?? code ?? ''}\n${stderr}`));
      open.clear();
      resolve(signal ?? code ?? 'nothing');
    });
  });
  let lastId = 0;
  const order = <T>(wanted: Order): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const id = (lastId += 1);
      open.set(id, { resolve: resolve, reject });
      child.send({ id, ...wanted }, (error) => {
        if (error) reject(error);
      });
    });
  const call: ElectronProcess['call'] = async (window, method, params = {}, commandId) =>
    answerSchema.parse(
      await order({
        do: 'call',
        window,
        request: { id: (lastId += 1), method, params, ...(commandId === undefined ? {} : { commandId }) },
      }),
    );
  const windows = (): Promise<WindowSeen[]> => order({ do: 'windows' });
  return {
    order,
    call,
    windows,
    calls: () => order({ do: 'calls' }),
    async result<T>(window: number, method: string, params?: object, commandId?: string) {
      const answer = await call(window, method, params, commandId);
      if (!answer.ok) throw new Error(`${method} was refused: ${JSON.stringify(answer.refusal)}`);
      return answer.result as T;
    },
    async events(window, name) {
      const seen = (await windows()).find(({ id }) => id === window);
      return ((seen?.page?.events ?? []) as EventMessage[]).filter(({ event }) => event === name);
    },
    ended,
    stderr: () => stderr,
    pid: child.pid ?? 0,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Waits until the function gives something other than undefined or false. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += 50) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await pause(50);
  }
  throw new Error(`it never came to be that ${what}`);
}

/** The first window, once its page is loaded. */
export async function pageShown(electron: ElectronProcess, id = 1): Promise<WindowSeen> {
  return until(`window ${id} shows its page`, async () => {
    try {
      return (await electron.windows()).find((one) => one.id === id && one.page !== undefined && one.isShown);
    } catch (error) {
      throw new Error(`the program did not come up: ${electron.stderr()}`, { cause: error });
    }
  });
}
