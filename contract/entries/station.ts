import { z } from 'zod';
import {
  base64urlSchema,
  businessDateSchema,
  clerkNumberSchema,
  departureIdSchema,
  hashHexSchema,
  hex128Schema,
  instantSchema,
  ledgerIdSchema,
  windowIdSchema,
} from '../ids.ts';

/**
 * Seats of one lease. Numbered seats are inclusive ranges of seat numbers; free seating is a count.
 * A lease never times out (architecture, idea 2).
 */
export const leaseSeatsSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('numbered'),
    ranges: z
      .array(z.tuple([z.int().min(1), z.int().min(1)]))
      .min(1)
      .max(500),
  }),
  z.strictObject({ kind: z.literal('free'), count: z.int().min(1).max(10_000) }),
]);
export type LeaseSeats = z.infer<typeof leaseSeatsSchema>;

/** What a lease gives besides its seats. Absent: as many heads as seats, no free children. */
const leaseCounters = {
  /** Heads that the holder may carry under this lease, those with a seat among them. */
  heads: z.int().min(0).max(10_000).optional(),
  /** Free children on a coach, outside its seats. */
  freeChildren: z.int().min(0).max(1_000).optional(),
};
/** A whole departure as its grantor had it: seats, heads of the licence, free children outside the seats. */
export const wholeDepartureSchema = z.strictObject({
  seats: z.int().min(1).max(10_000),
  heads: z.int().min(1).max(10_000),
  freeChildren: z.int().min(0).max(1_000),
});
export type WholeDeparture = z.infer<typeof wholeDepartureSchema>;

/** Who gave a lease: the window itself, which then is its own host, or the station's host by its window id. */
export const grantorSchema = z.union([z.literal('self'), windowIdSchema]);

/** Why somebody did it; entries of older programs have none. */
const because = { reason: z.string().max(100).optional() };

/** An Ed25519 public key, raw 32 bytes. */
export const rawKeySchema = base64urlSchema.length(43);

/** Bodies of everything that a station's host and its windows journal of seats, enrolment and retirement. */
export const stationEntries = {
  /** Written by the grantor, durably before {@link stationEntries} `lease.taken` exists at the holder. */
  'lease.given': z.strictObject({
    leaseId: hex128Schema,
    departureId: departureIdSchema,
    grantor: grantorSchema,
    holder: windowIdSchema,
    capacity: z.int().min(1),
    seats: leaseSeatsSchema,
    ...leaseCounters,
    /** Of which this is a part; absent where it is all of it. */
    whole: wholeDepartureSchema.optional(),
    /** Ledger of the holder that it is bound to; absent where the office gave it to itself. */
    ledgerId: ledgerIdSchema.optional(),
    /** What the holder asked with: the same request is given once. */
    requestId: hex128Schema.optional(),
    /** The holder had it before this host began: written down, not given anew. */
    adopted: z.literal(true).optional(),
    /** Places of it that came back to the host before, by the id of their return: not in it any more, and never back again. */
    returned: z.array(hex128Schema).max(10_000).optional(),
  }),
  'lease.taken': z.strictObject({
    leaseId: hex128Schema,
    departureId: departureIdSchema,
    grantor: grantorSchema,
    seats: leaseSeatsSchema,
    ...leaseCounters,
  }),
  /** Written by the holder: from here on it does not sell these seats. They go back to the grantor under `returnId`. */
  'lease.returned': z.strictObject({
    leaseId: hex128Schema,
    departureId: departureIdSchema,
    grantor: grantorSchema,
    returnId: hex128Schema,
    seats: leaseSeatsSchema,
    ...leaseCounters,
  }),
  /** Written by the grantor: it has them again. */
  'lease.returnTaken': z.strictObject({
    leaseId: hex128Schema,
    departureId: departureIdSchema,
    holder: windowIdSchema,
    returnId: hex128Schema,
    seats: leaseSeatsSchema,
    ...leaseCounters,
  }),
  /** Written by the grantor: two people signed that the holder's machine is off. `freed` null: nobody can prove them unsold. */
  'lease.writtenOff': z.strictObject({
    leaseId: hex128Schema,
    departureId: departureIdSchema,
    holder: windowIdSchema,
    ledgerId: ledgerIdSchema,
    freed: leaseSeatsSchema.nullable(),
    ...leaseCounters,
  }),
  /** The manager gave up seats that were kept back (留座) of one departure: they are sold like any other. */
  'reserve.released': z.strictObject({
    departureId: departureIdSchema,
    purpose: z.string().max(40),
    reason: z.string().max(100),
  }),
  /** The host asked the windows in contact for what they do not need of a departure: a request, no order. */
  'lease.recallAsked': z.strictObject({
    departureId: departureIdSchema,
    asked: z.int().min(0).max(99),
    reason: z.string().max(100),
  }),
  /** Fences a ledger at the station's host: it gets no lease any more and is told so at first contact. */
  'window.writtenOff': z.strictObject({
    window: windowIdSchema,
    ledgerId: ledgerIdSchema,
    /** Somebody has read that machine's journal to its end: what it did not sell is free again. */
    unsoldProven: z.boolean(),
    ...because,
    countersignedBy: clerkNumberSchema.optional(),
  }),
  /** No seat of this departure is given any more; what windows hold of it has ended. */
  'departure.leasesClosed': z.strictObject({ departureId: departureIdSchema }),
  /** An office begins as host. After another one, seats of departures up to `frozenThrough` wait for `host.thawed`. */
  'host.opened': z.strictObject({
    linkKey: rawKeySchema,
    frozenThrough: businessDateSchema.nullable(),
  }),
  /** Everybody who held seats of the host before has reported: what nobody holds may be given. */
  'host.thawed': z.strictObject({
    windows: z.array(windowIdSchema).max(99),
    ...because,
    /** Lost machines whose ledgers had been read back. Entries of older programs say nothing of them. */
    readBack: z.array(windowIdSchema).max(99).optional(),
    /** Machines whose disk is gone and whose ledger nobody can read: both people who sign say so. */
    diskGone: z.array(windowIdSchema).max(99).optional(),
    countersignedBy: clerkNumberSchema.optional(),
  }),
  /**
   * What the city has of a ledger of this station whose machine is lost was read to its end. What that machine wrote after entry
   * `upTo` nobody here knows. Read again when the city has more: the later entry counts.
   */
  'host.lossRead': z.strictObject({
    window: windowIdSchema,
    ledgerId: ledgerIdSchema,
    upTo: z.int().min(1),
    hash: hashHexSchema,
    /** Of entry `upTo`. */
    lastAt: instantSchema,
    /** With which codes on its tickets are checked; null where its opening entry cannot be read. */
    signingKey: rawKeySchema.nullable(),
    tickets: z.int().min(0),
    /** Leases of it that are not over: its own, and those that it gave to others. */
    leases: z.int().min(0),
    isForked: z.boolean(),
    /** It was the station's host. Absent in entries of older programs, which did not look. */
    wasHost: z.boolean().optional(),
    ...because,
  }),
  /** A code for one window, once, 24 h. Only its hash is written down. */
  'station.codeIssued': z.strictObject({
    window: windowIdSchema,
    codeHash: hashHexSchema,
    expiresAt: instantSchema,
    ...because,
  }),
  'station.windowEnrolled': z.strictObject({
    window: windowIdSchema,
    signingKey: rawKeySchema,
    linkKey: rawKeySchema,
    ledgerId: ledgerIdSchema,
    ordinal: z.int().min(1).max(99),
    /** Absent: the next ledger of a window that is enrolled. */
    codeHash: hashHexSchema.optional(),
  }),
  /** The host has the last entry of a window that retired: another PC may enrol under its number. */
  'station.windowRetired': z.strictObject({ window: windowIdSchema, ledgerId: ledgerIdSchema }),
  /** Written by a window: from here on it sells what this host gives. */
  'window.joined': z.strictObject({ host: windowIdSchema, hostKey: rawKeySchema }),
  /** This window sells nothing more; it is being emptied so that its PC can be taken away. */
  'window.draining': z.strictObject({ clerkNumber: clerkNumberSchema, ...because }),
  'window.drainStopped': z.strictObject({ clerkNumber: clerkNumberSchema, ...because }),
  /** Last entry of a ledger: nothing held, nothing unsent but this; the keys go when it has arrived. */
  'window.retired': z.strictObject({
    clerkNumber: clerkNumberSchema,
    nextOrdinal: z.int().min(2).max(100),
    ...because,
  }),
} as const;
