import { z } from 'zod';
import { evidenceSchema } from '../contingency.ts';
import {
  clerkNumberSchema,
  departureIdSchema,
  hashHexSchema,
  instantSchema,
  ledgerIdSchema,
  ticketNumberSchema,
  windowIdSchema,
} from '../ids.ts';

/** Name of a gate as people at the pier call it, for instance `1 号检票口`. */
export const gateNameSchema = z.string().min(1).max(20);

/**
 * How a passenger was found: the document on the reader, the ticket's code, or a number typed by the gate clerk. Where a plan lets it:
 * by the passenger list without a document (`list`), or let aboard before the check, which is made good later (`deferred`).
 */
export const boardingMethodSchema = z.enum(['document', 'qr', 'typed', 'list', 'deferred']);
export type BoardingMethod = z.infer<typeof boardingMethodSchema>;

/**
 * Heads aboard by category (ticketing rules 1.1.9: holders of free tickets are counted too). `heads` is the sum of the
 * four kinds of people; vehicles are no heads, their drivers have tickets of their own.
 */
export const boardingCountsSchema = z.strictObject({
  heads: z.int().min(0),
  adults: z.int().min(0),
  children: z.int().min(0),
  free: z.int().min(0),
  infants: z.int().min(0),
  vehicles: z.int().min(0),
});
export type BoardingCounts = z.infer<typeof boardingCountsSchema>;

/** Entries of the gate: boarding, manifest, head count (ticketing rules 1.1.9, 1.1.10, 2.6.8, 4.4). */
export const gateEntryBodies = {
  /** Boarding of a departure began, or began again after the gate was closed. */
  'gate.opened': z.strictObject({
    departureId: departureIdSchema,
    gate: gateNameSchema,
    clerkNumber: clerkNumberSchema,
  }),
  /** Sale of a departure was stopped by hand, so that its gate can close; no window of the station sells it any more. */
  'sale.stopped': z.strictObject({ departureId: departureIdSchema, clerkNumber: clerkNumberSchema }),
  /** Nobody boards any more. The manifest is frozen in the same command. */
  'gate.closed': z.strictObject({
    departureId: departureIdSchema,
    gate: gateNameSchema,
    clerkNumber: clerkNumberSchema,
  }),
  /** A ticket was let aboard. It is not let aboard again before `ticket.unboarded`. */
  'ticket.boarded': z.strictObject({
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    gate: gateNameSchema,
    method: boardingMethodSchema,
    /** The station's host could not be asked: let aboard by what this office knew of the others. */
    apart: z.literal(true).optional(),
    /** What it leaves behind in place of a full check (ticketing rules 1.8); absent with a full one. */
    evidence: z.array(evidenceSchema).min(1).max(4).optional(),
  }),
  /** A boarding taken back: the person went ashore, or was not the one on the ticket. */
  'ticket.unboarded': z.strictObject({
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    gate: gateNameSchema,
    reason: z.string().min(1).max(100),
    /** Another office's boarding: that ledger's entry and every earlier one of the ticket. Absent: this office's own. */
    of: z.strictObject({ window: windowIdSchema, ledgerId: ledgerIdSchema, seq: z.int().min(1) }).optional(),
  }),
  /** Found by the station's host when journals met: one ticket was let aboard by two offices. Both boardings stand here as evidence. */
  'boarding.doubled': z.strictObject({
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    boardings: z
      .array(
        z.strictObject({
          window: windowIdSchema,
          ledgerId: ledgerIdSchema,
          seq: z.int().min(1),
          at: instantSchema,
          gate: z.string().max(40),
          method: boardingMethodSchema,
          apart: z.boolean(),
        }),
      )
      .min(2)
      .max(20),
  }),
  /** Somebody was not let aboard: the result of a check is recorded too (ticketing rules 1.1.10). */
  'boarding.refused': z.strictObject({
    departureId: departureIdSchema,
    gate: gateNameSchema,
    method: boardingMethodSchema,
    /** Code of the refusal. */
    reason: z.string().min(1).max(40),
    /** Null when no ticket was found. */
    ticketNumber: ticketNumberSchema.nullable(),
  }),
  /**
   * The passenger list (旅客名单) as it stood when the gate closed. `hash` = SHA-256 of the JCS of its rows, which name
   * each passenger by ticket and identity digest, so that it can be proven without a name and after names are erased.
   */
  'manifest.frozen': z.strictObject({
    departureId: departureIdSchema,
    /** 1 for the first closing of the gate, n for the n-th. */
    version: z.int().min(1),
    hash: hashHexSchema,
    counts: boardingCountsSchema,
    /** Tickets sold and not aboard. */
    missing: z.int().min(0),
    /** Of those aboard, who was let in by the list and before the check, and what was left behind; absent = all were checked in full. */
    eased: z
      .strictObject({
        list: z.int().min(0),
        deferred: z.int().min(0),
        evidence: z.array(evidenceSchema).max(4),
      })
      .optional(),
  }),
  /** The list with names left the office on paper or in a file: which form, who took it, why. */
  'manifest.exported': z.strictObject({
    departureId: departureIdSchema,
    hash: hashHexSchema,
    form: z.enum(['receipt', 'page', 'xlsx', 'pdf']),
    clerkNumber: clerkNumberSchema,
    reason: z.string().min(1).max(100),
  }),
  /** Heads counted aboard after sailing against those boarded; `difference` = counted − boarded. */
  'sailing.reconciled': z.strictObject({
    departureId: departureIdSchema,
    counted: z.int().min(0).max(10_000),
    boarded: z.int().min(0),
    difference: z.int(),
    /** Needed when there is a difference. */
    reason: z.string().min(1).max(200).optional(),
    clerkNumber: clerkNumberSchema,
  }),
} as const;
