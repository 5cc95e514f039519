import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  hash,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { fromBase64url, toHex } from '../../contract/encoding/bytes.ts';

/** PKCS #8 around a raw 32-byte private key (RFC 8410), so that the bytes may come from the injected chance. */
const PKCS8_START = {
  Ed25519: '302e020100300506032b657004220420',
  X25519: '302e020100300506032b656e04220420',
} as const;

export function privateKeyOf(curve: 'Ed25519' | 'X25519', raw: Uint8Array): KeyObject {
  if (raw.length !== 32) throw new TypeError(`a ${curve} private key is 32 bytes`);
  const der = Buffer.concat([Buffer.from(PKCS8_START[curve], 'hex'), raw]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/** base64url of the raw 32 bytes of a private key's public half. */
export function publicKeyText(privateKey: KeyObject): string {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (x === undefined) throw new Error('the key has no public half');
  return x;
}

/** First 8 hex digits of SHA-256 of the raw public key. */
export function keyIdOf(publicKey: string): string {
  return toHex(hash('sha256', fromBase64url(publicKey), 'buffer')).slice(0, 8);
}

/** X25519 with the other side's raw public key (base64url), then HKDF-SHA-256 with empty salt: 32 bytes. */
export function agreedKey(privateKey: KeyObject, otherPublic: string, info: Uint8Array): KeyObject {
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: otherPublic }, format: 'jwk' });
  const shared = diffieHellman({ privateKey, publicKey });
  return createSecretKey(Buffer.from(hkdfSync('sha256', shared, new Uint8Array(0), info, 32)));
}
