import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that runs beside this one: lines go in and come out, and it ends when its standard input closes. */
export interface RunningProgram {
  /** Undefined until it runs, and where the system gave it none. */
  pid(): number | undefined;
  /** One line to its standard input. After its end, or after `close`, nothing happens. */
  say(line: string): void;
  /** Closes its standard input, which asks it to end. */
  close(): void;
  /** Ends it at once. */
  kill(): void;
}

export interface ProgramEvents {
  line(text: string): void;
  /** Once, also when it could not be started. */
  ended(why: string): void;
}

/** Starts a program by the path of its entry. How depends on what this process is: Node, or Electron without one. */
export type StartProgram = (
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  events: ProgramEvents,
) => RunningProgram;

/** Under Node: another Node, with pipes. */
export const startNodeProgram: StartProgram = (program, args, env, events) => {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
    windowsHide: true,
  });
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (text) => events.line(text));
  let isEnded = false;
  const end = (why: string): void => {
    if (isEnded) return;
    isEnded = true;
    events.ended(why);
  };
  child.once('error', (error) => end(error.message));
  child.once('exit', (code, signal) => end(`ended with ${signal ?? code ?? 'nothing'}`));
  return {
    pid: () => child.pid,
    say: (line) => {
      if (child.stdin.writable) child.stdin.write(`${line}\n`);
    },
    close: () => void child.stdin.end(),
    kill: () => void child.kill('SIGKILL'),
  };
};
