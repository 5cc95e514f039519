import {
  authorityWindow,
  MOST_PAPER_CHARS,
  MOST_PAPERS,
  paperText,
  type AuthorityPaper,
} from '../contract/authority.ts';
import type { CityInput, CityOutput } from '../contract/city.ts';
import { planSchema, planSignedBytes, type SignedPlan } from '../contract/contingency.ts';
import { fromBase64url } from '../contract/encoding/bytes.ts';
import { recordSignedBytes } from '../contract/orders.ts';
import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import { hexOf, keyIdOf, sha256, verifyEd25519 } from './crypto.ts';
import type { CityRuntime } from './runtime.ts';
import type { Sql, Store } from './store/store.ts';

const utf8 = new TextEncoder();
const digestOf = (text: string): Uint8Array => sha256(utf8.encode(text));

/** Under which issuer an authority's records stand: the first 16 bytes of SHA-256 of its raw key, hex. */
export const issuerOf = (rawKey: Uint8Array): string => hexOf(sha256(rawKey)).slice(0, 32);

/** The city's operator names an authority of a station. The same key again changes its name. Refuses `request.shape`. */
export async function nameAuthority(
  store: Store,
  runtime: CityRuntime,
  station: string,
  key: string,
  name: string,
): Promise<Outcome<{ keyId: string }>> {
  const raw = rawOf(key);
  if (raw?.length !== 32) return refused('request.shape', { detail: 'key' }, 'key');
  if (!/^[a-z0-9-]{1,64}$/.test(station)) return refused('request.shape', { detail: 'station' }, 'station');
  if (name === '' || name.length > 60) return refused('request.shape', { detail: 'name' }, 'name');
  await store.query(
    `insert into authorities (station, public_key, name, named_at) values ($1, $2, $3, $4)
     on conflict (station, public_key) do update set name = excluded.name`,
    [station, raw, name, runtime.nowMs()],
  );
  return accepted({ keyId: keyIdOf(raw) });
}

/** Takes a paper in for a station; the same one again is the same place. Nothing is kept of one that is refused. */
export function putPaper(
  store: Store,
  runtime: CityRuntime,
  { station, paper }: CityInput<'authority.put'>,
): Promise<Outcome<CityOutput<'authority.put'>>> {
  return store.transaction(async (sql) => {
    const text = paperText(paper);
    const [same] = await sql.query<{ place: number }>(
      'select place from authority_papers where station = $1 and text_hash = $2',
      [station, digestOf(text)],
    );
    if (same) return accepted({ place: same.place });
    // Papers of one station follow one another.
    await sql.query('select 1 from authorities where station = $1 for update', [station]);
    const wrong = await wrongPaper(sql, station, paper);
    if (!wrong.ok) return wrong;
    const { issuer, n, of, plan } = namesOf(paper);
    const [row] = await sql.query<{ place: number }>(
      `insert into authority_papers
         (station, kind, text_hash, issuer, n, of_issuer, of_n, plan_id, plan_version, paper, came_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning place`,
      [
        station,
        paper.paper,
        digestOf(text),
        issuer,
        n,
        of?.issuer ?? null,
        of?.n ?? null,
        plan?.id ?? null,
        plan?.version ?? null,
        text,
        runtime.nowMs(),
      ],
    );
    if (!row) throw new Error('a paper without a place');
    runtime.log.info({ station, paper: paper.paper, issuer, n }, 'a paper of an authority was taken');
    return accepted({ place: row.place });
  });
}

/** Papers of a station after a place. */
export async function papersFor(
  store: Store,
  { station, after }: CityInput<'authority.get'>,
): Promise<Outcome<CityOutput<'authority.get'>>> {
  const rows = await store.query<{ place: number; paper: string }>(
    'select place, paper from authority_papers where station = $1 and place > $2 order by place limit $3',
    [station, after, MOST_PAPERS],
  );
  const papers: AuthorityPaper[] = [];
  let place = after;
  let characters = 0;
  for (const row of rows) {
    if (papers.length > 0 && characters + row.paper.length > MOST_PAPER_CHARS)
      return accepted({ papers, place, more: true });
    papers.push(JSON.parse(row.paper) as AuthorityPaper);
    characters += row.paper.length;
    place = row.place;
  }
  if (rows.length === MOST_PAPERS) return accepted({ papers, place, more: true });
  if (rows.length > 0) return accepted({ papers, place, more: false });
  const [last] = await store.query<{ place: number | null }>(
    'select max(place) as place from authority_papers where station = $1',
    [station],
  );
  return accepted({ papers, place: last?.place ?? 0, more: false });
}

/** What kind of paper stands where: one line each, for people. */
export async function paperLines(store: Store, stations: readonly string[]): Promise<string[]> {
  const rows = await store.query<{
    station: string;
    place: number;
    kind: string;
    n: number | null;
    plan_id: string | null;
    plan_version: number | null;
    of_n: number | null;
  }>(
    'select station, place, kind, n, plan_id, plan_version, of_n from authority_papers order by station, place',
  );
  const words = { plan: '预案', order: '启用', extend: '延长', end: '结束' } as Record<string, string>;
  return rows
    .filter(({ station }) => stations.length === 0 || stations.includes(station))
    .map((row) => {
      const number = row.n === null ? '' : `第 ${row.n} 号 `;
      const plan = row.plan_id === null ? '' : ` ${row.plan_id} 第 ${row.plan_version ?? '?'} 版`;
      const of = row.of_n === null ? '' : ` 第 ${row.of_n} 号`;
      return `${row.station} ${row.place}:${number}${words[row.kind] ?? row.kind}${plan}${of}`;
    });
}

async function wrongPaper(sql: Sql, station: string, paper: AuthorityPaper): Promise<Outcome<null>> {
  const keys = await sql.query<{ public_key: Uint8Array }>(
    'select public_key from authorities where station = $1',
    [station],
  );
  if (paper.paper === 'plan') return wrongPlan(sql, station, keys, paper.plan);
  const { record, signature } = paper.signed;
  const key = keys.find(({ public_key: raw }) => issuerOf(raw) === record.issuer)?.public_key;
  if (!key) return refused('authority.unknown', {}, 'issuer');
  if (!isSigned(key, recordSignedBytes(record), signature)) return refused('authority.signature');
  if (record.window !== authorityWindow(station))
    return refused('authority.otherStation', { station: record.window.split('/')[0] ?? '?' }, 'window');
  if (record.by.role !== 'authority') return refused('authority.signature', {}, 'by');
  const [taken] = await sql.query('select 1 as one from authority_papers where issuer = $1 and n = $2', [
    record.issuer,
    record.n,
  ]);
  if (taken) return refused('authority.number', { n: record.n }, 'n');
  if (paper.paper === 'order') {
    if (hexOf(digestOf(paper.plan.text)) !== paper.signed.record.plan.hash) return refused('plan.tampered');
    const newest = await newestVersion(sql, station, paper.signed.record.plan.id);
    const { id, version } = paper.signed.record.plan;
    return version < newest
      ? refused('plan.outdated', { name: id, latest: newest, version }, 'plan')
      : accepted(null);
  }
  const { issuer, n } = paper.signed.record.order;
  const [order] = await sql.query<{ kind: string }>(
    'select kind from authority_papers where station = $1 and issuer = $2 and n = $3',
    [station, issuer, n],
  );
  if (order?.kind !== 'order') return refused('order.unknown', { order: `第 ${n} 号` }, 'order');
  const [ended] = await sql.query(
    `select 1 as one from authority_papers where station = $1 and kind = 'end' and of_issuer = $2 and of_n = $3`,
    [station, issuer, n],
  );
  return ended ? refused('order.ended', {}, 'order') : accepted(null);
}

async function wrongPlan(
  sql: Sql,
  station: string,
  keys: readonly { public_key: Uint8Array }[],
  plan: SignedPlan,
): Promise<Outcome<null>> {
  const key = keys.find(({ public_key: raw }) => keyIdOf(raw) === plan.keyId)?.public_key;
  if (!key) return refused('authority.unknown', {}, 'plan');
  if (!isSigned(key, planSignedBytes(plan.text), plan.signature)) return refused('authority.signature');
  const named = planOf(plan);
  if (!named) return refused('plan.signature');
  const newest = await newestVersion(sql, station, named.id);
  if (named.version === newest)
    return refused('plan.sameVersion', { id: named.id, version: newest }, 'version');
  return named.version < newest
    ? refused('plan.outdated', { name: named.id, latest: newest, version: named.version }, 'version')
    : accepted(null);
}

/** Newest version of a plan that an authority published for a station; 0 for none. */
async function newestVersion(sql: Sql, station: string, id: string): Promise<number> {
  const [row] = await sql.query<{ version: number | null }>(
    `select max(plan_version) as version from authority_papers where station = $1 and kind = 'plan' and plan_id = $2`,
    [station, id],
  );
  return row?.version ?? 0;
}

function planOf({ text }: SignedPlan): { id: string; version: number } | undefined {
  try {
    const parsed = planSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function namesOf(paper: AuthorityPaper) {
  if (paper.paper === 'plan') return { issuer: null, n: null, of: null, plan: planOf(paper.plan) };
  const { record } = paper.signed;
  return {
    issuer: record.issuer,
    n: record.n,
    of: record.record === 'order' ? null : record.order,
    plan: record.record === 'order' ? record.plan : undefined,
  };
}

function isSigned(key: Uint8Array, bytes: Uint8Array, signature: string): boolean {
  const raw = rawOf(signature);
  return raw !== undefined && verifyEd25519(key, bytes, raw);
}

function rawOf(text: string): Uint8Array | undefined {
  try {
    return fromBase64url(text);
  } catch {
    return undefined;
  }
}
