/**
 * Messages between the office and the device process.
 *
 * Commands go down (office → process), events come up. Both are plain objects over the process channel and both
 * ends parse every one of them: a message that does not fit is refused by name and never ends a process. Bytes of a
 * device never appear here; a document read from a card carries no photo, no fingerprint and no address.
 */
import * as z from 'zod';
import { flowControl, printerProfile, printerProfileName } from './printer-profiles.ts';

export { printerProfile, type PrinterProfile, type PrinterProfileName } from './printer-profiles.ts';

/** Longest line of text that any message may carry; a name on a foreigner's permit has at most 60 characters. */
const MAX_TEXT = 120;

/** One line of plain text: no control characters, so that no field can smuggle a printer command or a line break. */
const line = (max: number = MAX_TEXT) =>
  z
    .string()
    .max(max)
    .refine((text) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text), {
      message: 'one line of text without control characters',
    });

const requiredLine = (max: number = MAX_TEXT) =>
  line(max).refine((text) => text.trim() !== '', { message: 'must not be empty' });

/** `YYYY-MM-DD`, a real day of the calendar. */
const isoDate = z.iso.date();

/** Name of a device in `station.json`, for instance `reader` or `printer-2`. */
export const deviceId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);
/** Name of one sheet, made by the office and used once. */
export const printJobId = z.string().regex(/^[A-Za-z0-9._:-]{1,80}$/);

// ---------------------------------------------------------------- settings

const BAUD_RATES = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] as const;
const baudRate = z.literal(BAUD_RATES);
/** A serial port (`/dev/ttyUSB0`, `COM3`) or `tcp://host:port`. */
const devicePath = requiredLine(255);

const idReaderSettings = z.strictObject({
  id: deviceId,
  kind: z.literal('id-reader'),
  driver: z.literal('sdt'),
  path: devicePath,
  baudRate: baudRate.optional(),
  /** Asks each card whether it has a newer address (30 03). Only the answer yes or no leaves the driver. Default false. */
  newestAddress: z.boolean().optional(),
});
const printerSettings = z
  .strictObject({
    id: deviceId,
    kind: z.literal('printer'),
    driver: z.literal('escpos'),
    path: devicePath,
    baudRate: baudRate.optional(),
    /** How the printer holds the office back on a serial port. Default `none`. */
    flow: flowControl.optional(),
    /** A known model's name, or the model described in full. Default `generic80`. */
    profile: z.union([printerProfileName, printerProfile]).optional(),
  })
  .refine(({ path, flow = 'none' }) => flow === 'none' || !path.startsWith('tcp://'), {
    path: ['flow'],
    message: 'a network printer has no flow control of its own: TCP has',
  });
const scannerSettings = z.strictObject({
  id: deviceId,
  kind: z.literal('scanner'),
  driver: z.literal('serial-scanner'),
  path: devicePath,
  baudRate: baudRate.optional(),
});

/** One device as `station.json` and the `configure` command name it. */
export const deviceSettings = z.discriminatedUnion('kind', [
  idReaderSettings,
  printerSettings,
  scannerSettings,
]);
export type DeviceSettings = z.infer<typeof deviceSettings>;
export type IdReaderSettings = z.infer<typeof idReaderSettings>;
export type PrinterSettings = z.infer<typeof printerSettings>;
export type ScannerSettings = z.infer<typeof scannerSettings>;
export type DeviceKind = DeviceSettings['kind'];

/** All devices of a window: at most 16, ids used once. */
export const deviceList = z
  .array(deviceSettings)
  .max(16)
  .refine((list) => new Set(list.map((item) => item.id)).size === list.length, {
    message: 'a device id is used twice',
  });

// ---------------------------------------------------------------- sheets

/**
 * A Chinese character that the printer's own font lacks, drawn by the office: 24 rows of 24 dots, three bytes a row, most
 * significant bit left, as 144 hex digits. It takes two columns of font A, as every Chinese character does.
 */
export const glyphSchema = z.string().regex(/^[0-9a-f]{144}$/);

/** A ticket as the office describes it. All labels are ready to print; the driver only lays them out. */
export const ticketSheet = z.strictObject({
  kind: z.literal('ticket'),
  stationName: requiredLine(40),
  lineName: requiredLine(60),
  fromName: requiredLine(40),
  /** Where the ticket ends. */
  toName: requiredLine(40),
  /** That is a stop on the way, not the end of the line. */
  toStop: z.literal(true).optional(),
  vesselName: line(40).optional(),
  departureDate: isoDate,
  departureTime: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/),
  seatLabel: requiredLine(40),
  ticketClassLabel: requiredLine(40),
  /** Integer fen; printed as yuan with two decimals. */
  fareFen: z.int().min(0).max(100_000_000),
  holderName: requiredLine(),
  /** Never a full number: a text without a mask is refused (ticketing-rules §6.2). */
  maskedNumber: requiredLine(40).regex(/[*＊]/, {
    message: 'a document number must be masked before it is printed',
  }),
  documentKindLabel: requiredLine(40),
  /** Of a free child: the number of the adult's ticket. */
  carriedBy: requiredLine(40).optional(),
  /** For the line and day: its place in the queue; `standby` has no place before it is let aboard. */
  rolling: z.strictObject({ queue: requiredLine(20), standby: z.boolean() }).optional(),
  /** Paper to be shown with the ticket, for instance 残疾军人证. */
  proofLabel: requiredLine(20).optional(),
  /** A vehicle's ticket (ticketing rules 2.6.1 to 2.6.3); the holder is then its driver. */
  vehicle: z
    .strictObject({
      typeLabel: requiredLine(20),
      /** Metres with two decimals. */
      length: z.string().regex(/^\d{1,3}\.\d{2}$/),
      plate: requiredLine(8),
      /** 上舱, 中舱, 下舱; absent where the lane has no decks. */
      deckLabel: requiredLine(10).optional(),
      driverTicket: requiredLine(40),
    })
    .optional(),
  ticketNumber: requiredLine(40),
  /** Printed as it is in the QR code. Printable ASCII, so that no byte of it can be a printer command. */
  qr: z
    .string()
    .min(1)
    .max(700)
    .regex(/^[\x20-\x7e]+$/),
  windowLabel: requiredLine(40),
  clerkNumber: requiredLine(20),
  /** When it was sold, as people read it. */
  soldAt: requiredLine(40),
  /** Training: marked 培训 样票 all over and without a QR code, whatever `qr` says. */
  sample: z.literal(true).optional(),
  /** For instance `补打` on a second print; absent on the first. */
  copyMark: requiredLine(20).optional(),
  /** Serial number printed on the stock, where there is one. */
  stockSerial: requiredLine(20).optional(),
  /** Pictures of characters outside the printer's font, keyed by the character. */
  glyphs: z.record(z.string().min(1).max(8), glyphSchema).optional(),
});
export type TicketSheet = z.infer<typeof ticketSheet>;

/** The self-test page: what the printer's font, width, QR and cutter can do. */
export const selfTestSheet = z.strictObject({
  kind: z.literal('selfTest'),
  title: line(40).optional(),
  printedAt: line(40).optional(),
  /** As {@link ticketSheet}'s. */
  glyphs: z.record(z.string().min(1).max(8), glyphSchema).optional(),
});
export type SelfTestSheet = z.infer<typeof selfTestSheet>;

/** A list on receipt paper, such as the passengers of a sailing: a heading, one line a row, what stands below. */
export const listSheet = z.strictObject({
  kind: z.literal('list'),
  title: requiredLine(20),
  fields: z.array(z.strictObject({ label: requiredLine(20), value: line() })).max(20),
  rows: z.array(line(200)).max(2_000),
  foot: z.array(line()).max(10),
  /** As {@link ticketSheet}'s. */
  glyphs: z.record(z.string().min(1).max(8), glyphSchema).optional(),
});
export type ListSheet = z.infer<typeof listSheet>;

export const printDocument = z.discriminatedUnion('kind', [ticketSheet, listSheet, selfTestSheet]);
export type PrintDocument = z.infer<typeof printDocument>;

// ---------------------------------------------------------------- commands (office → device process)

/** Everything the office can ask for. `configure` replaces the whole list of devices. */
export const deviceCommand = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('configure'), devices: deviceList }),
  z.strictObject({ command: z.literal('reader.pause'), deviceId }),
  z.strictObject({ command: z.literal('reader.resume'), deviceId }),
  z.strictObject({
    command: z.literal('print'),
    jobId: printJobId,
    deviceId,
    document: printDocument,
    /** The sheet before it ended unknown: feed and cut first, so that a torn-off half never hangs on this one. */
    separateFirst: z.boolean().optional(),
    /** Opens the cash drawer first, where the printer's profile has one: set for the first sheet of a cash sale. */
    drawer: z.boolean().optional(),
  }),
  z.strictObject({ command: z.literal('ping'), n: z.int().min(0) }),
]);
export type DeviceCommand = z.infer<typeof deviceCommand>;

// ---------------------------------------------------------------- events (device process → office)

/**
 * `starting` nothing known yet · `ready` usable · `paused` usable, told to rest · `attention` it works but a person must
 * do something (paper, cover) · `absent` no port or no answer · `fault` it says itself that it is broken.
 */
export const deviceCondition = z.enum(['starting', 'ready', 'paused', 'attention', 'absent', 'fault']);
export type DeviceCondition = z.infer<typeof deviceCondition>;

/** Why a device is in its condition. Texts for people: `main/devices/device-texts.ts`. */
export const deviceDetail = z.enum([
  'none',
  'portMissing',
  'portDenied',
  'portBusy',
  'portError',
  'noAnswer',
  'garbled',
  'readerSelfTest',
  'readerNotAuthorised',
  'readerRefuses',
  'cardsRefuseReader',
  'paperOut',
  'coverOpen',
  'offline',
  'cutter',
  'overheated',
  'recoverable',
  'printerError',
  'cannotReport',
]);
export type DeviceDetail = z.infer<typeof deviceDetail>;

/** Paper as the printer reports it; `unknown` for readers and for printers without status. */
export const paperState = z.enum(['ok', 'nearEnd', 'out', 'unknown']);
export type PaperState = z.infer<typeof paperState>;

/** Why a card could not be read. `sw3` of the event is the reader's own status byte where there was one. */
export const cardProblem = z.enum([
  'withdrawn',
  'readFailed',
  'selectFailed',
  'noAnswer',
  'garbled',
  'notAnIdCard',
  'suspectCard',
  'cardRefusesReader',
  'badContent',
  'readerRefuses',
]);
export type CardProblem = z.infer<typeof cardProblem>;

export const cardDocumentKind = z.enum([
  'residentId',
  'hkMoTwPermit',
  'foreignerPermit2017',
  'foreignerPermit2023',
]);
export type CardDocumentKind = z.infer<typeof cardDocumentKind>;

/** What leaves the reader's driver: enough to sell a ticket, and nothing more (ticketing-rules §1.2, §6.1). */
export const cardDocument = z.strictObject({
  kind: cardDocumentKind,
  /** The name to print: Chinese where the card has one, else the Latin one. */
  name: requiredLine(),
  latinName: requiredLine().optional(),
  number: z.string().regex(/^[0-9A-Z]{8,18}$/),
  sex: z.enum(['male', 'female', 'unknown']),
  birthDate: isoDate,
  validFrom: isoDate.nullable(),
  /** `longTerm` for 长期; `null` where the card does not say. */
  validTo: z.union([isoDate, z.literal('longTerm')]).nullable(),
  /** The card carries a newer address than the printed one; absent unless the reader was set to ask. */
  newerAddress: z.boolean().optional(),
  /** Three characters as on the card; foreigners only. */
  nationality: z
    .string()
    .regex(/^[0-9A-Z]{3}$/)
    .optional(),
});
export type CardDocument = z.infer<typeof cardDocument>;

/**
 * `confirmed` the printer said so · `sent` all of it went out to a printer that cannot report · `unknown` bytes went out, nobody
 * knows · `failed` not a byte of the sheet went out.
 */
export const printOutcome = z.enum(['confirmed', 'sent', 'unknown', 'failed']);
export type PrintOutcome = z.infer<typeof printOutcome>;

export const printReason = z.enum([
  'unknownDevice',
  'notAPrinter',
  'queueFull',
  'absent',
  'noAnswer',
  'paperOut',
  'coverOpen',
  'offline',
  'cutter',
  'overheated',
  'recoverable',
  'printerError',
  'writeTimeout',
  'portLost',
  'confirmTimeout',
  'bufferFull',
  'badDocument',
  'reconfigured',
  'processLost',
  'processDown',
]);
export type PrintReason = z.infer<typeof printReason>;

/** Why a command was not taken; never carries the command's contents. */
export const refusedProblem = z.enum([
  'wrongShape',
  'unknownCommand',
  'unknownDevice',
  'wrongKind',
  'duplicateJob',
]);

export const deviceEvent = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('ready'), pid: z.int().min(0) }),
  z.strictObject({ event: z.literal('pong'), n: z.int().min(0) }),
  z.strictObject({
    event: z.literal('device.state'),
    deviceId,
    kind: z.enum(['id-reader', 'printer', 'scanner']),
    state: deviceCondition,
    detail: deviceDetail,
    paper: paperState,
    /** What the device calls itself, for instance the SAM module number of a reader. */
    model: line(60).optional(),
  }),
  z.strictObject({ event: z.literal('card.read'), deviceId, document: cardDocument }),
  z.strictObject({ event: z.literal('card.removed'), deviceId }),
  z.strictObject({
    event: z.literal('card.unreadable'),
    deviceId,
    problem: cardProblem,
    sw3: z.int().min(0).max(255).optional(),
  }),
  /** One code as the scanner sent it, without its suffix. */
  z.strictObject({ event: z.literal('scan'), deviceId, text: z.string().min(1).max(2000) }),
  /** Sent just before the first byte of the sheet is handed to the port. */
  z.strictObject({ event: z.literal('print.started'), jobId: printJobId, deviceId }),
  z.strictObject({
    event: z.literal('print.finished'),
    jobId: printJobId,
    deviceId,
    outcome: printOutcome,
    reason: printReason.optional(),
  }),
  z.strictObject({
    event: z.literal('refused'),
    /** Looks like the name of a command or is `?`, so that no contents come back by this way. */
    command: z.string().regex(/^(?:[A-Za-z.]{1,40}|\?)$/),
    problem: refusedProblem,
    /** Path of the wrong field, for instance `document.maskedNumber`. */
    field: z
      .string()
      .regex(/^[A-Za-z0-9.?]{1,200}$/)
      .optional(),
    jobId: printJobId.optional(),
  }),
]);
export type DeviceEvent = z.infer<typeof deviceEvent>;
export type DeviceEventOf<Name extends DeviceEvent['event']> = Extract<DeviceEvent, { event: Name }>;

// ---------------------------------------------------------------- parsing

export type Parsed<Message> =
  | { ok: true; message: Message }
  | { ok: false; name: string; problem: 'wrongShape' | 'unknownCommand'; field?: string; jobId?: string };

/** Reads a command that came over the channel. A wrong one is described by its name and the first wrong field, never by its contents. */
export function parseDeviceCommand(raw: unknown): Parsed<DeviceCommand> {
  return parseBy(deviceCommand, raw, 'command');
}

/** Reads an event that came over the channel; see {@link parseDeviceCommand}. */
export function parseDeviceEvent(raw: unknown): Parsed<DeviceEvent> {
  return parseBy(deviceEvent, raw, 'event');
}

function parseBy<Message>(
  schema: z.ZodType<Message>,
  raw: unknown,
  nameKey: 'command' | 'event',
): Parsed<Message> {
  const result = schema.safeParse(raw);
  if (result.success) return { ok: true, message: result.data };
  const members = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  const issue = result.error.issues[0];
  const unknownName = issue?.code === 'invalid_union' && issue.path.length === 1 && issue.path[0] === nameKey;
  const field = pathText(issue?.path ?? []);
  const jobId = printJobId.safeParse(members['jobId']);
  return {
    ok: false,
    name: safeName(members[nameKey]),
    problem: unknownName ? 'unknownCommand' : 'wrongShape',
    ...(field === '' ? {} : { field }),
    ...(jobId.success ? { jobId: jobId.data } : {}),
  };
}

/** A name may be repeated in a log only if it looks like a name. */
function safeName(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z.]{1,40}$/.test(value) ? value : '?';
}

/** Keys of a record are contents (a glyph's key is part of a name), so only identifiers and indexes are shown. */
function pathText(path: PropertyKey[]): string {
  return path
    .map((part) =>
      typeof part === 'number' || /^[A-Za-z][A-Za-z0-9]{0,40}$/.test(String(part)) ? String(part) : '?',
    )
    .join('.')
    .slice(0, 200);
}
