import { z } from 'zod';
import {
  businessDateSchema,
  clerkNumberSchema,
  departureIdSchema,
  fenSchema,
  instantSchema,
  signedFenSchema,
  windowIdSchema,
} from '../ids.ts';
import { measuredSchema, orderedBySchema, recordKeySchema } from '../orders.ts';
import { dataOfSchema, windowDataSchema } from '../window-sight.ts';
import type { MethodSpec } from './method.ts';

/** What was done under a plan, one line of its timeline. */
export const reportEventSchema = z.strictObject({
  at: instantSchema,
  what: z.enum([
    'ordered',
    'extended',
    'ended',
    'stateSet',
    'stateUndone',
    'extra',
    'left',
    'release',
    'notice',
    'noticeWithdrawn',
    'reviewed',
    'queueCalled',
  ]),
  /** In plain Chinese. */
  text: z.string(),
  by: z.string(),
  countersignedBy: z.string().nullable(),
  /** Office where it was done; null = not known. */
  window: windowIdSchema.nullable(),
});

/** The report of an order of a plan, from the moment it was given to its end, or to now (ticketing rules 3.5). */
export const planReportSchema = z.strictObject({
  id: z.string(),
  planName: z.string(),
  planVersion: z.int(),
  station: z.string(),
  from: instantSchema,
  /** Null while it is in force. */
  endedAt: instantSchema.nullable(),
  madeAt: instantSchema,
  reason: z.string(),
  signal: z.string().nullable(),
  orderedBy: orderedBySchema.nullable(),
  /** Number of whoever ordered it here, or the name of the authority that did. */
  by: z.string(),
  countersignedBy: clerkNumberSchema.nullable(),
  measured: z.array(measuredSchema),
  /** Whose figures these are: of the whole station as far as `windows` says, or of this window alone. */
  of: dataOfSchema,
  /** What each window sold and gave back for the departures below, and up to when its data are in: their sums are the totals. */
  windows: z.array(
    z.strictObject({
      ...windowDataSchema.shape,
      tickets: z.int(),
      salesFen: fenSchema,
      refunded: z.int(),
      refundedFen: fenSchema,
    }),
  ),
  events: z.array(reportEventSchema),
  /** Departures within its scope from its beginning to its end, as this office knows them: at most 300 are listed, all are counted. */
  departureCount: z.int(),
  departures: z.array(
    z.strictObject({
      departureId: departureIdSchema,
      departLocal: z.string(),
      date: businessDateSchema,
      lineName: z.string(),
      words: z.string(),
      capacity: z.int(),
      sold: z.int(),
      boarded: z.int(),
      refunded: z.int(),
      moved: z.int(),
    }),
  ),
  totals: z.strictObject({
    /** Tickets sold on the business dates of that time, and their money. */
    tickets: z.int(),
    salesFen: fenSchema,
    refunded: z.int(),
    refundedFen: fenSchema,
    feesFen: fenSchema,
    moved: z.int(),
    voided: z.int(),
    /** Sales less tickets that ended, and their fares less the fees that were kept. */
    netTickets: z.int(),
    netFen: signedFenSchema,
    boarded: z.int(),
    /** People in the queue beyond the last number that was let go, now or at its end. */
    waiting: z.int(),
    /** Let go to the berth, and the most at once. */
    released: z.int(),
    mostReleasedAtOnce: z.int(),
    /** Identities that were typed while a second person read aloud. */
    identitiesTyped: z.int(),
    notices: z.int(),
    /** Times that somebody looked again and signed that it goes on. */
    reviews: z.int(),
    /** Tickets that windows sold although the departure was stopped, because they had not heard of it. */
    soldUnheard: z.int(),
  }),
});
export type PlanReport = z.infer<typeof planReportSchema>;

export const planReportMethods = {
  'plans.report': {
    mutating: false,
    audit: 'none',
    summary:
      'The report of an order: timeline, measured values, tickets, refunds, people let go, identities typed, money; at the host of the whole station, with the windows whose data are in and up to when.',
    input: z.strictObject({ order: recordKeySchema }),
    output: planReportSchema,
  },
  'plans.orders': {
    mutating: false,
    audit: 'none',
    summary: 'Orders of which a report can be made, the newest first: those in force and those that ended.',
    input: z.strictObject({}),
    output: z.strictObject({
      orders: z.array(
        z.strictObject({
          key: recordKeySchema,
          id: z.string(),
          name: z.string(),
          from: instantSchema,
          endedAt: instantSchema.nullable(),
        }),
      ),
    }),
  },
  'plans.exportReport': {
    mutating: false,
    audit: 'none',
    summary: 'The report as data: JSON whole, or its departures and totals as CSV.',
    input: z.strictObject({ order: recordKeySchema, format: z.enum(['json', 'csv']) }),
    output: z.strictObject({ fileName: z.string(), mediaType: z.string(), base64: z.string() }),
  },
} as const satisfies Record<string, MethodSpec>;
