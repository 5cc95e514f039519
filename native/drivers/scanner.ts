/** Serial scanner: splits what arrives into codes. A scanner never answers, so only an open port is known of it. */
import iconv from 'iconv-lite';
import type { ScannerSettings } from '../../contract/device.ts';
import { sleep, type NativeClock } from '../clock.ts';
import type { Transport } from '../transports/transport.ts';
import { REOPEN_EVERY_MS, StateReporter, type Driver, type DriverHost } from './driver.ts';

const DEFAULT_BAUD_RATE = 9600;
/** A code without a suffix ends when nothing follows for this long. */
const SILENCE_MS = 100;
const MAX_CODE_BYTES = 2000;
/** The same code again within this time is the same scan. */
const SAME_SCAN_MS = 2000;

/** Splits on CR and LF, or on silence. A code that is too long is thrown away whole. */
export class CodeSplitter {
  readonly #clock: NativeClock;
  readonly #deliver: (text: string) => void;
  #bytes: number[] = [];
  #tooLong = false;
  #cancel: () => void = () => undefined;

  constructor(clock: NativeClock, deliver: (text: string) => void) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  push(bytes: Uint8Array): void {
    this.#cancel();
    for (const byte of bytes) {
      if (byte === 0x0d || byte === 0x0a) this.#end();
      else if (this.#bytes.length >= MAX_CODE_BYTES) this.#tooLong = true;
      else this.#bytes.push(byte);
    }
    if (this.#bytes.length > 0) this.#cancel = this.#clock.after(SILENCE_MS, () => this.#end());
  }

  /** The line went in the middle of a code: a part of one is none. */
  forget(): void {
    this.#cancel();
    this.#bytes = [];
    this.#tooLong = false;
  }

  #end(): void {
    this.#cancel();
    const text = this.#tooLong ? '' : decodeCode(Uint8Array.from(this.#bytes));
    this.#bytes = [];
    this.#tooLong = false;
    if (text !== '') this.#deliver(text);
  }
}

/** Strict UTF-8, else GB18030; full-width ASCII is folded, control characters are dropped, half characters become U+FFFD, ends are trimmed. */
export function decodeCode(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    text = iconv.decode(Buffer.from(bytes), 'gb18030');
  }
  return text
    .toWellFormed()
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\p{Cc}/gu, '')
    .trim();
}

export function startScanner(settings: ScannerSettings, host: DriverHost): Driver {
  const stop = new AbortController();
  const state = new StateReporter(host, settings.id, 'scanner');
  let transport: Transport | undefined;
  let last = { text: '', atMs: Number.NEGATIVE_INFINITY };
  const deliver = (text: string): void => {
    const nowMs = host.clock.monotonicMs();
    const again = text === last.text && nowMs - last.atMs < SAME_SCAN_MS;
    last = { text, atMs: nowMs };
    if (!again && !stop.signal.aborted) host.emit({ event: 'scan', deviceId: settings.id, text });
  };
  const listenTo = (port: Transport): Promise<void> =>
    new Promise((resolve) => {
      const splitter = new CodeSplitter(host.clock, deliver);
      port.onBytes((bytes) => splitter.push(bytes));
      const end = (): void => {
        splitter.forget();
        resolve();
      };
      port.onClosed(end);
      stop.signal.addEventListener('abort', end, { once: true });
    });
  const run = async (): Promise<void> => {
    state.report('starting');
    while (!stop.signal.aborted) {
      const opened = await host.open({
        path: settings.path,
        baudRate: settings.baudRate ?? DEFAULT_BAUD_RATE,
      });
      if (opened.ok) {
        transport = opened.transport;
        if (!stop.signal.aborted) {
          state.report('ready');
          await listenTo(transport);
        }
        await transport.close();
      } else {
        state.report('absent', opened.problem);
      }
      await sleep(host.clock, REOPEN_EVERY_MS, stop.signal);
    }
  };
  const ended = run();
  return {
    stop: () => {
      state.mute();
      stop.abort();
      return ended;
    },
  };
}
