import type { KeptBooks } from './backup-types.ts';
import type { SealedRow } from '../../contract/encoding/batch.ts';
import type { EntryBody, EntryEnvelope, EntryIdentity, NewEntry } from '../../contract/entries.ts';
import type { BusinessDate, DepartureId, Fen, LedgerId, TicketNumber, WindowId } from '../../contract/ids.ts';
import type { Verdict } from '../../contract/city.ts';
import type { VehicleLeaseRow } from './projections/vehicle-leases.ts';
import type { Runtime } from '../runtime.ts';
import type { Anchor } from './anchor.ts';
import type { DataChangeRow } from './data-change-row.ts';
import type { SealedSecret, SecretKeeping } from './secrets.ts';
import type { JournalPage, JournalQuery } from './journal-page.ts';

export type { DataChangeRow } from './data-change-row.ts';
export type { DayAfter } from './projections/station-days.ts';
import type { StationDay } from './projections/station-days.ts';
import type { StationPicture } from './picture-types.ts';
import type { AfterSaleBooks } from './projections/after-sale.ts';
import type { LedgerName } from './ledger-name.ts';
import type { LatestKind } from './latest-kinds.ts';
import type { StationBooks } from './station-types.ts';

export type {
  GrantRow,
  RoomGrantRow,
  PoolRow,
  RelayBatch,
  RelayLedger,
  StationBooks,
  StationWindowRow,
} from './station-types.ts';

/** What the ledger needs of the outside. */
export type LedgerRuntime = Pick<Runtime, 'clock' | 'random' | 'timers' | 'files' | 'log'>;

/** One file of `migrations/`, read by a shell because only shells touch files. `name` is `0001_first.sql`. */
export interface MigrationFile {
  name: string;
  sql: string;
}

export interface LedgerOptions {
  /** Its `files` is the data folder that holds `ledger.db`. */
  runtime: LedgerRuntime;
  window: WindowId;
  /** Four digits, part of every ticket number, as `windowNumber` and `ordinal` are. A ledger that is there keeps its own. */
  stationCode: string;
  windowNumber: number;
  /** Ordinal of a ledger made now. A ledger that is there keeps its own. */
  ordinal: number;
  /** Program name and version, at most 40 letters. */
  program: string;
  /** base64url of the window's raw Ed25519 public key, kept in `ledger.opened`. */
  signingKey: string;
  businessDateOf: (ms: number) => BusinessDate;
  migrations: readonly MigrationFile[];
  /** Id of a ledger made now: the one that {@link LedgerFacts} named, so that the vault is bound to it too. */
  ledgerId?: LedgerId;
  /** Sees each statement that is run, with its values. Costs nothing when absent. */
  trace?: (sql: string, params: readonly unknown[]) => void;
}

/** What stands in the folder, found without writing a byte. */
export interface LedgerFacts {
  /** True when there is no ledger yet (and no anchor that says there was one). */
  isNew: boolean;
  /** Of the ledger there, or a fresh one for the ledger to be made. */
  ledgerId: LedgerId;
  /** Of the ledger there; null when new. */
  signingKey: string | null;
  hasSealedRows: boolean;
  lastSeq: number;
  /** Present when what is there may not go on: {@link LedgerFacts.ledgerId} is that of the successor to be made. */
  leftBehind?: LeftBehind;
}

/** A ledger that may not go on as if nothing happened (architecture, idea 1), and what is known of it. */
export interface LeftBehind {
  why: NonNullable<EntryBody<'ledger.opened'>['succession']>['why'];
  /** Null when it cannot be read. */
  anchor: Anchor | null;
  /** Null when there is no file with entries. */
  file: {
    ledgerId: LedgerId;
    ordinal: number;
    signingKey: string;
    seq: number;
    /** Of the last entry, hex. */
    hash: string;
    lastDate: BusinessDate;
    leasedThrough: BusinessDate | null;
    frozenThrough: BusinessDate | null;
  } | null;
}

/** The sealed identity of one entry, as `Vault.seal` gives it. */
export interface AppendIdentity {
  row: SealedRow;
  /** 64 hex digits; stands in the entry beside `row.ref`. */
  digestHex: string;
  /** Keyed look-up token of the document; never leaves the ledger file. */
  token: Uint8Array;
}

export type AppendEntry = NewEntry & { identity?: AppendIdentity };

/**
 * A sheet's way: `queued` → `sending` (durable before the first byte) → one of the rest. `unknown` and `failed` wait for the
 * clerk's word; `settled` = the clerk has it in hand, or its printer cannot report and it was sent, or its ticket ended before
 * it was begun; `spoiled` = waste paper by the clerk's word, with another one queued or not.
 */
export type EffectState = 'queued' | 'sending' | 'confirmed' | 'unknown' | 'failed' | 'settled' | 'spoiled';
export type EffectEnd = Exclude<EffectState, 'queued' | 'sending'>;

export interface AppendEffect {
  kind: 'print';
  ticketNumber: TicketNumber;
  /** 1 for the first sheet of a ticket; the same copy cannot be queued twice. */
  copy: number;
}

/** Everything one command writes, in one durable transaction. */
export interface AppendCommand {
  commandId: string;
  /** Method of the office API, or a word of the office's own doing such as `print.outcome`. */
  method: string;
  /**
   * HMAC of the JCS of the command's body: makes a row in `commands`, so that the same command can be answered again.
   * Null for what the office does by itself: journal only.
   */
  bodyMac: Uint8Array | null;
  /** Clerk number, or `office`. */
  actor: string;
  atMs: number;
  businessDate: BusinessDate;
  /** Ids of the contingency orders in force, sorted. */
  plans: readonly string[];
  /** 1 to {@link MOST_ENTRIES_A_COMMAND}, in order. */
  entries: readonly AppendEntry[];
  effects?: readonly AppendEffect[];
  /** Sealed secrets that change with these entries. */
  secrets?: readonly SealedSecret[];
  /** Moves sheets on, in the same transaction as the entries that say so. */
  settleEffects?: readonly { effectId: number; state: EffectEnd }[];
}

/** 50 passengers, their leases and the money fit several times. */
export const MOST_ENTRIES_A_COMMAND = 500;

export interface Appended {
  firstSeq: number;
  lastSeq: number;
  /** Hash of the last entry, 32 bytes. */
  hash: Uint8Array;
}

/** The disk did not take it. Nothing was written; the caller refuses with `disk.failed`. */
export class LedgerWriteError extends Error {
  readonly sqliteCode: string;
  constructor(sqliteCode: string, options?: { cause: unknown }) {
    super(`the ledger could not be written: ${sqliteCode}`, options);
    this.name = 'LedgerWriteError';
    this.sqliteCode = sqliteCode;
  }
}

/**
 * The database itself refused what no desk may ask for: a seat sold twice, a lease overdrawn, a command id used again, a
 * second open shift, a sheet that is not where the caller thinks. A defect of the caller; nothing was written.
 */
export class LedgerConflictError extends Error {
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'LedgerConflictError';
  }
}

export interface StoredCommand {
  commandId: string;
  method: string;
  bodyMac: Uint8Array;
  firstSeq: number;
  lastSeq: number;
  atMs: number;
  seen: boolean;
}

export interface ShiftRow {
  shiftId: string;
  clerkNumber: string;
  floatFen: Fen;
  openedAtMs: number;
  businessDate: BusinessDate;
  openedSeq: number;
  ticketCount: number;
  salesFen: Fen;
  /** Cash given back after sales, for how many tickets, and what changes brought in. */
  backCount: number;
  backFen: Fen;
  moreFen: Fen;
  closed: {
    seq: number;
    atMs: number;
    countedFen: Fen;
    expectedFen: Fen;
    differenceFen: number;
  } | null;
}

export interface LeaseRow {
  leaseId: string;
  departureId: DepartureId;
  kind: 'numbered' | 'free';
  total: number;
  sold: number;
  /** Unsold seats as inclusive ranges in ascending order; empty where seats are free. */
  freeRanges: [number, number][];
  /** Every head that it allows, with a seat or without. */
  heads: { total: number; sold: number };
  /** Free children on a coach, outside its seats. */
  freeChildren: { total: number; sold: number };
  /** `self`, or the window id of the station's host. */
  grantor: 'self' | WindowId;
}

/** A sheet of a ticket: where it is now, and the last outcome that the journal has of it. */
export interface PrintRow {
  ticketNumber: TicketNumber;
  effectId: number;
  sheetId: string;
  copy: number;
  /** `sent`: settled by its own outcome, because the printer cannot report. `cancelled`: never begun, because its ticket ended. */
  state: EffectState | 'sent' | 'cancelled';
  /** Of the last `print.outcome` for this sheet; null too where a newer sheet has had one. */
  reason: string | null;
  changedAtMs: number;
}

interface SoldRow {
  seq: number;
  atMs: number;
  businessDate: BusinessDate;
  /** Who sold it. */
  actor: string;
  commandId: string;
  identity: EntryIdentity | null;
  /** Null when nothing was ever queued for it. */
  print: PrintRow | null;
}
/** A ticket: of a passenger, whose identity it carries, or of a vehicle, whose plate it carries. */
export type TicketRow = SoldRow &
  (
    | { kind: 'ticket.sold'; body: EntryBody<'ticket.sold'> }
    | { kind: 'vehicle.sold'; body: EntryBody<'vehicle.sold'> }
  );

export interface TicketQuery {
  /** At most so many. */
  limit: number;
  /** Only tickets with a lower `seq`: the cursor of the page before. */
  before?: number;
  /** Only tickets with a higher `seq`, and of these the nearest: the way back to newer ones. */
  after?: number;
  shiftId?: string;
  /** The last digits of a ticket number, or all 20. */
  ticketNumberSuffix?: string;
}

/** One sheet. `sheetId` is what the device and the journal call it. */
export interface EffectRow {
  effectId: number;
  kind: 'print';
  ticketNumber: TicketNumber;
  copy: number;
  sheetId: string;
  state: EffectState;
  queuedAtMs: number;
  changedAtMs: number;
}

/** One entry as it goes up. `canonical` is the JCS text whose bytes are hashed. */
export interface UploadEntry {
  seq: number;
  kind: string;
  canonical: string;
  hash: Uint8Array;
  row?: SealedRow;
}

export interface UploadState {
  /** Everything up to it is stored at the city; 0 = nothing yet. */
  ackSeq: number;
  backlogEntries: number;
  /** When the oldest entry not yet acknowledged was written; null when there is none. */
  oldestAtMs: number | null;
  /** Weeks whose key the city holds, sorted. */
  ackedWeeks: string[];
  /** Entries whose last verdict is `refused`. */
  refusedEntries: number;
}

export type VerifyResult = { ok: true; count: number } | { ok: false; seq: number; why: string };

/** Projections compared with the journal in slices of some milliseconds; what differs is made again, and logged. */
export interface Audit {
  /** False when there is nothing more to do. */
  step(): boolean;
  close(): void;
}

/** The journal of one window and everything that stands in the same file. Every call is synchronous. */
export interface Ledger extends LedgerName, SecretKeeping, KeptBooks, AfterSaleBooks {
  /** The city found a fork: nothing may be sold any more. Costs nothing to ask. */
  fenced(): EntryBody<'window.fenced'> | undefined;

  /**
   * Writes a whole command durably: entries, chain, projections, vault rows, command row, effects.
   * @throws {LedgerWriteError} when the disk fails; @throws {LedgerConflictError} when the database refuses. In both
   *   cases nothing was written and the ledger can go on.
   */
  append(command: AppendCommand): Appended;

  command(commandId: string): StoredCommand | undefined;
  /** Accepted commands whose answer no page has said it saw, oldest first. */
  openCommands(): StoredCommand[];
  markSeen(commandIds: readonly string[]): void;
  /** The entries of a command in order of their part: an answer is computed from these alone. */
  entriesOf(commandId: string): EntryEnvelope[];
  /** The newest entry of a kind, for kinds that change what the window is. */
  latest(kind: LatestKind): EntryEnvelope | undefined;

  head(): { seq: number; hash: Uint8Array };
  /** Entries above `seq` in order, at most `limit` and about `maxBytes` of text and rows, but at least one if there is one. */
  entriesAfter(seq: number, limit: number, maxBytes: number): UploadEntry[];
  /** Reads the whole file: sequence, hashes, columns, sealed rows, pages and indexes, every row of every projection. Mends nothing. */
  verify(): VerifyResult;
  /** Compares a ledger that was too long to be compared when it opened; see {@link Audit}. */
  audit(): Audit;
  /** Journal and sealed rows as in {@link verify}, some hundred entries at a time; gives how far it is. Entries appended meanwhile are read too. */
  verifySteps(): Generator<number, VerifyResult, void>;
  /** Entries for people who check the journal, newest first. */
  journalPage(query: JournalQuery): JournalPage;
  /** What the station sold on a business date, as far as this office knows: its own windows' journals. */
  day(date: BusinessDate): StationDay;
  /** Empties the projections and fills them from the journal, in one transaction. */
  rebuild(): void;

  /** Every ticket of the station that this office knows of, for the gate and the day report. */
  readonly picture: StationPicture;

  openShift(): ShiftRow | undefined;
  shift(shiftId: string): ShiftRow | undefined;
  leasesOf(departureId: string): LeaseRow[];
  lease(leaseId: string): LeaseRow | undefined;
  /** Leases with something unsold of departures on `fromDate` or later, oldest first. */
  unsoldLeases(fromDate: string): LeaseRow[];
  /** All leases of departures on `date` or later, oldest first. */
  leasesFrom(date: string): LeaseRow[];
  /** The entry that a lease was taken with. */
  leaseTaken(leaseId: string): EntryBody<'lease.taken'> | undefined;
  /** What went back of a lease, said or not. */
  returnsOf(leaseId: string): EntryBody<'lease.returned'>[];
  /** What only a station's host and its windows have: pools, grants, enrolment, other windows' journals. */
  readonly station: StationBooks;
  /** `left`: seats or heads, whichever is less. */
  heldByDeparture(
    departureIds: readonly string[],
  ): Map<string, { total: number; sold: number; left: number }>;
  /** The same of one departure; undefined when no lease of it was ever taken. */
  heldOf(departureId: string): { total: number; sold: number; left: number } | undefined;
  vehicleLeasesOf(departureId: string): VehicleLeaseRow[];
  vehicleLease(leaseId: string): VehicleLeaseRow | undefined;
  vehicleLeasesFrom(date: string): VehicleLeaseRow[];
  vehicleReturnsOf(leaseId: string): EntryBody<'vehicleLease.returned'>[];

  /** Change-sets of basic data in the order of the journal, also those taken back. */
  dataChanges(): DataChangeRow[];
  /** Entries of contingency orders and of states of departures above `seq`, in order; `atMs` is when each was written. */
  contingencyAfter(seq: number): { seq: number; atMs: number; entry: NewEntry }[];
  /** Departures from a date on of which tickets were sold here, with their number. */
  soldDepartures(fromDate: string): { departureId: DepartureId; sold: number }[];

  /** Serial for the next ticket of a business date at this window and ledger, from 1. */
  nextSerial(businessDate: BusinessDate): number;
  ticket(ticketNumber: string): TicketRow | undefined;
  /** Newest first. */
  tickets(query: TicketQuery): TicketRow[];
  /** How many tickets are newer than the one with this `seq`, and how many there are in all. */
  ticketPlace(seq: number): { newer: number; total: number };
  /** A ticket sold here has no place any more. */
  isEnded(ticketNumber: string): boolean;
  /** The ticket that a document already has for a departure. */
  ticketByToken(token: Uint8Array, departureId: string): TicketNumber | undefined;
  /** The sealed identity of the entry with this `seq` ({@link TicketRow.seq}); undefined when there is none or it was erased. */
  sealedRow(seq: number): SealedRow | undefined;

  /** Sheets not begun, oldest first; all of them, or the first `limit`. */
  queuedPrints(limit?: number): EffectRow[];
  /** Those of {@link queuedPrints} whose tickets have ended: they must not come out. Oldest first, at most `limit`. */
  endedPrints(limit: number): EffectRow[];
  /** `queued` → `sending`, durable on return: call it before the first byte. @throws {LedgerConflictError} if not queued. */
  markSending(effectId: number): void;
  /** Sheets of unknown or failed fate: they wait for the clerk's word. Oldest first. */
  unknownPrints(): EffectRow[];
  /** How many {@link unknownPrints} there are. */
  unknownPrintCount(): number;
  /** The sheet of a ticket that is asked about: the oldest of unknown or failed fate, else the newest; or the `copy`-th. */
  printOf(ticketNumber: string, copy?: number): PrintRow | undefined;
  /** How many sheets were queued for a ticket so far. */
  copies(ticketNumber: string): number;
  /**
   * At start: sheets that a run before left in `sending`. Append a `print.outcome` `unknown` with `settleEffects` for each, so
   * that journal and sheet change together; until then they are given again.
   */
  recoverSending(): EffectRow[];

  uploadState(): UploadState;
  /**
   * Stores an answer of the city. `weekKeys` is the whole list of weeks it holds.
   * @throws {RangeError} when `ackSeq` or a verdict's `seq` is above the head: the caller checks answers first.
   */
  recordAnswer(answer: { ackSeq: number; verdicts: readonly Verdict[]; weekKeys: readonly string[] }): void;
  /** Last verdicts; acknowledged entries without one are `accepted`, others are not in the map. */
  verdictsOf(seqs: readonly number[]): Map<number, Verdict>;

  /** Writes the anchor now when it is behind: the PC may sleep or lose its power. A failing disk is logged. */
  writeAnchor(): void;

  /** Clean stop: anchor written, WAL moved into the file, file closed. Calling it again does nothing. */
  close(): void;
}

export type { LatestKind } from './latest-kinds.ts';

export type {
  EndedTwice,
  PictureBoarding,
  PictureCounts,
  PictureGate,
  PictureMore,
  PictureState,
  PictureTicket,
  RelayedEntry,
  RelayedRow,
  StationPicture,
  TakeResult,
} from './picture-types.ts';
