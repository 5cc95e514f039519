import { z } from 'zod';
import {
  base64urlSchema,
  hashHexSchema,
  hex128Schema,
  ledgerIdSchema,
  weekSchema,
  windowIdSchema,
} from '../ids.ts';
import { jcsBytes } from './jcs.ts';

/** Head of a batch. `hash` is that of entry `to`. The signature covers UTF-8 JCS of exactly these members. */
export const batchHeadSchema = z.strictObject({
  alg: z.literal('Ed25519'),
  purpose: z.literal('so.batch.1'),
  window: windowIdSchema,
  ledgerId: ledgerIdSchema,
  from: z.int().min(1),
  to: z.int().min(1),
  hash: hashHexSchema,
});
export type BatchHead = z.infer<typeof batchHeadSchema>;

/** One sealed identity: AES-256-GCM under its week's key, AAD = JCS {ledgerId, ref}; plain text JCS {kind, name, number, salt}. */
export const sealedRowSchema = z.strictObject({
  alg: z.literal('AES-256-GCM'),
  ref: hex128Schema,
  week: weekSchema,
  nonce: base64urlSchema,
  /** Cipher text followed by the 16-byte tag. */
  sealed: base64urlSchema,
});
export type SealedRow = z.infer<typeof sealedRowSchema>;

/** A week's key sealed to the city: ephemeral X25519, HKDF-SHA-256 (info = JCS {purpose, ledgerId, week}), AES-256-GCM. */
export const sealedWeekKeySchema = z.strictObject({
  alg: z.literal('X25519-HKDF-SHA-256-AES-256-GCM'),
  week: weekSchema,
  cityKeyId: z.string().regex(/^[0-9a-f]{8}$/),
  ephemeral: base64urlSchema,
  nonce: base64urlSchema,
  sealed: base64urlSchema,
});
export type SealedWeekKey = z.infer<typeof sealedWeekKeySchema>;

/** First line of a batch. */
export const batchHeadLineSchema = z.strictObject({ head: batchHeadSchema, signature: base64urlSchema });
export const batchWeekKeyLineSchema = z.strictObject({ weekKey: sealedWeekKeySchema });
/** `entry` is the JCS text of the journal entry, kept as text so that its bytes are the hashed ones. */
export const batchEntryLineSchema = z.strictObject({ entry: z.string(), row: sealedRowSchema.optional() });

export interface Batch {
  head: BatchHead;
  signature: string;
  weekKeys: SealedWeekKey[];
  entries: { entry: string; row?: SealedRow }[];
}

/** Bytes that the batch signature covers. */
export function batchHeadBytes(head: BatchHead): Uint8Array<ArrayBuffer> {
  return jcsBytes(head);
}

/** JSON lines of a batch, before gzip. */
export function encodeBatch(batch: Batch): string {
  const lines = [JSON.stringify({ head: batch.head, signature: batch.signature })];
  for (const weekKey of batch.weekKeys) lines.push(JSON.stringify({ weekKey }));
  return `${lines.join('\n')}\n${encodeBatchEntries(batch.entries)}`;
}

/** JSON lines of entries: what follows the head and the week keys, for whoever makes a batch in pieces. */
export function encodeBatchEntries(entries: Batch['entries']): string {
  return entries.map((line) => `${JSON.stringify(line)}\n`).join('');
}

export type BatchDecodeResult = { ok: true; batch: Batch } | { ok: false; line: number; why: string };

/** Parses JSON lines; names the first bad line. Checks shapes only, not signature, chain or gaps. */
export function decodeBatch(text: string): BatchDecodeResult {
  const lines = text.split('\n');
  if (lines.pop() !== '') return { ok: false, line: lines.length + 1, why: 'last line is not ended' };
  let head: z.infer<typeof batchHeadLineSchema> | undefined;
  const weekKeys: SealedWeekKey[] = [];
  const entries: Batch['entries'] = [];
  for (const [index, line] of lines.entries()) {
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      return { ok: false, line: index + 1, why: 'not JSON' };
    }
    if (index === 0) {
      const parsed = batchHeadLineSchema.safeParse(json);
      if (!parsed.success) return { ok: false, line: 1, why: firstIssue(parsed.error) };
      head = parsed.data;
      continue;
    }
    const isKey = typeof json === 'object' && json !== null && 'weekKey' in json;
    if (isKey && entries.length === 0) {
      const parsed = batchWeekKeyLineSchema.safeParse(json);
      if (!parsed.success) return { ok: false, line: index + 1, why: firstIssue(parsed.error) };
      weekKeys.push(parsed.data.weekKey);
      continue;
    }
    const parsed = batchEntryLineSchema.safeParse(json);
    if (!parsed.success) return { ok: false, line: index + 1, why: firstIssue(parsed.error) };
    const { entry, row } = parsed.data;
    entries.push(row === undefined ? { entry } : { entry, row });
  }
  if (!head) return { ok: false, line: 1, why: 'head is missing' };
  return { ok: true, batch: { head: head.head, signature: head.signature, weekKeys, entries } };
}

/** Where the line is wrong. Not what the schema says of it: its words may repeat what was sent. */
function firstIssue(error: z.ZodError): string {
  return error.issues[0]?.path.map(String).join('.') || 'wrong shape';
}
