import { createHash, createPublicKey, verify } from 'node:crypto';
import type { CityKeys } from '../../contract/city.ts';
import { fromBase64url } from '../../contract/encoding/bytes.ts';
import {
  feedSchema,
  feedSignedBytes,
  signedFeedSchema,
  type Feed,
  type SignedFeed,
} from '../../contract/feed.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { checkFeed as checkFeedContent } from '../../domain/feed-check.ts';
import type { FileStore, Log } from '../runtime.ts';

const FILE = 'feed/last-good.json';

/** A feed whose signature, shape, station and content are right. */
export interface GoodFeed {
  feed: Feed;
  signed: SignedFeed;
  /** SHA-256 of its text, hex: what `feed.applied` names. */
  hash: string;
}

/** Checks a feed whole: key, signature, shape, station, and that everything in it fits together. One wrong thing refuses all of it. */
export function checkFeed(
  signed: SignedFeed,
  signing: CityKeys['signing'],
  station: string,
): Outcome<GoodFeed> {
  const bad = (detail: string) => refused('city.feedBad', { detail });
  if (signed.keyId !== signing.keyId) return bad('密钥');
  if (!isSignedBy(signing.key, feedSignedBytes(signed.text), signed.signature)) return bad('签名');
  let json: unknown;
  try {
    json = JSON.parse(signed.text);
  } catch {
    return bad('JSON');
  }
  const parsed = feedSchema.safeParse(json);
  if (!parsed.success) return bad(parsed.error.issues[0]?.path.map(String).join('.').slice(0, 100) ?? '');
  const feed = parsed.data;
  if (feed.station !== station) return bad('station');
  const content = checkFeedContent(feed);
  if (!content.ok) return bad(content.refusal.message);
  return accepted({ feed, signed, hash: createHash('sha256').update(signed.text).digest('hex') });
}

function isSignedBy(rawKey: string, bytes: Uint8Array, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: rawKey }, format: 'jwk' });
    return verify(null, bytes, key, fromBase64url(signature));
  } catch {
    return false;
  }
}

/** The last good feed, checked again as if it had just come; undefined when there is none that holds. */
export function readLastGood(
  files: FileStore,
  log: Log,
  signing: CityKeys['signing'],
  station: string,
): GoodFeed | undefined {
  const text = files.readText(FILE);
  if (text === undefined) return undefined;
  try {
    const checked = checkFeed(signedFeedSchema.parse(JSON.parse(text)), signing, station);
    if (checked.ok) return checked.value;
    log.warn({ file: FILE, refusal: checked.refusal }, 'the stored feed is not used');
  } catch {
    log.warn({ file: FILE }, 'the stored feed cannot be read');
  }
  return undefined;
}

/** Durable on return. */
export function writeLastGood(files: FileStore, good: GoodFeed): void {
  files.writeAtomic(FILE, `${JSON.stringify(good.signed)}\n`);
}
