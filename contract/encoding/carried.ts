import { z } from 'zod';
import { batchAnswerSchema } from '../city.ts';
import { base64urlSchema, hashHexSchema, ledgerIdSchema, windowIdSchema } from '../ids.ts';
import { refusalSchema } from '../refusals.ts';
import type { BatchHead } from './batch.ts';
import { jcsBytes } from './jcs.ts';

/**
 * Batches carried by hand, for instance on a USB stick. `….sobatch` holds the very bytes that `POST /v1/batches` takes; the
 * gateway writes `….soanswer` beside it, which is JSON signed by the city.
 */

/** `<window>-<first 8 digits of ledgerId>-<from>-<to>.sobatch`, the window's slash as a dash: the same batch, the same name. */
export function carriedBatchName(head: Pick<BatchHead, 'window' | 'ledgerId' | 'from' | 'to'>): string {
  return `${carriedPrefix(head)}${head.from}-${head.to}.sobatch`;
}

/** What the names of all carried files of one ledger begin with. */
export function carriedPrefix({ window, ledgerId }: Pick<BatchHead, 'window' | 'ledgerId'>): string {
  return `${window.replaceAll('/', '-')}-${ledgerId.slice(0, 8)}-`;
}

/** Name of the answer to a carried batch. */
export function carriedAnswerName(batchName: string): string {
  return `${batchName.replace(/\.sobatch$/, '')}.soanswer`;
}

/** Order of travel: by name without its numbers, then by where the batch begins. */
export function byCarriedOrder(a: string, b: string): number {
  const [headA, fromA] = partsOf(a);
  const [headB, fromB] = partsOf(b);
  return headA < headB ? -1 : headA > headB ? 1 : fromA - fromB;
}

function partsOf(name: string): [head: string, from: number] {
  const found = /^(.*-)(\d+)-\d+\.[a-z]+$/.exec(name);
  return found?.[1] === undefined ? [name, 0] : [found[1], Number(found[2])];
}

/** What the city says to one carried batch. `hash` is that of entry `to`: it names the very batch. Without a time. */
export const carriedAnswerSchema = z.strictObject({
  alg: z.literal('Ed25519'),
  purpose: z.literal('so.answer.1'),
  keyId: z.string().regex(/^[0-9a-f]{8}$/),
  window: windowIdSchema,
  ledgerId: ledgerIdSchema,
  from: z.int().min(1),
  to: z.int().min(1),
  hash: hashHexSchema,
  outcome: z.discriminatedUnion('ok', [
    z.strictObject({ ok: z.literal(true), result: batchAnswerSchema }),
    z.strictObject({
      ok: z.literal(false),
      refusal: refusalSchema,
      /** With `city.gap`: the last entry of this ledger that the city has. Absent from a gateway that does not say it. */
      have: z.int().min(0).optional(),
    }),
  ]),
});
export type CarriedAnswer = z.infer<typeof carriedAnswerSchema>;

/** Content of a `….soanswer` file: JSON, the signature Ed25519 over {@link carriedAnswerBytes}. */
export const carriedAnswerFileSchema = z.strictObject({
  answer: carriedAnswerSchema,
  signature: base64urlSchema,
});

/** Bytes that the city signs: UTF-8 JCS of the answer. */
export function carriedAnswerBytes(answer: CarriedAnswer): Uint8Array<ArrayBuffer> {
  return jcsBytes(answer);
}
