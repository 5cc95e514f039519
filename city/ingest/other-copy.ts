import { entryBodies, entryEnvelopeSchema } from '../../contract/entries.ts';
import type { Batch } from '../../contract/encoding/batch.ts';
import { entryHash, ZERO_HASH } from '../../contract/encoding/chain.ts';
import { hexOf, sha256 } from '../crypto.ts';
import type { Sql } from '../store/store.ts';
import { columns, unnest } from './columns.ts';
import type { ForkFound } from './chain.ts';
import type { LedgerKey } from './record.ts';

/** Marks a ledger: nothing more is taken from it until people have looked. What was found first stays. */
export async function markFork(sql: Sql, key: LedgerKey, fork: ForkFound, nowMs: number): Promise<void> {
  await sql.query(
    `update ledgers set fork_seq = $3, fork_hash = $4, fork_kind = $5, fork_found_at = $6
     where window_id = $1 and ledger_id = $2 and fork_seq is null`,
    [key.window, key.ledgerId, fork.seq, fork.hash, fork.kind, nowMs],
  );
}

/**
 * Keeps what a copy wrote that is not the city's own history, so that both tickets of a seat can be listed. The batch is signed; it
 * must follow what is known of that ledger, on either side. What does not follow is not kept; what comes again changes nothing.
 * @returns how many entries were new
 */
export async function keepOtherCopy(sql: Sql, batch: Batch, nowMs: number): Promise<number> {
  const { window, ledgerId, from, to, hash: signedHash } = batch.head;
  const known = await sql.query<{ seq: number; hash: Uint8Array; is_own: boolean }>(
    `select seq, hash, true as is_own from entries where window_id = $1 and ledger_id = $2 and seq between $3 and $4
     union all
     select seq, hash, false from fork_entries where window_id = $1 and ledger_id = $2 and seq between $3 and $4`,
    [window, ledgerId, from - 1, to],
  );
  const starts =
    from === 1 ? [ZERO_HASH] : known.filter(({ seq }) => seq === from - 1).map(({ hash }) => hash);
  const hashes = starts
    .map((start) => chainFrom(start, batch))
    .find((chain) => lastHex(chain) === signedHash);
  if (!hashes) return 0;
  const stored = new Set(known.map(({ seq, hash }) => `${seq} ${hexOf(hash)}`));
  const rows = batch.entries.flatMap(({ entry, row }, index) => {
    const seq = from + index;
    const hash = hexOf(hashes[index] ?? ZERO_HASH);
    if (stored.has(`${seq} ${hash}`)) return [];
    return [{ seq, hash, entry, row: row ? JSON.stringify(row) : null, ...saleOf(entry) }];
  });
  if (rows.length === 0) return 0;
  await sql.query(
    `insert into fork_entries (window_id, ledger_id, received_at, seq, hash, entry, row, ticket_number, departure_id,
       seat_number, fare_fen, actor, sold_at)
     select $1, $2, $3::bigint, g.seq, decode(g.hash, 'hex'), g.entry, g.sealed, g.ticket_number, g.departure_id,
       g.seat_number, g.fare_fen, g.actor, g.sold_at
     from ${unnest(['bigint', 'text', 'text', 'text', 'text', 'text', 'bigint', 'bigint', 'text', 'bigint'], 4)}
       as g (seq, hash, entry, sealed, ticket_number, departure_id, seat_number, fare_fen, actor, sold_at)
     on conflict do nothing`,
    [
      window,
      ledgerId,
      nowMs,
      ...columns<(typeof rows)[number]>(rows, [
        'seq',
        'hash',
        'entry',
        'row',
        'ticketNumber',
        'departureId',
        'seatNumber',
        'fareFen',
        'actor',
        'soldAt',
      ]),
    ],
  );
  return rows.length;
}

function chainFrom(start: Uint8Array, batch: Batch): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  let prev = start;
  for (const { entry } of batch.entries) hashes.push((prev = entryHash(sha256, prev, entry)));
  return hashes;
}

function lastHex(chain: readonly Uint8Array[]): string {
  return hexOf(chain.at(-1) ?? ZERO_HASH);
}

interface Sale {
  ticketNumber?: string;
  departureId?: string;
  seatNumber?: number | null;
  fareFen?: number;
  actor?: string;
  soldAt?: number;
}

/** What an entry says of a sale; nothing where it is none that can be read. */
function saleOf(text: string): Sale {
  try {
    const { kind, at, actor, body } = entryEnvelopeSchema.parse(JSON.parse(text));
    if (kind !== 'ticket.sold') return {};
    const { ticketNumber, departureId, seatNumber, fareFen } = entryBodies['ticket.sold'].parse(body);
    return { ticketNumber, departureId, seatNumber, fareFen, actor, soldAt: at };
  } catch {
    return {};
  }
}

/** Where a successor says that its predecessor ends, and when it opened. */
interface Successor {
  predecessor_seq: number;
  opened_at: number | null;
}

/**
 * First entry of a batch that was written after a successor had opened and lies beyond where it says that this ledger ends. Entries
 * from before that instant may come late, carried by hand: passengers hold those tickets, and they are taken.
 */
export async function wentOnAt(
  sql: Sql,
  batch: Batch,
  hashes: readonly Uint8Array[],
): Promise<ForkFound | undefined> {
  const { window, ledgerId, from } = batch.head;
  const successors = await sql.query<Successor>(
    `select l.predecessor_seq, e.at as opened_at
     from ledgers l left join entries e on e.window_id = l.window_id and e.ledger_id = l.ledger_id and e.seq = 1
     where l.window_id = $1 and l.predecessor_ledger_id = $2 and l.predecessor_seq is not null`,
    [window, ledgerId],
  );
  for (const [index, { entry }] of successors.length === 0 ? [] : batch.entries.entries()) {
    const seq = from + index;
    const atMs = instantOf(entry);
    const isLate = successors.some(
      ({ predecessor_seq: end, opened_at: openedAtMs }) =>
        seq > end && openedAtMs !== null && atMs > openedAtMs,
    );
    if (isLate) return { kind: 'wentOn', seq, hash: hashes[index] ?? ZERO_HASH };
  }
  return undefined;
}

function instantOf(text: string): number {
  try {
    const { at } = JSON.parse(text) as { at?: unknown };
    return typeof at === 'number' ? at : 0;
  } catch {
    return 0;
  }
}

/** The other way about: a successor opens now, and entries that its predecessor wrote later are stored already. */
export async function markPredecessorThatWentOn(
  sql: Sql,
  window: string,
  predecessor: { ledgerId: string; seq: number },
  openedAtMs: number,
  nowMs: number,
): Promise<number | undefined> {
  const [late] = await sql.query<{ seq: number; hash: Uint8Array }>(
    `select seq, hash from entries where window_id = $1 and ledger_id = $2 and seq > $3 and at > $4 order by seq limit 1`,
    [window, predecessor.ledgerId, predecessor.seq, openedAtMs],
  );
  if (!late) return undefined;
  await markFork(sql, { window, ledgerId: predecessor.ledgerId }, { kind: 'wentOn', ...late }, nowMs);
  return late.seq;
}
