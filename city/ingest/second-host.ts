import type { Sql } from '../store/store.ts';
import { refuseEntry } from './refuse-entry.ts';
import type { LedgerKey, Recorded } from './record.ts';

/**
 * A station has one host: each would give every seat of the station. An office that opens as host beside another one, without
 * saying that it takes over, is refused (one that was refused itself does not count); its office gives nothing from then on until people have settled it.
 */
export async function refuseSecondHost(sql: Sql, key: LedgerKey, fresh: readonly Recorded[]): Promise<void> {
  for (const entry of fresh) {
    const { envelope } = entry;
    if (envelope?.kind !== 'host.opened' || entry.refusal || envelope.body['frozenThrough'] !== null)
      continue;
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
    if (other) refuseEntry(entry, 'city.secondHost', { window: other.window_id }, 'kind');
  }
}
