import type { CityInput, CityOutput, LedgerView } from '../contract/city.ts';
import type { LedgerId } from '../contract/ids.ts';
import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import { hexOf } from './crypto.ts';
import { heldWeeks } from './ingest/week-keys.ts';
import type { Sql, Store } from './store/store.ts';

/** Where the city stands for one ledger. Refuses `city.unknownWindow`, `city.fork`. */
export async function ledgerPosition(
  sql: Sql,
  { window, ledgerId }: CityInput<'ledger.position'>,
): Promise<Outcome<CityOutput<'ledger.position'>>> {
  if (!(await isEnrolled(sql, window))) return unknownWindow(window);
  const [ledger] = await sql.query<{ ack_seq: number; fork_seq: number | null }>(
    'select ack_seq, fork_seq from ledgers where window_id = $1 and ledger_id = $2',
    [window, ledgerId],
  );
  if (ledger && ledger.fork_seq !== null) return refused('city.fork', { seq: ledger.fork_seq });
  return accepted({ ackSeq: ledger?.ack_seq ?? 0, weekKeys: await heldWeeks(sql, { window, ledgerId }) });
}

/** All ledgers of a window, oldest first. Refuses `city.unknownWindow`. */
export async function windowLedgers(
  sql: Sql,
  { window }: CityInput<'window.ledgers'>,
): Promise<Outcome<CityOutput<'window.ledgers'>>> {
  if (!(await isEnrolled(sql, window))) return unknownWindow(window);
  const rows = await sql.query<{
    ledger_id: string;
    ordinal: number | null;
    ack_seq: number;
    last_hash: Uint8Array;
    predecessor_ledger_id: string | null;
    predecessor_seq: number | null;
    predecessor_hash: Uint8Array | null;
    fork_seq: number | null;
  }>(
    `select ledger_id, ordinal, ack_seq, last_hash, predecessor_ledger_id, predecessor_seq, predecessor_hash, fork_seq
     from ledgers where window_id = $1 order by first_seen_at, ledger_id limit 99`,
    [window],
  );
  const ledgers = rows.map((row): LedgerView => {
    const { predecessor_ledger_id: id, predecessor_seq: seq, predecessor_hash: hash } = row;
    return {
      ledgerId: row.ledger_id as LedgerId,
      ordinal: row.ordinal,
      ackSeq: row.ack_seq,
      hash: hexOf(row.last_hash),
      predecessor:
        id === null || seq === null || hash === null
          ? null
          : { ledgerId: id as LedgerId, seq, hash: hexOf(hash) },
      isForked: row.fork_seq !== null,
    };
  });
  return accepted({ ledgers });
}

/** @see countTotals. In a transaction, for the plan that is asked for is asked for there alone. */
export function ledgerTotals(
  store: Store,
  input: CityInput<'ledger.totals'>,
): Promise<Outcome<CityOutput<'ledger.totals'>>> {
  return store.transaction((sql) => countTotals(sql, input));
}

/**
 * Control totals of business dates, counted from what is stored: tickets and fares from `tickets`, identities from
 * `sealed_rows`, the rest from `entries`. Refuses `city.unknownWindow`.
 */
async function countTotals(
  sql: Sql,
  { window, ledgerId, dates }: CityInput<'ledger.totals'>,
): Promise<Outcome<CityOutput<'ledger.totals'>>> {
  if (!(await isEnrolled(sql, window))) return unknownWindow(window);
  const [ledger] = await sql.query<{ ack_seq: number }>(
    'select ack_seq from ledgers where window_id = $1 and ledger_id = $2',
    [window, ledgerId],
  );
  // A journal that came a moment ago has no statistics: PostgreSQL would take it for some rows and look each of thousands up among thousands.
  await sql.query(`select set_config('enable_nestloop', 'off', true)`);
  // Tables are asked by their keys, from the first to the last seq of a date; a date between others is told by its name.
  const days = await sql.query<CityOutput<'ledger.totals'>['days'][number]>(
    `with days as (
       select business_date, count(*) as entries, min(seq) as first_seq, max(seq) as last_seq
       from entries where window_id = $1 and ledger_id = $2 and business_date = any ($3::text[]) group by business_date
     )
     select d.business_date as "businessDate", d.entries, d.first_seq as "firstSeq", d.last_seq as "lastSeq",
       (select count(*) from tickets t where t.window_id = $1 and t.ledger_id = $2
          and t.seq between d.first_seq and d.last_seq and t.business_date = d.business_date) as tickets,
       (select coalesce(sum(t.fare_fen), 0)::bigint from tickets t where t.window_id = $1 and t.ledger_id = $2
          and t.seq between d.first_seq and d.last_seq and t.business_date = d.business_date) as fen,
       (select count(distinct r.seq) from sealed_rows r join entries e using (window_id, ledger_id, seq)
        where r.window_id = $1 and r.ledger_id = $2
          and r.seq between d.first_seq and d.last_seq and e.business_date = d.business_date) as identities
     from days d order by d.business_date`,
    [window, ledgerId, dates],
  );
  return accepted({ ackSeq: ledger?.ack_seq ?? 0, days });
}

async function isEnrolled(sql: Sql, window: string): Promise<boolean> {
  return (await sql.query('select 1 from windows where window_id = $1', [window])).length > 0;
}

function unknownWindow(window: string): ReturnType<typeof refused> {
  return refused('city.unknownWindow', { window }, 'window');
}
