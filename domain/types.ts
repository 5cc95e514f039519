import type { QueueSale } from './departures/queue-numbers.ts';
import type { EntryBody, LeaseSeats, NewEntry } from '../contract/entries.ts';
import type { HeldBack, Reserve } from './reserves.ts';
import type { FareRow, FareRule, VesselKind, FeedSettings, Line } from '../contract/feed.ts';
import type {
  BusinessDate,
  DepartureId,
  DocumentKind,
  Fen,
  SoldTicketClass,
  TicketNumber,
  WindowId,
} from '../contract/ids.ts';
import type { DocumentKindRow } from '../contract/document-kinds.ts';
import type { Refusal } from '../contract/refusals.ts';
import type { FareProof, TicketTakes } from '../contract/ticket-classes.ts';
import type { Deck, VehicleFare, VehicleSpace, VehicleType } from '../contract/vehicles.ts';

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
  /** Kinds stop for different reasons (ticketing rules 2.6.6); absent = not known. */
  readonly vesselKind?: VesselKind;
  /** Minutes before departure at which sale ends, where this departure has its own (else the settings'). */
  readonly stopOfSaleMin?: number;
  /** Minutes before departure at which check-in opens; absent = not set. */
  readonly checkInMin?: number;
  /** Minutes before departure at which the gate closes; absent = not set. */
  readonly gateCloseMin?: number;
  /** Places to sit; together with the heads the smaller counts (ticketing rules 2.2.7). */
  readonly seats: number;
  /** Children that ride free outside the capacity: a coach's; 0 on a ship, where every head counts. */
  readonly freeChildQuota: number;
  /** Room for vehicles; null = takes none. */
  readonly vehicleSpace: VehicleSpace | null;
  /** Seats kept back from sale; absent = none. */
  readonly reserves?: readonly Reserve[];
  /** The line calls at this station so many minutes after its start; absent = it starts here or does not come by. */
  readonly callsHereMin?: number;
  /** The ride ends at this stop on the way (`departureTo`); absent = at the end of the line. */
  readonly toStop?: LineStop;
}

/** A stop of a line on its way. */
export interface LineStop {
  readonly placeId: string;
  readonly name: string;
  readonly minutesFromStart: number;
}

/** A place that can be travelled to, as `timetable.places` of the office shows it. */
export interface Destination {
  readonly placeId: string;
  readonly name: string;
  readonly initials: string;
  readonly aliases: string[];
  /** Lines that end there, or call there on their way and sell tickets to it. */
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
  /** Departures of a date by time, then by line; `toPlaceId`: that end there, or sell tickets to it as a stop on the way. */
  departuresOn(date: BusinessDate, filter?: { toPlaceId?: string; lineId?: string }): Departure[];
  /** Places to travel to, those reached from `stationPlaceId` first. */
  destinations(stationPlaceId: string): Destination[];
  /** Stops on the way that tickets of a departure are sold to, in their order: those after this station with a full fare on the date. */
  stopsOf(departure: Departure): LineStop[];
  /** The fare row of a line and class that is valid on a travel date: to a stop on the way, or to the end of the line. */
  fareRow(lineId: string, ticketClass: string, date: BusinessDate, toStop?: string): FareRow | undefined;
  /** The rule row of an id that is valid on a travel date. */
  rule(ruleId: string, date: BusinessDate): FareRule | undefined;
  /** Codes of all classes that a line has a fare row for on a travel date: to a stop on the way, or to the end of the line. */
  classesOf(lineId: string, date: BusinessDate, toStop?: string): string[];
  /** Fare rows for vehicles of a line that are valid on a travel date: to a stop on the way, or for the whole run. */
  vehicleFares(lineId: string, date: BusinessDate, toStop?: string): VehicleFare[];
  vehicleTypes(): readonly VehicleType[];
  /** The kinds of documents in force, those switched off among them, in the order in which they are offered. */
  documentKinds(): readonly DocumentKindRow[];
  documentKind(code: string): DocumentKindRow | undefined;
  /** Departures of a date on which another vessel goes. */
  substitutesOn(date: BusinessDate): Departure[];
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
  /** Heads that it allows, and those carried: with a seat or without. */
  readonly heads: Counter;
  /** Free children outside its seats. */
  readonly freeChildren: Counter;
}

/** Something of which so many may be sold. */
export interface Counter {
  readonly total: number;
  readonly sold: number;
}

/** What is left of one lease of vehicle space at its holder. */
export interface VehicleLeaseState {
  readonly leaseId: string;
  readonly space: VehicleSpace;
  /** Lane in centimetres, or places by deck, that vehicles have taken. */
  readonly used: { readonly laneCm: number } & { readonly [D in Deck]: number };
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
  /** Paper that the clerk saw, for classes that ask for one. */
  readonly proof?: FareProof;
  /** Index of the adult with whom a free child rides. */
  readonly carriedBy?: number;
  /** Who issued the document, for kinds that are recorded with their office. */
  readonly documentOffice?: string;
  /** Equal for two passengers exactly when they show the same document. Compared, never recorded. */
  readonly samePersonKey: string;
}

/** One vehicle of an order. Its plate is compared and checked, never recorded in an entry's body. */
export interface SaleVehicle {
  readonly vehicleType: string;
  /** As the driving permit has it. */
  readonly lengthCm: number;
  /** Null = wherever there is room. */
  readonly deck: Deck | null;
  /** Index of the passenger who drives it. */
  readonly driver: number;
  /** As typed, the province as its character. */
  readonly plate: string;
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
  /** Every lease of vehicle space of this departure; the whole of it where the office gives itself the rest of a departure. */
  readonly vehicleLeases: readonly VehicleLeaseState[];
  /** By vehicle: the ticket that the same plate already has for this departure. */
  readonly existingVehicles: readonly (TicketNumber | undefined)[];
  /** What can be had beyond the leases in hand, as far as is known; absent at a window that is its own host. */
  readonly more?: LeaseCounts;
  /** Room for vehicles that can be had beyond the leases in hand; absent at a window that is its own host. */
  readonly moreRoom?: VehicleSpace;
  /** Business date of `nowMs`. */
  readonly businessDate: BusinessDate;
  /** Departures up to this date may have been sold by a ledger that was left behind; absent or null = none. */
  readonly frozenThrough?: BusinessDate | null;
  /** People ended its sale before its time: a gate was closed and the passenger list frozen, sale was stopped for that, or it left. */
  readonly endedBy?: 'gateClosed' | 'saleStopped' | 'hasLeft' | null;
  /** The rules sell for the line and day, or without a place: no ticket for this very departure. */
  readonly queue?: QueueSale;
  /** Of the leases in hand and of an untouched departure, what is kept back now; at a window that is its own host. */
  readonly heldBack?: HeldBack;
  /** By the rules in force, a second person signs for every identity that was typed. */
  readonly typedNeedsSecond?: boolean;
}

/** Seats, every head with or without one, and free children outside the seats. */
export interface LeaseCounts {
  readonly seats: number;
  readonly heads: number;
  readonly freeChildren: number;
}

/** What a grantor gives itself of a departure, as `lease.given` says it. */
export interface OwnGrant {
  readonly seats: LeaseSeats;
  readonly heads: number;
  readonly freeChildren: number;
  readonly whole: LeaseCounts;
}

/** What a grantor gives itself of a departure's room for vehicles. */
export interface OwnRoom {
  readonly space: VehicleSpace;
  readonly whole: VehicleSpace;
}

/** What a sale looks at. */
export interface SaleState extends QuoteState {
  /** Rows of fees that tickets sold now keep; absent where the station has none. */
  readonly feeSets?: (subject: 'passenger' | 'vehicle') => EntryBody<'ticket.sold'>['feeSets'];
  /** Next free serial of this business date and ledger, from 1. */
  readonly nextSerial: number;
  readonly stationCode: string;
  readonly windowNumber: number;
  readonly ledgerOrdinal: number;
  readonly windowId: WindowId;
  /** A new 128-bit id, used only when the office gives itself a lease. */
  readonly freshLeaseId: string;
  /**
   * What this office may give itself now when the leases in hand do not do. Absent: it is its own host, and a departure that
   * nobody has touched is wholly its own. Null: places come from the station's host alone.
   */
  readonly ownGrant?: OwnGrant | null;
  /** The same of room for vehicles. */
  readonly ownRoom?: OwnRoom | null;
  /** Another, for room that the office may give itself; absent when there is no vehicle in the order or none is needed. */
  readonly freshVehicleLeaseId?: string;
}

export interface SaleCommand {
  readonly clerkNumber: string;
  readonly passengers: readonly SalePassenger[];
  readonly vehicles?: readonly SaleVehicle[];
  /** Who put the second signature, which was checked. */
  readonly countersignedBy?: string;
  /** Whether they may approve documents: somebody who only read aloud may not. Absent = yes. */
  readonly countersignerLeads?: boolean;
  /** The total that the clerk saw. */
  readonly totalFen: number;
  readonly tenderedFen: number;
  readonly payment: 'cash';
}

/** An entry to write; `passenger` or `vehicle` is the index of whose identity it carries. */
export type DecidedEntry = NewEntry & { passenger?: number; vehicle?: number };

export interface SaleDecision {
  readonly entries: DecidedEntry[];
  /** One a passenger, in their order. */
  readonly tickets: {
    readonly ticketNumber: TicketNumber;
    readonly ticketClass: SoldTicketClass;
    readonly fareFen: Fen;
    readonly seatNumber: number | null;
    readonly takes: TicketTakes;
  }[];
  /** One a vehicle, in their order. */
  readonly vehicles: {
    readonly ticketNumber: TicketNumber;
    readonly fareFen: Fen;
    readonly deck: Deck | null;
  }[];
  readonly totalFen: Fen;
  readonly changeFen: Fen;
}

export interface PassengerQuote {
  /** Null when the class cannot be sold to this passenger. */
  readonly fareFen: Fen | null;
  readonly suggestedClass: SoldTicketClass;
  /** With a suggested free ride: index of the adult. */
  readonly suggestedCarrier?: number;
  /** A shift leader has to sign for the document. */
  readonly needsApproval?: boolean;
  /** A second person reads the document aloud and signs. */
  readonly needsReader?: boolean;
  /** Full years on the travel date; null when the birth date or the departure is not known. */
  readonly ageYears: number | null;
  readonly refusal?: Refusal;
}

export interface VehicleQuote {
  readonly fareFen: Fen | null;
  readonly deck: Deck | null;
  readonly refusal?: Refusal;
}

export interface Quote {
  readonly passengers: PassengerQuote[];
  readonly vehicles: VehicleQuote[];
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
  /** Cash given back after sales and for how many tickets; what changes brought in. Absent = nothing. */
  readonly backCount?: number;
  readonly backFen?: number;
  readonly moreFen?: number;
}
