import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { answerSchema, eventSchema, type Answer, type EventMessage } from '../../contract/envelope.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'so-host-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** A process of the program, run until it says its first line or ends. */
export interface Run {
  child: ChildProcess;
  pid: number;
  /** The first line of its stdout, parsed; undefined when it ended without one. */
  first: Record<string, unknown> | undefined;
  /** All of stdout and stderr so far. */
  output(): { stdout: string; stderr: string };
  ended: Promise<number | string>;
  /** Every process of it that was ever seen, looked for four times a second. */
  family(): Alive[];
}

/** Starts `main/<entry>.mjs`. It cannot outlive the test: its stdin is a pipe, and `--with-parent` makes it end with that. */
export async function run(
  entry: 'host' | 'start' | 'tests/shells/defective-host',
  args: string[],
  env: Record<string, string> = {},
): Promise<Run> {
  const child = spawn(
    process.execPath,
    [join(root, entry.includes('/') ? '' : 'main', `${entry}.mjs`), ...args, '--with-parent'],
    {
      cwd: root,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    },
  );
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const seen = new Map<number, Alive>();
  const watch = setInterval(() => {
    for (const one of familyOf(child.pid ?? 0)) seen.set(one.pid, one);
  }, 250);
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => {
      clearInterval(watch);
      resolve(signal ?? code ?? 'nothing');
    });
  });
  const first = await new Promise<string | undefined>((resolve) => {
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      stdout += `${line}\n`;
      resolve(line);
    });
    void ended.then(() => resolve(undefined));
  });
  return {
    child,
    pid: child.pid ?? 0,
    first: first?.startsWith('{') === true ? (JSON.parse(first) as Record<string, unknown>) : undefined,
    output: () => ({ stdout, stderr }),
    ended,
    family: () => [...seen.values()],
  };
}

/** A process by number and birth, so that a number used again is not mistaken for it. */
export interface Alive {
  pid: number;
  born: string;
  command: string;
}

function look(pid: number): (Alive & { parent: number }) | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent, ...rest] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, born: rest[17] ?? '', parent: Number(parent), command };
  } catch {
    return undefined;
  }
}

/** The process and everything below it. */
export function familyOf(pid: number): Alive[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => look(Number(name)) ?? []);
  const family = all.filter((one) => one.pid === pid);
  for (let at = 0; at < family.length; at += 1) {
    const parent = family[at]?.pid;
    family.push(...all.filter((one) => one.parent === parent));
  }
  return family;
}

/** Those that are still alive after at most `patienceMs`; a zombie that nobody has fetched yet is dead. */
export async function survivors(family: readonly Alive[], patienceMs: number): Promise<Alive[]> {
  const isAlive = ({ pid, born }: Alive): boolean => look(pid)?.born === born;
  let left = family.filter(isAlive);
  for (let waitedMs = 0; left.length > 0 && waitedMs < patienceMs; waitedMs += 50) {
    await pause(50);
    left = left.filter(isAlive);
  }
  return left;
}

/** A page of the office as a script sees it. */
export interface Page {
  call(method: string, params?: object, commandId?: string): Promise<Answer>;
  /** The next event of that name, also one that came already and was not asked for. */
  event(name: string): Promise<EventMessage>;
  /** Names of all events so far. */
  heard(): Set<string>;
  close(): void;
}

/** Exchanges the token and connects; `query` is that of the socket, such as `?display`. */
export async function openPage(url: string, token: string, query = ''): Promise<Page> {
  const session = await fetch(`${url}session`, { method: 'POST', body: JSON.stringify({ token }) });
  if (session.status !== 200) throw new Error(`the token was refused: ${await session.text()}`);
  const cookie = (session.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const socket = new WebSocket(`${url.replace('http', 'ws')}office${query}`, { headers: { cookie } });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const open = new Map<unknown, (answer: Answer) => void>();
  const events: EventMessage[] = [];
  const names = new Set<string>();
  let heard = (): void => undefined;
  socket.on('message', (data: Buffer) => {
    const message: unknown = JSON.parse(data.toString('utf8'));
    const event = eventSchema.safeParse(message);
    if (event.success) {
      events.push(event.data);
      names.add(event.data.event);
      heard();
      return;
    }
    const answer = answerSchema.parse(message);
    open.get(answer.id)?.(answer);
  });
  let lastId = 0;
  return {
    call(method, params = {}, commandId) {
      const id = (lastId += 1);
      return new Promise((resolve) => {
        open.set(id, resolve);
        socket.send(
          JSON.stringify({ id, method, params, ...(commandId === undefined ? {} : { commandId }) }),
        );
      });
    },
    async event(name) {
      for (;;) {
        const at = events.findIndex(({ event }) => event === name);
        if (at >= 0) return events.splice(at, 1)[0] as EventMessage;
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    },
    heard: () => names,
    close: () => socket.terminate(),
  };
}

/** The result of a call that must not be refused. */
export async function resultOf<T>(answer: Promise<Answer>): Promise<T> {
  const given = await answer;
  if (!given.ok) throw new Error(`refused: ${JSON.stringify(given.refusal)}`);
  return given.result as T;
}
