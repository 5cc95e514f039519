import { z } from 'zod';
import { jcs } from './encoding/jcs.ts';
import type { EntryKind } from './entries.ts';
import { rawKeySchema } from './entries/station.ts';
import { base64urlSchema, instantSchema, ledgerIdSchema, windowIdSchema } from './ids.ts';

/**
 * Kinds of entries that every office of a station hears of as soon as it can, whoever wrote them: orders and states of departures.
 * To carry one more, name it here and hear it with `station.records.hear` (main/station/records.ts). Never one with an identity.
 */
export const carriedKinds = [
  'plan.ordered',
  'plan.extended',
  'plan.ended',
  'plan.published',
  'plan.signerKnown',
  'plan.commanded',
  'departure.stateSet',
  'departure.stateUndone',
  'departure.extraAdded',
  'departure.left',
  'release.counted',
  'notice.published',
  'notice.withdrawn',
  'plan.reviewed',
  'queue.given',
  'queue.called',
  'boarding.checked',
  'ticket.endedFor',
] as const satisfies readonly EntryKind[];
export type CarriedKind = (typeof carriedKinds)[number];

/**
 * An entry of one office's journal as the others get it: (ledgerId, seq) names it for ever, so that merging is union. `key` is the
 * raw Ed25519 key of the office that wrote it; the first one that is heard of a ledger is its key, and a host knows those of its
 * windows from their enrolment.
 */
const unsigned = {
  v: z.literal(1),
  window: windowIdSchema,
  ledgerId: ledgerIdSchema,
  seq: z.int().min(1),
  at: instantSchema,
  kind: z.string().min(1).max(64),
  actor: z.string().regex(/^(\d{4}|office)$/),
  body: z.record(z.string(), z.unknown()),
  key: rawKeySchema,
  alg: z.literal('Ed25519'),
};
export const carriedRecordSchema = z.strictObject({ ...unsigned, signature: base64urlSchema });
export type CarriedRecord = z.infer<typeof carriedRecordSchema>;

/** A record on its way: who wrote it, its number there, and {@link CarriedRecord} as JCS. */
export const stationRecordSchema = z.strictObject({
  issuer: ledgerIdSchema,
  n: z.int().min(1),
  text: z.string().max(400_000),
});
export type StationRecord = z.infer<typeof stationRecordSchema>;

/** Most of one message, beside {@link MOST_RECORD_CHARS}. */
export const MOST_RECORDS = 500;
/** Text of all records of one message, but for a single one that is longer. */
export const MOST_RECORD_CHARS = 1_000_000;

const encoder = new TextEncoder();

/** Bytes that a record's signature covers. */
export function carriedRecordBytes(record: Omit<CarriedRecord, 'signature'>): Uint8Array<ArrayBuffer> {
  return encoder.encode(`so.record.1\n${jcs(record)}`);
}
