import { z } from 'zod';
import { noticeEntries, noticeTextsSchema } from '../entries/notices.ts';
import { departureIdSchema, hex128Schema, instantSchema } from '../ids.ts';
import { recordKeySchema } from '../orders.ts';
import type { MethodSpec } from './method.ts';

/**
 * The board of the hall. Public by design: whoever stands there reads it, so it has departures and notices and nothing that names or
 * numbers a person, a ticket or a clerk.
 */
export const boardViewSchema = z.strictObject({
  stationName: z.string(),
  /** The office's time. */
  at: instantSchema,
  rows: z.array(
    z.strictObject({
      departureId: departureIdSchema,
      departLocal: z.string(),
      toName: z.string(),
      lineName: z.string(),
      vesselName: z.string(),
      extra: z.boolean(),
      /** What is to be known of it now, in a word. */
      words: z.string(),
      /** How grave that is; a mark beside the word, never only a colour. */
      tone: z.enum(['plain', 'good', 'warn', 'stop', 'gone']),
      /** Null before boarding. */
      gate: z.string().nullable(),
      /** 有票, 余 3, 售完; empty where nothing is sold. */
      seats: z.string(),
      /** Of a rolling line: the last queue number that was let go. */
      through: z.string().nullable(),
    }),
  ),
  notices: z.array(z.strictObject({ text: z.string(), at: instantSchema })),
  /** Queue numbers on slips: up to where they are called, of the hall (name null) and of lines. Empty where none were given today. */
  queues: z.array(
    z.strictObject({ name: z.string().nullable(), through: z.string().nullable(), waiting: z.int().min(0) }),
  ),
});
export type BoardView = z.infer<typeof boardViewSchema>;

const noticeViewSchema = noticeEntries['notice.published'].extend({
  /** Broadcast script: the text twice, as announcers read it. */
  script: z.string(),
  withdrawn: z.strictObject({ at: instantSchema, reason: z.string(), by: z.string() }).nullable(),
  /** It stands on the board now. */
  shown: z.boolean(),
});
export type NoticeView = z.infer<typeof noticeViewSchema>;

/** Board, notices and the feed. */
export const noticeMethods = {
  'board.current': {
    mutating: false,
    audit: 'none',
    summary: 'The board of the hall: departures of today and what is published. Nothing personal.',
    input: z.strictObject({}),
    output: boardViewSchema,
  },
  'notices.list': {
    mutating: false,
    audit: 'none',
    summary: 'What was published today and yesterday, and what was withdrawn of it.',
    input: z.strictObject({}),
    output: z.strictObject({ notices: z.array(noticeViewSchema) }),
  },
  'notices.draft': {
    mutating: false,
    audit: 'none',
    summary: 'Texts to begin with, of an order in force or of departures as they stand. Publishes nothing.',
    input: z.strictObject({
      about: z.discriminatedUnion('what', [
        z.strictObject({ what: z.literal('order'), order: recordKeySchema }),
        z.strictObject({
          what: z.literal('departures'),
          departures: z.array(departureIdSchema).min(1).max(300),
        }),
      ]),
    }),
    output: z.strictObject({
      ...noticeTextsSchema.shape,
      departures: z.array(departureIdSchema),
      orderId: z.string().nullable(),
    }),
  },
  'notices.publish': {
    mutating: true,
    audit: 'journal',
    summary:
      'Publishes texts that a person read and confirmed: on the board of every office of the station, and in the feed.',
    input: z.strictObject({
      ...noticeTextsSchema.shape,
      departures: z.array(departureIdSchema).max(300),
      orderId: z.string().max(64).nullable(),
      until: instantSchema.nullable(),
    }),
    output: z.strictObject({ noticeId: hex128Schema, at: instantSchema }),
  },
  'notices.withdraw': {
    mutating: true,
    audit: 'journal',
    summary: 'Takes a notice off the board.',
    input: z.strictObject({ noticeId: hex128Schema, reason: z.string().trim().min(1).max(200) }),
    output: z.strictObject({ noticeId: hex128Schema, at: instantSchema }),
  },
  'notices.feed': {
    mutating: false,
    audit: 'none',
    summary:
      'The feed file for web pages and travel platforms: what is published and how the departures stand.',
    input: z.strictObject({}),
    output: z.strictObject({ fileName: z.string(), mediaType: z.string(), base64: z.string() }),
  },
} as const satisfies Record<string, MethodSpec>;
