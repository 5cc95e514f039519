import { z } from 'zod';
import {
  businessDateSchema,
  clerkNumberSchema,
  departureIdSchema,
  hex128Schema,
  instantSchema,
  lineIdSchema,
  ticketNumberSchema,
} from '../ids.ts';
import { recordKeySchema } from '../orders.ts';
import { queueNumberSchema } from '../rolling.ts';

/** Line and day that a queue waits for; `lineId` null = the hall as a whole. */
const queueOf = { lineId: lineIdSchema.nullable(), date: businessDateSchema };

/** What people do while a plan is in force, known to every office of the station. Nothing here names a passenger. */
export const dutyEntries = {
  /** Somebody looked again and the order goes on (ticketing rules 3.4); the next look is due from then. Ends and lengthens nothing. */
  'plan.reviewed': z.strictObject({
    reviewId: hex128Schema,
    order: recordKeySchema,
    at: instantSchema,
    /** What was seen; may be empty. */
    note: z.string().max(200),
    by: clerkNumberSchema,
  }),
  /** A queue number (排队号) on a slip of paper: whoever holds it waits. No identity. Numbered like tickets for the day (contract/rolling.ts). */
  'queue.given': z.strictObject({
    slipId: hex128Schema,
    ...queueOf,
    queueNumber: queueNumberSchema,
    at: instantSchema,
    by: clerkNumberSchema,
    /** It came out on paper; false: the clerk wrote it by hand. */
    printed: z.boolean(),
  }),
  /** Numbers up to this one are called: to the window or to the gate. */
  'queue.called': z.strictObject({
    callId: hex128Schema,
    ...queueOf,
    through: queueNumberSchema,
    count: z.int().min(1).max(5_000),
    at: instantSchema,
    by: clerkNumberSchema,
  }),
  /** The check of a passenger who was let aboard before it was made good, aboard or on arrival (ticketing rules 1.8). */
  'boarding.checked': z.strictObject({
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    /** When the boarding was that it makes good, by the clock of the office that let it aboard. */
    boardedAt: instantSchema,
    at: instantSchema,
    /** `differs`: not the one on the ticket, or without a document. */
    result: z.enum(['matches', 'differs']),
    /** Needed where it differs. */
    note: z.string().max(200),
    by: clerkNumberSchema,
  }),
  /**
   * Tickets that came without a sheet of the printer, by a plan (ticketing rules 3.4): with slips printed beforehand, numbered from `from`
   * upward in the order of `tickets`, or electronic. `skipped`: slips just before that were spoiled. Own entries only; not carried.
   */
  'ticket.slips': z.strictObject({
    way: z.enum(['slip', 'none']),
    tickets: z.array(ticketNumberSchema).min(1).max(100),
    from: z.int().min(1).max(99_999_999).nullable(),
    skipped: z.int().min(0).max(1_000),
  }),
} as const;
