import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';

/** Only what Node and Electron's BoringSSL both have. */
export const SEAL_ALG = 'AES-256-GCM';
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A key made ready once: Node takes three times as long to begin with raw bytes. */
export const readyKey = (raw: Uint8Array): KeyObject => createSecretKey(raw);

/** AES-256-GCM: cipher text followed by the 16-byte tag. `nonce` must be fresh for each call under one key. */
export function sealBytes(
  key: KeyObject,
  nonce: Uint8Array,
  plain: Uint8Array,
  aad?: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  if (aad) cipher.setAAD(aad);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Inverse of {@link sealBytes}; undefined when key, nonce, AAD or any byte is not the one it was sealed with. */
export function openBytes(
  key: KeyObject,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad?: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < TAG_BYTES || nonce.length !== NONCE_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  if (aad) decipher.setAAD(aad);
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}
