import { z } from 'zod';
import { gateEntryBodies } from './entries/gate.ts';
import { afterSaleEntries } from './entries/after-sale.ts';
import { contingencyEntries } from './entries/contingency.ts';
import { departureEntries } from './entries/departures.ts';
import { dataEntryBodies } from './basic-data/changes.ts';
import { passengerTicketFields, vehicleEntryBodies } from './entries/vehicles.ts';
import { reportEntryBodies } from './entries/reports.ts';
import { ticketStopFields } from './stops.ts';
import { nameEntries } from './entries/names.ts';
import { stationEntries } from './entries/station.ts';
import {
  base64urlSchema,
  businessDateSchema,
  clerkNumberSchema,
  commandIdSchema,
  departureIdSchema,
  fenSchema,
  hashHexSchema,
  hex128Schema,
  instantSchema,
  ledgerIdSchema,
  lineIdSchema,
  placeIdSchema,
  signedFenSchema,
  soldTicketClassSchema,
  ticketNumberSchema,
  windowIdSchema,
} from './ids.ts';
import { peopleEntries } from './entries/people.ts';

export { leaseSeatsSchema, type LeaseSeats } from './entries/station.ts';

const shiftId = hex128Schema;

/** Bodies of the journal, by kind. A kind or version that a program does not know is kept, never dropped. */
export const entryBodies = {
  /** First entry of every ledger. `predecessor` is set when an older file was left behind. */
  'ledger.opened': z.strictObject({
    stationCode: z.string().regex(/^\d{4}$/),
    windowNumber: z.int().min(1).max(99),
    ordinal: z.int().min(1).max(99),
    signingKey: base64urlSchema,
    program: z.string().max(40),
    predecessor: z
      .strictObject({ ledgerId: ledgerIdSchema, seq: z.int().min(1), hash: hashHexSchema })
      .nullable(),
    /** Beside a predecessor: why it was left behind and what of its seats nobody can prove unsold (docs/leases.md). */
    succession: z
      .strictObject({
        /** `older` ends before its anchor · `differs` has another entry there · `missing` · `anchorUnreadable`. */
        why: z.enum(['older', 'differs', 'missing', 'anchorUnreadable']),
        /** Last entry of the file that was set aside; 0 when it was missing. */
        fromSeq: z.int().min(0),
        /** What was known outside the file; null when that could not be read. */
        anchored: z
          .strictObject({ ledgerId: ledgerIdSchema, seq: z.int().min(1), hash: hashHexSchema })
          .nullable(),
        /** No seat is self-granted of departures up to this date; null when nothing was ever leased. */
        frozenThrough: businessDateSchema.nullable(),
      })
      .optional(),
  }),
  /** A clerk read what a new ledger means: what was lost, and which departures are frozen. */
  'succession.confirmed': z.strictObject({
    clerkNumber: clerkNumberSchema,
    frozenThrough: businessDateSchema.nullable(),
    frozenDepartures: z.int().min(0),
  }),
  /**
   * Sales have stopped. `fork`: city or host has another entry under this `seq`, so somebody else writes under this window's key.
   * `writtenOff`: the station's host was told that this machine is off.
   */
  'window.fenced': z.strictObject({ reason: z.enum(['fork', 'writtenOff']), seq: z.int().min(1) }),
  'session.signedIn': z.strictObject({ clerkNumber: clerkNumberSchema }),
  'session.signedOut': z.strictObject({ clerkNumber: clerkNumberSchema }),
  'shift.opened': z.strictObject({
    shiftId,
    clerkNumber: clerkNumberSchema,
    floatFen: fenSchema,
    /** The drawer was handed over by whoever closed for an absent clerk; `differenceFen` = counted here − counted there. */
    tookOver: z.strictObject({ shiftId, drawerFen: fenSchema, differenceFen: signedFenSchema }).optional(),
  }),
  /** `expectedFen` = float + cash sales + collected at changes − given back; `differenceFen` = counted − expected. */
  'shift.closed': z.strictObject({
    shiftId,
    clerkNumber: clerkNumberSchema,
    countedFen: fenSchema,
    expectedFen: fenSchema,
    differenceFen: signedFenSchema,
    ticketCount: z.int().min(0),
    salesFen: fenSchema,
    /** Cash given back after sales, for how many tickets, and what changes brought in; absent = nothing. */
    backCount: z.int().min(0).optional(),
    backFen: fenSchema.optional(),
    moreFen: fenSchema.optional(),
    /** Set when somebody else closed it for an absent clerk: who did is the entry's actor, who countersigned stands here. */
    countersignedBy: clerkNumberSchema.optional(),
    /** Ticket paper counted then, sheets or rolls: it stays in the drawer with the cash for the next clerk. */
    paper: z.int().min(0).max(1_000_000).optional(),
  }),
  ...vehicleEntryBodies,
  ...stationEntries,
  ...nameEntries,
  /** One ticket. The holder is in the entry's `identity`, never here. */
  'ticket.sold': z.strictObject({
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    departAt: instantSchema,
    lineId: lineIdSchema,
    fromPlaceId: placeIdSchema,
    /** Where the ticket ends: the line's end, or the stop in `toStop`. */
    toPlaceId: placeIdSchema,
    ...ticketStopFields,
    ticketClass: soldTicketClassSchema,
    fareFen: fenSchema,
    /** Rule row and the feed version it was sold under; a refund later uses these. */
    fareRuleId: z.string().max(64),
    fareVersion: z.int().min(1),
    /** Version of the station's own basic data it was sold under, where they had a part in the timetable. */
    dataVersion: z.int().min(1).optional(),
    /** Which test gave a child fare: age on the travel date, or height measured at the window. */
    childBasis: z.enum(['age', 'height']).optional(),
    /** How the identity came in: read from the card's chip, typed by the clerk, or scanned from a passport's lines. */
    capture: z.enum(['chip', 'typed', 'mrz']),
    documentKind: z.string().max(16),
    leaseId: hex128Schema,
    /** Null where seats are free. */
    seatNumber: z.int().min(1).nullable(),
    shiftId,
    ...passengerTicketFields,
  }),
  /** Money of one sale command: an entry of its own, after its tickets. */
  'sale.money': z.strictObject({
    shiftId,
    payment: z.literal('cash'),
    ticketCount: z.int().min(1),
    totalFen: fenSchema,
    tenderedFen: fenSchema,
    changeFen: fenSchema,
  }),
  /** One outcome a sheet of paper. */
  'print.outcome': z.strictObject({
    ticketNumber: ticketNumberSchema,
    sheetId: hex128Schema,
    outcome: z.enum(['confirmed', 'sent', 'unknown', 'spoiled', 'failed']),
    reason: z.string().max(64).optional(),
    copy: z.int().min(1),
    singleCopy: z.boolean(),
  }),
  /** A feed from the city took effect at this window. */
  'feed.applied': z.strictObject({ version: z.int().min(1), hash: hashHexSchema }),
  'window.enrolled': z.strictObject({ cityKeyId: z.string().max(16) }),
  ...dataEntryBodies,
  /** The wall clock moved against the monotonic one. Never reorders entries. */
  'clock.jumped': z.strictObject({ fromMs: instantSchema, toMs: instantSchema }),
  ...peopleEntries,
  ...gateEntryBodies,
  ...contingencyEntries,
  ...departureEntries,
  ...afterSaleEntries,
  ...reportEntryBodies,
} as const;

export type EntryKind = keyof typeof entryBodies;
export type EntryBody<K extends EntryKind> = z.infer<(typeof entryBodies)[K]>;

/** Identity of an entry: where its sealed row is and what binds it. */
export const entryIdentitySchema = z.strictObject({ ref: hex128Schema, digest: hashHexSchema });
export type EntryIdentity = z.infer<typeof entryIdentitySchema>;

/** Envelope of every entry, whatever its kind. */
export const entryEnvelopeSchema = z.strictObject({
  v: z.int().min(1),
  window: windowIdSchema,
  ledgerId: ledgerIdSchema,
  seq: z.int().min(1),
  at: instantSchema,
  businessDate: businessDateSchema,
  kind: z.string().min(1).max(64),
  /** Clerk number, or `office` for what the program does by itself. */
  actor: z.string().regex(/^(\d{4}|office)$/),
  /** Sorted ids of the contingency orders in force. */
  plans: z.array(z.string().max(64)),
  commandId: commandIdSchema,
  /** Which entry of its command this is. The entries of one command follow one another in `seq`. */
  part: z.strictObject({ n: z.int().min(1), of: z.int().min(1) }),
  identity: entryIdentitySchema.optional(),
  body: z.record(z.string(), z.unknown()),
});
export type EntryEnvelope = z.infer<typeof entryEnvelopeSchema>;

/** An entry of a kind this program knows. */
export type JournalEntry = {
  [K in EntryKind]: Omit<EntryEnvelope, 'kind' | 'body'> & { kind: K; body: EntryBody<K> };
}[EntryKind];

/** What `domain` gives back: kind and body, before the ledger numbers and seals it. */
export type NewEntry = { [K in EntryKind]: { kind: K; body: EntryBody<K> } }[EntryKind];

export function isKnownKind(kind: string): kind is EntryKind {
  return Object.hasOwn(entryBodies, kind);
}
