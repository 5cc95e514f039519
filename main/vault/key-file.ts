import { z } from 'zod';
import { fromBase64url, toBase64url } from '../../contract/encoding/bytes.ts';
import { jcsBytes } from '../../contract/encoding/jcs.ts';
import { base64urlSchema, weekSchema } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { FileStore, Random } from '../runtime.ts';
import { NONCE_BYTES, openBytes, readyKey, SEAL_ALG, sealBytes } from './cipher.ts';

export const KEYS_FILE = 'keys.json';

/**
 * What a key is for: `lookup` the index of documents, `commandMac` the digests of command bodies, `signing` the window's Ed25519
 * private key, `week` the sealed rows of one ISO week, `gate` (in a file of its own) what a host seals to this office's gate.
 */
export type KeyUse = 'lookup' | 'commandMac' | 'signing' | 'gate' | `week:${string}`;

const wrappedKeySchema = z.strictObject({
  use: z.union([
    z.enum(['lookup', 'commandMac', 'signing', 'gate']),
    z
      .string()
      .refine(
        (use): use is `week:${string}` =>
          use.startsWith('week:') && weekSchema.safeParse(use.slice(5)).success,
      ),
  ]),
  alg: z.literal(SEAL_ALG),
  nonce: base64urlSchema,
  wrapped: base64urlSchema,
});
const keyFileSchema = z.strictObject({ v: z.literal(1), keys: z.array(wrappedKeySchema).min(1).max(1_000) });

/** The keys in clear, in memory only. All are 32 bytes. */
export type KeyRing = Map<KeyUse, Uint8Array>;

/** Ties a wrapped key to its use, so that none can stand in for another. */
const wrapAad = (use: KeyUse): Uint8Array => jcsBytes({ purpose: 'so.keys.1', use });

/** The wrapped keys of `keys.json`; undefined when there is no such file. Refuses `keys.broken`. */
export function readKeyFile(
  files: Pick<FileStore, 'readText'>,
  masterKey: Uint8Array,
  file = KEYS_FILE,
): Outcome<KeyRing | undefined> {
  const text = files.readText(file);
  if (text === undefined) return accepted(undefined);
  try {
    const ring: KeyRing = new Map();
    const wrapping = readyKey(masterKey);
    for (const { use, nonce, wrapped } of keyFileSchema.parse(JSON.parse(text)).keys) {
      const key = openBytes(wrapping, fromBase64url(nonce), fromBase64url(wrapped), wrapAad(use));
      if (key?.length !== 32 || ring.has(use)) return refused('keys.broken');
      ring.set(use, key);
    }
    return accepted(ring);
  } catch {
    return refused('keys.broken');
  }
}

/** Wraps the whole ring anew under the master key. Durable when it returns. */
export function writeKeyFile(
  files: Pick<FileStore, 'writeAtomic'>,
  random: Random,
  masterKey: Uint8Array,
  ring: KeyRing,
  file = KEYS_FILE,
): void {
  const wrapping = readyKey(masterKey);
  const keys = [...ring].map(([use, key]) => {
    const nonce = random.bytes(NONCE_BYTES);
    const wrapped = sealBytes(wrapping, nonce, key, wrapAad(use));
    return { use, alg: SEAL_ALG, nonce: toBase64url(nonce), wrapped: toBase64url(wrapped) };
  });
  files.writeAtomic(file, `${JSON.stringify({ v: 1, keys }, null, 2)}\n`, 0o600);
}
