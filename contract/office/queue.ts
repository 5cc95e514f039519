import { z } from 'zod';
import { businessDateSchema, lineIdSchema } from '../ids.ts';
import type { MethodSpec } from './method.ts';

/** The queue of whoever waits with a number on a slip: of one line and day, or of the hall (`lineId` null). */
export const hallQueueSchema = z.strictObject({
  lineId: lineIdSchema.nullable(),
  /** Name of the line; null = the hall. */
  lineName: z.string().nullable(),
  date: businessDateSchema,
  /** A plan in force lets numbers be given out now. Those given before are called all the same. */
  issued: z.boolean(),
  given: z.int().min(0),
  /** Slips that came out of a printer; the others were written by hand. */
  printed: z.int().min(0),
  /** Last number that was called, as it is printed; null = none yet. */
  through: z.string().nullable(),
  /** Numbers beyond it. */
  waiting: z.int().min(0),
});
export type HallQueue = z.infer<typeof hallQueueSchema>;

const which = { lineId: lineIdSchema.nullable() };

/** Queue numbers (排队号) on slips of paper, for whoever waits in fog or in a crowd. No identity, no ticket, no right to a place. */
export const queueMethods = {
  'queue.list': {
    mutating: false,
    audit: 'none',
    summary:
      'Queues of today: of the hall and of lines, those that give out numbers now and those in which somebody waits.',
    input: z.strictObject({}),
    output: z.strictObject({ queues: z.array(hallQueueSchema) }),
  },
  'queue.give': {
    mutating: true,
    audit: 'journal',
    summary:
      'Gives somebody who waits the next queue number of a line and today, or of the hall, on a slip; fair among windows that do not hear each other. Refused where no plan lets numbers be given.',
    input: z.strictObject(which),
    output: z.strictObject({
      label: z.string(),
      /** Numbers before this one that were not called yet, as far as this office knows. */
      ahead: z.int().min(0),
      lineName: z.string().nullable(),
      /** False: no printer was ready, write it by hand. */
      printed: z.boolean(),
    }),
  },
  'queue.call': {
    mutating: true,
    audit: 'journal',
    summary: 'Calls the next numbers of a queue: on the board of the hall, at every office of the station.',
    input: z.strictObject({ ...which, count: z.int().min(1).max(5_000) }),
    output: hallQueueSchema,
  },
} as const satisfies Record<string, MethodSpec>;
