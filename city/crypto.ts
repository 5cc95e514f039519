import {
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  hash,
  hkdfSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/** SHA-256. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

/** Lower-case hex. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** HMAC-SHA-256; of a text's UTF-8 bytes. */
export function hmacSha256(key: KeyObject, message: Uint8Array | string): Uint8Array {
  return createHmac('sha256', key).update(message).digest();
}

/** A secret of 32 bytes, made ready once: handing raw bytes to each call costs more than the cipher. */
export function secretKeyOf(raw: Uint8Array): KeyObject {
  return createSecretKey(raw);
}

type Curve = 'Ed25519' | 'X25519';

/** DER heads of PKCS#8 and SPKI (RFC 8410): the raw 32 bytes follow them. */
const derHeads = {
  Ed25519: { private: '302e020100300506032b657004220420', public: '302a300506032b6570032100' },
  X25519: { private: '302e020100300506032b656e04220420', public: '302a300506032b656e032100' },
} as const;

/** A private key from its raw 32 bytes. */
export function privateKeyOf(curve: Curve, raw: Uint8Array): KeyObject {
  if (raw.length !== 32) throw new TypeError(`${curve} private key must be 32 bytes`);
  const der = Buffer.concat([Buffer.from(derHeads[curve].private, 'hex'), raw]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/** A public key from its raw 32 bytes. */
export function publicKeyOf(curve: Curve, raw: Uint8Array): KeyObject {
  if (raw.length !== 32) throw new TypeError(`${curve} public key must be 32 bytes`);
  const der = Buffer.concat([Buffer.from(derHeads[curve].public, 'hex'), raw]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

/** The raw 32 bytes of the public half. */
export function rawPublicKey(key: KeyObject): Uint8Array<ArrayBuffer> {
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(jwk.x ?? '', 'base64url'));
}

/** First 8 hex digits of SHA-256 of a raw public key. */
export function keyIdOf(raw: Uint8Array): string {
  return Buffer.from(sha256(raw)).toString('hex', 0, 4);
}

/** Ed25519 signature, 64 bytes. */
export function signEd25519(key: KeyObject, bytes: Uint8Array): Uint8Array {
  return sign(null, bytes, key);
}

/** Whether an Ed25519 signature is good; never throws on a wrong length. */
export function verifyEd25519(rawKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === 64 && verify(null, bytes, publicKeyOf('Ed25519', rawKey), signature);
}

/** Opens AES-256-GCM with its 16-byte tag at the end; undefined when key, nonce, text or AAD do not belong together. */
export function openGcm(
  key: KeyObject,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad?: Uint8Array,
): Uint8Array | undefined {
  if (key.symmetricKeySize !== 32 || nonce.length !== 12 || sealed.length < 16) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  if (aad) decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(sealed.length - 16));
  try {
    const opened = decipher.update(sealed.subarray(0, sealed.length - 16));
    // A stream cipher keeps nothing back: what `final` does is to throw where the tag is wrong.
    decipher.final();
    return opened;
  } catch {
    return undefined;
  }
}

/** X25519 and HKDF-SHA-256 to a 32-byte key; undefined when the other key is not a usable point. */
export function agreeKey(own: KeyObject, otherRaw: Uint8Array, info: Uint8Array): KeyObject | undefined {
  try {
    const shared = diffieHellman({ privateKey: own, publicKey: publicKeyOf('X25519', otherRaw) });
    return createSecretKey(new Uint8Array(hkdfSync('sha256', shared, new Uint8Array(0), info, 32)));
  } catch {
    return undefined;
  }
}
