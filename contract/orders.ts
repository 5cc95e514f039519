import { z } from 'zod';
import { planRefSchema, planRoleSchema, scopeSchema } from './contingency.ts';
import { jcs } from './encoding/jcs.ts';
import { base64urlSchema, clerkNumberSchema, instantSchema, ledgerIdSchema, windowIdSchema } from './ids.ts';

/** Names a record for ever: the ledger that issued it, and its number there from 1. */
export const recordKeySchema = z.strictObject({ issuer: ledgerIdSchema, n: z.int().min(1).max(999_999) });
export type RecordKey = z.infer<typeof recordKeySchema>;

/** `<ledger id>-<n>`: what entries carry in `plans` and screens name. */
export const recordId = ({ issuer, n }: RecordKey): string => `${issuer}-${n}`;

/**
 * A person who signed, by staff number and the role in which they did. `authority`: on duty at the approving authority, whose
 * key signs the record; no plan names that role.
 */
export const signerSchema = z.strictObject({
  number: clerkNumberSchema,
  role: z.enum([...planRoleSchema.options, 'authority']),
});
export type Signer = z.infer<typeof signerSchema>;

/** On whose word: organisation, document number or call, and when. No person's name: it would stand in the journal. */
export const orderedBySchema = z.strictObject({
  organisation: z.string().min(1).max(60),
  reference: z.string().max(120),
  at: instantSchema,
});

/** What was measured and who says so, for instance 420 m, 市气象台. The number is text as it was read out. */
export const measuredSchema = z.strictObject({
  what: z.enum(['visibility', 'wind', 'queue', 'backlog', 'device', 'other']),
  value: z.string().min(1).max(20),
  unit: z.string().max(12),
  source: z.string().min(1).max(60),
  at: instantSchema,
});

const common = {
  ...recordKeySchema.shape,
  at: instantSchema,
  window: windowIdSchema,
  by: signerSchema,
  countersignedBy: signerSchema.nullable(),
  reason: z.string().min(1).max(200),
  orderedBy: orderedBySchema.nullable(),
  measured: measuredSchema.nullable(),
};

/** A plan put in force. `scope` narrows the plan's own. `until`: when its loosenings end; null when it has none. */
export const orderRecordSchema = z.strictObject({
  record: z.literal('order'),
  ...common,
  plan: planRefSchema,
  scope: scopeSchema,
  until: instantSchema.nullable(),
});
/** Loosenings of an order go on until later. It names its order and loses against an end. */
export const extendRecordSchema = z.strictObject({
  record: z.literal('extend'),
  ...common,
  order: recordKeySchema,
  until: instantSchema,
});
/** The end of one order, by its name: for ever. */
export const endRecordSchema = z.strictObject({
  record: z.literal('end'),
  ...common,
  order: recordKeySchema,
});

export const planRecordSchema = z.discriminatedUnion('record', [
  orderRecordSchema,
  extendRecordSchema,
  endRecordSchema,
]);
export type OrderRecord = z.infer<typeof orderRecordSchema>;
export type ExtendRecord = z.infer<typeof extendRecordSchema>;
export type EndRecord = z.infer<typeof endRecordSchema>;
export type PlanRecord = z.infer<typeof planRecordSchema>;

const signatureShape = {
  alg: z.literal('Ed25519'),
  keyId: z.string().regex(/^[0-9a-f]{8}$/),
  signature: base64urlSchema,
};
/** Signed with the key of the office that issued it, over {@link recordSignedBytes}. */
export const signedOrderSchema = z.strictObject({ ...signatureShape, record: orderRecordSchema });
export const signedExtendSchema = z.strictObject({ ...signatureShape, record: extendRecordSchema });
export const signedEndSchema = z.strictObject({ ...signatureShape, record: endRecordSchema });
export const signedRecordSchema = z.strictObject({ ...signatureShape, record: planRecordSchema });
export type SignedRecord = z.infer<typeof signedRecordSchema>;

const encoder = new TextEncoder();

/** Bytes that a record's signature covers. */
export function recordSignedBytes(record: PlanRecord): Uint8Array<ArrayBuffer> {
  return encoder.encode(`so.order.1\n${jcs(record)}`);
}
