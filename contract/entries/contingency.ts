import { z } from 'zod';
import { departureStateSchema, scopeSchema, signedPlanSchema } from '../contingency.ts';
import { vesselKindSchema } from '../feed.ts';
import { clerkNumberSchema, departureIdSchema, instantSchema, lineIdSchema, windowIdSchema } from '../ids.ts';
import { planLibraryEntries } from './plan-library.ts';
import {
  orderedBySchema,
  recordKeySchema,
  signedEndSchema,
  signedExtendSchema,
  signedOrderSchema,
  signedRecordSchema,
} from '../orders.ts';

/** Contingency orders and departure states. Records are sets: merging is union, whatever arrives first. */
export const contingencyEntries = {
  /** A plan put in force here. The whole signed plan goes with it, so that whoever hears of the order can follow it. */
  'plan.ordered': z.strictObject({ signed: signedOrderSchema, plan: signedPlanSchema }),
  'plan.extended': z.strictObject({ signed: signedExtendSchema }),
  'plan.ended': z.strictObject({ signed: signedEndSchema }),
  /** A record of another office became known here; `at` of this entry says since when. `plan` comes with an order. */
  'plan.heard': z.strictObject({ signed: signedRecordSchema, plan: signedPlanSchema.nullable() }),

  ...planLibraryEntries,

  /**
   * A state for every departure that the scope matches, those added later included. It takes the place of the changes named
   * in `supersedes`, where both match; one that it does not name goes on beside it, and the stricter holds.
   */
  'departure.stateSet': z.strictObject({
    key: recordKeySchema,
    at: instantSchema,
    scope: scopeSchema,
    state: departureStateSchema,
    supersedes: z.array(recordKeySchema).max(200),
    reason: z.string().min(1).max(200),
    orderedBy: orderedBySchema.nullable(),
    by: clerkNumberSchema,
  }),
  /** Takes one change back. What was superseded by it holds again; rights gained meanwhile stay. */
  'departure.stateUndone': z.strictObject({
    key: recordKeySchema,
    at: instantSchema,
    undoes: recordKeySchema,
    reason: z.string().min(1).max(200),
    by: clerkNumberSchema,
  }),
  /**
   * A state change or an undoing of another office became known here. Who did it, why and on whose word stand in entries of newer
   * programs; older ones left them out.
   */
  'departure.stateHeard': z.strictObject({
    change: z.discriminatedUnion('what', [
      z.strictObject({
        what: z.literal('set'),
        key: recordKeySchema,
        at: instantSchema,
        scope: scopeSchema,
        state: departureStateSchema,
        supersedes: z.array(recordKeySchema).max(200),
        reason: z.string().min(1).max(200).optional(),
        orderedBy: orderedBySchema.nullable().optional(),
        by: clerkNumberSchema.optional(),
      }),
      z.strictObject({
        what: z.literal('undone'),
        key: recordKeySchema,
        at: instantSchema,
        undoes: recordKeySchema,
        reason: z.string().min(1).max(200).optional(),
        by: clerkNumberSchema.optional(),
      }),
    ]),
    from: windowIdSchema,
  }),
  /** An extra departure (加班). `pattern` is the departure of the timetable whose line, fares and seating it has. */
  'departure.extraAdded': z.strictObject({
    departureId: departureIdSchema,
    lineId: lineIdSchema,
    departAt: instantSchema,
    pattern: departureIdSchema,
    vesselName: z.string().min(1).max(40),
    vesselKind: vesselKindSchema.nullable(),
    capacity: z.int().min(1).max(5_000),
    by: clerkNumberSchema,
  }),
  /** People let go to the berth of one vessel of a rolling line, counted as they pass. */
  'release.counted': z.strictObject({
    releaseId: z.string().min(1).max(64),
    departureId: departureIdSchema,
    count: z.int().min(1).max(5_000),
    /** After this count. Never above the vessel's licence. */
    totalAboard: z.int().min(1).max(5_000),
    /** Last queue number that was let go. */
    throughQueueNumber: z.int().min(1).nullable(),
    by: clerkNumberSchema,
  }),
} as const;
