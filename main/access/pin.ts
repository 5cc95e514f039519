import { scrypt, timingSafeEqual } from 'node:crypto';
import { fromBase64url, toBase64url } from '../../contract/encoding/bytes.ts';

/** scrypt cost of new PINs: 2^14 × 8 × 1, about 30 ms on a window PC. */
const N = 16_384;
const R = 8;
const P = 1;
const KEY_BYTES = 32;

function derive(pin: string, salt: Uint8Array, n: number, r: number, p: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin.normalize('NFKC'), salt, KEY_BYTES, { N: n, r, p, maxmem: 256 * n * r }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

/** `scrypt$N$r$p$salt$key`, salt and key base64url. The PIN itself is kept nowhere. */
export async function hashPin(pin: string, salt: Uint8Array): Promise<string> {
  const key = await derive(pin, salt, N, R, P);
  return `scrypt$${N}$${R}$${P}$${toBase64url(salt)}$${toBase64url(key)}`;
}

/** Costs above these would hold the sign-in up for seconds or take all memory: a hash that asks for them is malformed. */
const MOST = { n: 1_048_576, r: 32, p: 16 } as const;

/** Whether `pin` is the one behind `stored`. Takes the same time whether or not it is. A malformed hash is never right. */
export async function isPin(pin: string, stored: string): Promise<boolean> {
  const parts = /^scrypt\$(\d{1,7})\$(\d{1,3})\$(\d{1,3})\$([A-Za-z0-9_-]+)\$([A-Za-z0-9_-]+)$/.exec(stored);
  const [n, r, p] = [Number(parts?.[1]), Number(parts?.[2]), Number(parts?.[3])];
  // Zero would mean scrypt's own costs instead.
  if (!parts || n < 1 || r < 1 || p < 1 || n > MOST.n || r > MOST.r || p > MOST.p) return false;
  try {
    const expected = fromBase64url(parts[5] ?? '');
    const key = await derive(pin, fromBase64url(parts[4] ?? ''), n, r, p);
    return expected.length === key.length && timingSafeEqual(key, expected);
  } catch {
    // A cost that scrypt does not know, or letters that are no base64url.
    return false;
  }
}
