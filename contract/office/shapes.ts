import { z } from 'zod';
import { otherTicketSchema } from '../city.ts';
import {
  businessDateSchema,
  clerkNumberSchema,
  commandIdSchema,
  departureIdSchema,
  documentKindSchema,
  fenSchema,
  hex128Schema,
  holderRefSchema,
  instantSchema,
  lineIdSchema,
  placeIdSchema,
  signedFenSchema,
  soldTicketClassSchema,
  ticketNumberSchema,
  windowIdSchema,
} from '../ids.ts';
import { roles, roleSchema } from '../roles.ts';
import { refusalSchema } from '../refusals.ts';
import { departureNoticeSchema } from './departures.ts';
import { toStopSchema } from '../stops.ts';
import { deckSchema } from '../vehicles.ts';

/** What screens and scripts are shown. Nothing here carries a full document number. */

export const personViewSchema = z.strictObject({
  number: clerkNumberSchema,
  name: z.string(),
  /** What the person may be here, in the order of `roles`. */
  roles: z.array(roleSchema).min(1).max(roles.length),
});
export type PersonView = z.infer<typeof personViewSchema>;

export const shiftViewSchema = z.strictObject({
  shiftId: hex128Schema,
  clerkNumber: clerkNumberSchema,
  openedAt: instantSchema,
  businessDate: businessDateSchema,
  floatFen: fenSchema,
  ticketCount: z.int().min(0),
  salesFen: fenSchema,
  /** Cash given back after sales and for how many tickets, and what changes brought in. */
  backCount: z.int().min(0),
  backFen: fenSchema,
  moreFen: fenSchema,
});
export type ShiftView = z.infer<typeof shiftViewSchema>;

/** `expectedFen` = float + cash sales + collected at changes − given back; `differenceFen` = counted − expected. */
export const closedShiftViewSchema = z.strictObject({
  ...shiftViewSchema.shape,
  closedAt: instantSchema,
  countedFen: fenSchema,
  expectedFen: fenSchema,
  differenceFen: signedFenSchema,
  /** Closed for an absent clerk: ticket paper counted, which stays in the drawer with the cash. */
  paper: z.int().min(0).optional(),
});
export type ClosedShiftView = z.infer<typeof closedShiftViewSchema>;

/** A drawer that was counted for an absent clerk and waits for the next one. */
export const drawerViewSchema = z.strictObject({
  fen: fenSchema,
  paper: z.int().min(0).nullable(),
  /** Whose shift it was, who counted it and who countersigned. */
  clerkNumber: clerkNumberSchema,
  countedBy: z.string(),
  countersignedBy: clerkNumberSchema,
  at: instantSchema,
});
export type DrawerView = z.infer<typeof drawerViewSchema>;

export const departureViewSchema = z.strictObject({
  departureId: departureIdSchema,
  date: businessDateSchema,
  /** `HH:MM` in Shanghai. */
  departLocal: z.string(),
  departAt: instantSchema,
  lineId: lineIdSchema,
  lineName: z.string(),
  mode: z.enum(['water', 'road']),
  fromPlaceId: placeIdSchema,
  fromName: z.string(),
  toPlaceId: placeIdSchema,
  toName: z.string(),
  /** Stops on the way that tickets are sold to, in their order; absent = none. */
  stops: z
    .array(
      z.strictObject({
        placeId: placeIdSchema,
        name: z.string(),
        /** `HH:MM` in Shanghai, by the timetable. */
        arriveLocal: z.string(),
        fullFareFen: fenSchema,
      }),
    )
    .optional(),
  vesselName: z.string(),
  numberedSeats: z.boolean(),
  capacity: z.int().min(1),
  /** Seats in this window's hands that it has not sold. */
  held: z.int().min(0),
  /** Seats left in all, as far as this window knows. */
  left: z.int().min(0),
  fullFareFen: fenSchema.nullable(),
  /** Free children that a coach may still take besides; null on a ship, where they count among the heads. */
  freeChildrenLeft: z.int().min(0).nullable(),
  /** Room for vehicles that is left here; null = takes none. */
  vehicleRoom: z.strictObject({ unit: z.enum(['laneCm', 'places']), left: z.int().min(0) }).nullable(),
  /** `frozen`: an older ledger may have sold its seats, so this one sells none. */
  /** `stopped`: by a state or a plan nobody is sold a ticket for it now; `notice` says which. */
  state: z.enum(['onSale', 'soldOut', 'saleEnded', 'left', 'notOnSaleYet', 'frozen', 'stopped']),
  /** Absent where nothing is to be said of it. */
  notice: departureNoticeSchema.optional(),
  /** How an identity is taken for it, where a plan in force says so; absent = read or typed, as always. */
  capture: z.enum(['read', 'typedWithSecond']).optional(),
  /** When it really left, where somebody said so. */
  leftAt: instantSchema.optional(),
  /** An extra departure (加班), put in beside the timetable. */
  extra: z.literal(true).optional(),
});
export type DepartureView = z.infer<typeof departureViewSchema>;

/** A person on the form: the reference says nothing by itself, the number is masked. */
export const holderViewSchema = z.strictObject({
  holderRef: holderRefSchema,
  documentKind: documentKindSchema,
  name: z.string(),
  masked: z.string(),
  /** `mrz`: the lines of a passport, scanned. */
  capture: z.enum(['chip', 'typed', 'mrz']),
  /** What the kind is called, short. */
  kindName: z.string(),
});
export type HolderView = z.infer<typeof holderViewSchema>;

/**
 * Where a ticket's sheet is: `waiting` not begun · `sending` bytes are on their way · `confirmed` the printer said so ·
 * `sent` all of it went to a printer that cannot report: nobody's task, the clerk sees it come out ·
 * `unknown` nobody can say, the clerk looks · `failed` nothing came out · `settled` the clerk looked: it is in hand ·
 * `slip` by a plan it came with a slip printed beforehand · `none` it has no sheet: electronic. Of both a sheet can be printed later ·
 * `spoiled` the clerk made it waste paper, and no other was wanted ·
 * `cancelled` its ticket ended before it was begun: it never comes out, and no paper was used.
 */
export const printStateSchema = z.strictObject({
  state: z.enum([
    'waiting',
    'sending',
    'confirmed',
    'sent',
    'unknown',
    'failed',
    'settled',
    'spoiled',
    'cancelled',
    'slip',
    'none',
  ]),
  /** 1 for the first sheet of a ticket, n for its n-th. */
  copy: z.int().min(1),
  /** Number of the slip. */
  slip: z.int().min(1).optional(),
  /** Why, in plain Chinese, when `unknown`, `failed` or `cancelled`. */
  reason: z.string().optional(),
});
export type PrintState = z.infer<typeof printStateSchema>;

/** What only some tickets have. */
const ticketKindShape = {
  /** Ticket of the adult with whom a free child rides. */
  carriedBy: ticketNumberSchema.optional(),
  /** For the line and day (流水票), or without a place (候补): its place in the queue. Absent on a ticket for its departure. */
  queue: z.string().optional(),
  /** A vehicle's ticket: its type and length; its plate stands where a passenger's name does. */
  vehicle: z
    .strictObject({
      typeName: z.string(),
      lengthCm: z.int().min(1),
      deck: deckSchema.nullable(),
      driverTicket: ticketNumberSchema,
    })
    .optional(),
};

export const soldTicketSchema = z.strictObject({
  ticketNumber: ticketNumberSchema,
  holderRef: holderRefSchema.nullable(),
  ticketClass: soldTicketClassSchema,
  /** Words of the class. */
  className: z.string(),
  fareFen: fenSchema,
  /** Null where seats are free. */
  seatNumber: z.int().min(1).nullable(),
  ...ticketKindShape,
  print: printStateSchema,
});

/** Durable when it is shown. */
/**
 * A scanned code as a page may see it. A ticket's `seal`: `valid` this window's own and unchanged, `foreign` sealed by another
 * window, which only the city can judge. Lines of a document (MRZ) come as the holder they were turned into.
 */
export const scannerCodeSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ticketQr'),
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    ticketClass: soldTicketClassSchema,
    seal: z.enum(['valid', 'foreign']),
  }),
  z.strictObject({ kind: z.literal('mrz'), holder: holderViewSchema }),
  /** A ticket code that was changed, or document lines that cannot be taken. */
  z.strictObject({ kind: z.literal('refused'), of: z.enum(['ticketQr', 'mrz']), refusal: refusalSchema }),
  /** Anything else, at most 200 characters, document numbers in it masked. */
  z.strictObject({ kind: z.literal('text'), text: z.string().max(200) }),
]);
export type ScannerCode = z.infer<typeof scannerCodeSchema>;

export const saleResultSchema = z.strictObject({
  commandId: commandIdSchema,
  at: instantSchema,
  departureId: departureIdSchema,
  /** The stop on the way that was sold; absent = the end of the line. */
  toStop: toStopSchema.optional(),
  totalFen: fenSchema,
  tenderedFen: fenSchema,
  changeFen: fenSchema,
  tickets: z.array(soldTicketSchema),
});
export type SaleResult = z.infer<typeof saleResultSchema>;

/**
 * Why a ticket is no longer simply good. `replaced`: another took its place, changed or issued again; `boarded`: it was let aboard, here or
 * elsewhere.
 */
export const ticketEndSchema = z.strictObject({
  what: z.enum(['refundPending', 'refunded', 'changed', 'reissued', 'replaced', 'void', 'boarded', 'noShow']),
  /** Whose gate let it aboard; else null. */
  window: windowIdSchema.nullable(),
  replacedBy: ticketNumberSchema.nullable(),
});
export type TicketEnd = z.infer<typeof ticketEndSchema>;

export const ticketViewSchema = z.strictObject({
  seq: z.int().min(1),
  ticketNumber: ticketNumberSchema,
  soldAt: instantSchema,
  departureId: departureIdSchema,
  departLocal: z.string(),
  lineName: z.string(),
  /** The end of the line. */
  toName: z.string(),
  /** The stop on the way where the ticket ends; absent = at the end of the line. */
  toStop: toStopSchema.optional(),
  ticketClass: soldTicketClassSchema,
  /** Words of the class. */
  className: z.string(),
  fareFen: fenSchema,
  seatNumber: z.int().min(1).nullable(),
  ...ticketKindShape,
  /** From the vault; null when its week has been erased. Of a vehicle: its plate. */
  holderName: z.string().nullable(),
  masked: z.string().nullable(),
  clerkNumber: clerkNumberSchema,
  print: printStateSchema,
  /** `refused` and `held` are the city's verdicts. */
  upload: z.enum(['queued', 'stored', 'refused', 'held']),
  uploadRefusal: refusalSchema.optional(),
  /** What became of it, as far as this office and, in contact, the station's host know; absent while it is good and unused. */
  end: ticketEndSchema.optional(),
});
export type TicketView = z.infer<typeof ticketViewSchema>;

export const linkStatusSchema = z.strictObject({
  /** `none`: this window has no city configured. `fenced`: the city found a fork and takes nothing more. */
  state: z.enum(['none', 'starting', 'up', 'down', 'fenced']),
  /** Entries not yet acknowledged, and since when the oldest waits. */
  backlog: z.int().min(0),
  oldestUnsentAt: instantSchema.nullable(),
  /** Why it is not up. */
  refusal: refusalSchema.optional(),
  /** The last comparison of finished business dates with the city; absent before the first. */
  totals: z
    .strictObject({
      checkedAt: instantSchema,
      /** Dates compared, oldest first. */
      dates: z.array(businessDateSchema),
      /** Dates whose totals differ, in words: somebody's task. */
      differences: z.array(z.strictObject({ businessDate: businessDateSchema, refusal: refusalSchema })),
    })
    .optional(),
  /** After a fork: the other copy's tickets as the city lists them, those that meet another first; absent before it was asked. */
  forks: z.strictObject({ total: z.int().min(0), tickets: z.array(otherTicketSchema).max(50) }).optional(),
});
export type LinkStatus = z.infer<typeof linkStatusSchema>;

export const deviceStatusSchema = z.strictObject({
  deviceId: z.string(),
  kind: z.enum(['id-reader', 'printer', 'scanner']),
  state: z.enum(['starting', 'ready', 'paused', 'attention', 'absent', 'fault']),
  paper: z.enum(['ok', 'nearEnd', 'out', 'unknown']),
  /** In plain Chinese: what is the matter and what to do; empty when all is well. */
  text: z.string(),
  /** What the device calls itself, where it does: the number of a reader's security module. */
  model: z.string().optional(),
});
export type DeviceStatus = z.infer<typeof deviceStatusSchema>;

/** A ledger that goes on after one that was left behind (docs/leases.md). */
export const successionViewSchema = z.strictObject({
  /** `older` the file ended before its anchor · `differs` it had another entry there · `missing` · `anchorUnreadable`. */
  why: z.enum(['older', 'differs', 'missing', 'anchorUnreadable']),
  at: instantSchema,
  /** Last entry of the file that was set aside; 0 when it was missing. */
  fromSeq: z.int().min(0),
  /** Last entry that was known outside the file; null when that could not be read. */
  anchorSeq: z.int().min(1).nullable(),
  /** Departures up to this date are frozen; null when nothing was ever leased. */
  frozenThrough: businessDateSchema.nullable(),
  /** Departures of the timetable in force that have not left and are frozen. */
  frozenDepartures: z.int().min(0),
  /** Until a clerk has confirmed, nothing is sold. */
  confirmed: z.boolean(),
});
export type SuccessionView = z.infer<typeof successionViewSchema>;

/** Why this window may not sell: it has to be put right by people. */
export const fencedViewSchema = z.strictObject({
  /**
   * `fork` somebody else writes under this window's key · `behind` the city or the host has more of this ledger than this window ·
   * `writtenOff` two people signed at the station's host that this machine is off.
   */
  reason: z.enum(['fork', 'behind', 'writtenOff']),
  seq: z.int().min(1),
  refusal: refusalSchema,
});
export type FencedView = z.infer<typeof fencedViewSchema>;

/**
 * The link inside the station. `alone`: this window is its own host · `host`: this office serves the others · `up`, `starting`,
 * `down`: the way to the host.
 */
export const stationLinkStatusSchema = z.strictObject({
  state: z.enum(['alone', 'host', 'starting', 'up', 'down']),
  /** In Chinese, for the status bar. */
  text: z.string(),
  /** Windows that are connected now; at the host only. */
  windows: z.int().min(0).optional(),
  /** Entries that the host does not have; at a window only. */
  backlog: z.int().min(0).optional(),
  /** Why it is not up. */
  refusal: refusalSchema.optional(),
});
export type StationLinkStatus = z.infer<typeof stationLinkStatusSchema>;

/** One contingency order in force, as a band shows it. */
export const inForceSchema = z.strictObject({
  id: z.string(),
  /** Null where the plan is of a later program. */
  name: z.string().nullable(),
  level: z.int().min(1).max(4).nullable(),
  colour: z.enum(['red', 'orange', 'yellow', 'blue']).nullable(),
  since: instantSchema,
  /** When its loosenings end; null when it has none that hold. What it restricts ends by hand only. */
  until: instantSchema.nullable(),
  /** When somebody has to look again (复查), and who did last. Absent where its plan cannot be read. Nothing ends by it. */
  review: z
    .strictObject({
      everyMin: z.int().min(1),
      dueAt: instantSchema,
      due: z.boolean(),
      last: z.strictObject({ at: instantSchema, by: z.string(), note: z.string() }).nullable(),
    })
    .optional(),
});
export type InForce = z.infer<typeof inForceSchema>;

export const officeStatusSchema = z.strictObject({
  /** The office's own clock, so that a page need not trust its machine's. */
  nowMs: instantSchema,
  businessDate: businessDateSchema,
  link: linkStatusSchema,
  /** Absent where an older office answers. */
  station: stationLinkStatusSchema.optional(),
  devices: z.array(deviceStatusSchema),
  /** Ids of the contingency orders in force; empty = 平常. */
  plans: z.array(z.string()),
  /** The same orders and whatever else stops or moves departures, as the band shows them; absent = nothing. */
  inForce: z.array(inForceSchema).optional(),
  feedVersion: z.int().min(0),
  shift: shiftViewSchema.nullable(),
  /** Sheets whose fate is unknown or failed: somebody's task. */
  printsToSettle: z.int().min(0),
  /** Entries that the city refused: somebody's task too. The list of sold tickets says why. */
  uploadsRefused: z.int().min(0),
  /** Tickets that went aboard at two gates, until somebody takes one boarding back: a gate's and a manager's task. */
  doubled: z.int().min(0),
  /** Present until a clerk has confirmed, and then while departures are frozen. */
  succession: successionViewSchema.optional(),
  /** Present while this window may not sell. */
  fenced: fencedViewSchema.optional(),
  /** Present while the day's copy of the ledger, or its second one, could not be made: the technician's page says what to do. */
  backup: z.strictObject({ at: instantSchema, refusal: refusalSchema }).optional(),
});
export type OfficeStatus = z.infer<typeof officeStatusSchema>;
