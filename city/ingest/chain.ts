import type { Batch } from '../../contract/encoding/batch.ts';
import { entryHash, ZERO_HASH } from '../../contract/encoding/chain.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { hexOf, sha256 } from '../crypto.ts';
import type { Sql } from '../store/store.ts';
import { stationOf } from './ticket-numbers.ts';

/** A ledger as the city has it, its row locked for this transaction. */
export interface LedgerRow {
  ordinal: number | null;
  ackSeq: number;
  lastHash: Uint8Array;
  forkSeq: number | null;
  /** Codes that its station's ticket numbers may begin with. */
  stationCodes: Set<string>;
}

/** Two live copies of one ledger: said apart from other refusals, because the ledger is to be marked. */
export interface ForkFound {
  /** `fork` another hash under the same seq · `wentOn` it wrote on after its successor had opened. */
  kind: 'fork' | 'wentOn';
  seq: number;
  hash: Uint8Array;
}

/** Locks the ledger's row, made now when this is its first batch. */
export async function lockLedger(
  sql: Sql,
  window: string,
  ledgerId: string,
  nowMs: number,
): Promise<LedgerRow> {
  await sql.query(
    `insert into ledgers (window_id, ledger_id, last_hash, first_seen_at, last_seen_at)
     values ($1, $2, $3, $4, $4) on conflict do nothing`,
    [window, ledgerId, ZERO_HASH, nowMs],
  );
  const [row] = await sql.query<{
    ordinal: number | null;
    ack_seq: number;
    last_hash: Uint8Array;
    fork_seq: number | null;
    codes: string | null;
  }>(
    `select ordinal, ack_seq, last_hash, fork_seq, (select string_agg(code, ' ') from station_codes where station = $3) as codes
     from ledgers where window_id = $1 and ledger_id = $2 for update`,
    [window, ledgerId, stationOf(window)],
  );
  if (!row) throw new Error('the ledger row that was just made is not there');
  const { ordinal, ack_seq: ackSeq, last_hash: lastHash, fork_seq: forkSeq, codes } = row;
  return { ordinal, ackSeq, lastHash, forkSeq, stationCodes: new Set(codes?.split(' ')) };
}

/**
 * Links a batch to what is stored: no gap, the same hashes where both have an entry, and the signed hash at its end.
 * @returns the hash of every entry of the batch, or the refusal; `fork` when the histories differ
 */
export async function linkBatch(
  sql: Sql,
  batch: Batch,
  ledger: LedgerRow,
): Promise<Outcome<Uint8Array[]> & { fork?: ForkFound }> {
  const { window, ledgerId, from, to } = batch.head;
  if (from > ledger.ackSeq + 1) return refused('city.gap', { have: ledger.ackSeq, from });
  const stored =
    from > ledger.ackSeq
      ? new Map<number, Uint8Array>()
      : await storedHashes(sql, window, ledgerId, from - 1, Math.min(to, ledger.ackSeq));
  let prev = from === ledger.ackSeq + 1 ? ledger.lastHash : from === 1 ? ZERO_HASH : stored.get(from - 1);
  if (!prev) throw new Error(`entry ${from - 1} of ${window} is acknowledged and not stored`);
  const hashes: Uint8Array[] = [];
  let different: ForkFound | undefined;
  for (const [index, { entry }] of batch.entries.entries()) {
    const seq = from + index;
    const hash: Uint8Array = entryHash(sha256, prev, entry);
    if (!different && seq <= ledger.ackSeq && hexOf(hash) !== hexOf(stored.get(seq) ?? ZERO_HASH)) {
      different = { kind: 'fork', seq, hash };
    }
    hashes.push(hash);
    prev = hash;
  }
  // Only a whole history that the window really signed may accuse it of a fork; anything else is a broken batch.
  if (hexOf(prev) !== batch.head.hash) return refused('city.chain', { seq: to });
  if (different) return { ...refused('city.fork', { seq: different.seq }), fork: different };
  return accepted(hashes);
}

async function storedHashes(
  sql: Sql,
  window: string,
  ledgerId: string,
  from: number,
  to: number,
): Promise<Map<number, Uint8Array>> {
  if (to < from) return new Map();
  const rows = await sql.query<{ seq: number; hash: Uint8Array }>(
    'select seq, hash from entries where window_id = $1 and ledger_id = $2 and seq between $3 and $4',
    [window, ledgerId, from, to],
  );
  return new Map(rows.map((row) => [row.seq, row.hash]));
}
