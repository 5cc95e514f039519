import type { NewEntry } from '../contract/entries.ts';
import type { FareRow, FareRule, FeedSettings, Line } from '../contract/feed.ts';
import type {
  BusinessDate,
  DepartureId,
  DocumentKind,
  Fen,
  SoldTicketClass,
  TicketNumber,
  WindowId,
} from '../contract/ids.ts';
import type { Refusal } from '../contract/refusals.ts';

/** One departure of one business date, as the timetable in force has it. */
export interface Departure {
  readonly departureId: DepartureId;
  readonly line: Line;
  readonly fromName: string;
  readonly toName: string;
  readonly date: BusinessDate;
  /** `HH:MM` in Shanghai. */
  readonly departLocal: string;
  /** UTC milliseconds. */
  readonly departAt: number;
  readonly vesselName: string;
  /** Licensed capacity; on a ship every head counts in it (ticketing rules 2.2.5, 2.2.7). */
  readonly capacity: number;
  readonly numberedSeats: boolean;
  /** Minutes before departure at which sale ends, where this departure has its own (else the settings'). */
  readonly stopOfSaleMin?: number;
  /** Minutes before departure at which check-in opens; absent = not set. */
  readonly checkInMin?: number;
  /** Minutes before departure at which the gate closes; absent = not set. */
  readonly gateCloseMin?: number;
}

/** A place that can be travelled to, as `timetable.places` of the office shows it. */
export interface Destination {
  readonly placeId: string;
  readonly name: string;
  readonly initials: string;
  readonly aliases: string[];
  /** Lines that end there. */
  readonly lineIds: string[];
  /** At least one of the lines starts at this station. */
  readonly local: boolean;
}

/** A feed with its indexes: timetable, fares, rules and settings of one version. Made by `createTimetable`. */
export interface Timetable {
  readonly version: number;
  /** Version of the station's own basic data that are merged in; undefined when none are. */
  readonly dataVersion: number | undefined;
  readonly settings: FeedSettings;
  /** A departure by its id; undefined when the id is malformed, its date does not exist, or no row has it. */
  departure(id: string): Departure | undefined;
  /** Departures of a date by time, then by line. */
  departuresOn(date: BusinessDate, filter?: { toPlaceId?: string; lineId?: string }): Departure[];
  /** Places to travel to, those reached from `stationPlaceId` first. */
  destinations(stationPlaceId: string): Destination[];
  /** The fare row of a line and class that is valid on a travel date. */
  fareRow(lineId: string, ticketClass: string, date: BusinessDate): FareRow | undefined;
  /** The rule row of an id that is valid on a travel date. */
  rule(ruleId: string, date: BusinessDate): FareRule | undefined;
}

/** What is left of one lease at its holder. A lease is the only source of seats. */
export interface LeaseState {
  readonly leaseId: string;
  readonly departureId: DepartureId;
  readonly kind: 'numbered' | 'free';
  /** Seats the lease came with. */
  readonly total: number;
  readonly sold: number;
  /** Inclusive ranges of seat numbers not yet sold, ascending; empty where seats are free. */
  readonly freeRanges: readonly (readonly [number, number])[];
}

/** A place taken out of a lease. */
export interface TakenSeat {
  readonly leaseId: string;
  /** Null where seats are free. */
  readonly seatNumber: number | null;
}

export type ChildBasis = 'age' | 'height';

/** What the rules need to know of one traveller; who it is stays in the office. */
export interface SalePassenger {
  readonly documentKind: DocumentKind;
  /** `YYYY-MM-DD`; null when the document does not say. */
  readonly birthDate: string | null;
  /** Last day of validity `YYYY-MM-DD`; null or absent = for life (长期) or not known. */
  readonly validTo?: string | null;
  readonly capture: 'chip' | 'typed' | 'mrz';
  readonly ticketClass: SoldTicketClass;
  readonly childBasis?: ChildBasis;
  /** Equal for two passengers exactly when they show the same document. Compared, never recorded. */
  readonly samePersonKey: string;
}

/** What a quote looks at. */
export interface QuoteState {
  readonly departureId: DepartureId;
  readonly departure: Departure | undefined;
  readonly timetable: Timetable;
  readonly shift: { readonly shiftId: string; readonly clerkNumber: string } | null;
  /** Every lease of this departure that the window holds. */
  readonly leases: readonly LeaseState[];
  /** By passenger: the ticket that the same document already holds for this departure. */
  readonly existingTickets: readonly (TicketNumber | undefined)[];
  /** Business date of `nowMs`. */
  readonly businessDate: BusinessDate;
  /** Departures up to this date may have been sold by a ledger that was left behind; absent or null = none. */
  readonly frozenThrough?: BusinessDate | null;
  /** People ended its sale before its time: a gate was closed and the passenger list frozen, or sale was stopped for that. */
  readonly endedBy?: 'gateClosed' | 'saleStopped' | null;
}

/** What a sale looks at. */
export interface SaleState extends QuoteState {
  /** Next free serial of this business date and ledger, from 1. */
  readonly nextSerial: number;
  readonly stationCode: string;
  readonly windowNumber: number;
  readonly ledgerOrdinal: number;
  readonly windowId: WindowId;
  /** A new 128-bit id, used only when the departure has no lease yet. */
  readonly freshLeaseId: string;
}

export interface SaleCommand {
  readonly clerkNumber: string;
  readonly passengers: readonly SalePassenger[];
  /** The total that the clerk saw. */
  readonly totalFen: number;
  readonly tenderedFen: number;
  readonly payment: 'cash';
}

/** An entry to write; `passenger` is the index of the traveller whose identity it carries. */
export type DecidedEntry = NewEntry & { passenger?: number };

export interface SaleDecision {
  readonly entries: DecidedEntry[];
  /** One a passenger, in their order. */
  readonly tickets: {
    readonly ticketNumber: TicketNumber;
    readonly ticketClass: SoldTicketClass;
    readonly fareFen: Fen;
    readonly seatNumber: number | null;
  }[];
  readonly totalFen: Fen;
  readonly changeFen: Fen;
}

export interface PassengerQuote {
  /** Null when the class cannot be sold to this passenger. */
  readonly fareFen: Fen | null;
  readonly suggestedClass: SoldTicketClass;
  /** Full years on the travel date; null when the birth date or the departure is not known. */
  readonly ageYears: number | null;
  readonly refusal?: Refusal;
}

export interface Quote {
  readonly passengers: PassengerQuote[];
  /** Sum of the fares that stand. */
  readonly totalFen: Fen;
  /** What stands in the way of the whole order, if anything. */
  readonly refusal?: Refusal;
}

/** The open shift with what has been sold in it. */
export interface OpenShift {
  readonly shiftId: string;
  readonly clerkNumber: string;
  readonly floatFen: number;
  readonly ticketCount: number;
  /** Takings of the shift; all of it is cash in this version. */
  readonly salesFen: number;
}
