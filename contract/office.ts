import { z } from 'zod';
import {
  businessDateSchema,
  clerkNumberSchema,
  commandIdSchema,
  departureIdSchema,
  documentKindSchema,
  hex128Schema,
  holderRefSchema,
  instantSchema,
  placeIdSchema,
  ticketNumberSchema,
} from './ids.ts';
import { glyphSchema } from './device.ts';
import {
  departureViewSchema,
  fencedViewSchema,
  holderViewSchema,
  officeStatusSchema,
  personViewSchema,
  printStateSchema,
  saleResultSchema,
  scannerCodeSchema,
  shiftViewSchema,
  successionViewSchema,
  ticketViewSchema,
} from './office/shapes.ts';
import { peopleMethods } from './office/people.ts';
import { displayViewSchema } from './office/display.ts';
import { gateMethods } from './office/gate.ts';
import type { MethodSpec } from './office/method.ts';
import { basicDataMethods } from './office/basic-data.ts';
import { choiceMethods, orderSchema, quoteViewSchema, sellInputSchema } from './office/sales.ts';
import { crisisMethods } from './office/crisis.ts';
import { planMethods } from './office/plans.ts';
import { ticketMethods, worklistMethods } from './office/after-sale.ts';
import { endedTwiceMethods } from './office/ended-twice.ts';
import { reportMethods } from './office/reports.ts';
import { shiftMethods } from './office/shifts.ts';
import { gateRightMethods } from './office/gate-rights.ts';
import { stationMethods } from './office/station.ts';
import { windowMethods } from './office/windows.ts';
import { machineMethods } from './office/machine.ts';
import { reserveMethods } from './office/reserves.ts';
import { trialMethods } from './office/trial.ts';
import { refusalSchema } from './refusals.ts';
import { roleSchema } from './roles.ts';
import { sheetPartSchema } from './ticket-layout.ts';

const nothing = z.strictObject({});

/** One character, with the two halves that a rare one has. */
const oneCharacter = z.string().refine((text) => Array.from(text).length === 1, { message: 'one character' });

/**
 * The office API, whole: every method and event that a page or a script may use. Electron serves it over IPC, the
 * host over a WebSocket. `docs/office-api.md` is generated from this file.
 */
export const officeMethods = {
  'session.info': {
    mutating: false,
    audit: 'none',
    summary: 'What this window is: station, number, trial or not, and who is signed in.',
    input: nothing,
    output: z.strictObject({
      station: z.strictObject({ id: z.string(), code: z.string(), name: z.string() }),
      window: z.int(),
      trial: z.boolean(),
      program: z.string(),
      signedIn: personViewSchema.nullable(),
      /** Why the sign-in opens next to nothing now; absent when it is whole. */
      limit: z.enum(['locked', 'changePin']).optional(),
      /** Why it is locked. */
      lockedWhy: z.enum(['idle', 'asked', 'elsewhere']).optional(),
      /** The station has no manager yet: one is made with the code that was printed at the first start. */
      firstRun: z.literal(true).optional(),
      /** Training mode: nothing here is real. */
      training: z.literal(true).optional(),
      /** A page locks itself after so many minutes without a key; 0 = never. */
      idleLockMinutes: z.int().min(0),
      /** Trial people and their PINs, the clerks first, shown on the trial sign-in page; absent elsewhere. */
      trialClerks: z
        .array(
          z.strictObject({
            number: clerkNumberSchema,
            name: z.string(),
            pin: z.string(),
            roles: z.array(roleSchema),
          }),
        )
        .optional(),
    }),
  },
  'session.signIn': {
    mutating: false,
    audit: 'journal',
    summary:
      'Signs a person in on this page session. `training`: into training mode, a ledger of its own that prints only marked sheets and is wiped at sign-out.',
    input: z.strictObject({
      number: z.string().max(16),
      pin: z.string().max(32),
      training: z.boolean().optional(),
    }),
    output: personViewSchema,
  },
  'session.signOut': {
    mutating: false,
    audit: 'journal',
    summary: 'Signs out. An open shift stays open.',
    input: nothing,
    output: nothing,
  },
  ...shiftMethods,
  'timetable.places': {
    mutating: false,
    audit: 'none',
    summary:
      'Destinations reached from here, with initials and aliases to find them by; those of this pier first.',
    input: nothing,
    output: z.strictObject({
      feedVersion: z.int().min(0),
      places: z.array(
        z.strictObject({
          placeId: placeIdSchema,
          name: z.string(),
          initials: z.string(),
          aliases: z.array(z.string()),
          /** Lines that end here; `local` = at least one starts at this station. */
          lineIds: z.array(z.string()),
          local: z.boolean(),
        }),
      ),
    }),
  },
  'timetable.departures': {
    mutating: false,
    audit: 'none',
    summary: 'Departures of one business date, by time; narrowed to a destination or a line when given.',
    input: z.strictObject({
      date: businessDateSchema,
      toPlaceId: placeIdSchema.optional(),
      lineId: z.string().max(64).optional(),
    }),
    output: z.strictObject({ departures: z.array(departureViewSchema) }),
  },
  'holders.type': {
    mutating: false,
    audit: 'none',
    summary:
      'Checks a typed document and keeps it for ten minutes; gives back a reference and the masked number.',
    input: z.strictObject({
      documentKind: documentKindSchema,
      number: z.string().max(64),
      name: z.string().max(64),
      /** `YYYYMMDD`, where the number does not say it. */
      birthDate: z.string().max(16).optional(),
      /** Who issued it, where the kind is recorded with its office. */
      office: z.string().max(80).optional(),
    }),
    output: holderViewSchema,
  },
  'holders.drop': {
    mutating: false,
    audit: 'none',
    summary: 'Forgets holders at once: the clerk cleared the form.',
    input: z.strictObject({ holderRefs: z.array(holderRefSchema).max(50) }),
    output: nothing,
  },
  'sales.quote': {
    mutating: false,
    audit: 'none',
    summary: 'Fares and obstacles for passengers on a departure. Changes nothing; seats are not held.',
    input: z.strictObject(orderSchema),
    output: quoteViewSchema,
  },
  'sales.sell': {
    mutating: true,
    audit: 'journal',
    summary: 'Sells one ticket a passenger and one a vehicle for cash, durably, and queues them for print.',
    input: sellInputSchema,
    output: saleResultSchema,
  },
  'sales.list': {
    mutating: false,
    audit: 'none',
    summary: 'Tickets sold at this window, newest first, a page at a time.',
    input: z.strictObject({
      limit: z.int().min(1).max(200),
      /** `next` of the page of newer ones. */
      before: z.int().min(1).optional(),
      /** `previous` of the page of older ones: the nearest that are newer. 0 = the oldest page. */
      after: z.int().min(0).optional(),
      /** Only this shift. */
      shiftId: hex128Schema.optional(),
      /** A ticket number, or its last digits. */
      ticketNumber: z
        .string()
        .regex(/^\d{1,20}$/)
        .optional(),
    }),
    output: z.strictObject({
      tickets: z.array(ticketViewSchema),
      /** Cursor to older ones, null at the oldest. The cursors are places in the ledger: sales that come meanwhile move nothing. */
      next: z.int().nullable(),
      /** Cursor to newer ones, null where nothing newer was there. */
      previous: z.int().nullable(),
      /** Where the page stands among all tickets; absent where only some were asked for, and of an empty page. */
      place: z.strictObject({ newer: z.int().min(0), total: z.int().min(1) }).optional(),
    }),
  },
  'sales.paper': {
    mutating: false,
    audit: 'none',
    summary:
      "What stands on a ticket's newest sheet, line by line as it is printed here: for its picture. The number is masked.",
    input: z.strictObject({ ticketNumber: ticketNumberSchema }),
    output: z.strictObject({
      paperWidthMm: z.literal([58, 80]),
      /** Characters of normal size in a line; a Chinese one takes two. */
      columns: z.int().min(1),
      parts: z.array(sheetPartSchema),
    }),
  },
  'prints.glyphs': {
    mutating: false,
    audit: 'none',
    summary: "The page's drawings of characters that `glyphs.wanted` asked for; kept in the office's memory.",
    input: z.strictObject({
      glyphs: z.record(oneCharacter, glyphSchema),
      /** Those that no font of the page has. */
      missing: z.array(oneCharacter).max(200),
    }),
    output: nothing,
  },
  'scanner.typed': {
    mutating: false,
    audit: 'none',
    summary:
      'A code that a keyboard scanner typed, line by line; taken like one from a serial scanner. Null: more lines of it are to come.',
    input: z.strictObject({ text: z.string().max(2_000) }),
    output: z.strictObject({ code: scannerCodeSchema.nullable() }),
  },
  'prints.settle': {
    mutating: true,
    audit: 'journal',
    summary:
      'The clerk looked: a sheet of unknown or failed fate is in hand, or is spoiled and printed again. `spoil`: the newest sheet is bad and no other is wanted, for example because the passenger takes the money back; a printed sheet may be spoiled too. The ticket stays what it is. `copy`: which sheet of the ticket; absent: the oldest of unknown or failed fate, else the newest. An older sheet is not printed again while a newer one stands.',
    input: z.strictObject({
      ticketNumber: ticketNumberSchema,
      copy: z.int().min(1).optional(),
      found: z.enum(['inHand', 'printAgain', 'spoil']),
    }),
    output: z.strictObject({ print: printStateSchema }),
  },
  'commands.open': {
    mutating: false,
    audit: 'none',
    summary: 'Accepted commands whose answer no page has said it saw: asked after a restart.',
    input: nothing,
    output: z.strictObject({
      commands: z.array(
        z.strictObject({
          commandId: commandIdSchema,
          method: z.string(),
          at: instantSchema,
          result: z.unknown(),
        }),
      ),
    }),
  },
  'commands.seen': {
    mutating: false,
    audit: 'none',
    summary: 'The page has shown the answer of these commands.',
    input: z.strictObject({ commandIds: z.array(commandIdSchema).max(100) }),
    output: nothing,
  },
  'recovery.summary': {
    mutating: false,
    audit: 'none',
    summary: 'Everything that a kill or a power cut may have left open, for the first page after a start.',
    input: nothing,
    output: z.strictObject({
      /** As `commands.open`. */
      commands: z.array(
        z.strictObject({
          commandId: commandIdSchema,
          method: z.string(),
          at: instantSchema,
          result: z.unknown(),
        }),
      ),
      /** Sheets of unknown or failed fate, oldest first: each waits for `prints.settle`. */
      prints: z.array(
        z.strictObject({
          ticketNumber: ticketNumberSchema,
          departureId: departureIdSchema,
          soldAt: instantSchema,
          print: printStateSchema,
        }),
      ),
      /** Sheets not begun: they print by themselves. */
      printsWaiting: z.int().min(0),
      /** Entries that the city has not acknowledged, and since when the oldest waits: they go up by themselves. */
      unsent: z.strictObject({ entries: z.int().min(0), oldestAt: instantSchema.nullable() }),
      shift: shiftViewSchema.nullable(),
      succession: successionViewSchema.optional(),
      fenced: fencedViewSchema.optional(),
    }),
  },
  'succession.confirm': {
    mutating: true,
    audit: 'journal',
    summary:
      'The clerk has read why this window goes on in a new ledger and which departures are frozen. Asked once.',
    input: nothing,
    output: successionViewSchema,
  },
  'status.get': {
    mutating: false,
    audit: 'none',
    summary: 'Link and backlog, devices, plans in force, shift, prints: the status bar.',
    input: nothing,
    output: officeStatusSchema,
  },
  'link.export': {
    mutating: false,
    audit: 'log',
    summary:
      'Writes what the city has not acknowledged as signed batch files, to be carried by hand: into `outbox/` of the data folder, or a folder such as a USB stick.',
    input: z.strictObject({ folder: z.string().min(1).max(1_024).optional() }),
    output: z.strictObject({
      folder: z.string(),
      files: z.array(z.strictObject({ name: z.string(), from: z.int().min(1), to: z.int().min(1) })),
    }),
  },
  'link.import': {
    mutating: false,
    audit: 'log',
    summary:
      "Takes the city's signed answers to carried batches in, as if they had come over the line. A file that is refused changes nothing.",
    input: z.strictObject({ folder: z.string().min(1).max(1_024).optional() }),
    output: z.strictObject({
      folder: z.string(),
      /** `known`: it said nothing new. */
      files: z.array(
        z.strictObject({
          name: z.string(),
          outcome: z.enum(['taken', 'known', 'refused']),
          refusal: refusalSchema.optional(),
        }),
      ),
      /** Everything up to it is stored at the city. */
      ackSeq: z.int().min(0),
    }),
  },
  'display.current': {
    mutating: false,
    audit: 'none',
    summary:
      'What the passengers may see on their own screen now: route, fares, total, change; nothing personal.',
    input: nothing,
    output: displayViewSchema,
  },
  'reader.again': {
    mutating: false,
    audit: 'none',
    summary: 'Reads the card that lies on the reader once more.',
    input: nothing,
    output: nothing,
  },
  ...peopleMethods,
  ...basicDataMethods,
  ...gateMethods,
  ...choiceMethods,
  ...planMethods,
  ...ticketMethods,
  ...endedTwiceMethods,
  ...worklistMethods,
  ...crisisMethods,
  ...reportMethods,
  ...stationMethods,
  ...gateRightMethods,
  ...windowMethods,
  ...machineMethods,
  ...reserveMethods,
  ...trialMethods,
} as const satisfies Record<string, MethodSpec>;

export type OfficeMethod = keyof typeof officeMethods;
export type OfficeInput<M extends OfficeMethod> = z.infer<(typeof officeMethods)[M]['input']>;
export type OfficeOutput<M extends OfficeMethod> = z.infer<(typeof officeMethods)[M]['output']>;

export type { MethodSpec } from './office/method.ts';
export type { Role } from './roles.ts';
export { officeEvents, type OfficeEvent, type OfficeEventData } from './office/events.ts';
export type { BoardView, DepartureNotice, NoticeView } from './office/crisis.ts';
export type { OrderView, PlanHistoryRow, PlanPreview, PlanSuggestion, PlanView } from './office/plans.ts';
export type { InForce } from './office/shapes.ts';
export type { LostLedgerView, RetirementView, StationWindowView } from './office/station.ts';
export type {
  AfterSaleDone,
  AfterSaleTicket,
  ChangeQuoteView,
  WorklistDeparture,
} from './office/after-sale.ts';
export type { DisplayView } from './office/display.ts';
export type {
  GateCounts,
  GateDeparture,
  GateTicket,
  GateVerdict,
  GateView,
  ManifestPage,
} from './office/gate.ts';
export type {
  PersonView,
  ShiftView,
  HolderView,
  DepartureView,
  PrintState,
  SaleResult,
  ScannerCode,
  TicketEnd,
  TicketView,
  LinkStatus,
  DeviceStatus,
  FencedView,
  OfficeStatus,
  StationLinkStatus,
  SuccessionView,
  ClosedShiftView,
} from './office/shapes.ts';
