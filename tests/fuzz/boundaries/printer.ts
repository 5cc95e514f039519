import {
  ticketSheet as ticketSheetSchema,
  type PrintDocument,
  type PrinterProfile,
  type TicketSheet,
} from '../../../contract/device.ts';
import { ASK_IN_ORDER, sheetBytes } from '../../../native/drivers/escpos/bytes.ts';
import { startEscPosPrinter } from '../../../native/drivers/escpos/printer.ts';
import { PROFILES } from '../../../contract/printer-profiles.ts';
import { partsOf } from '../../../native/drivers/escpos/sheet.ts';
import { classify, readStatus } from '../../../native/drivers/escpos/status.ts';
import { decodeSheets, PrintInterpreter, type PrintStep } from '../../../native/simulators/sheet-decoder.ts';
import type { Dice } from '../dice.ts';
import { must, mustEqual, type Fuzzer } from '../fuzzer.ts';
import { mutateBytes, mutateJson } from '../mutate.ts';
import { surroundings, ticketSheet, type Port } from './port.ts';

const profiles: PrinterProfile[] = [
  PROFILES.generic80,
  PROFILES.generic58,
  { ...PROFILES.generic80, cutter: 'full', font: 'gb18030' },
  { ...PROFILES.generic58, font: 'raster' },
];

// ---------------------------------------------------------------- sheets

const SHEET_ALPHABET = Array.from('甲乙丙舟山€￥¥𠮷㐂ÄéŌ·—「」ａＺ０ 0AZaz~$%*()…㎡〓');

function oddSheet(dice: Dice): TicketSheet {
  const text = (most: number): string =>
    Array.from({ length: dice.between(1, most) }, () => dice.pick(SHEET_ALPHABET))
      .join('')
      .trim() || '样';
  const sheet: TicketSheet = {
    ...ticketSheet(`SO1.${dice.hex(dice.between(8, 300))}`),
    holderName: text(60),
    lineName: text(30),
    fromName: text(20),
    toName: text(20),
    vesselName: text(20),
    fareFen: dice.below(1_000_000),
    ...(dice.once(3) && { glyphs: { 𠮷: dice.hex(144) } }),
    ...(dice.once(4) && { copyMark: '补打' }),
  };
  const odd = dice.once(2) ? mutateJson(dice, sheet) : sheet;
  const parsed = ticketSheetSchema.safeParse(odd);
  return parsed.success ? parsed.data : sheet;
}

const bytesOf = (document: PrintDocument, profile: PrinterProfile): Uint8Array =>
  sheetBytes(partsOf(document, profile), profile, document.kind === 'ticket' ? (document.glyphs ?? {}) : {});

function stepsOf(pieces: readonly Uint8Array[]): PrintStep[] {
  const interpreter = new PrintInterpreter();
  return pieces.flatMap((piece) => {
    interpreter.push(piece);
    const steps: PrintStep[] = [];
    for (let step = interpreter.step(); step; step = interpreter.step()) steps.push(step);
    return steps;
  });
}

export const sheetFuzzer: Fuzzer = {
  name: 'sheets',
  boundary: 'bytes of sheets: any ticket out, any bytes back in',
  quickCases: 600,
  share: 22,
  casesPerRound: 500,
  reaches: ['clean sheet', 'broken sheet', 'rubbish'],
  open: ({ planted, count }) => ({
    one(dice) {
      const profile = dice.pick(profiles);
      const sheet = oddSheet(dice);
      const made = bytesOf(sheet, profile);
      const bytes =
        planted && dice.once(3)
          ? new Uint8Array(Buffer.concat([Buffer.from([0x1d, 0x56, 0x41, 0]), made]))
          : made;
      const steps = stepsOf([bytes]);
      const cuts = steps.filter(({ kind }) => kind === 'cut').length;
      const codes = steps.flatMap((step) => (step.kind === 'qr' ? [step.payload] : []));
      mustEqual(
        [cuts, codes, steps.at(-1)?.kind],
        [1, [sheet.qr], 'question'],
        'a ticket that is not one sheet with one code',
      );
      mustEqual(Buffer.concat(steps.map((step) => step.bytes)), Buffer.from(bytes), 'bytes were lost');
      count('clean sheet');
      const wrong = dice.once(5)
        ? dice.bytes(dice.between(1, 400))
        : mutateBytes(dice, made, [dice.bytes(20)]);
      const whole = stepsOf([wrong]);
      mustEqual(stepsOf(dice.cut(wrong)), whole, 'another sheet when the bytes come in pieces');
      const sheets = decodeSheets(wrong);
      must(
        sheets.filter((each) => each.cut).length <= whole.filter(({ kind }) => kind === 'cut').length,
        'more sheets than cuts',
        sheets,
      );
      count(sheets.some((each) => each.cut) ? 'broken sheet' : 'rubbish');
    },
  }),
};

// ---------------------------------------------------------------- the whole driver

const HEALTHY = 0x12;
const DONE_WITHIN_MS = 180_000;
/** `10 04 n` is answered at once, wherever it stands. */
const realtimeIn = (bytes: Uint8Array): number =>
  bytes.reduce(
    (sum, byte, at) => sum + (byte === 0x10 && bytes[at + 1] === 0x04 && (bytes[at + 2] ?? 0) <= 4 ? 1 : 0),
    0,
  );

/** In the fault time the far end says anything; then it is a well printer on the same tape. */
class FarPrinter {
  readonly tape: Uint8Array[] = [];
  faults: number;
  /** A good answer in print order came since the driver wrote last. */
  saidDone = false;
  lastWasQuestion = false;
  readonly #dice: Dice;
  readonly #interpreter = new PrintInterpreter();

  constructor(dice: Dice, faults: number) {
    this.#dice = dice;
    this.faults = faults;
  }

  heard(bytes: Uint8Array, port: Port): 'written' | 'never' | 'timeout' | 'closed' {
    const dice = this.#dice;
    this.saidDone = false;
    this.lastWasQuestion = Buffer.from(bytes).equals(ASK_IN_ORDER);
    const isOdd = this.faults > 0 && dice.once(3);
    if (isOdd) this.faults -= 1;
    if (isOdd && dice.once(8)) {
      this.tape.push(bytes.slice(0, dice.below(bytes.length + 1)));
      this.#work(this.tape.at(-1) ?? bytes);
      if (dice.once(2)) port.cut();
      return dice.pick(['never', 'timeout', 'closed']);
    }
    this.tape.push(bytes.slice());
    const answers = [
      ...Array.from({ length: realtimeIn(bytes) }, () => HEALTHY),
      ...Array.from({ length: this.#work(bytes) }, () => 0),
    ];
    const said = isOdd ? this.#odd(answers) : answers;
    for (const [n, byte] of said.entries()) {
      const afterMs = isOdd ? dice.pick([1, 1, 5, 400, 900, 7000]) + n : 1 + n;
      port.say(Uint8Array.of(byte), afterMs);
    }
    if (isOdd && dice.once(12)) port.cut();
    return 'written';
  }

  #work(bytes: Uint8Array): number {
    this.#interpreter.push(bytes);
    let questions = 0;
    for (let step = this.#interpreter.step(); step; step = this.#interpreter.step())
      if (step.kind === 'question') questions += 1;
    return questions;
  }

  #odd(answers: number[]): number[] {
    const dice = this.#dice;
    switch (dice.below(6)) {
      case 0:
        return [];
      case 1:
        return [...answers, dice.pick([0x11, 0x13, 0x00, 0x03, 0x0c, 0x12, 0x0f])];
      case 2:
        return [dice.below(256), ...answers];
      case 3:
        return answers.map((byte) => byte ^ (1 << dice.below(8)));
      case 4:
        return answers.map(() => dice.pick([0x16, 0x1a, 0x72, 0x32, 0x1e, 0x00, 0x0c, 0x03, 0xff]));
      default:
        return [...dice.bytes(dice.between(1, 8))];
    }
  }
}

const isDone = (byte: number): boolean => {
  const status = classify(byte);
  return status.kind === 'inOrder' && status.paper !== 'out';
};

export const printerFuzzer: Fuzzer = {
  name: 'printer',
  boundary: 'status bytes of the printer, against the whole driver',
  quickCases: 120,
  share: 20,
  casesPerRound: 50,
  reaches: ['confirmed', 'unknown', 'failed', 'ready', 'absent', 'attention'],
  open: ({ planted, count }) => ({
    async one(dice) {
      const [b1 = 0, b2 = 0, b3 = 0, b4 = 0] = dice.bytes(4);
      const status = readStatus(b1, b2, b3, b4);
      must((b4 & 0x60) === 0 || status.trouble !== 'none', 'no paper and nothing is the matter', [
        b1,
        b2,
        b3,
        b4,
      ]);

      const far = new FarPrinter(dice, dice.between(1, 12));
      const { host, clock, events } = surroundings({
        opens: () => far.faults <= 0 || !dice.once(6),
        heard(bytes, port) {
          const { say } = port;
          port.say = (answer, afterMs) => {
            clock.after(afterMs, () => {
              if ([...answer].some(isDone)) far.saidDone = true;
            });
            say.call(port, answer, afterMs);
          };
          const result = far.heard(bytes, port);
          port.say = say;
          return result;
        },
      });
      const isConfirmedRightly = (): boolean => far.saidDone && far.lastWasQuestion;
      const emit = host.emit.bind(host);
      host.emit = (event) => {
        const told =
          planted && event.event === 'print.finished' && event.reason === 'confirmTimeout'
            ? { ...event, outcome: 'confirmed' as const }
            : event;
        emit(told);
        if (told.event === 'print.finished' && told.outcome === 'confirmed')
          must(isConfirmedRightly(), 'confirmed, and the printer never said so', told);
      };
      let jobs = 0;
      const printer = startEscPosPrinter(
        { id: 'printer', kind: 'printer', driver: 'escpos', path: '/dev/fuzz', profile: dice.pick(profiles) },
        host,
      );
      const print = async (): Promise<string> => {
        jobs += 1;
        const jobId = `job-${jobs}`;
        const qr = `SO1.${jobId}.${'x'.repeat(60)}`;
        printer.print({ jobId, document: ticketSheet(qr), separateFirst: dice.once(2) });
        const finished = () =>
          events.filter((event) => event.event === 'print.finished' && event.jobId === jobId);
        must(
          await clock.runUntil(() => finished().length > 0, DONE_WITHIN_MS),
          'a sheet without an end',
          events.slice(-4),
        );
        const end = finished()[0];
        const outcome = end?.event === 'print.finished' ? end.outcome : '?';
        count(outcome);
        const times = Buffer.concat(far.tape).toString('latin1').split(qr).length - 1;
        const wasStarted = events.some((event) => event.event === 'print.started' && event.jobId === jobId);
        must(times <= 1, 'a sheet was sent twice', { jobId, times });
        must(outcome !== 'confirmed' || times === 1, 'confirmed, and the bytes never went out', end);
        must(outcome !== 'failed' || (times === 0 && !wasStarted), 'failed, and bytes went out', end);
        must(finished().length === 1, 'a sheet with two ends', finished());
        return outcome;
      };
      await clock.runUntil(() => false, dice.pick([0, 100, 1500, 4000]));
      for (let n = dice.between(1, 3); n > 0; n -= 1) await print();
      far.faults = 0;
      let last = '';
      for (let tries = 0; tries < 4 && last !== 'confirmed'; tries += 1) {
        await clock.runUntil(() => false, 4_000);
        last = await print();
      }
      must(
        last === 'confirmed',
        'no sheet is confirmed although the printer is well again',
        events.slice(-6),
      );
      for (const event of events) if (event.event === 'device.state') count(event.state);
      let isStopped = false;
      void printer.stop().then(() => (isStopped = true));
      must(await clock.runUntil(() => isStopped, 20_000), 'the driver does not stop');
      must(
        new Set(events.flatMap((event) => (event.event === 'print.finished' ? [event.jobId] : []))).size ===
          jobs,
        'a sheet without an end',
      );
    },
  }),
};
