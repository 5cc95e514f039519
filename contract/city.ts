import { z } from 'zod';
import { sealedWeekKeySchema } from './encoding/batch.ts';
import { jcsBytes } from './encoding/jcs.ts';
import { signedFeedSchema } from './feed.ts';
import {
  base64urlSchema,
  businessDateSchema,
  departureIdSchema,
  hashHexSchema,
  instantSchema,
  ledgerIdSchema,
  ticketNumberSchema,
  weekSchema,
  windowIdSchema,
} from './ids.ts';
import { authorityMethods } from './authority.ts';
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

/**
 * Control totals of one ledger and one business date, counted apart by window and city. `tickets`, `fen`: entries `ticket.sold`
 * and `vehicle.sold` and the sum of their fares, whatever the verdict. `identities`: entries with a sealed identity. `entries`, `firstSeq`,
 * `lastSeq`: all entries of that date.
 */
export const dayTotalsSchema = z.strictObject({
  businessDate: businessDateSchema,
  tickets: z.int().min(0),
  fen: z.int().min(0),
  identities: z.int().min(0),
  entries: z.int().min(0),
  firstSeq: z.int().min(1),
  lastSeq: z.int().min(1),
});
export type DayTotals = z.infer<typeof dayTotalsSchema>;

/** One ledger of a window as the city has it. `hash` is that of entry `ackSeq`; zeros when there is none. */
export const ledgerViewSchema = z.strictObject({
  ledgerId: ledgerIdSchema,
  /** Null until its opening entry was accepted. */
  ordinal: z.int().min(1).max(99).nullable(),
  ackSeq: z.int().min(0),
  hash: hashHexSchema,
  predecessor: z
    .strictObject({ ledgerId: ledgerIdSchema, seq: z.int().min(1), hash: hashHexSchema })
    .nullable(),
  isForked: z.boolean(),
});
export type LedgerView = z.infer<typeof ledgerViewSchema>;

/** A ticket of a ledger of which two copies lived. Nothing personal. */
const copyTicketSchema = z.strictObject({
  ledgerId: ledgerIdSchema,
  seq: z.int().min(1),
  ticketNumber: ticketNumberSchema,
  departureId: departureIdSchema,
  /** Null where seats are free. */
  seatNumber: z.int().min(1).nullable(),
  soldAt: instantSchema,
  /** Clerk number as the entry has it. */
  actor: z.string().max(16),
});

/**
 * A ticket of the other copy, with the city's own tickets that it meets: the same seat of the same departure, or the same number.
 * Empty where it meets none, as where seats are free.
 */
export const otherTicketSchema = copyTicketSchema.extend({
  meets: z.array(copyTicketSchema.extend({ by: z.enum(['seat', 'number']) })).max(20),
});
export type OtherTicket = z.infer<typeof otherTicketSchema>;

/** A ledger of which two copies lived. `seq`: the first entry that is not one history. */
export const forkViewSchema = z.strictObject({
  ledgerId: ledgerIdSchema,
  /** `fork` another entry under the same seq · `wentOn` it wrote on after its successor had opened. */
  kind: z.enum(['fork', 'wentOn']),
  seq: z.int().min(1),
  foundAt: instantSchema,
  /** Tickets that the other copy sold, as far as it has sent them. */
  otherTickets: z.int().min(0),
});
export type ForkView = z.infer<typeof forkViewSchema>;

/** An answer of `ledger.read` has about so many characters of entries at most. */
export const LEDGER_READ_CHARS = 500_000;

/** What a window signs with its journal key to read another ledger of its station. Never a time: reading again does no harm. */
export function ledgerReadBytes(asked: {
  by: string;
  window: string;
  ledgerId: string;
  after: number;
}): Uint8Array<ArrayBuffer> {
  const { by, window, ledgerId, after } = asked;
  return jcsBytes({ alg: 'Ed25519', purpose: 'so.ledger.read.1', by, window, ledgerId, after });
}

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
  /** All ledgers of a window, oldest first: which ordinals are used, and where a successor's predecessor ends. */
  'window.ledgers': {
    input: z.strictObject({ window: windowIdSchema }),
    output: z.strictObject({ ledgers: z.array(ledgerViewSchema).max(99) }),
  },
  /**
   * What came of two copies of a window's key: the ledgers, and the other copy's tickets beside those that they meet. Those that
   * meet one come first; at most 500.
   */
  'window.forks': {
    input: z.strictObject({ window: windowIdSchema }),
    output: z.strictObject({
      forks: z.array(forkViewSchema).max(99),
      tickets: z.array(otherTicketSchema).max(500),
    }),
  },
  /** Control totals as the city counts them. A date without entries is left out. */
  'ledger.totals': {
    input: z.strictObject({
      window: windowIdSchema,
      ledgerId: ledgerIdSchema,
      dates: z.array(businessDateSchema).min(1).max(31),
    }),
    output: z.strictObject({ ackSeq: z.int().min(0), days: z.array(dayTotalsSchema).max(31) }),
  },
  /**
   * A ledger as the city has it, for another office of the same station whose own host or window is lost. `signature` is the asking
   * window's over {@link ledgerReadBytes}. Entries as they were signed, from `after` + 1 on; nothing personal is among them: sealed
   * identities stay. Refuses `city.unknownWindow`, `city.otherStation`, `city.signature`.
   */
  'ledger.read': {
    input: z.strictObject({
      by: windowIdSchema,
      window: windowIdSchema,
      ledgerId: ledgerIdSchema,
      after: z.int().min(0),
      signature: base64urlSchema,
    }),
    output: z.strictObject({
      /** At most {@link LEDGER_READ_CHARS} together, but one at least where there is one. */
      entries: z.array(z.string()).max(1_000),
      ackSeq: z.int().min(0),
      /** Of entry `ackSeq`; zeros for none. */
      hash: hashHexSchema,
      isForked: z.boolean(),
    }),
  },
  /** Timetable and fares, when newer than `have`; `feed` is null when there is nothing newer. */
  'feed.get': {
    input: z.strictObject({ station: z.string().max(64), have: z.int().min(0) }),
    output: z.strictObject({ feed: signedFeedSchema.nullable() }),
  },
  ...authorityMethods,
  'city.hello': {
    input: z.strictObject({}),
    output: z.strictObject({ name: z.string(), now: instantSchema, keys: cityKeysSchema }),
  },
} as const;
export type CityMethod = keyof typeof cityMethods;
export type CityInput<M extends CityMethod> = z.infer<(typeof cityMethods)[M]['input']>;
export type CityOutput<M extends CityMethod> = z.infer<(typeof cityMethods)[M]['output']>;

export { sealedWeekKeySchema };
