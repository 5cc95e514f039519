import { z } from 'zod';
import { sealedWeekKeySchema } from './encoding/batch.ts';
import { signedFeedSchema } from './feed.ts';
import { base64urlSchema, instantSchema, ledgerIdSchema, weekSchema, windowIdSchema } from './ids.ts';
import { refusalSchema } from './refusals.ts';

/** Public key of the city: `alg` names what it is for. `keyId` = first 8 hex digits of SHA-256 of the raw key. */
export const cityKeysSchema = z.strictObject({
  /** Ed25519, raw 32 bytes: signs feeds. */
  signing: z.strictObject({ keyId: z.string().regex(/^[0-9a-f]{8}$/), key: base64urlSchema }),
  /** X25519, raw 32 bytes: week keys are sealed to it. */
  sealing: z.strictObject({ keyId: z.string().regex(/^[0-9a-f]{8}$/), key: base64urlSchema }),
});
export type CityKeys = z.infer<typeof cityKeysSchema>;

/** What the city decided about one entry. `held` waits for something (a week's key, the other parts of a command). */
export const verdictSchema = z.strictObject({
  seq: z.int().min(1),
  verdict: z.enum(['accepted', 'refused', 'held']),
  refusal: refusalSchema.optional(),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** Answer to a batch. Everything up to `ackSeq` is stored durably, whatever it says. */
export const batchAnswerSchema = z.strictObject({
  ackSeq: z.int().min(0),
  /** Only entries that are not plainly accepted, plus earlier ones whose verdict changed. */
  verdicts: z.array(verdictSchema).max(100_000),
  /** Weeks whose key the city now holds. */
  weekKeys: z.array(weekSchema).max(1_000),
});
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;

/** The city's methods over `POST /v1/rpc` (JSON envelope). Batches go to `POST /v1/batches` as gzip, same answer envelope. */
export const cityMethods = {
  /** Exchanges an enrolment code (once, 24 h) for the city's keys. The same key with the same window is idempotent. */
  'window.enrol': {
    input: z.strictObject({
      code: z.string().min(8).max(64),
      window: windowIdSchema,
      /** Ed25519 public key of the window, raw 32 bytes. */
      key: base64urlSchema,
    }),
    output: z.strictObject({ keys: cityKeysSchema, ledgerOrdinal: z.int().min(1).max(99) }),
  },
  /** Where the city stands for one ledger: lets a window start after what is already stored. */
  'ledger.position': {
    input: z.strictObject({ window: windowIdSchema, ledgerId: ledgerIdSchema }),
    output: z.strictObject({ ackSeq: z.int().min(0), weekKeys: z.array(weekSchema) }),
  },
  /** Timetable and fares, when newer than `have`; `feed` is null when there is nothing newer. */
  'feed.get': {
    input: z.strictObject({ station: z.string().max(64), have: z.int().min(0) }),
    output: z.strictObject({ feed: signedFeedSchema.nullable() }),
  },
  'city.hello': {
    input: z.strictObject({}),
    output: z.strictObject({ name: z.string(), now: instantSchema, keys: cityKeysSchema }),
  },
} as const;
export type CityMethod = keyof typeof cityMethods;
export type CityInput<M extends CityMethod> = z.infer<(typeof cityMethods)[M]['input']>;
export type CityOutput<M extends CityMethod> = z.infer<(typeof cityMethods)[M]['output']>;

export { sealedWeekKeySchema };
