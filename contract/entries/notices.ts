import { z } from 'zod';
import { clerkNumberSchema, departureIdSchema, hex128Schema, instantSchema } from '../ids.ts';

const text = (most: number) => z.string().max(most);

/** What a person told the public, in each of its forms. Empty = not in this form. */
export const noticeTextsSchema = z.strictObject({
  /** One line for the hall's board. */
  board: text(200),
  /** What is read out, once; the script reads it twice. */
  broadcast: text(1_000),
  /** To paste into a message or a page. */
  text: text(2_000),
});
export type NoticeTexts = z.infer<typeof noticeTextsSchema>;

/** Nothing is published but by a person (ticketing rules 3.1, 3.5): who, when, what, for which departures, until when it stands. */
export const noticeEntries = {
  'notice.published': z.strictObject({
    noticeId: hex128Schema,
    at: instantSchema,
    ...noticeTextsSchema.shape,
    departures: z.array(departureIdSchema).max(300),
    /** Id of the order that it tells of; null where there is none. */
    orderId: z.string().max(64).nullable(),
    /** It leaves the board by itself; null = when somebody withdraws it. */
    until: instantSchema.nullable(),
    by: clerkNumberSchema,
  }),
  'notice.withdrawn': z.strictObject({
    noticeId: hex128Schema,
    at: instantSchema,
    reason: z.string().min(1).max(200),
    by: clerkNumberSchema,
  }),
} as const;
