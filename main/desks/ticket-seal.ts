import { createPublicKey, verify } from 'node:crypto';
import type { Vault } from '../vault/types.ts';

/**
 * Whether the seal of a ticket's code is right. A code of a window whose key this office does not know cannot be judged: it
 * counts as a number that somebody read out, and the ticket of that number has to agree with it.
 */
export function verifyTicketSeal(
  keyId: string,
  bytes: Uint8Array,
  signature: Uint8Array,
  own: Pick<Vault, 'keyId' | 'publicKey'>,
  publicKeyOf: (keyId: string) => string | undefined,
): boolean {
  const x = keyId === own.keyId ? own.publicKey : publicKeyOf(keyId);
  if (x === undefined) return true;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, bytes, key, signature);
}
