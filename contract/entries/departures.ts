import { z } from 'zod';
import { clerkNumberSchema, departureIdSchema, instantSchema, windowIdSchema } from '../ids.ts';
import { contingencyEntries } from './contingency.ts';
import { dutyEntries } from './duty.ts';
import { noticeEntries } from './notices.ts';

/** The vessel or coach really left; `leftAt` is what whoever saw it says. Its sale is over, its tickets are no longer waited for. */
const leftBody = z.strictObject({
  departureId: departureIdSchema,
  leftAt: instantSchema,
  by: clerkNumberSchema,
});

/**
 * What one office says of a departure that every office of the station goes by: an extra one, that it left, that people were let
 * go to its berth, what was published, what people did while a plan was in force. Union of all that is known; the order of arrival says nothing.
 */
export const departureNoteSchema = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('extra'), body: contingencyEntries['departure.extraAdded'] }),
  z.strictObject({ what: z.literal('left'), body: leftBody }),
  z.strictObject({ what: z.literal('release'), body: contingencyEntries['release.counted'] }),
  z.strictObject({ what: z.literal('notice'), body: noticeEntries['notice.published'] }),
  z.strictObject({ what: z.literal('withdrawal'), body: noticeEntries['notice.withdrawn'] }),
  z.strictObject({ what: z.literal('review'), body: dutyEntries['plan.reviewed'] }),
  z.strictObject({ what: z.literal('queueGiven'), body: dutyEntries['queue.given'] }),
  z.strictObject({ what: z.literal('queueCalled'), body: dutyEntries['queue.called'] }),
  z.strictObject({ what: z.literal('checked'), body: dutyEntries['boarding.checked'] }),
]);
export type DepartureNote = z.infer<typeof departureNoteSchema>;

/** What becomes of a departure on its day, beside its states. */
export const departureEntries = {
  ...noticeEntries,
  ...dutyEntries,
  'departure.left': leftBody,
  /** Another office's word became known here. */
  'departure.noteHeard': z.strictObject({ note: departureNoteSchema, from: windowIdSchema }),
} as const;
