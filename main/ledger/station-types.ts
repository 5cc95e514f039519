import type { SealedWeekKey } from '../../contract/encoding/batch.ts';
import type { WholeDeparture } from '../../contract/entries/station.ts';
import type { DepartureId, LedgerId, TicketNumber, WindowId } from '../../contract/ids.ts';
import type { RelayedAnswer } from '../../contract/station-link.ts';
import type { Deck, VehicleSpace } from '../../contract/vehicles.ts';
import type { BatchAnswer } from '../../contract/city.ts';
import type { CarriedBooks } from './carried-records.ts';

/** Seats of a departure that this office may still give. `ranges` is empty where seats are free. */
export interface PoolRow {
  departureId: DepartureId;
  kind: 'numbered' | 'free';
  count: number;
  ranges: [number, number][];
  /** Heads, with a seat or without, and free children outside the seats. */
  heads: number;
  freeChildren: number;
  whole: WholeDeparture;
}

/** A lease given to another window, less what came back. */
export interface GrantRow {
  leaseId: string;
  departureId: DepartureId;
  holder: WindowId;
  ledgerId: LedgerId;
  kind: 'numbered' | 'free';
  count: number;
  ranges: [number, number][];
  heads: number;
  freeChildren: number;
  whole: WholeDeparture;
  writtenOff: boolean;
}

/** Room for vehicles of a departure that this office may still give. */
export interface RoomPoolRow {
  departureId: DepartureId;
  free: VehicleSpace;
  whole: VehicleSpace;
}

/** Room for vehicles given to another window, less what came back. */
export interface RoomGrantRow {
  leaseId: string;
  departureId: DepartureId;
  holder: WindowId;
  ledgerId: LedgerId;
  open: VehicleSpace;
  whole: VehicleSpace;
  writtenOff: boolean;
}

/** One ledger of a window that enrolled here. */
export interface StationWindowRow {
  window: WindowId;
  ledgerId: LedgerId;
  ordinal: number;
  signingKey: string;
  linkKey: string;
  state: 'enrolled' | 'retired' | 'writtenOff';
}

/** A ledger of a lost machine, as far as the city has it. */
export interface LostLedger {
  window: WindowId;
  ledgerId: LedgerId;
  upTo: number;
  lastAtMs: number;
  signingKey: string | null;
  tickets: number;
  leases: number;
  isForked: boolean;
  /** It was the station's host. */
  wasHost: boolean;
}

/** Seats of a departure, and room for vehicles, that somebody holds of this office's giving. */
export interface HeldSeats {
  window: WindowId;
  ledgerId: LedgerId;
  departureId: DepartureId;
  seats: number;
  /** Of these, as far as is known here. */
  sold: number;
  /** Room for vehicles, sold or not, and how many vehicles are known to stand in it. */
  laneCm: number;
  places: number;
  vehicles: number;
}

/** How far another window's journal is here and at the city. */
export interface RelayLedger {
  window: WindowId;
  ledgerId: LedgerId;
  seq: number;
  /** Of entry `seq`, 32 bytes; zeros for none. */
  hash: Uint8Array;
  /** The city has everything up to it, and what it said of it was kept for the window. */
  citySeq: number;
  heardAtMs: number;
}

export interface RelayBatch {
  window: WindowId;
  ledgerId: LedgerId;
  from: number;
  to: number;
  batch: Uint8Array;
}

export interface RelayTicket {
  window: WindowId;
  ledgerId: LedgerId;
  seq: number;
  ticketNumber: TicketNumber;
  departureId: DepartureId;
  leaseId: string;
  seatNumber: number | null;
}

export interface RelayVehicle {
  seq: number;
  ticketNumber: TicketNumber;
  departureId: DepartureId;
  leaseId: string;
  laneCm: number;
  places: number;
  deck: Deck | null;
}

/** What only a station's host, or a window of one, keeps in its ledger's file. Every call is synchronous and durable. */
export interface StationBooks {
  pool(departureId: string): PoolRow | undefined;
  poolCounts(departureIds: readonly string[]): Map<string, number>;
  grant(leaseId: string): GrantRow | undefined;
  grantOfRequest(ledgerId: string, requestId: string): GrantRow | undefined;
  /** Open leases of one holder, oldest first. */
  grantsTo(holder: string, ledgerId: string): GrantRow[];
  grantsOf(departureId: string): GrantRow[];
  wasReturned(returnId: string): boolean;
  /** Whether nothing of a departure is given any more. */
  isClosed(departureId: string): boolean;

  roomPool(departureId: string): RoomPoolRow | undefined;
  roomGrant(leaseId: string): RoomGrantRow | undefined;
  roomGrantOfRequest(ledgerId: string, requestId: string): RoomGrantRow | undefined;
  roomGrantsTo(holder: string, ledgerId: string): RoomGrantRow[];
  roomGrantsOf(departureId: string): RoomGrantRow[];
  wasRoomReturned(returnId: string): boolean;

  /** Newest ledger last. */
  windows(): StationWindowRow[];
  code(codeHash: string): { window: WindowId; expiresAt: number; usedBy: string | null } | undefined;

  /** In the order in which they were read back first. */
  lostLedgers(): LostLedger[];
  /** Two people signed that the machine of this ledger is off, whether or not it ever enrolled here. */
  isWrittenOff(ledgerId: string): boolean;
  /** By holder and departure; not those that were written off. */
  heldSeats(): HeldSeats[];
  /** A manager gave this window the right to work as a gate. */
  mayGate(window: string): boolean;
  /** Weeks of a ledger whose keys were given to a window, sealed to this key of it. */
  keysGiven(window: string, keyId: string, ofLedger: string): Set<string>;

  /** The last time that this window's right was taken away, unless it has one again. `order`: that entry of this journal. */
  nameWipe(window: string): { order: number; orderedAtMs: number; confirmedAtMs: number | null } | undefined;
  /**
   * Forgets week keys of other ledgers, their sealed identities with their look-up tokens, and how far the picture was followed: what
   * comes after it is brought anew. @returns weeks whose keys were here
   */
  forgetNames(): number;

  relayLedger(window: string, ledgerId: string): RelayLedger | undefined;
  relayLedgers(): RelayLedger[];
  /**
   * Stores a batch that follows what is there, with its week keys for this host and the tickets in it.
   * @throws {RangeError} when it does not follow: the caller checks first
   */
  keepBatch(
    batch: RelayBatch & {
      hash: Uint8Array;
      weekKeys: SealedWeekKey[];
      tickets: RelayTicket[];
      vehicles: RelayVehicle[];
      atMs: number;
    },
  ): void;
  /** What a ledger sold that came here in no batch. Said again it changes nothing. */
  keepTickets(
    window: string,
    ledgerId: string,
    tickets: readonly RelayTicket[],
    vehicles: readonly RelayVehicle[],
  ): void;
  /** Batches with entries above `seq`, in order. */
  batchesAfter(window: string, ledgerId: string, seq: number, limit: number): RelayBatch[];
  relayWeeks(window: string, ledgerId: string): SealedWeekKey[];
  /** Week keys of another ledger that are sealed to this office. */
  keepWeeks(window: string, ledgerId: string, weekKeys: readonly SealedWeekKey[]): void;
  /** The city answered: how far it is, and what its window is to be told. `ackSeq` at most the end of the batch that was sent. */
  keepCityAnswer(window: string, ledgerId: string, answer: BatchAnswer): RelayedAnswer;
  /** The city has less than it had: it was restored from a copy. */
  setCitySeq(window: string, ledgerId: string, seq: number): void;
  /**
   * Drops batches that were taken up to that instant, that the city has answered, and that are in this office's picture.
   * @returns how many
   */
  dropDelivered(takenBeforeMs: number): number;
  /** Batches kept here, and entries that the city has not answered. Walks the kept batches: for people, not for a loop. */
  relayState(): { batches: number; bytes: number; oldestAtMs: number | null; waiting: number };
  answersFor(window: string, ledgerId: string, limit: number): RelayedAnswer[];
  dropAnswers(window: string, ids: readonly number[]): void;
  relayTicketsOfLease(leaseId: string): RelayTicket[];
  relayVehiclesOfLease(leaseId: string): RelayVehicle[];
  /** Other windows' tickets for a numbered seat. */
  relayTicketsAtSeat(departureId: string, seatNumber: number): RelayTicket[];

  /** Numbered seats that two tickets of this station name, this office's own among them. */
  seatConflicts(): {
    departureId: DepartureId;
    seatNumber: number;
    tickets: { window: WindowId; ticketNumber: TicketNumber }[];
  }[];

  /** Entries that every office of the station is to hear of. */
  readonly carried: CarriedBooks;
}
