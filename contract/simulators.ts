/**
 * Messages between whoever starts the device simulators and the simulators' process: one JSON object a line, down its
 * stdin and up its stdout. Only a trial station has simulators. Every person here is made up.
 */
import * as z from 'zod';

const isoDate = z.iso.date();
const text = (max: number) => z.string().max(max);

/** A person as the chip of a card shows it. Fields that the layout lacks are left out; all others have defaults. */
export const simulatedPerson = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('residentId'),
    name: text(15).min(1),
    sex: z.enum(['1', '2', '0', '9']).default('1'),
    /** GB/T 3304, two digits. */
    ethnicCode: z
      .string()
      .regex(/^\d{2}$/)
      .default('01'),
    birthDate: isoDate,
    address: text(35).default('测试市样例路1号'),
    number: z.string().regex(/^\d{17}[\dX]$/),
    authority: text(15).default('测试市公安局样例分局'),
    validFrom: isoDate.default('2020-01-01'),
    validTo: z.union([isoDate, z.literal('longTerm')]).default('longTerm'),
  }),
  z.strictObject({
    kind: z.literal('hkMoTwPermit'),
    name: text(15).min(1),
    sex: z.enum(['1', '2', '0', '9']).default('1'),
    birthDate: isoDate,
    address: text(35).default('测试市样例路2号'),
    number: z.string().regex(/^8[123]0000\d{11}[\dX]$/),
    authority: text(15).default('测试市公安局样例分局'),
    validFrom: isoDate.default('2020-01-01'),
    validTo: isoDate.default('2034-12-31'),
    travelPermit: text(9).default('00000000'),
    issueCount: z
      .string()
      .regex(/^\d{2}$/)
      .default('01'),
  }),
  z.strictObject({
    kind: z.literal('foreignerPermit2017'),
    latinName: text(60).min(1),
    chineseName: text(15).default(''),
    sex: z.enum(['1', '2', '0', '9']).default('1'),
    number: z.string().regex(/^[A-Z]{3}\d{12}$/),
    nationality: z.string().regex(/^[A-Z]{3}$/),
    validFrom: isoDate.default('2018-01-01'),
    validTo: isoDate.default('2034-12-31'),
    birthDate: isoDate,
    version: z
      .string()
      .regex(/^\d{2}$/)
      .default('01'),
    authorityCode: z
      .string()
      .regex(/^\d{4}$/)
      .default('1500'),
  }),
  z.strictObject({
    kind: z.literal('foreignerPermit2023'),
    chineseName: text(15).default(''),
    latinName: text(46).min(1),
    sex: z.enum(['1', '2', '0', '9']).default('1'),
    reissueCount: z
      .string()
      .regex(/^\d{2}$/)
      .default('00'),
    birthDate: isoDate,
    number: z.string().regex(/^9\d{16}[\dX]$/),
    validFrom: isoDate.default('2024-01-01'),
    validTo: isoDate.default('2034-12-31'),
    nationality: z.string().regex(/^[A-Z0-9]{3}$/),
    linkToOld: z
      .string()
      .regex(/^\d{3}$/)
      .default('001'),
  }),
]);
export type SimulatedPerson = z.infer<typeof simulatedPerson>;
/** As a caller writes it: members with a default may be left out. */
export type SimulatedPersonInput = z.input<typeof simulatedPerson>;

/** What a reader can be asked, by the names that faults and counts use (device protocols 1.3). */
export const readerCommand = z.enum([
  'resetModule',
  'status',
  'moduleId',
  'find',
  'select',
  'readTextAndPhoto',
  'readNewestAddress',
  'readWithFingerprint',
  'setBaudRate',
  'setRadioFrame',
]);
export type ReaderCommand = z.infer<typeof readerCommand>;

/** Faults of the reader and of the cable to it. They last until changed; `reader.faults` replaces them all. */
export const readerFaults = z.strictObject({
  /** Milliseconds before each answer to find and select; reading takes `readLatencyMs`. */
  latencyMs: z.int().min(0).max(60_000).default(0),
  readLatencyMs: z.int().min(0).max(60_000).default(0),
  /** Bytes a burst, 0 = whole; 1 = byte by byte. */
  burstBytes: z.int().min(0).max(4096).default(0),
  /** Bytes of noise before each answer's preamble. */
  noiseBytes: z.int().min(0).max(4096).default(0),
  /** Answers with a wrong checksum: the next n of them. */
  badChecksums: z.int().min(0).max(1000).default(0),
  /** Answers whose length field lies: the next n of them. */
  badLengths: z.int().min(0).max(1000).default(0),
  /** Answers that stop after this many bytes, for ever; `null` = never. */
  silentAfterBytes: z.int().min(0).max(4096).nullable().default(null),
  /** SW3 that the next `failTimes` answers to `failCommand` carry instead of their own. With 10 and 11 the command is not even looked at. */
  failCommand: readerCommand.default('readTextAndPhoto'),
  failSw3: z.int().min(0).max(255).default(0x41),
  failTimes: z.int().min(0).max(100_000).default(0),
  /** Sends noise all the time, asked or not. */
  babble: z.boolean().default(false),
  /** Bits a second that the reader is set to. The office speaks at 115200, as it does unless configured: at another speed each side hears what its own sampling makes of the other's bits. */
  lineSpeed: z.literal([115_200, 57_600, 38_400, 19_200, 9600]).default(115_200),
  /** After a good read: `silent` answers 80 until the card leaves, `insistent` 9F for ever, `alternating` one after the other. */
  afterRead: z.enum(['silent', 'insistent', 'alternating']).default('silent'),
});
export type ReaderFaults = z.infer<typeof readerFaults>;

/** Faults of the printer. They last until changed; `printer.faults` replaces them all. */
export const printerFaults = z.strictObject({
  paper: z.enum(['ok', 'nearEnd', 'out']).default('ok'),
  coverOpen: z.boolean().default(false),
  offline: z.boolean().default(false),
  cutterJammed: z.boolean().default(false),
  /** What it says of itself, and stops for: its head is too hot, a trouble that a person can clear, one that nobody at a window can. */
  error: z.enum(['none', 'overheated', 'recoverable', 'unrecoverable']).default('none'),
  /** Paper runs out after this many more printed lines; `null` = never. */
  paperOutAfterLines: z.int().min(0).max(100_000).nullable().default(null),
  /** Goes on without paper, as some models do: what it prints then is on nothing, and it answers in order all the same. */
  runsOnWithoutPaper: z.boolean().default(false),
  /** Milliseconds a printed line takes. */
  lineMs: z.int().min(0).max(10_000).default(0),
  /** Answers nothing, as many cheap models do. */
  mute: z.boolean().default(false),
  /** Says in real time how it is, and leaves unanswered what is asked in print order. */
  muteInOrder: z.boolean().default(false),
  /** Its buffer is full and nothing holds the sender back: bytes are lost. */
  bufferFull: z.boolean().default(false),
  /** Bytes that it holds before it has worked through them; what comes when it is full is lost. `null` = any number. */
  bufferBytes: z.int().min(256).max(1_048_576).nullable().default(null),
  /** With `bufferBytes`: says XOFF when a quarter is left and XON when half is free again. */
  xonXoff: z.boolean().default(false),
});
export type PrinterFaults = z.infer<typeof printerFaults>;

const fingers = z.literal([0, 1, 2]);
export type Fingers = z.infer<typeof fingers>;

export const simulatorCommand = z.discriminatedUnion('command', [
  z.strictObject({
    command: z.literal('start'),
    readerLink: z.string().min(1).optional(),
    printerLink: z.string().min(1).optional(),
    /** A printer on the network instead: listens on this port of 127.0.0.1, 0 = any free one, told in `ready`. */
    printerPort: z.int().min(0).max(65_535).optional(),
    scannerLink: z.string().min(1).optional(),
    /** Every byte that the printer receives is appended here, so that a program that comes later can count sheets itself. */
    sheetsFile: z.string().min(1).optional(),
  }),
  /** Any card before it is taken away, unless it is laid `beside` it: then no card can be selected until one is gone. */
  z.strictObject({
    command: z.literal('layCard'),
    person: simulatedPerson,
    beside: z.boolean().default(false),
    /** What 30 03 gives; a card without one answers 91. */
    newestAddress: text(35).optional(),
    /** Fingerprints on the card, which 30 10 gives: 512 bytes each. */
    fingers: fingers.default(2),
    /** Bytes behind the photo's header, and of the fingerprint, over and over; zeros unless said. */
    photoFill: z
      .string()
      .regex(/^(?:[0-9a-f]{2}){1,64}$/)
      .optional(),
  }),
  z.strictObject({ command: z.literal('layUnreadableCard'), sw3: z.int().min(0).max(255).default(0x41) }),
  /** All of them, or the one laid last. */
  z.strictObject({ command: z.literal('removeCard'), which: z.enum(['all', 'last']).default('all') }),
  z.strictObject({ command: z.literal('paper'), state: z.enum(['ok', 'nearEnd', 'out']) }),
  z.strictObject({ command: z.literal('reader.faults'), faults: readerFaults }),
  z.strictObject({ command: z.literal('printer.faults'), faults: printerFaults }),
  z.strictObject({
    command: z.literal('scan'),
    text: z.string().min(1).max(2000),
    suffix: z.enum(['\r', '\n', '\r\n', '']).default('\r'),
  }),
  /** `off`: the port is there and nobody answers; what a printer had in its buffer is lost. */
  z.strictObject({
    command: z.literal('power'),
    device: z.enum(['reader', 'printer', 'scanner']),
    state: z.enum(['on', 'off']),
  }),
  /** `out`: the port itself is gone, as when a USB plug is pulled. */
  z.strictObject({
    command: z.literal('cable'),
    device: z.enum(['reader', 'printer', 'scanner']),
    state: z.enum(['in', 'out']),
  }),
]);
export type SimulatorCommand = z.infer<typeof simulatorCommand>;
export type SimulatorCommandInput = z.input<typeof simulatorCommand>;

export const simulatorEvent = z.discriminatedUnion('event', [
  /** All ports asked for exist. `pids` are the helpers that hold them. */
  z.strictObject({ event: z.literal('ready'), pids: z.array(z.int()), printerPort: z.int().optional() }),
  z.strictObject({ event: z.literal('done'), command: z.string() }),
  /** The printer cut: text lines and QR payloads of that sheet. */
  z.strictObject({
    event: z.literal('sheet'),
    n: z.int().min(1),
    lines: z.array(z.string()),
    qr: z.array(z.string()),
  }),
  /** The printer opened the cash drawer. */
  z.strictObject({ event: z.literal('drawer') }),
  z.strictObject({
    event: z.literal('refused'),
    command: z.string(),
    field: z.string().optional(),
    problem: z.string(),
  }),
]);
export type SimulatorEvent = z.infer<typeof simulatorEvent>;
