import { hexOf } from '../crypto.ts';
import type { Sql } from '../store/store.ts';
import { refuse, type RefusalCode } from '../../contract/refusals.ts';
import type { JudgedChunk, Odd, Opening } from './chunk.ts';
import type { LedgerKey } from './record.ts';

/** What looking has come to so far in this batch. */
export interface Looked {
  /** The ledger's ordinal, once its opening entry was taken. */
  ordinal: number | null;
  /** The opening entry, where it names a predecessor. */
  successor: Successor | undefined;
}

export type Successor = Opening & { predecessor: NonNullable<Opening['predecessor']> };

/**
 * Asks the database what no entry can tell by itself: whether a ticket number, an ordinal, a host was there before. What repeats
 * is refused, and stored all the same. Chunks are looked at in their order, each after the one before was stored.
 * @returns what is not plainly accepted, by seq
 */
export async function lookAt(
  sql: Sql,
  key: LedgerKey,
  looked: Looked,
  chunk: JudgedChunk,
): Promise<Map<number, Odd>> {
  const odd = new Map(chunk.odd.map((one) => [one.seq, one]));
  await refuseRepeatedTickets(sql, chunk, odd);
  await refuseRepeatedOrdinal(sql, key, looked, chunk, odd);
  await refuseOtherPredecessor(sql, key, chunk, odd);
  await refuseSecondHost(sql, key, chunk, odd);
  looked.successor ??= chunk.openings.find(
    (opening): opening is Successor => opening.predecessor !== null && !odd.get(opening.seq)?.refusal,
  );
  return odd;
}

function refuseEntry(
  odd: Map<number, Odd>,
  seq: number,
  code: RefusalCode,
  values: Record<string, string | number>,
  field: string,
): void {
  odd.set(seq, { seq, verdict: 'refused', refusal: refuse(code, values, field) });
}

const isRefused = (odd: ReadonlyMap<number, Odd>, seq: number): boolean =>
  odd.get(seq)?.verdict === 'refused';

/** A ticket number that is there already, in any ledger or earlier in this batch, is refused and counted all the same. */
async function refuseRepeatedTickets(sql: Sql, { sold }: JudgedChunk, odd: Map<number, Odd>): Promise<void> {
  if (sold.length === 0) return;
  const rows = await sql.query<{ ticket_number: string }>(
    'select distinct ticket_number from tickets where ticket_number = any ($1::text[])',
    [sold.map(({ ticketNumber }) => ticketNumber)],
  );
  const seen = new Set<string>(rows.map((row) => row.ticket_number));
  for (const { seq, ticketNumber } of sold) {
    if (seen.has(ticketNumber) && !isRefused(odd, seq))
      refuseEntry(odd, seq, 'city.ticketTwice', { ticketNumber }, 'body.ticketNumber');
    seen.add(ticketNumber);
  }
}

/**
 * Two ledgers of a window must not share an ordinal: it is part of every ticket number. The opening entry is refused;
 * what follows it is stored and judged by itself.
 */
async function refuseRepeatedOrdinal(
  sql: Sql,
  key: LedgerKey,
  looked: Looked,
  { openings, sold }: JudgedChunk,
  odd: Map<number, Odd>,
): Promise<void> {
  // The opening entry is the first of its ledger, before every ticket.
  for (const { seq, ordinal } of openings) {
    const others = await sql.query(
      'select 1 from ledgers where window_id = $1 and ledger_id <> $2 and ordinal = $3 limit 1',
      [key.window, key.ledgerId, ordinal],
    );
    if (others.length > 0) refuseEntry(odd, seq, 'city.ordinal', { ordinal }, 'body.ordinal');
    else looked.ordinal = ordinal;
  }
  const { ordinal } = looked;
  if (ordinal === null) return;
  for (const { seq, ticketNumber } of sold) {
    const isForeign = Number(ticketNumber.slice(12, 14)) !== ordinal;
    if (isForeign && !isRefused(odd, seq))
      refuseEntry(odd, seq, 'city.ticketNumber', {}, 'body.ticketNumber');
  }
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
    const station = key.window.slice(0, key.window.indexOf('/') + 1);
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
