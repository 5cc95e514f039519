import type { SealedRow } from '../../contract/encoding/batch.ts';
import { batchLimits } from '../batch-limits.ts';
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
    if (passenger) passengers.push({ seq: row.seq, kind: passenger.kind, index: passenger.numberIndex });
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
    `update tickets set verdict = 'refused' where window_id = $1 and ledger_id = $2 and seq = any ($3::bigint[])`,
    [
      key.window,
      key.ledgerId,
      decisions.filter(({ verdict }) => verdict === 'refused').map(({ seq }) => seq),
    ],
  );
  await sql.query(
    `insert into passengers (window_id, ledger_id, seq, document_kind, number_index)
     select $1, $2, p.seq, p.kind, decode(p.index, 'hex')
     from ${unnest(['bigint', 'text', 'text'], 3)} as p (seq, kind, index)`,
    [key.window, key.ledgerId, ...columns(passengers, ['seq', 'kind', 'index'])],
  );
}

/**
 * Accepts what waited for the other parts of its command and now has them all. Small look-ups by key, one after the
 * other, each bounded on the column that narrows it: a journal that has just begun has no statistics, and then
 * PostgreSQL takes `seq = any (…)` for a filter and reads the whole journal of the window behind it.
 */
export async function settleParts(
  sql: Sql,
  key: LedgerKey,
  decidedWith: number,
  nowMs: number,
): Promise<void> {
  const ledger = [key.window, key.ledgerId] as const;
  const held = await sql.query<{ seq: number }>(
    `select seq from verdicts where window_id = $1 and ledger_id = $2 and verdict = 'held' and waits_for = 'parts'
     order by seq`,
    ledger,
  );
  if (held.length === 0) return;
  const entries = await sql.query<{ seq: number; command_id: string; part_n: number; part_of: number }>(
    `select seq, command_id, part_n, part_of from entries
     where window_id = $1 and ledger_id = $2 and seq between $4 and $5 and seq = any ($3::bigint[])
     order by seq`,
    [...ledger, ...bounded(held.map(({ seq }) => seq))],
  );
  const ranges = commandRanges(entries);
  const parts = await sql.query<{ command_id: string; part_n: number }>(
    `select e.command_id, e.part_n from unnest($3::bigint[], $4::bigint[]) as range (first, last)
     cross join lateral (select command_id, part_n from entries
       where window_id = $1 and ledger_id = $2 and seq between range.first and range.last) e`,
    [...ledger, ranges.map(({ first }) => first), ranges.map(({ last }) => last)],
  );
  const partsOf = Map.groupBy(parts, (row) => row.command_id);
  const whole = entries
    .filter(
      (entry) => new Set(partsOf.get(entry.command_id)?.map((row) => row.part_n)).size === entry.part_of,
    )
    .map(({ seq }) => seq);
  if (whole.length === 0) return;
  await sql.query(
    `update verdicts set verdict = 'accepted', decided_at = $6, decided_with = $7
     where window_id = $1 and ledger_id = $2 and seq between $4 and $5 and seq = any ($3::bigint[])`,
    [...ledger, ...bounded(whole), nowMs, decidedWith],
  );
  await sql.query(
    `update tickets set verdict = 'accepted'
     where window_id = $1 and ledger_id = $2 and seq between $4 and $5 and seq = any ($3::bigint[])`,
    [...ledger, ...bounded(whole)],
  );
}

/**
 * Where the parts of these commands are: a ledger writes them one after the other. Ranges that touch are one, so that no entry is
 * read twice, whatever a window says of its parts.
 * @param entries in the order of their seq
 */
function commandRanges(
  entries: readonly { seq: number; part_n: number; part_of: number }[],
): { first: number; last: number }[] {
  const ranges: { first: number; last: number }[] = [];
  for (const { seq, part_n: n, part_of: of } of entries) {
    // More parts than a batch may have entries are no command.
    if (of > batchLimits.entries) continue;
    const range = { first: Math.max(1, seq - n + 1), last: seq - n + of };
    for (let before = ranges.at(-1); before && range.first <= before.last + 1; before = ranges.at(-1)) {
      range.first = Math.min(range.first, before.first);
      range.last = Math.max(range.last, before.last);
      ranges.pop();
    }
    ranges.push(range);
  }
  return ranges;
}

/** Numbers in ascending order with their least and their greatest. */
function bounded(seqs: readonly number[]): [seqs: readonly number[], least: number, greatest: number] {
  const sorted = seqs.toSorted((a, b) => a - b);
  return [sorted, sorted[0] ?? 0, sorted.at(-1) ?? 0];
}
