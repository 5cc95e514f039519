import { z } from 'zod';
import { departureStateSchema, sellSchema } from '../contingency.ts';
import { vesselKindSchema } from '../feed.ts';
import { businessDateSchema, departureIdSchema, instantSchema, windowIdSchema } from '../ids.ts';
import { orderedBySchema } from '../orders.ts';
import type { MethodSpec } from './method.ts';

/** What states and plans say of a departure, with its meaning for sale, check-in and refund (ticketing rules 3.3). */
export const departureNoticeSchema = z.strictObject({
  state: departureStateSchema,
  /** As it stands in notices: 停航 on water, 停班 on the road, 停班有售 with tickets sold. */
  words: z.string(),
  /** What may be sold: a fixed departure, for the line and day in queue order, without a place, nothing. */
  sale: z.strictObject({ passengers: sellSchema, vehicles: sellSchema }),
  checkIn: z.enum(['open', 'queue', 'closed']),
  /** Whose money comes back whole because of the state itself; plans may give more. */
  freeRefund: z.enum(['none', 'vehicles', 'all']),
});
export type DepartureNotice = z.infer<typeof departureNoticeSchema>;

/** Who did something, where, why and on whose word; null = an older program did not say. */
const deed = {
  window: windowIdSchema.nullable(),
  by: z.string().nullable(),
  countersignedBy: z.string().nullable(),
  reason: z.string().nullable(),
  orderedBy: orderedBySchema.nullable(),
};
const deedSchema = z.strictObject({ at: instantSchema, ...deed });

const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** Departures beyond the timetable, and what really became of them. */
export const departureMethods = {
  'departures.addExtra': {
    mutating: true,
    audit: 'journal',
    summary:
      'An extra departure (加班), open at once: a departure of the line copied with another time, vessel and capacity.',
    input: z.strictObject({
      pattern: departureIdSchema,
      departLocal: localTime,
      vesselName: z.string().trim().min(1).max(40),
      /** Null: the kind of the copied departure. */
      vesselKind: vesselKindSchema.nullable(),
      capacity: z.int().min(1).max(5_000),
    }),
    output: z.strictObject({ departureId: departureIdSchema, departAt: instantSchema }),
  },
  'departures.leave': {
    mutating: true,
    audit: 'journal',
    summary: 'Says that a departure has left, and when.',
    input: z.strictObject({ departureId: departureIdSchema, leftAt: instantSchema }),
    output: z.strictObject({ departureId: departureIdSchema, leftAt: instantSchema }),
  },
  'departures.history': {
    mutating: false,
    audit: 'none',
    summary:
      'Everything that was ever set for a departure, at whichever office, and the orders of plans that touch it, oldest first: who, why and until when.',
    input: z.strictObject({ departureId: departureIdSchema }),
    output: z.strictObject({
      departureId: departureIdSchema,
      date: businessDateSchema,
      notice: departureNoticeSchema.nullable(),
      leftAt: instantSchema.nullable(),
      spans: z.array(
        z.strictObject({
          changeId: z.string(),
          state: departureStateSchema,
          words: z.string(),
          from: instantSchema,
          to: instantSchema.nullable(),
          undone: z.boolean(),
          ...deed,
          /** What ended it: another change, or that it was taken back; null while it holds. */
          ended: deedSchema.nullable(),
        }),
      ),
      /** Orders that speak of it and held on its day or hold now. */
      orders: z.array(
        z.strictObject({
          orderId: z.string(),
          /** Null where the plan is of a later program. */
          name: z.string().nullable(),
          from: instantSchema,
          /** When its loosenings end or ended; null: it has none. */
          loosensUntil: instantSchema.nullable(),
          /** Something of it ends by a signed end alone. */
          restricts: z.boolean(),
          /** It holds no more: ended, or all that it loosened has run out. */
          over: z.boolean(),
          ...deed,
          ended: deedSchema.nullable(),
        }),
      ),
    }),
  },
} as const satisfies Record<string, MethodSpec>;
