/**
 * The far end of a serial port for simulators: `socat` makes a pty, puts a link to it where asked and passes its bytes
 * over stdin and stdout.
 *
 * socat ends when this process ends, however it ends, because its stdin closes. The pty's near end is held open here, so
 * that the far end does not see a hang-up each time the driver closes the port.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, rmSync } from 'node:fs';
import { sleep, type NativeClock } from '../clock.ts';

const START_TIMEOUT_MS = 5000;
const LOOK_EVERY_MS = 10;

export interface PtyEnd {
  /** Process id of the socat that holds the pty. */
  readonly pid: number;
  onBytes(listen: (bytes: Uint8Array) => void): void;
  send(bytes: Uint8Array): void;
  /** The port and its link are gone when this resolves. */
  close(): Promise<void>;
}

/** Makes a pty with a link at `link`. Rejects when socat is missing or no pty appears within five seconds. */
export async function openPtyEnd(link: string, clock: NativeClock): Promise<PtyEnd> {
  rmSync(link, { force: true });
  const child = spawn('socat', ['-t', '0.1', `PTY,link=${link},raw,echo=0`, 'STDIO'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', (error) => reject(new Error(`socat cannot be started: ${error.message}`)));
    child.once('exit', (code) =>
      reject(new Error(`socat ended with code ${code ?? 'none'} while making ${link}`)),
    );
  });
  const held = await Promise.race([holdWhenThere(link, clock), failed]);
  failed.catch(() => undefined);
  return wrap(child, link, held);
}

async function holdWhenThere(link: string, clock: NativeClock): Promise<number> {
  const deadline = clock.monotonicMs() + START_TIMEOUT_MS;
  while (!existsSync(link)) {
    if (clock.monotonicMs() > deadline) throw new Error(`no pty at ${link} after ${START_TIMEOUT_MS} ms`);
    await sleep(clock, LOOK_EVERY_MS);
  }
  return openSync(link, constants.O_RDWR | constants.O_NOCTTY);
}

function wrap(child: ChildProcess, link: string, held: number): PtyEnd {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null || child.pid === undefined)
    throw new Error('socat was started without pipes');
  let closed = false;
  // Writing to a socat that has just died is not a defect: the port is gone, as a pulled plug is.
  stdin.on('error', () => undefined);
  return {
    pid: child.pid,
    onBytes: (listen) => {
      stdout.on('data', (bytes: Buffer) => {
        if (!closed) listen(bytes);
      });
    },
    send: (bytes) => {
      if (!closed && stdin.writable) stdin.write(bytes);
    },
    close: () =>
      new Promise((resolve) => {
        if (closed) return resolve();
        closed = true;
        const finish = (): void => {
          rmSync(link, { force: true });
          resolve();
        };
        closeSync(held);
        if (child.exitCode !== null || child.signalCode !== null) return finish();
        child.once('exit', finish);
        child.kill('SIGKILL');
      }),
  };
}
