import { z } from 'zod';
import { lineIdSchema, placeIdSchema } from './ids.ts';

/** A call of a line on its way. The ends of the line are in the line itself. */
export const lineCallSchema = z.strictObject({
  lineId: lineIdSchema,
  placeId: placeIdSchema,
  /** After the line's start; the calls of a line are in this order. */
  minutesFromStart: z.int().min(0).max(2_000),
});
export type LineCall = z.infer<typeof lineCallSchema>;

/**
 * Where a ticket ends before its line does: the stop and its name when it was sold. Its seat is held for the whole run all the same
 * (as coach terminals do): nobody is sold the rest of the way.
 */
export const toStopSchema = z.strictObject({ placeId: placeIdSchema, name: z.string().min(1).max(40) });
export type ToStop = z.infer<typeof toStopSchema>;

/** What a sold ticket says of it; absent = it goes to the end of its line. */
export const ticketStopFields = { toStop: toStopSchema.optional() };
