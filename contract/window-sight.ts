import { z } from 'zod';
import { windowIdSchema, instantSchema } from './ids.ts';

/** What a window may be without. */
export const troubleKindSchema = z.enum(['reader', 'printer', 'city', 'station']);
export type TroubleKind = z.infer<typeof troubleKindSchema>;

/** What a window sees of itself, as it tells its host: how long something has been missing counts by no clock of two machines. */
export const windowSightSchema = z.strictObject({
  /** Last entry of its journal. */
  headSeq: z.int().min(0),
  /** Somebody is signed in, or its shift is open. */
  staffed: z.boolean(),
  troubles: z
    .array(z.strictObject({ what: troubleKindSchema, forMs: z.int().min(0) }))
    .max(troubleKindSchema.options.length),
});
export type WindowSight = z.infer<typeof windowSightSchema>;

/**
 * What this office has of a window's journal. `here` its own · `current` everything that the window said it had · `behind` it has more ·
 * `away` it cannot be asked what more it has · `never` nothing of it came · `retired` it gave everything before it was taken away ·
 * `writtenOff` its machine is lost, `lost` read back from the city: what it wrote last may be nowhere.
 */
export const windowDataSchema = z.strictObject({
  window: windowIdSchema,
  data: z.enum(['here', 'current', 'behind', 'away', 'never', 'retired', 'writtenOff', 'lost']),
  /** Its data are in up to then; null: nobody can say. */
  upTo: instantSchema.nullable(),
  /** Entries that it is known to have and that are not here; null: not known. */
  missing: z.int().min(0).nullable(),
});
export type WindowData = z.infer<typeof windowDataSchema>;

/** Whose data a figure is made of: of the whole station, at its host; of this window alone anywhere else. */
export const dataOfSchema = z.enum(['station', 'window']);
