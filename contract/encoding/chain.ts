import { jcs, jcsBytes } from './jcs.ts';

/** SHA-256 of the bytes given; passed in, because this room stands on nothing. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** `prev` of the entry with `seq` 1: 32 zero bytes. */
export const ZERO_HASH: Uint8Array<ArrayBuffer> = new Uint8Array(32);

/**
 * Hash of one journal entry: SHA-256(prev ‖ UTF-8(JCS(entry))), `prev` the 32 raw bytes of the entry before.
 * `canonical` is JCS text already at hand, so that it is not made twice.
 */
export function entryHash(sha256: Sha256, prev: Uint8Array, canonical: string): Uint8Array {
  if (prev.length !== 32) throw new TypeError('prev must be 32 bytes');
  // A UTF-16 unit takes three bytes at most.
  const most = 32 + 3 * canonical.length;
  const joined = most <= scratch.length ? scratch : new Uint8Array(most);
  joined.set(prev, 0);
  const { written } = encoder.encodeInto(canonical, joined.subarray(32));
  return sha256(joined.subarray(0, 32 + written));
}

const encoder = new TextEncoder();
/** Where texts are encoded to be hashed: a journal of a week is 63,000 of them. Nothing of it outlives the call. */
const scratch = new Uint8Array(16_384);

/** What an identity digest binds. `name` and `number` exactly as sealed. */
export interface IdentityPlain {
  kind: string;
  name: string;
  number: string;
}

/** SHA-256(salt16 ‖ UTF-8(JCS {kind, name, number})): binds an upload to a sealed identity without showing it. */
export function identityDigest(sha256: Sha256, salt: Uint8Array, identity: IdentityPlain): Uint8Array {
  if (salt.length !== 16) throw new TypeError('salt must be 16 bytes');
  const body = jcsBytes({ kind: identity.kind, name: identity.name, number: identity.number });
  const joined = new Uint8Array(16 + body.length);
  joined.set(salt, 0);
  joined.set(body, 16);
  return sha256(joined);
}

export { jcs };
