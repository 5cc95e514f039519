import { z } from 'zod';
import { clerkNumberSchema, departureIdSchema, instantSchema, windowIdSchema } from '../ids.ts';
import { contingencyEntries } from './contingency.ts';
import { noticeEntries } from './notices.ts';

/** The vessel or coach really left; `leftAt` is what whoever saw it says. Its sale is over, its tickets are no longer waited for. */
const leftBody = z.strictObject({
  departureId: departureIdSchema,
  leftAt: instantSchema,
  by: clerkNumberSchema,
});

/**
 * What one office says of a departure that every office of the station goes by: an extra one, that it left, that people were let
 * go to its berth, what was published. Union of all that is known; the order of arrival says nothing.
 */
export const departureNoteSchema = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('extra'), body: contingencyEntries['departure.extraAdded'] }),
  z.strictObject({ what: z.literal('left'), body: leftBody }),
  z.strictObject({ what: z.literal('release'), body: contingencyEntries['release.counted'] }),
  z.strictObject({ what: z.literal('notice'), body: noticeEntries['notice.published'] }),
  z.strictObject({ what: z.literal('withdrawal'), body: noticeEntries['notice.withdrawn'] }),
]);
export type DepartureNote = z.infer<typeof departureNoteSchema>;

/** What becomes of a departure on its day, beside its states. */
export const departureEntries = {
  ...noticeEntries,
  'departure.left': leftBody,
  /** Another office's word became known here. */
  'departure.noteHeard': z.strictObject({ note: departureNoteSchema, from: windowIdSchema }),
} as const;
