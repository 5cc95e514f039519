/**
 * One driver that runs on while its port is pulled again and again, at one byte after the other, and comes back. Driver and
 * simulator are the real ones, joined in memory, and the test owns time. How long the driver needs once the port is back is measured.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DeviceEvent } from '../../contract/device.ts';
import { readerFaults } from '../../contract/simulators.ts';
import { PROFILES } from '../../contract/printer-profiles.ts';
import { sheetBytes } from '../../native/drivers/escpos/bytes.ts';
import { startEscPosPrinter } from '../../native/drivers/escpos/printer.ts';
import { partsOf } from '../../native/drivers/escpos/sheet.ts';
import { startSdtReader } from '../../native/drivers/sdt/reader.ts';
import { IdReaderSimulator } from '../../native/simulators/id-reader.ts';
import { PrinterSimulator } from '../../native/simulators/printer.ts';
import { decodeSheets } from '../../native/simulators/sheet-decoder.ts';
import { surroundings, type Port } from '../fuzz/boundaries/port.ts';
import { PERSON } from './reader-bench.ts';
import { TICKET } from './rig.ts';

/** After the return of a port its device is usable again. */
const BACK_WITHIN_MS = 2000;

/** Everything that the office may know of {@link PERSON}. */
const DOCUMENT = {
  kind: 'residentId',
  name: '测试甲',
  number: '11010519491231002X',
  sex: 'female',
  birthDate: '1949-12-31',
  validFrom: '2020-01-01',
  validTo: 'longTerm',
};

/** How the port went: how long it was away, when the system told of it, and whether the device lost its power with it. */
export interface Pull {
  outMs: number;
  /** At once, or at the next look whether the device still stands at its path. */
  toldAfterMs: 0 | 500;
  losesPower: boolean;
}

/** Takes its turn at each byte, so that every kind of pull meets every part of an answer. */
export function pullAt(turn: number): Pull {
  return {
    outMs: [50, 700, 3000][turn % 3] ?? 0,
    toldAfterMs: turn % 2 === 0 ? 0 : 500,
    losesPower: turn % 4 < 2,
  };
}

/** A plug that can be pulled out of a running driver. */
class Plug {
  readonly #device: { setPower(on: boolean): void };
  readonly #after: (delayMs: number, run: () => void) => unknown;
  #port: Port | undefined;
  isIn = true;
  pulls = 0;

  constructor(device: { setPower(on: boolean): void }, after: (delayMs: number, run: () => void) => unknown) {
    this.#device = device;
    this.#after = after;
  }

  /** The port that the driver used last. */
  use(port: Port): void {
    this.#port = port;
  }

  say(bytes: Uint8Array): void {
    if (this.isIn) this.#port?.say(bytes, 1);
  }

  pull({ outMs, toldAfterMs, losesPower }: Pull): void {
    this.isIn = false;
    this.pulls += 1;
    if (losesPower) this.#device.setPower(false);
    this.#port?.cut(toldAfterMs);
    this.#after(outMs, () => {
      this.isIn = true;
      if (losesPower) this.#device.setPower(true);
    });
  }
}

/** What a round showed: how long it took after the port's return, and what was told since the round began. */
export interface Round {
  backMs: number;
  told: DeviceEvent[];
}

/** A stretch of the reader's answers in which every byte can be the last: those at the opening of its port, or those about a card. */
export const READER_STRETCHES = { greeting: 11 + 27, card: 15 + 19 + 1295 } as const;

/** The last that was told of the device is that it is ready. */
function isReady(events: readonly DeviceEvent[]): boolean {
  const last = events.findLast(({ event }) => event === 'device.state');
  return last?.event === 'device.state' && last.state === 'ready';
}

/** The longest that a round may take; what takes longer is no recovery. */
const ROUND_LIMIT_MS = 30_000;

export class PulledReader {
  readonly #surroundings = surroundings({
    heard: (bytes, port) => {
      this.#plug.use(port);
      this.#simulator.receive(bytes);
      return 'written';
    },
    opens: () => this.#plug.isIn,
  });
  readonly #simulator: IdReaderSimulator = new IdReaderSimulator(this.#surroundings.clock, (bytes) =>
    this.#answer(bytes),
  );
  readonly #plug: Plug = new Plug(this.#simulator, (delayMs, run) =>
    this.#surroundings.clock.after(delayMs, run),
  );
  readonly #driver = startSdtReader(
    { id: 'reader', kind: 'id-reader', driver: 'sdt', path: 'memory' },
    this.#surroundings.host,
  );
  /** Bytes of answers that still pass, and how the plug is pulled behind them. */
  #cut: { left: number; pull: Pull } | undefined;

  constructor() {
    this.#simulator.setFaults(readerFaults.parse({ afterRead: 'insistent' }));
  }

  #answer(bytes: Uint8Array): void {
    if (this.#cut === undefined || bytes.length <= this.#cut.left) {
      if (this.#cut !== undefined) this.#cut.left -= bytes.length;
      return this.#plug.say(bytes);
    }
    const { left, pull } = this.#cut;
    this.#cut = undefined;
    this.#plug.say(bytes.subarray(0, left));
    // What has been sent arrives; what follows does not.
    this.#surroundings.clock.after(2, () => this.#plug.pull(pull));
    this.#plug.isIn = false;
  }

  /** Lets a card lie, pulls the plug after `keep` bytes of the stretch, and waits until the reader is ready and the card was read. */
  async round(stretch: keyof typeof READER_STRETCHES, keep: number, pull: Pull): Promise<Round> {
    const { clock, events } = this.#surroundings;
    this.#simulator.removeCard();
    await clock.runUntil(() => false, 2500);
    events.length = 0;
    const pullsBefore = this.#plug.pulls;
    if (stretch === 'greeting') {
      this.#plug.pull({ outMs: 100, toldAfterMs: 0, losesPower: true });
      await clock.runUntil(() => this.#plug.isIn, ROUND_LIMIT_MS);
    }
    this.#cut = { left: keep, pull };
    this.#simulator.layCard(PERSON);
    const pulls = pullsBefore + (stretch === 'greeting' ? 2 : 1);
    const isPulled = await clock.runUntil(() => this.#plug.pulls === pulls, ROUND_LIMIT_MS);
    if (!isPulled) throw new Error(`so many bytes never came: ${keep}`);
    await clock.runUntil(() => this.#plug.isIn, ROUND_LIMIT_MS);
    const backMs = clock.monotonicMs();
    const isRead = (): boolean => events.some(({ event }) => event === 'card.read');
    await clock.runUntil(() => isRead() && isReady(events), ROUND_LIMIT_MS);
    const tookMs = clock.monotonicMs() - backMs;
    // A second word about the same card would come now.
    await clock.runUntil(() => false, 1500);
    return { backMs: tookMs, told: [...events] };
  }

  stop(): void {
    void this.#driver.stop();
  }
}

/** As long as a signed one. */
const QR_FILL = 'x'.repeat(240);
const ticketOf = (name: string): typeof TICKET => ({ ...TICKET, qr: `${name}.${QR_FILL}` });
/** Bytes of the sheets that are printed here; all are of one length. */
export const SHEET_BYTES = sheetBytes(
  partsOf(ticketOf('lost-0000'), PROFILES.generic80),
  PROFILES.generic80,
  {},
).length;

export interface PrinterRound extends Round {
  /** How often the sheet that was cut off stands on paper with its whole code. */
  lostOnPaper: number;
  /** The sheets on paper that carry the code of the one printed after it, each with all its codes. */
  nextSheets: string[][];
}

export class PulledPrinter {
  readonly #surroundings = surroundings({
    heard: (bytes, port) => {
      this.#plug.use(port);
      if (this.#cut === undefined || bytes.length < this.#cut.left) {
        if (this.#cut !== undefined) this.#cut.left -= bytes.length;
        this.#simulator.receive(bytes);
        return 'written';
      }
      const { left, pull } = this.#cut;
      this.#cut = undefined;
      this.#simulator.receive(bytes.subarray(0, left));
      this.#plug.pull(pull);
      return left < bytes.length ? 'closed' : 'written';
    },
    opens: () => this.#plug.isIn,
  });
  readonly #tape: Uint8Array[] = [];
  readonly #simulator: PrinterSimulator = new PrinterSimulator(this.#surroundings.clock, {
    send: (bytes) => this.#plug.say(bytes),
    tape: (bytes) => this.#tape.push(bytes),
    sheet: () => undefined,
  });
  readonly #plug: Plug = new Plug(this.#simulator, (delayMs, run) =>
    this.#surroundings.clock.after(delayMs, run),
  );
  readonly #driver;
  #cut: { left: number; pull: Pull } | undefined;
  #armed: { left: number; pull: Pull } | undefined;
  #rounds = 0;

  constructor() {
    const { host } = this.#surroundings;
    this.#driver = startEscPosPrinter(
      { id: 'printer', kind: 'printer', driver: 'escpos', path: 'memory', profile: 'generic80' },
      {
        ...host,
        emit: (event) => {
          if (event.event === 'print.started') {
            this.#cut = this.#armed;
            this.#armed = undefined;
          }
          host.emit(event);
        },
      },
    );
  }

  /** Prints a sheet whose plug is pulled after `keep` of its bytes, waits until the printer is ready again, and prints another one as the office would. */
  async round(keep: number, pull: Pull): Promise<PrinterRound> {
    const { clock, events } = this.#surroundings;
    const turn = String((this.#rounds += 1)).padStart(4, '0');
    const [lost, next] = [`lost-${turn}`, `next-${turn}`];
    if (this.#rounds === 1) await clock.runUntil(() => isReady(events), ROUND_LIMIT_MS);
    events.length = 0;
    this.#tape.length = 0;
    const pulls = this.#plug.pulls + 1;
    this.#armed = { left: keep, pull };
    this.#driver.print({ jobId: lost, document: ticketOf(lost), separateFirst: false });
    const isPulled = await clock.runUntil(() => this.#plug.pulls === pulls, ROUND_LIMIT_MS);
    if (!isPulled) throw new Error(`so many bytes never came: ${keep}`);
    await clock.runUntil(() => this.#plug.isIn, ROUND_LIMIT_MS);
    const backMs = clock.monotonicMs();
    await clock.runUntil(() => isReady(events), ROUND_LIMIT_MS);
    const tookMs = clock.monotonicMs() - backMs;
    this.#driver.print({ jobId: next, document: ticketOf(next), separateFirst: true });
    const isDone = (): boolean =>
      events.some(
        ({ event, ...rest }) => event === 'print.finished' && 'jobId' in rest && rest.jobId === next,
      );
    await clock.runUntil(isDone, ROUND_LIMIT_MS);
    const sheets = decodeSheets(Buffer.concat(this.#tape));
    const codes = sheets.flatMap(({ qr }) => qr.map((code) => code.replace(`.${QR_FILL}`, '')));
    return {
      backMs: tookMs,
      told: events.filter(({ event }) => event === 'print.finished'),
      lostOnPaper: codes.filter((code) => code === lost).length,
      nextSheets: sheets.filter(({ qr }) => qr.includes(`${next}.${QR_FILL}`)).map(({ qr }) => qr),
    };
  }

  stop(): void {
    void this.#driver.stop();
  }
}

/** Pulls a printer's plug after each of these many bytes of a sheet. Answers what went wrong: nothing, when all is well. */
export async function pullPrinterAt(keeps: readonly number[], firstTurn = 0): Promise<string[]> {
  const bench = new PulledPrinter();
  const wrong: string[] = [];
  for (const keep of keeps) {
    const pull = pullAt(keep + firstTurn);
    const { backMs, told, lostOnPaper, nextSheets } = await bench.round(keep, pull);
    const outcomes = told.map((e) => (e.event === 'print.finished' ? [e.outcome, e.reason] : []));
    const shows = {
      outcomes: isDeepStrictEqual(outcomes, [
        ['unknown', 'portLost'],
        ['confirmed', undefined],
      ]),
      'the next sheet once, alone': nextSheets.length === 1 && nextSheets[0]?.length === 1,
      'the lost one at most once': lostOnPaper <= 1,
      'back in time': backMs <= BACK_WITHIN_MS,
    };
    wrong.push(
      ...shortcomings(shows, `after ${keep} of ${SHEET_BYTES} bytes, ${JSON.stringify(pull)}, ${backMs} ms`),
    );
  }
  bench.stop();
  return wrong;
}

/** Pulls a reader's plug after each of these many bytes of its answers. Answers what went wrong: nothing, when all is well. */
export async function pullReaderAt(
  stretch: keyof typeof READER_STRETCHES,
  keeps: readonly number[],
  firstTurn = 0,
): Promise<string[]> {
  const bench = new PulledReader();
  const wrong: string[] = [];
  for (const keep of keeps) {
    const pull = pullAt(keep + firstTurn);
    const { backMs, told } = await bench.round(stretch, keep, pull);
    const cards = told.filter(({ event }) => event.startsWith('card.'));
    const whole = { event: 'card.read', deviceId: 'reader', document: DOCUMENT };
    const shows = {
      'the card once, whole': isDeepStrictEqual(cards, [whole]),
      'back in time': backMs <= BACK_WITHIN_MS,
    };
    wrong.push(
      ...shortcomings(shows, `after ${keep} bytes of ${stretch}, ${JSON.stringify(pull)}, ${backMs} ms`),
    );
  }
  bench.stop();
  return wrong;
}

function shortcomings(shows: Record<string, boolean>, where: string): string[] {
  return Object.entries(shows).flatMap(([what, holds]) => (holds ? [] : [`not ${what}: ${where}`]));
}
