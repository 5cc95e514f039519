import type { SealedRow } from '../../contract/encoding/batch.ts';
import { toHex } from '../../contract/encoding/bytes.ts';
import type { Sql } from '../store/store.ts';
import { columns, unnest } from './columns.ts';
import { judgeEntry, type LedgerFacts } from './judge.ts';
import type { LedgerKey } from './record.ts';

interface HeldRow {
  seq: number;
  entry: string;
  ref: string;
  alg: SealedRow['alg'];
  week: string;
  nonce: string;
  sealed: string;
}

interface Decision {
  seq: number;
  verdict: 'refused' | 'held';
  waitsFor: 'parts' | null;
  code: string | null;
  field: string | null;
  message: string | null;
  next: string | null;
}

/**
 * Judges again what was held for the weeks whose keys came now. What is good waits at most for the rest of its
 * command, which {@link settleParts} looks at next.
 */
export async function settleWeeks(
  sql: Sql,
  key: LedgerKey,
  weeks: readonly string[],
  facts: LedgerFacts,
  numberIndex: (number: string) => Uint8Array,
  decidedWith: number,
  nowMs: number,
): Promise<void> {
  if (weeks.length === 0) return;
  const held = await sql.query<HeldRow>(
    `select e.seq, e.entry, r.ref, r.alg, r.week, r.nonce, r.sealed
     from verdicts v
     join entries e using (window_id, ledger_id, seq)
     join sealed_rows r using (window_id, ledger_id, seq)
     where v.window_id = $1 and v.ledger_id = $2 and v.verdict = 'held' and v.waits_for = 'weekKey'
       and v.week = any ($3::text[])
     order by e.seq`,
    [key.window, key.ledgerId, weeks],
  );
  if (held.length === 0) return;
  const decisions: Decision[] = [];
  const passengers: { seq: number; kind: string; index: string }[] = [];
  for (const row of held) {
    const place = { ...key, seq: row.seq };
    const sealedRow: SealedRow = {
      alg: row.alg,
      ref: row.ref,
      week: row.week,
      nonce: row.nonce,
      sealed: row.sealed,
    };
    const judged = judgeEntry(place, row.entry, sealedRow, facts);
    const { refusal, passenger } = judged;
    if (passenger)
      passengers.push({ seq: row.seq, kind: passenger.kind, index: toHex(numberIndex(passenger.number)) });
    decisions.push({
      seq: row.seq,
      verdict: refusal ? 'refused' : 'held',
      waitsFor: refusal ? null : 'parts',
      code: refusal?.code ?? null,
      field: refusal?.field ?? null,
      message: refusal?.message ?? null,
      next: refusal?.next ?? null,
    });
  }
  await sql.query(
    `update verdicts v
     set verdict = d.verdict, waits_for = d.waits_for, code = d.code, field = d.field, message = d.message,
       next = d.next, decided_at = $3, decided_with = $4
     from ${unnest(['bigint', 'text', 'text', 'text', 'text', 'text', 'text'], 5)}
       as d (seq, verdict, waits_for, code, field, message, next)
     where v.window_id = $1 and v.ledger_id = $2 and v.seq = d.seq`,
    [
      key.window,
      key.ledgerId,
      nowMs,
      decidedWith,
      ...columns(decisions, ['seq', 'verdict', 'waitsFor', 'code', 'field', 'message', 'next']),
    ],
  );
  await sql.query(
    `insert into passengers (window_id, ledger_id, seq, document_kind, number_index)
     select $1, $2, p.seq, p.kind, decode(p.index, 'hex')
     from ${unnest(['bigint', 'text', 'text'], 3)} as p (seq, kind, index)`,
    [key.window, key.ledgerId, ...columns(passengers, ['seq', 'kind', 'index'])],
  );
}

/** Accepts what waited for the other parts of its command and now has them all; then tickets follow their verdicts. */
export async function settleParts(
  sql: Sql,
  key: LedgerKey,
  decidedWith: number,
  nowMs: number,
): Promise<void> {
  await sql.query(
    `update verdicts v
     set verdict = 'accepted', decided_at = $3, decided_with = $4
     from entries e
     where v.window_id = $1 and v.ledger_id = $2 and v.verdict = 'held' and v.waits_for = 'parts'
       and e.window_id = $1 and e.ledger_id = $2 and e.seq = v.seq
       and e.part_of = (
         select count(distinct c.part_n) from entries c
         where c.window_id = $1 and c.ledger_id = $2 and c.command_id = e.command_id)`,
    [key.window, key.ledgerId, nowMs, decidedWith],
  );
  await sql.query(
    `update tickets t
     set verdict = v.verdict
     from verdicts v
     where v.window_id = $1 and v.ledger_id = $2 and v.decided_with = $3
       and t.window_id = $1 and t.ledger_id = $2 and t.seq = v.seq and t.verdict <> v.verdict`,
    [key.window, key.ledgerId, decidedWith],
  );
}
