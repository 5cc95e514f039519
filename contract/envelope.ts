import { z } from 'zod';
import { commandIdSchema } from './ids.ts';
import { refusalSchema } from './refusals.ts';

/** One request envelope for office, station and city. `id` is the caller's, echoed in the answer. */
export const requestSchema = z.strictObject({
  id: z.union([z.int().min(0), z.string().min(1).max(64)]),
  method: z.string().min(1).max(64),
  params: z.unknown().optional(),
  commandId: commandIdSchema.optional(),
});
export type Request = z.infer<typeof requestSchema>;

/** One answer envelope. `id` is null only when the request was too broken to have one. */
export const answerSchema = z.discriminatedUnion('ok', [
  z.strictObject({
    id: z.union([z.int(), z.string()]).nullable(),
    ok: z.literal(true),
    result: z.unknown(),
  }),
  z.strictObject({
    id: z.union([z.int(), z.string()]).nullable(),
    ok: z.literal(false),
    refusal: refusalSchema,
  }),
]);
export type Answer = z.infer<typeof answerSchema>;

/** Something that happened, told to every page without being asked. */
export const eventSchema = z.strictObject({ event: z.string().min(1).max(64), data: z.unknown() });
export type EventMessage = z.infer<typeof eventSchema>;
