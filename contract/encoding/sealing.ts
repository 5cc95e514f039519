import { z } from 'zod';
import { base64urlSchema } from '../ids.ts';
import { jcsBytes } from './jcs.ts';

/** What is inside a sealed identity, as JCS text. `salt` is 16 bytes. `kind` as in {@link documentKindSchema}. */
export const sealedRowPlainSchema = z.strictObject({
  kind: z.string().min(1).max(16),
  name: z.string().min(1).max(200),
  number: z.string().min(1).max(64),
  salt: base64urlSchema.length(22),
});
export type SealedRowPlain = z.infer<typeof sealedRowPlainSchema>;

/** AAD of a sealed identity: ties the row to its ledger and reference. Nonce 12 bytes, tag 16 bytes at the end. */
export function sealedRowAad(ledgerId: string, ref: string): Uint8Array<ArrayBuffer> {
  return jcsBytes({ ledgerId, ref });
}

/**
 * HKDF-SHA-256 `info` of a week's key sealed to the city; `salt` is empty, output 32 bytes. The key so derived seals
 * the raw 32 bytes of the week's key with AES-256-GCM: nonce 12 bytes, no AAD, tag 16 bytes at the end.
 */
export function weekKeyInfo(ledgerId: string, week: string): Uint8Array<ArrayBuffer> {
  return jcsBytes({ ledgerId, purpose: 'so.weekKey.1', week });
}
