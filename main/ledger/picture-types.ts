import type { SealedRow } from '../../contract/encoding/batch.ts';
import type { BoardingMethod } from '../../contract/entries/gate.ts';
import type { PicturePage } from '../../contract/station-gate.ts';
import type { EntryBody } from '../../contract/entries.ts';
import type { PictureEased } from './picture-eased.ts';
import type { DepartureId, LedgerId, TicketNumber, WindowId } from '../../contract/ids.ts';
import type { ToStop } from '../../contract/stops.ts';

/** What became of a ticket; `replaced` = another ticket took its place (changed or reissued). */
export type PictureState = 'sold' | 'void' | 'refunded' | 'replaced' | 'refundPending';

/** What ended a ticket at a counter. */
export type EndedBy = 'refund' | 'void' | 'change' | 'reissue';

/** A ticket that ended more than once, aboard or at a counter, by the journals that say so: the earliest first. */
export interface EndedTwice {
  ticketNumber: TicketNumber;
  /** `worthFen`: money given back, or what the ticket issued for it is worth; of who is aboard, the fare. Null where that is not known. */
  ends: {
    atMs: number;
    window: WindowId;
    own: boolean;
    what: EndedBy | 'boarded';
    worthFen: number | null;
  }[];
  /** A person has looked into it; null while nobody has. */
  settled: { atMs: number; reason: string } | null;
}

/** One source's word on where a ticket was let aboard. */
export interface PictureBoarding {
  atMs: number;
  departureId: DepartureId;
  gate: string;
  method: BoardingMethod;
  /** Which window's office wrote it, and whether that is this one. */
  window: WindowId;
  own: boolean;
  ledgerId: LedgerId;
  /** Its entry there; null: the host said yes to that office and its boarding is not here yet. */
  seq: number | null;
  /** That office could not ask the station's host. */
  apart: boolean;
}

/** What the boarding rules ask of a ticket beyond its columns. */
export interface PictureMore {
  /** The adult's ticket that a child goes aboard with. */
  withTicket?: string;
  /** What it takes of its departure (ticketing rules 2.2); absent = a seat. */
  takes?: 'head' | 'quota' | 'none';
  /** Ticket of a vehicle's driver. */
  driverTicket?: string;
  /** For the line and day: its place in the queue. Absent on a ticket for its departure. */
  queue?: number;
  /** It took no place, and has none before it is let aboard. */
  standby?: true;
  /** Its identity was typed while a second person read aloud, as the rules asked for. */
  readAloud?: true;
  /** The stop on the way where it ends; absent = at the end of its line. */
  toStop?: ToStop;
  /** The ticket that it was issued for. */
  replaces?: string;
  /** Of another window's ticket the sale itself, as that journal has it, unchecked; of an own one its entry says it. */
  sale?: { soldAtMs: number; body: Readonly<Record<string, unknown>> };
}

/** One ticket of the station as this office knows it. */
export interface PictureTicket {
  ticketNumber: TicketNumber;
  departureId: DepartureId;
  departAtMs: number;
  ticketClass: string;
  documentKind: string;
  /** Null where seats are free. */
  seatNumber: number | null;
  /** Heads it counts in the licence; 0 for a vehicle. */
  heads: number;
  more: PictureMore;
  /** Who sold it; `own` = this office. `seq` is that of its entry there. */
  window: WindowId;
  ledgerId: LedgerId;
  own: boolean;
  seq: number;
  state: PictureState;
  replacedBy: TicketNumber | null;
  /** Everywhere it is aboard now, earliest first; more than one is a ticket that admitted twice. */
  boardings: PictureBoarding[];
  /** This office boarded it and another one took that back: before it goes aboard here again, this office's own row is closed. */
  takenBackElsewhere: boolean;
}

export interface PictureCounts {
  /** Heads of tickets that hold (neither refunded nor void nor replaced): of those for the line and day only who is aboard it. */
  sold: number;
  /** Heads aboard, each ticket once however often it was let in. */
  boarded: number;
  /** Of those: a coach's free children, and who takes nothing of the licence. */
  boardedQuota: number;
  boardedNone: number;
  /** Heads beyond the first of tickets that are aboard more than once: somebody may be there. */
  boardedAgain: number;
  /** Vehicles sold and aboard. */
  vehicles: number;
  vehiclesBoarded: number;
}

/** The gates of a departure at one office. */
export interface PictureGate {
  departureId: DepartureId;
  gate: string;
  state: 'open' | 'closed';
  atMs: number;
  window: WindowId;
  own: boolean;
  manifest: EntryBody<'manifest.frozen'> | null;
  frozenAtMs: number | null;
  reconciled: EntryBody<'sailing.reconciled'> | null;
}

/** An entry of another window's journal. The caller has checked signature and chain. */
export interface RelayedEntry {
  seq: number;
  /** JCS text, as it stands in a batch. */
  entry: string;
  /** Its sealed identity, when it has one and it was sent. */
  row?: SealedRow;
  /** Look-up token of the document under this office's key, by who could open the row; may come later. */
  token?: Uint8Array;
}

export type TakeResult =
  | { ok: true; upTo: number; taken: number }
  /** `gap`: entries between `upTo` and the first given are missing. `shape`: the entry `seq` is not of this window and ledger. */
  | { ok: false; why: 'gap' | 'shape'; upTo: number; seq: number };

/** A sealed row of a relayed ticket, with the ledger that it is bound to. */
export interface RelayedRow {
  window: WindowId;
  ledgerId: LedgerId;
  seq: number;
  row: SealedRow;
}

/** A host's yes to another office's gate, until the boarding itself is here. */
export interface PictureClaim {
  ticketNumber: TicketNumber;
  window: WindowId;
  ledgerId: LedgerId;
  departureId: DepartureId;
  gate: string;
  method: BoardingMethod;
  atMs: number;
  /** Last entry of that ledger when it asked. */
  afterSeq: number;
}

export interface PictureClaims {
  /** All or none, durable when it returns. The caller has looked: a claim of the same ledger is made anew. */
  keep(claims: readonly PictureClaim[]): void;
  /** Ends claims of a ledger. */
  release(ledgerId: LedgerId, ticketNumbers: readonly string[]): void;
  of(ledgerId: LedgerId): PictureClaim[];
}

/** The picture of a station's host, followed row by row by an office with a gate. */
export interface PictureFollow {
  /** At the host: the next rows of any ledger that is further than `have` says; undefined when none is. */
  page(have: ReadonlyMap<string, number>, fromDate: string): PicturePage | undefined;
  /** At the gate: how far each ledger was followed. */
  have(): { ledgerId: LedgerId; seq: number }[];
  /** Takes rows in, in one transaction; `tokens` by the `seq` of their identity. Rows of this office's own ledger are passed over. */
  take(page: PicturePage, tokens: ReadonlyMap<number, Uint8Array>): void;
}

/**
 * The station's ticket picture (architecture, idea 2): this office's own tickets, always; those of the other windows as far
 * as their journals were taken in. Every question is answered by an index.
 */
export interface StationPicture extends PictureEased {
  ticket(ticketNumber: string): PictureTicket | undefined;
  /** Tickets of a document, by its look-up token; the latest departure first, at most `limit`. */
  ticketsOfDocument(token: Uint8Array, limit: number): PictureTicket[];
  /** Tickets of these departures whose number ends so; at most `limit`. */
  ticketsEnding(suffix: string, departureIds: readonly string[], limit: number): PictureTicket[];
  /** All tickets of a departure in order of their number, whatever became of them. */
  ticketsOfDeparture(departureId: string): PictureTicket[];
  /**
   * Who belongs to a departure at its gate, in order of their number: its tickets with a fixed time that are not aboard another, and
   * everybody who is aboard it.
   */
  ticketsAt(departureId: string): PictureTicket[];
  /** Tickets for a line and day that are not aboard anything and hold, in queue order. */
  queue(lineId: string, date: string): PictureTicket[];
  /** Last queue number that this office gave for a line and day, with a place or without; 0 = none yet. */
  lastQueueNumber(lineId: string, date: string, isStandby: boolean): number;
  /** Of these departures, those of which any ticket is known. */
  withTickets(departureIds: readonly string[]): Set<string>;
  /** Tickets of a departure that go aboard with this one. */
  ticketsWith(ticketNumber: string, departureId: string): PictureTicket[];
  /** Cash of a refund that is still to be fetched, fen. */
  owed(ticketNumber: string): number;
  /** What this very office handed over of it, fen. */
  paidHere(ticketNumber: string): number;
  /** Somebody wrote down that its holder did not come. */
  isNoShow(ticketNumber: string): boolean;
  /** What this office has heard became of a ticket, also of one whose sale it does not have. */
  stateOf(ticketNumber: string): PictureState;
  /** The last word with the passenger of a ticket. */
  contact(ticketNumber: string): { contact: string; atMs: number } | undefined;
  counts(departureIds: readonly string[]): Map<string, PictureCounts>;
  /** Every office's gate of a departure, this office's first. */
  gates(departureId: string): PictureGate[];
  /** Whether people ended the sale of a departure, as far as is known here. */
  saleEndedBy(departureId: string): 'gateClosed' | 'saleStopped' | null;
  /** Tickets let aboard by more than one office: somebody's task. Of one departure, or all. */
  conflicts(departureId?: string): PictureTicket[];
  /** Of these tickets, those aboard more than once. */
  doubled(ticketNumbers: readonly string[]): PictureTicket[];
  /** Whether this office has written this pair of boardings down. */
  isDoubleKnown(ticketNumber: string, pair: string): boolean;
  /** Every double boarding that this office has written down, newest first. */
  doubles(limit: number): EntryBody<'boarding.doubled'>[];
  /** Tickets that ended more than once, or are aboard and ended, as offices out of contact may have it: somebody's task. At most `limit`. */
  endedTwice(limit: number): EndedTwice[];
  /** The identity digest of a ticket's entry, hex; undefined when its entry has none. */
  digestOf(ticket: Pick<PictureTicket, 'own' | 'ledgerId' | 'seq'>): string | undefined;
  /** The sealed identity of a relayed ticket. An own ticket's is `Ledger.sealedRow`. */
  relayedRow(ticket: Pick<PictureTicket, 'ledgerId' | 'seq'>): SealedRow | undefined;

  /**
   * Takes entries of another window's journal in, in one transaction. Idempotent by (window, ledgerId, seq): what is known
   * already is passed over. The first entries of a ledger may begin anywhere; later ones must follow without a gap.
   * Own entries are passed over. Nothing was written when it is not `ok`.
   * @throws {LedgerWriteError} when the disk does not take it
   */
  take(window: WindowId, ledgerId: LedgerId, entries: readonly RelayedEntry[]): TakeResult;
  readonly claims: PictureClaims;
  readonly follow: PictureFollow;
  /** Last entry taken of a ledger; 0 when none was. */
  upTo(ledgerId: string): number;
  /** When that entry was written, by the clock of its window; null when none was taken, or an older program took it. */
  upToAt(ledgerId: string): number | null;
  /** Relayed rows that have no token yet, of one ledger and week: at most `limit`. */
  blindRows(ledgerId: string, week: string, limit: number): RelayedRow[];
  /** Gives relayed rows their look-up tokens. Rows that are gone are passed over. */
  giveTokens(ledgerId: string, tokens: readonly { seq: number; token: Uint8Array }[]): void;
}
