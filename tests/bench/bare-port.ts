import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../native/clock.ts';
import { openPtyEnd, type PtyEnd } from '../../native/transports/pty.ts';

/** An answer of a reader with a card: head, length, status, text, photo, checksum. */
const ANSWER = new Uint8Array(1_295).fill(0x55);
const BETWEEN_MS = 20;

/** Milliseconds of a process that does nothing but read a serial port, over the same kind of port. */
export interface BarePort {
  /** Last byte handed to the wire → the process has the whole answer and says so over a pipe. */
  wire: number[];
  /** Plug in → the process has the port open, has asked, and has the whole answer. */
  replug: number[];
  /** Process begun → it stands at its first line with the serial binding loaded. */
  begin: number[];
}

/** The limit of what devices do here: real ptys, a process of its own, no program of ours in between. */
export async function barePort(folder: string, rounds: { wire: number; replug: number }): Promise<BarePort> {
  const link = join(folder, 'bare');
  const times: BarePort = { wire: [], replug: [], begin: [] };
  let end: PtyEnd | undefined;
  const plug = async (): Promise<void> => {
    const plugged = await openPtyEnd(link, systemClock);
    plugged.onBytes(() => plugged.send(ANSWER));
    end = plugged;
  };
  for (let n = 0; n < rounds.replug; n += 1) {
    const begun = performance.now();
    const reader = startReader(link);
    try {
      await reader.line('ready');
      times.begin.push(performance.now() - begun);
      const pluggedAt = performance.now();
      const whole = reader.line('whole');
      await plug();
      await whole;
      times.replug.push(performance.now() - pluggedAt);
      for (let answers = 0; answers < rounds.wire / rounds.replug; answers += 1) {
        const next = reader.line('whole');
        const sentAt = performance.now();
        end?.send(ANSWER);
        await next;
        times.wire.push(performance.now() - sentAt);
        await delay(BETWEEN_MS);
      }
    } finally {
      await reader.end();
      await end?.close();
      end = undefined;
    }
  }
  return times;
}

function startReader(link: string): { line(text: string): Promise<void>; end(): Promise<void> } {
  const program = fileURLToPath(new URL('bare-reader.ts', import.meta.url));
  const child = spawn(process.execPath, [program, link, String(ANSWER.length)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit');
  return {
    async line(text) {
      const [said] = await Promise.race([once(lines, 'line'), ended]);
      if (said !== text) throw new Error(`the bare reader said ${JSON.stringify(said)}, not ${text}`);
    },
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}
