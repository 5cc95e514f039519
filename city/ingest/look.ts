import { hexOf } from '../crypto.ts';
import type { Sql } from '../store/store.ts';
import type { JudgedChunk, Odd, Opening } from './chunk.ts';
import { isRefused, refuseEntry } from './odd-ones.ts';
import type { LedgerKey } from './record.ts';
import { refuseOtherStationsOpening, refuseWrongNumbers, stationOf, takeOpenings } from './ticket-numbers.ts';

/** What looking has come to so far in this batch. */
export interface Looked {
  /** The ledger's ordinal, once its opening entry was taken. */
  ordinal: number | null;
  /** Codes of its station, this ledger's own among them. */
  codes: Set<string>;
  /** The opening entry, where it names a predecessor. */
  successor: Successor | undefined;
}

export type Successor = Opening & { predecessor: NonNullable<Opening['predecessor']> };

/**
 * Asks the database what no entry can tell by itself: whether a ticket number, an ordinal, a station's code, a host was there before.
 * What repeats is refused, and stored all the same. Chunks are looked at in their order, each after the one before was stored.
 * @returns what is not plainly accepted, by seq
 */
export async function lookAt(
  sql: Sql,
  key: LedgerKey,
  looked: Looked,
  chunk: JudgedChunk,
  nowMs: number,
): Promise<Map<number, Odd>> {
  const odd = new Map(chunk.odd.map((one) => [one.seq, one]));
  await takeOpenings(sql, key, looked, chunk, odd, nowMs);
  await refuseOtherPredecessor(sql, key, chunk, odd);
  looked.successor ??= chunk.openings.find(
    (opening): opening is Successor => opening.predecessor !== null && !odd.get(opening.seq)?.refusal,
  );
  refuseOtherStationsOpening(key, looked, chunk, odd);
  await refuseWrongNumbers(sql, key, looked, chunk, odd);
  await refuseSecondHost(sql, key, chunk, odd);
  return odd;
}

/**
 * A successor names the ledger that it leaves behind, and where that one ends. It must be one of the same window; where the
 * city has the named entry, it must be the same one. The predecessor itself may still be sent up to its end.
 */
async function refuseOtherPredecessor(
  sql: Sql,
  key: LedgerKey,
  { openings }: JudgedChunk,
  odd: Map<number, Odd>,
): Promise<void> {
  for (const { seq, predecessor } of openings) {
    if (!predecessor || isRefused(odd, seq)) continue;
    const [stored] = await sql.query<{ hash: Uint8Array }>(
      'select hash from entries where window_id = $1 and ledger_id = $2 and seq = $3',
      [key.window, predecessor.ledgerId, predecessor.seq],
    );
    const isOther =
      predecessor.ledgerId === key.ledgerId || (stored && hexOf(stored.hash) !== predecessor.hash);
    if (isOther) refuseEntry(odd, seq, 'city.predecessor', { seq: predecessor.seq }, 'body.predecessor');
  }
}

/**
 * A station has one host: each would give every seat of the station. An office that opens as host beside another one, without
 * saying that it takes over, is refused (one that was refused itself does not count); its office gives nothing from then on until people have settled it.
 */
async function refuseSecondHost(
  sql: Sql,
  key: LedgerKey,
  { hosts }: JudgedChunk,
  odd: Map<number, Odd>,
): Promise<void> {
  for (const seq of hosts) {
    if (isRefused(odd, seq)) continue;
    const station = `${stationOf(key.window)}/`;
    // Until this batch is in: two that came in the same instant would not see each other.
    await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`host.opened ${station}`]);
    const [other] = await sql.query<{ window_id: string }>(
      `select e.window_id from entries e
       where e.kind = 'host.opened' and starts_with(e.window_id, $1) and e.window_id <> $2
         and not exists (select 1 from verdicts v where v.window_id = e.window_id and v.ledger_id = e.ledger_id
           and v.seq = e.seq and v.verdict = 'refused')
       order by e.received_at limit 1`,
      [station, key.window],
    );
    if (other) refuseEntry(odd, seq, 'city.secondHost', { window: other.window_id }, 'kind');
  }
}
