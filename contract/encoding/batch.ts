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

/** A head as its window signed it. */
export type SignedHead = Pick<Batch, 'head' | 'signature'>;

/** Most lines of a batch beside its head: what stands beyond is not looked at. */
export const batchLines = { entries: 50_000, weekKeys: 1_000 } as const;

interface BadLine {
  ok: false;
  /** From 1. */
  line: number;
  why: string;
}
export type BatchDecodeResult = { ok: true; batch: Batch } | BadLine;

/** Reads the first line of a batch alone: whose it is, and whether it is signed, is known before the rest is. */
export function readBatchHead(text: string): { ok: true; signed: SignedHead } | BadLine {
  const end = text.indexOf('\n');
  if (end < 0) return bad(1, text === '' ? 'head is missing' : 'last line is not ended');
  const json = jsonOf(text.slice(0, end));
  if (!json) return bad(1, 'not JSON');
  const parsed = batchHeadLineSchema.safeParse(json.value);
  return parsed.success ? { ok: true, signed: parsed.data } : bad(1, firstIssue(parsed.error));
}

/**
 * Parses JSON lines one after the other; names the first bad line, and one that is too many. Checks shapes only, not signature,
 * chain or gaps.
 */
export function decodeBatch(
  text: string,
  most: { entries: number; weekKeys: number } = batchLines,
): BatchDecodeResult {
  const first = readBatchHead(text);
  if (!first.ok) return first;
  const weekKeys: SealedWeekKey[] = [];
  const entries: Batch['entries'] = [];
  let line = 1;
  // Not split at once: as many lines as 128 MiB may hold end the process.
  for (let at = text.indexOf('\n') + 1; at < text.length;) {
    line += 1;
    const end = text.indexOf('\n', at);
    if (end < 0) return bad(line, 'last line is not ended');
    if (entries.length >= most.entries) return bad(line, 'too many');
    const json = jsonOf(text.slice(at, end));
    at = end + 1;
    if (!json) return bad(line, 'not JSON');
    const { value } = json;
    const isKey = typeof value === 'object' && value !== null && 'weekKey' in value;
    if (isKey && entries.length === 0) {
      if (weekKeys.length >= most.weekKeys) return bad(line, 'too many');
      const parsed = batchWeekKeyLineSchema.safeParse(value);
      if (!parsed.success) return bad(line, firstIssue(parsed.error));
      weekKeys.push(parsed.data.weekKey);
      continue;
    }
    const parsed = batchEntryLineSchema.safeParse(value);
    if (!parsed.success) return bad(line, firstIssue(parsed.error));
    const { entry, row } = parsed.data;
    entries.push(row === undefined ? { entry } : { entry, row });
  }
  return { ok: true, batch: { ...first.signed, weekKeys, entries } };
}

function bad(line: number, why: string): BadLine {
  return { ok: false, line, why };
}

function jsonOf(line: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) };
  } catch {
    return undefined;
  }
}

/** Where the line is wrong. Not what the schema says of it: its words may repeat what was sent. */
function firstIssue(error: z.ZodError): string {
  return error.issues[0]?.path.map(String).join('.') || 'wrong shape';
}
