/**
 * Driver of an ESC/POS printer: one sheet at a time, each with an outcome that is never guessed.
 *
 * Before a sheet the printer is asked how it is; a printer that cannot print costs no byte of the sheet (`failed`). Once the
 * first byte is handed to the port the outcome is `confirmed` only by the printer's own answer behind the cut, without paper
 * end, and `unknown` in every other case. Nothing is ever sent twice.
 */
import type {
  PaperState,
  PrintDocument,
  PrintOutcome,
  PrintReason,
  PrinterProfile,
  PrinterSettings,
} from '../../../contract/device.ts';
import { sleep } from '../../clock.ts';
import { REOPEN_EVERY_MS, StateReporter, type Driver, type DriverHost } from '../driver.ts';
import { drawerKick, separation, sheetBytes } from './bytes.ts';
import { PrinterLink } from './link.ts';
import { profileOf } from '../../../contract/printer-profiles.ts';
import { partsOf } from './sheet.ts';
import type { PrinterStatus } from './status.ts';

const DEFAULT_BAUD_RATE = 115_200;
const POLL_EVERY_MS = 1000;
const SILENT_POLLS_ALLOWED = 2;
const MAX_QUEUE = 50;
/** The answer to `10 04 n` jumps the queue: it may be told before a line of the sheet is on paper. A sheet is printed within this. */
const WATCH_AFTER_SHEET_MS = 1_500;
const WATCH_EVERY_MS = 250;
/** A port that opens and is lost again, so often in a row and with no status in between, counts as absent. */
const LOSSES_ALLOWED = 3;

export interface PrintJob {
  jobId: string;
  document: PrintDocument;
  separateFirst: boolean;
  drawer?: boolean;
}

export interface Printer extends Driver {
  print(job: PrintJob): void;
}

interface Outcome {
  outcome: PrintOutcome;
  reason?: PrintReason;
}

export function startEscPosPrinter(settings: PrinterSettings, host: DriverHost): Printer {
  const printer = new EscPosPrinter(settings, host);
  const ended = printer.run();
  return {
    print: (job) => printer.enqueue(job),
    stop: () => {
      printer.abort();
      return ended;
    },
  };
}

class EscPosPrinter {
  readonly #settings: PrinterSettings;
  readonly #profile: PrinterProfile;
  readonly #host: DriverHost;
  readonly #state: StateReporter;
  readonly #stop = new AbortController();
  readonly #queue: PrintJob[] = [];
  #link: PrinterLink | undefined;
  #wake = new AbortController();
  /** It has answered since it was opened, so one silent poll may be chance. */
  #answered = false;
  #silentPolls = 0;
  #lostInARow = 0;
  /** Answers of an earlier sheet may still come, or a command may be half-sent. */
  #unsynchronised = true;
  #confirms = true;
  #paper: PaperState = 'unknown';

  constructor(settings: PrinterSettings, host: DriverHost) {
    this.#settings = settings;
    this.#profile = profileOf(settings);
    this.#host = host;
    this.#state = new StateReporter(host, settings.id, 'printer');
  }

  enqueue(job: PrintJob): void {
    if (this.#queue.length >= MAX_QUEUE) return this.#finish(job, { outcome: 'failed', reason: 'queueFull' });
    this.#queue.push(job);
    this.#wake.abort();
  }

  abort(): void {
    this.#state.mute();
    this.#stop.abort();
    this.#wake.abort();
    void this.#link?.close();
  }

  async run(): Promise<void> {
    this.#state.report('starting');
    while (!this.#stop.signal.aborted) {
      const link = await this.#open();
      if (link !== undefined) {
        await this.#serve(link);
        this.#link = undefined;
        await link.close();
        this.#lostInARow += 1;
        if (this.#lostInARow > LOSSES_ALLOWED) this.#state.report('absent', 'noAnswer');
        this.#state.reportLost();
      }
      // A sheet that comes while the port is being tried waits for what the try tells.
      if (this.#state.condition === 'absent') this.#failQueue('absent');
      await this.#rest(REOPEN_EVERY_MS);
    }
    this.#failQueue('reconfigured');
  }

  async #open(): Promise<PrinterLink | undefined> {
    const { path, baudRate = DEFAULT_BAUD_RATE, flow = 'none' } = this.#settings;
    const opened = await this.#host.open({ path, baudRate, flow });
    if (!opened.ok) {
      this.#state.report('absent', opened.problem);
      return undefined;
    }
    const link = new PrinterLink(opened.transport, this.#host.clock, { baudRate, flow });
    if (this.#stop.signal.aborted) {
      await link.close();
      return undefined;
    }
    link.onLost(() => this.#wake.abort());
    this.#link = link;
    this.#silentPolls = 0;
    this.#answered = false;
    this.#unsynchronised = true;
    this.#confirms = true;
    await link.greet();
    return link;
  }

  /** Prints what is queued and asks how the printer is when nothing is, until the port has to be opened anew. */
  async #serve(link: PrinterLink): Promise<void> {
    while (!this.#stop.signal.aborted && !link.closed) {
      const job = this.#queue.shift();
      if (job !== undefined) {
        this.#finish(job, await this.#printSheet(link, job));
        continue;
      }
      if (this.#profile.status === 'none') {
        this.#state.report('ready', 'cannotReport');
      } else if (!(await this.#look(link))) {
        return;
      }
      if (this.#queue.length === 0) await this.#rest(POLL_EVERY_MS);
      // A port that stays open is no flapping one, also when the printer cannot say a word.
      if (!link.closed) this.#lostInARow = 0;
    }
  }

  /** One idle look at the printer; false when the port has to be opened anew. */
  async #look(link: PrinterLink): Promise<boolean> {
    const status = await link.status();
    if (link.closed) return false;
    if (status === undefined) {
      this.#silentPolls += 1;
      if (this.#silentPolls < SILENT_POLLS_ALLOWED && this.#answered) return true;
      this.#state.report('absent', 'noAnswer');
      return false;
    }
    this.#silentPolls = 0;
    this.#answered = true;
    if (status.trouble === 'none') await this.#synchroniseIfNeeded(link);
    this.#reportStatus(status);
    return true;
  }

  #reportStatus(status: PrinterStatus): void {
    this.#paper = status.paper;
    if (status.trouble === 'none') {
      this.#state.report('ready', this.#confirms ? 'none' : 'cannotReport', status.paper);
    } else {
      const broken = status.trouble === 'cutter' || status.trouble === 'printerError';
      this.#state.report(broken ? 'fault' : 'attention', status.trouble, status.paper);
    }
  }

  async #synchroniseIfNeeded(link: PrinterLink): Promise<void> {
    if (!this.#unsynchronised) return;
    // One that did not answer may have been busy with an earlier sheet: it is asked again, but not filled up again.
    this.#confirms = await link.synchronise(this.#confirms);
    this.#unsynchronised = !this.#confirms;
  }

  async #printSheet(link: PrinterLink, job: PrintJob): Promise<Outcome> {
    if (this.#profile.status === 'none') return this.#printBlindly(link, job, this.#bytesOf(job));

    const looking = this.#unfitToPrint(link);
    // Made while the questions travel.
    const bytes = this.#bytesOf(job);
    const refusal = await looking;
    if (refusal !== undefined) return { outcome: 'failed', reason: refusal };
    this.#started(job);
    if (!this.#confirms) return this.#sendOnly(link, bytes);
    const result = await link.printAndConfirm(bytes, this.#profile.confirmTimeoutMs);
    if (typeof result === 'object' && result.paper !== 'out' && !link.saidFull) {
      this.#paper = result.paper;
      this.#state.report('ready', 'none', this.#paper);
      return { outcome: 'confirmed' };
    }
    this.#unsynchronised = true;
    if (typeof result === 'object')
      return { outcome: 'unknown', reason: result.paper === 'out' ? 'paperOut' : 'bufferFull' };
    if (result !== 'noAnswer') return { outcome: 'unknown', reason: await this.#whyNotWritten(link, result) };
    const trouble = await this.#troubleAfter(link, 0, 0);
    return { outcome: 'unknown', reason: trouble ?? (link.saidFull ? 'bufferFull' : 'confirmTimeout') };
  }

  #bytesOf(job: PrintJob): Uint8Array {
    const { glyphs = {} } = job.document;
    const sheet = sheetBytes(partsOf(job.document, this.#profile), this.#profile, glyphs);
    return Buffer.concat(
      [
        job.separateFirst ? separation(this.#profile) : [],
        // Before the sheet, so that the clerk can give change while it is being printed.
        job.drawer === true ? drawerKick(this.#profile) : [],
        sheet,
      ].map((piece) => Uint8Array.from(piece)),
    );
  }

  /** How the printer is just before a sheet; `undefined` when it can print. */
  async #unfitToPrint(link: PrinterLink): Promise<PrintReason | undefined> {
    const status = (await link.status()) ?? (await link.status());
    if (status === undefined) {
      if (!link.closed) this.#state.report('absent', 'noAnswer');
      await link.close();
      return this.#stop.signal.aborted ? 'reconfigured' : 'noAnswer';
    }
    if (status.trouble !== 'none') {
      this.#reportStatus(status);
      return status.trouble;
    }
    await this.#synchroniseIfNeeded(link);
    if (link.closed) return 'noAnswer';
    // Between two sheets that wait this is also how the printer is after the first.
    this.#reportStatus(status);
    return undefined;
  }

  async #printBlindly(link: PrinterLink, job: PrintJob, bytes: Uint8Array): Promise<Outcome> {
    this.#started(job);
    return this.#sendOnly(link, bytes);
  }

  /** Nothing will confirm the sheet: what a printer with status tells after it is all there is to know. */
  async #sendOnly(link: PrinterLink, bytes: Uint8Array): Promise<Outcome> {
    const written = await link.send(bytes);
    if (written !== 'written')
      return { outcome: 'unknown', reason: await this.#whyNotWritten(link, written) };
    if (this.#profile.status === 'none')
      return link.saidFull ? { outcome: 'unknown', reason: 'bufferFull' } : { outcome: 'sent' };
    // A model that is too busy to answer has the time that a sheet has.
    const patienceMs = link.wireMs(bytes.length) + this.#profile.confirmTimeoutMs;
    const trouble = await this.#troubleAfter(link, patienceMs, WATCH_AFTER_SHEET_MS);
    const reason = trouble ?? (link.saidFull ? 'bufferFull' : undefined);
    return reason === undefined ? { outcome: 'sent' } : { outcome: 'unknown', reason };
  }

  async #whyNotWritten(link: PrinterLink, result: 'timeout' | 'closed'): Promise<PrintReason> {
    if (this.#stop.signal.aborted) return 'reconfigured';
    if (result === 'closed') return 'portLost';
    // What the port still holds would come out in front of the next sheet; closing it throws that away.
    await link.close();
    return 'writeTimeout';
  }

  /**
   * How the printer is after a sheet without an answer in print order, asked for `watchMs`; `undefined` when it says all the time
   * that nothing is the matter.
   */
  async #troubleAfter(
    link: PrinterLink,
    patienceMs: number,
    watchMs: number,
  ): Promise<PrintReason | undefined> {
    const { clock } = this.#host;
    const endMs = clock.monotonicMs() + watchMs;
    for (;;) {
      const status = this.#stop.signal.aborted ? undefined : await link.status(patienceMs);
      if (this.#stop.signal.aborted) return 'reconfigured';
      if (status === undefined) {
        const reason = link.closed ? 'portLost' : 'noAnswer';
        await link.close();
        return reason;
      }
      this.#reportStatus(status);
      if (status.trouble !== 'none') return status.trouble;
      if (clock.monotonicMs() >= endMs) return undefined;
      await sleep(clock, WATCH_EVERY_MS, this.#stop.signal);
    }
  }

  #started(job: PrintJob): void {
    this.#host.emit({ event: 'print.started', jobId: job.jobId, deviceId: this.#settings.id });
  }

  #finish(job: PrintJob, { outcome, reason }: Outcome): void {
    const { id: deviceId } = this.#settings;
    this.#host.emit({
      event: 'print.finished',
      jobId: job.jobId,
      deviceId,
      outcome,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  /** Nothing of these went out. */
  #failQueue(reason: PrintReason): void {
    for (const job of this.#queue.splice(0)) this.#finish(job, { outcome: 'failed', reason });
  }

  /** Waits, but not when a sheet comes or the port goes. */
  async #rest(delayMs: number): Promise<void> {
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
    if (this.#queue.length > 0 && this.#link !== undefined) return;
    if (this.#stop.signal.aborted) return;
    await sleep(this.#host.clock, delayMs, this.#wake.signal);
    this.#wake = new AbortController();
  }
}
