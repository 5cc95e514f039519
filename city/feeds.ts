import type { CityInput, CityOutput } from '../contract/city.ts';
import { toBase64url } from '../contract/encoding/bytes.ts';
import { jcs } from '../contract/encoding/jcs.ts';
import { feedSchema, feedSignedBytes, type Feed } from '../contract/feed.ts';
import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import { signEd25519 } from './crypto.ts';
import type { CityKeyRing } from './keys.ts';
import type { Store } from './store/store.ts';

interface FeedRow {
  version: number;
  key_id: string;
  text: string;
  signature: string;
}

/**
 * Puts a feed in force: signed, under the next version of its station. The same timetable and fares again keep their
 * version, unless the city's signing key has changed.
 * @returns the version in force
 */
export function publishFeed(store: Store, ring: CityKeyRing, feed: Omit<Feed, 'version'>): Promise<number> {
  return store.transaction(async (sql) => {
    const [newest] = await sql.query<FeedRow>(
      'select version, key_id, text, signature from feeds where station = $1 order by version desc limit 1',
      [feed.station],
    );
    const { keyId } = ring.publicKeys.signing;
    if (newest && newest.key_id === keyId && sameContent(newest.text, feed)) return newest.version;
    const version = (newest?.version ?? 0) + 1;
    const text = jcs(feedSchema.parse({ ...feed, version }));
    await sql.query(
      'insert into feeds (station, version, issued_at, key_id, text, signature) values ($1, $2, $3, $4, $5, $6)',
      [
        feed.station,
        version,
        feed.issuedAt,
        keyId,
        text,
        toBase64url(signEd25519(ring.signing, feedSignedBytes(text))),
      ],
    );
    return version;
  });
}

function sameContent(text: string, feed: Omit<Feed, 'version'>): boolean {
  const stored = JSON.parse(text) as Feed;
  return jcs({ ...stored, version: 0, issuedAt: 0 }) === jcs({ ...feed, version: 0, issuedAt: 0 });
}

/** The station's feed when it is newer than `have`. */
export async function feedFor(
  store: Store,
  input: CityInput<'feed.get'>,
): Promise<Outcome<CityOutput<'feed.get'>>> {
  // What is no name of a station is not asked of the database, which cannot hold every text, and is not repeated.
  if (!/^[a-z0-9-]{1,64}$/.test(input.station)) return refused('city.noFeed', { station: '?' }, 'station');
  const [row] = await store.query<FeedRow>(
    'select version, key_id, text, signature from feeds where station = $1 order by version desc limit 1',
    [input.station],
  );
  if (!row) return refused('city.noFeed', { station: input.station }, 'station');
  if (row.version <= input.have) return accepted({ feed: null });
  return accepted({ feed: { alg: 'Ed25519', keyId: row.key_id, text: row.text, signature: row.signature } });
}
