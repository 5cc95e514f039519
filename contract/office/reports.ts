import { z } from 'zod';
import {
  businessDateSchema,
  departureIdSchema,
  fenSchema,
  instantSchema,
  lineIdSchema,
  signedFenSchema,
  windowIdSchema,
} from '../ids.ts';
import type { MethodSpec } from './method.ts';

const nothing = z.strictObject({});
const sum = { tickets: z.int().min(0), fen: fenSchema };

/** A business day of the station, as far as this office knows: its own journal and those of the windows that it hears. */
export const dayReportSchema = z.strictObject({
  date: businessDateSchema,
  at: instantSchema,
  total: z.strictObject(sum),
  byLine: z.array(
    z.strictObject({
      lineId: lineIdSchema,
      lineName: z.string(),
      ...sum,
      /** Of these, those to stops on the way; absent = none. */
      stops: z.array(z.strictObject({ name: z.string(), ...sum })).optional(),
    }),
  ),
  /** By time of departure. */
  byDeparture: z.array(
    z.strictObject({ departureId: departureIdSchema, lineName: z.string(), departLocal: z.string(), ...sum }),
  ),
  byClerk: z.array(z.strictObject({ clerkNumber: z.string(), name: z.string(), ...sum })),
  byClass: z.array(z.strictObject({ ticketClass: z.string(), ...sum })),
  byWindow: z.array(
    z.strictObject({
      window: windowIdSchema,
      ...sum,
      /** Sheets of ticket paper by the last word on each. */
      sheets: z.record(z.string(), z.int().min(0)),
    }),
  ),
  /** What happened to tickets after their sale on this date, whenever they were sold. */
  after: z.array(
    z.strictObject({
      what: z.enum(['refund', 'change', 'void', 'reissue', 'paid']),
      tickets: z.int().min(0),
      /** Fares of the tickets that ended, what was kept of them, what passengers got or are owed, what they paid at changes. */
      fareFen: fenSchema,
      feeFen: fenSchema,
      backFen: fenSchema,
      moreFen: fenSchema,
      /** Cash that left drawers; negative: that came in. */
      cashFen: signedFenSchema,
    }),
  ),
  /** Sales less tickets that ended, and their fares less the fees that were kept. */
  net: z.strictObject({ tickets: z.int(), fen: signedFenSchema }),
  /** Shifts that were opened on the day or sold on it; `closed` null while open. */
  shifts: z.array(
    z.strictObject({
      window: windowIdSchema,
      clerkNumber: z.string(),
      name: z.string(),
      openedAt: instantSchema,
      floatFen: fenSchema,
      ...sum,
      /** Cash of this date that left the drawer after sales; negative: that came in. */
      cashBackFen: signedFenSchema,
      closed: z
        .strictObject({
          at: instantSchema,
          countedFen: fenSchema,
          expectedFen: fenSchema,
          differenceFen: signedFenSchema,
        })
        .nullable(),
    }),
  ),
});
export type DayReport = z.infer<typeof dayReportSchema>;

/** What a manager or an auditor looks at: the day, and the journal itself. Nothing here names a passenger. */
export const reportMethods = {
  'reports.day': {
    mutating: false,
    audit: 'none',
    summary: 'Sales of a business date by line, departure, clerk, class and window, with shifts and paper.',
    input: z.strictObject({ date: businessDateSchema }),
    output: dayReportSchema,
  },
  'reports.export': {
    mutating: false,
    audit: 'journal',
    summary:
      'The day report as a spreadsheet or as comma-separated text: the file comes back whole, for the page to save. Who took it out stands in the journal.',
    input: z.strictObject({ date: businessDateSchema, format: z.enum(['xlsx', 'csv']) }),
    output: z.strictObject({ fileName: z.string(), mediaType: z.string(), base64: z.string() }),
  },
  'journal.page': {
    mutating: false,
    audit: 'none',
    summary:
      'Entries of the journal, newest first, narrowed to a kind, a date or an actor. A page looks through some ten thousand entries; `next` goes on from there.',
    input: z.strictObject({
      limit: z.int().min(1).max(200),
      before: z.int().min(1).optional(),
      kind: z
        .string()
        .regex(/^[a-zA-Z.]{1,64}$/)
        .optional(),
      date: businessDateSchema.optional(),
      actor: z
        .string()
        .regex(/^(\d{4}|office)$/)
        .optional(),
    }),
    output: z.strictObject({
      entries: z.array(
        z.strictObject({
          seq: z.int().min(1),
          at: instantSchema,
          businessDate: businessDateSchema,
          kind: z.string(),
          actor: z.string(),
          plans: z.array(z.string()),
          commandId: z.string(),
          /** Whether a sealed identity belongs to it. */
          hasIdentity: z.boolean(),
          /** Hash of the entry, 64 hex digits. */
          hash: z.string(),
          body: z.record(z.string(), z.unknown()),
        }),
      ),
      next: z.int().min(1).nullable(),
    }),
  },
  'journal.verify': {
    mutating: false,
    audit: 'log',
    summary:
      'Reads the whole journal: sequence, hashes, columns, sealed rows. Sales go on meanwhile; asked again while it runs, the same run answers.',
    input: nothing,
    output: z.strictObject({
      ok: z.boolean(),
      /** Entries read. */
      count: z.int().min(0),
      ledgerId: z.string(),
      /** Last entry and its hash when the reading ended. */
      headSeq: z.int().min(1),
      headHash: z.string(),
      tookMs: z.int().min(0),
      /** The first entry that is not right, and why; absent when all are. */
      wrong: z.strictObject({ seq: z.int().min(0), why: z.string() }).optional(),
    }),
  },
} as const satisfies Record<string, MethodSpec>;
