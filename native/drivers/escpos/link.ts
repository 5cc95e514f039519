/** The conversation with a printer: real-time questions, answers in print order, bytes of sheets. */
import { sleep, type NativeClock } from '../../clock.ts';
import type { Transport, WriteResult } from '../../transports/transport.ts';
import type { PaperState } from '../../../contract/device.ts';
import type { FlowControl } from '../../../contract/printer-profiles.ts';
import { ASK_IN_ORDER, realtimeQuestion } from './bytes.ts';
import { classify, readStatus, type PrinterStatus } from './status.ts';

const REALTIME_TIMEOUT_MS = 500;
const WRITE_TIMEOUT_MS = 5000;
/** Small enough for a printer with a 4 kB buffer and for the port's own buffer. */
const CHUNK_BYTES = 512;
const IN_ORDER_TIMEOUT_MS = 1000;
/** For the question that is asked without zeros before it: twice what an idle printer takes. One cut off in a command never answers it, and its window waits. */
const FIRST_IN_ORDER_TIMEOUT_MS = 600;
const QUIET_MS = 300;
const XOFF = 0x13;
/** Ends the header of a command that a former driver left half-sent, with lengths of zero. Printers ignore it otherwise. */
const HEADER_END = new Uint8Array(8);
/** The first is more than a ticket's longest command can still wait for; the last, for a length that was misread, is what receipt programs send. */
const FLUSH_BYTES = [0, 1024, 8192] as const;

export class PrinterLink {
  readonly #transport: Transport;
  readonly #clock: NativeClock;
  readonly #baudRate: number;
  readonly #isPaced: boolean;
  readonly #stopped = new AbortController();
  #closed = false;
  #saidFull = false;
  #lost: () => void = () => undefined;
  #realtime: ((byte: number) => void) | undefined;
  /** This printer does not keep up with four questions at once. */
  #oneByOne = false;
  #inOrder: ((paper: PaperState) => void) | undefined;

  constructor(transport: Transport, clock: NativeClock, line: { baudRate: number; flow?: FlowControl }) {
    this.#transport = transport;
    this.#clock = clock;
    this.#baudRate = line.baudRate;
    this.#isPaced = line.flow !== undefined && line.flow !== 'none';
    transport.onBytes((bytes) => this.#heard(bytes));
    transport.onClosed(() => this.#end());
  }

  /**
   * The printer said XOFF since the last sheet began, and the port did not obey: some of the sheet may have found no room. Where the
   * port obeys, nothing of it is heard here.
   */
  get saidFull(): boolean {
    return this.#saidFull;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Called once when the system says that the port is gone. */
  onLost(listen: () => void): void {
    this.#lost = listen;
    if (this.#closed) listen();
  }

  async close(): Promise<void> {
    this.#end();
    await this.#transport.close();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopped.abort();
    this.#lost();
  }

  #heard(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === XOFF) this.#saidFull = true;
      const status = classify(byte);
      if (status.kind === 'realtime') this.#realtime?.(status.byte);
      if (status.kind === 'inOrder') this.#inOrder?.(status.paper);
    }
  }

  /** First bytes on a port that was just opened. */
  greet(): Promise<WriteResult> {
    return this.#writeAll(HEADER_END);
  }

  /**
   * Asks all four real-time questions; `undefined` when one stays unanswered. Not to be used while a sheet is being printed.
   * They go out together, because a ticket waits for them; a printer that then answers only some is asked one by one from now on.
   * `patienceMs` is how much longer the first answer may take than that of an idle printer.
   */
  async status(patienceMs = 0): Promise<PrinterStatus | undefined> {
    let answers: number[] = [];
    if (!this.#oneByOne) {
      answers = await this.#askRealtime([1, 2, 3, 4], patienceMs);
      this.#oneByOne = answers.length > 0 && answers.length < 4;
    }
    if (this.#oneByOne) {
      answers = [];
      for (const n of [1, 2, 3, 4] as const) {
        const [answer] = await this.#askRealtime([n], n === 1 ? patienceMs : 0);
        if (answer === undefined) return undefined;
        answers.push(answer);
      }
    }
    const [b1, b2, b3, b4] = answers;
    if (b1 === undefined || b2 === undefined || b3 === undefined || b4 === undefined) return undefined;
    return readStatus(b1, b2, b3, b4);
  }

  /** The answers in the order of the questions, until one is too long in coming. */
  async #askRealtime(questions: readonly (1 | 2 | 3 | 4)[], patienceMs: number): Promise<number[]> {
    const answers: number[] = [];
    let told: () => void = () => undefined;
    this.#realtime = (byte) => {
      answers.push(byte);
      told();
    };
    const bytes = Uint8Array.from(questions.flatMap((n) => [...realtimeQuestion(n)]));
    const written = await this.#transport.write(bytes, REALTIME_TIMEOUT_MS);
    let isSilent = written !== 'written';
    while (!isSilent && answers.length < questions.length) {
      const before = answers.length;
      const timeoutMs = REALTIME_TIMEOUT_MS + (before === 0 ? patienceMs : 0);
      await this.#next<true>((deliver) => (told = () => deliver(true)), timeoutMs);
      isSilent = answers.length === before;
    }
    this.#realtime = undefined;
    return written === 'written' ? answers : [];
  }

  /**
   * Makes sure that no answer of an earlier sheet is still to come and that the printer is not in the middle of a command:
   * asks in order until it answers and then keeps quiet. A command cut off half-way swallows the question as its data, so
   * zeros are sent to fill it up, unless `flush` is false. False when the printer does not answer in order.
   */
  async synchronise(flush: boolean): Promise<boolean> {
    for (const zeros of flush ? FLUSH_BYTES : [0]) {
      if (this.#closed) return false;
      const question = new Uint8Array(zeros + ASK_IN_ORDER.length);
      question.set(ASK_IN_ORDER, zeros);
      const patienceMs = flush && zeros === 0 ? FIRST_IN_ORDER_TIMEOUT_MS : IN_ORDER_TIMEOUT_MS;
      let answer = this.#answerInOrder(patienceMs + this.wireMs(question.length));
      if ((await this.#writeAll(question)) !== 'written') return false;
      if ((await answer) === undefined) continue;
      do answer = this.#answerInOrder(QUIET_MS);
      while ((await answer) !== undefined);
      return true;
    }
    return false;
  }

  /**
   * Hands a sheet to the port and waits for the answer to the question at its end.
   * `confirmTimeoutMs` runs from the last byte handed over, beyond the time that the bytes take on the wire.
   */
  async printAndConfirm(
    bytes: Uint8Array,
    confirmTimeoutMs: number,
  ): Promise<Exclude<WriteResult, 'written'> | { paper: PaperState } | 'noAnswer'> {
    this.#saidFull = false;
    // Only the last bytes carry the question: an answer that comes before they are handed over is not to this sheet.
    const last = Math.max(0, bytes.length - ASK_IN_ORDER.length);
    const body = await this.#writeAll(bytes.subarray(0, last));
    if (body !== 'written') return body;
    const answer = this.#answerInOrder(confirmTimeoutMs + this.wireMs(bytes.length));
    const question = await this.#writeAll(bytes.subarray(last));
    if (question !== 'written') {
      this.#inOrder = undefined;
      return question;
    }
    const paper = await answer;
    if (paper !== undefined) return { paper };
    return this.#closed ? 'closed' : 'noAnswer';
  }

  /** Hands bytes to the port without asking for anything. */
  send(bytes: Uint8Array): Promise<WriteResult> {
    this.#saidFull = false;
    return this.#writeAll(bytes);
  }

  /**
   * With flow control a piece goes out when the line has carried the one before: a port takes thousands of bytes at once, and a printer
   * that then says stop would be given them all the same by an adapter that already has them.
   */
  async #writeAll(bytes: Uint8Array): Promise<WriteResult> {
    for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
      if (this.#closed) return 'closed';
      const startedMs = this.#clock.monotonicMs();
      const written = await this.#transport.write(bytes.subarray(from, from + CHUNK_BYTES), WRITE_TIMEOUT_MS);
      if (written !== 'written') return written;
      const leftMs = startedMs + this.wireMs(CHUNK_BYTES) - this.#clock.monotonicMs();
      if (this.#isPaced && from + CHUNK_BYTES < bytes.length && leftMs > 0)
        await sleep(this.#clock, leftMs, this.#stopped.signal);
    }
    return 'written';
  }

  async #answerInOrder(timeoutMs: number): Promise<PaperState | undefined> {
    const paper = await this.#next<PaperState>((deliver) => (this.#inOrder = deliver), timeoutMs);
    this.#inOrder = undefined;
    return paper;
  }

  /** The next answer of one kind, or `undefined` after the time-out or when the port is gone. */
  #next<Answer>(
    listen: (deliver: (answer: Answer) => void) => void,
    timeoutMs: number,
  ): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      if (this.#closed) return resolve(undefined);
      listen(resolve);
      void sleep(this.#clock, timeoutMs, this.#stopped.signal).then(() => resolve(undefined));
    });
  }

  /** How long so many bytes take on the line: ten bits a byte. */
  wireMs(bytes: number): number {
    return Math.ceil((bytes * 10_000) / this.#baudRate);
  }
}
