/**
 * A receipt printer at the other end of the line: answers `10 04 n` at once, works through everything else in order, answers
 * `1D 72 1` when it gets there, stops when it has no paper, and loses its buffer with its power.
 */
import { printerFaults, type PrinterFaults } from '../../contract/simulators.ts';
import type { NativeClock } from '../clock.ts';
import { PrintInterpreter, SheetCollector, type PrintStep, type Sheet } from './sheet-decoder.ts';

const XON = 0x11;
const XOFF = 0x13;

export interface PrinterHooks {
  /** Puts bytes on the line to the office's side. */
  send(bytes: Uint8Array): void;
  /** Bytes as they were worked through: what the paper shows, and nothing that was lost on the way. */
  tape(bytes: Uint8Array): void;
  sheet(sheet: Sheet): void;
  drawer?(): void;
}

export class PrinterSimulator {
  readonly #clock: NativeClock;
  readonly #hooks: PrinterHooks;
  readonly #interpreter = new PrintInterpreter();
  readonly #realtime = new RealtimeFinder();
  #collector = new SheetCollector();
  #faults: PrinterFaults = printerFaults.parse({});
  #powered = true;
  #resting = false;
  /** It said XOFF and not yet XON. */
  #holding = false;

  constructor(clock: NativeClock, hooks: PrinterHooks) {
    this.#clock = clock;
    this.#hooks = hooks;
  }

  /** Replaces all faults. */
  setFaults(faults: PrinterFaults): void {
    this.#faults = { ...faults };
    this.#work();
  }

  /** Changes the paper and nothing else. */
  setPaper(paper: PrinterFaults['paper']): void {
    this.setFaults({ ...this.#faults, paper, paperOutAfterLines: null });
  }

  setPower(on: boolean): void {
    this.#powered = on;
    this.#holding = false;
    this.#interpreter.reset();
    this.#realtime.reset();
  }

  receive(bytes: Uint8Array): void {
    if (!this.#powered) return;
    const { rest, questions } = this.#realtime.split(
      bytes,
      () => this.#interpreter.inCommand && !this.#stopped(),
    );
    for (const n of questions) this.#answerNow(n);
    if (!this.#faults.bufferFull) this.#take(rest);
    this.#work();
  }

  /** What finds no room in the buffer is lost. */
  #take(bytes: Uint8Array): void {
    const most = this.#faults.bufferBytes ?? Infinity;
    for (let at = 0; at < bytes.length;) {
      const room = most - this.#interpreter.waiting;
      if (room <= 0) return;
      this.#interpreter.push(bytes.subarray(at, at + room));
      at += room;
      this.#holdBack();
      this.#work();
    }
  }

  /** XOFF and XON come from the port, also of a printer that never answers. */
  #holdBack(): void {
    const { bufferBytes, xonXoff } = this.#faults;
    const { waiting } = this.#interpreter;
    const limit = bufferBytes === null || !xonXoff ? Infinity : bufferBytes * (this.#holding ? 0.5 : 0.75);
    const isHolding = waiting >= limit;
    if (isHolding === this.#holding) return;
    this.#holding = isHolding;
    if (this.#powered) this.#hooks.send(Uint8Array.of(isHolding ? XOFF : XON));
  }

  #stopped(): boolean {
    const { coverOpen, offline, cutterJammed, error, runsOnWithoutPaper } = this.#faults;
    const isBroken = cutterJammed || error !== 'none';
    return (this.#hasNoPaper() && !runsOnWithoutPaper) || coverOpen || offline || isBroken;
  }

  #hasNoPaper(): boolean {
    return this.#faults.paper === 'out';
  }

  #work(): void {
    while (this.#powered && !this.#resting && !this.#stopped()) {
      const step = this.#interpreter.step();
      this.#holdBack();
      if (step === undefined) return;
      if (!this.#hasNoPaper()) this.#putOnPaper(step);
      this.#after(step);
    }
  }

  #putOnPaper(step: PrintStep): void {
    this.#hooks.tape(step.bytes);
    const sheet = this.#collector.add(step);
    if (sheet !== undefined) this.#hooks.sheet(sheet);
  }

  #after(step: PrintStep): void {
    if (step.kind === 'question' && !this.#faults.muteInOrder) this.#send(this.#paperInOrder());
    if (step.kind === 'drawer') this.#hooks.drawer?.();
    if (step.kind !== 'line') return;
    const { paperOutAfterLines, lineMs } = this.#faults;
    if (paperOutAfterLines !== null) {
      this.#faults.paperOutAfterLines = paperOutAfterLines <= 1 ? null : paperOutAfterLines - 1;
      if (paperOutAfterLines <= 1) this.#faults.paper = 'out';
    }
    if (lineMs === 0) return;
    this.#resting = true;
    this.#clock.after(lineMs, () => {
      this.#resting = false;
      this.#work();
    });
  }

  #paperInOrder(): number {
    const { paper } = this.#faults;
    return paper === 'out' ? 0x0f : paper === 'nearEnd' ? 0x03 : 0x00;
  }

  /** Real-time status, device-protocols §4.2. */
  #answerNow(n: number): void {
    const { paper, coverOpen, cutterJammed, error } = this.#faults;
    const out = paper === 'out';
    const isBroken = cutterJammed || error !== 'none';
    const bits = [
      0,
      this.#stopped() ? 0x08 : 0,
      (coverOpen ? 0x04 : 0) | (out ? 0x20 : 0) | (isBroken ? 0x40 : 0),
      (cutterJammed ? 0x08 : 0) | ERROR_BITS[error],
      out ? 0x6c : paper === 'nearEnd' ? 0x0c : 0,
    ][n];
    if (bits !== undefined) this.#send(0x12 | bits);
  }

  #send(byte: number): void {
    if (this.#powered && !this.#faults.mute) this.#hooks.send(Uint8Array.of(byte));
  }
}

/** In the answer to `10 04 3`. */
const ERROR_BITS: Record<PrinterFaults['error'], number> = {
  none: 0,
  overheated: 0x40,
  recoverable: 0x04,
  unrecoverable: 0x20,
};

/**
 * Takes `10 04 n` out of a stream, however it is cut. In the middle of another command's data the bytes are answered too,
 * as real printers do, and stay where they are.
 */
class RealtimeFinder {
  #held: number[] = [];

  reset(): void {
    this.#held = [];
  }

  split(bytes: Uint8Array, inData: () => boolean): { rest: Uint8Array; questions: number[] } {
    const rest: number[] = [];
    const questions: number[] = [];
    for (const byte of bytes) {
      this.#held.push(byte);
      const [first, second, third] = this.#held;
      const fits =
        first === 0x10 &&
        (second === undefined || second === 0x04) &&
        (third === undefined || (third >= 1 && third <= 4));
      if (fits && third === undefined) continue;
      if (fits && third !== undefined) questions.push(third);
      if (!fits || inData()) rest.push(...this.#held);
      this.#held = [];
    }
    return { rest: Uint8Array.from(rest), questions };
  }
}
