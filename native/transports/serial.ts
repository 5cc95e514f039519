/** Serial ports (8N1) through `serialport`. */
import { statSync } from 'node:fs';
import { SerialPort } from 'serialport';
import type { NativeClock } from '../clock.ts';
import type { OpenProblem, OpenResult, PortAddress, Transport, WriteResult } from './transport.ts';

const OPEN_TIMEOUT_MS = 3000;
const CLOSE_TIMEOUT_MS = 1000;
/** How often it is looked whether the device that was opened still stands at its path. */
const LOOK_EVERY_MS = 500;

/** Opens a serial port, takes its lock and throws away what lay in its buffers. Never rejects. */
export function openSerial(address: PortAddress, clock: NativeClock): Promise<OpenResult> {
  return new Promise((resolve) => {
    const port = new SerialPort({
      path: address.path,
      baudRate: address.baudRate,
      dataBits: 8,
      parity: 'none',
      stopBits: 1,
      rtscts: address.flow === 'rtscts',
      // What the device says holds this end back; this end reads all the time and holds nobody back.
      xon: address.flow === 'xonxoff',
      xoff: false,
      lock: true,
      autoOpen: false,
    });
    let late = false;
    const cancel = clock.after(OPEN_TIMEOUT_MS, () => {
      late = true;
      resolve({ ok: false, problem: 'portError' });
    });
    // An error that nobody listens to would end the process.
    port.on('error', () => undefined);
    port.open((error) => {
      cancel();
      if (late) {
        if (!error) port.close(() => undefined);
        return;
      }
      if (error) return resolve({ ok: false, problem: openProblem(error) });
      const opened = { path: address.path, device: deviceAt(address.path) };
      port.flush(() => resolve({ ok: true, transport: wrap(port, clock, opened) }));
    });
  });
}

/** The binding has no codes: its messages carry the system's text on Unix and a word on Windows. */
export function openProblem(error: Error): OpenProblem {
  const text = error.message;
  if (/no such file|file not found|no such device/i.test(text)) return 'portMissing';
  if (/permission denied/i.test(text)) return 'portDenied';
  if (/cannot lock|busy|access denied/i.test(text)) return 'portBusy';
  return 'portError';
}

/** The device at a path: the same text as long as it is the same one. `undefined` where none is, or where ports are no files. */
function deviceAt(path: string): string | undefined {
  try {
    const { dev, ino, rdev } = statSync(path);
    return `${dev} ${ino} ${rdev}`;
  } catch {
    return undefined;
  }
}

function wrap(
  port: SerialPort,
  clock: NativeClock,
  opened: { path: string; device: string | undefined },
): Transport {
  let listen: (bytes: Uint8Array) => void = () => undefined;
  let closed = false;
  /** A write did not end: a device that holds the line would hold the port's closing up as well. */
  let stuck = false;
  let tellClosed: () => void = () => undefined;
  let cancelLook: () => void = () => undefined;
  const becomeClosed = (): void => {
    if (closed) return;
    closed = true;
    cancelLook();
    tellClosed();
  };
  // A line that hangs up while it is being read gives nothing, over and over, and the binding reads on for ever: no event comes.
  const look = (): void => {
    cancelLook = clock.after(LOOK_EVERY_MS, () => {
      if (deviceAt(opened.path) !== opened.device) becomeClosed();
      else look();
    });
  };
  if (opened.device !== undefined) look();
  port.on('data', (bytes: Buffer) => listen(bytes));
  port.on('close', becomeClosed);
  return {
    write: (bytes, timeoutMs) =>
      new Promise<WriteResult>((resolve) => {
        if (closed || !port.isOpen) return resolve('closed');
        const cancel = clock.after(timeoutMs, () => {
          stuck = true;
          resolve('timeout');
        });
        port.write(Buffer.from(bytes), (error) => {
          cancel();
          resolve(error ? 'closed' : 'written');
        });
      }),
    onBytes: (next) => {
      listen = next;
    },
    onClosed: (next) => {
      tellClosed = next;
      if (closed) next();
    },
    close: () =>
      new Promise<void>((resolve) => {
        closed = true;
        cancelLook();
        if (!port.isOpen) return resolve();
        const cancel = clock.after(CLOSE_TIMEOUT_MS, resolve);
        const end = (): void =>
          port.close(() => {
            cancel();
            resolve();
          });
        // What the port holds is thrown away with it.
        if (stuck) port.flush(end);
        else end();
      }),
  };
}
