import type { Batch } from '../../contract/encoding/batch.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { hexOf } from '../crypto.ts';
import type { Sql, SqlValue } from '../store/store.ts';
import { columns, unnest } from './columns.ts';
import type { Judged } from './judge.ts';

/** One entry to be stored, with what was thought of it. `held` with no refusal waits for the rest of its command. */
export interface Recorded extends Omit<Judged, 'waitsFor'> {
  seq: number;
  hash: Uint8Array;
  line: Batch['entries'][number];
  waitsFor?: 'weekKey' | 'unknownKind' | 'parts';
  verdict: 'accepted' | 'refused' | 'held';
}

/** A ledger in SQL: `$1`, `$2` of every statement here. */
export interface LedgerKey {
  window: string;
  ledgerId: string;
}

/** Rows of one table. `fixed` names a column that takes the time in every row. */
interface TableRows {
  table: string;
  fixed: string;
  rows: readonly object[];
  types: Record<string, string>;
}

/**
 * Stores a chunk: texts and sealed rows as they came, whatever is thought of them, and what was read in them and decided. All in
 * one statement, so that the database works through it while this process judges what comes next.
 */
export async function recordChunk(
  sql: Sql,
  key: LedgerKey,
  entries: readonly Recorded[],
  decidedWith: number,
  nowMs: number,
  numberIndex: (number: string) => Uint8Array,
): Promise<void> {
  const decided = entries.filter((entry) => entry.verdict !== 'accepted');
  const tables: TableRows[] = [
    { table: 'entries', fixed: 'received_at', rows: entries.map(entryRow), types: ENTRY_COLUMNS },
    { table: 'sealed_rows', fixed: '', rows: entries.flatMap(sealedRow), types: SEALED_COLUMNS },
    { table: 'tickets', fixed: '', rows: entries.flatMap(ticketRow), types: TICKET_COLUMNS },
    {
      table: 'passengers',
      fixed: '',
      rows: entries.flatMap((entry) => passengerRow(entry, numberIndex)),
      types: PASSENGER_COLUMNS,
    },
    {
      table: 'verdicts',
      fixed: 'decided_at',
      rows: decided.map((entry) => verdictRow(entry, decidedWith)),
      types: VERDICT_COLUMNS,
    },
  ];
  const values: SqlValue[] = [key.window, key.ledgerId, nowMs];
  const inserts = tables
    .filter(({ rows }) => rows.length > 0)
    .map(({ table, fixed, rows, types }) => {
      const names = Object.keys(types);
      const picked = names.map((name) => (types[name] === 'bytea' ? `decode(${name}, 'hex')` : name));
      const given = unnest(
        Object.values(types).map((type) => (type === 'bytea' ? 'text' : type)),
        values.length + 1,
      );
      values.push(...columns(rows, names as never[]));
      const [time, now] = fixed === '' ? ['', ''] : [`${fixed}, `, '$3::bigint, '];
      return `in_${table} as (insert into ${table} (window_id, ledger_id, ${time}${names.join(', ')})
         select $1::text, $2::text, ${now}${picked.join(', ')} from ${given} as given (${names.join(', ')}))`;
    });
  if (inserts.length > 0) await sql.query(`with ${inserts.join(',\n')} select 1`, values);
}

const ENTRY_COLUMNS = {
  seq: 'bigint',
  hash: 'bytea',
  entry: 'text',
  kind: 'text',
  at: 'bigint',
  business_date: 'text',
  command_id: 'text',
  part_n: 'bigint',
  part_of: 'bigint',
};
const SEALED_COLUMNS = {
  ref: 'text',
  seq: 'bigint',
  alg: 'text',
  week: 'text',
  nonce: 'text',
  sealed: 'text',
};
const TICKET_COLUMNS = {
  seq: 'bigint',
  ticket_number: 'text',
  departure_id: 'text',
  depart_at: 'bigint',
  line_id: 'text',
  from_place_id: 'text',
  to_place_id: 'text',
  ticket_class: 'text',
  fare_fen: 'bigint',
  seat_number: 'bigint',
  shift_id: 'text',
  business_date: 'text',
  sold_at: 'bigint',
  command_id: 'text',
  part_of: 'bigint',
  verdict: 'text',
  queue_number: 'bigint',
  to_stop_name: 'text',
};
const PASSENGER_COLUMNS = { seq: 'bigint', document_kind: 'text', number_index: 'bytea' };
const VERDICT_COLUMNS = {
  seq: 'bigint',
  verdict: 'text',
  waits_for: 'text',
  week: 'text',
  code: 'text',
  field: 'text',
  message: 'text',
  next: 'text',
  decided_with: 'bigint',
};

function entryRow({ seq, hash, line, envelope }: Recorded): object {
  return {
    seq,
    hash: hexOf(hash),
    entry: line.entry,
    kind: envelope?.kind,
    at: envelope?.at,
    business_date: envelope?.businessDate,
    command_id: envelope?.commandId,
    part_n: envelope?.part.n,
    part_of: envelope?.part.of,
  };
}

function sealedRow({ seq, line: { row } }: Recorded): object[] {
  return row
    ? [{ ref: row.ref, seq, alg: row.alg, week: row.week, nonce: row.nonce, sealed: row.sealed }]
    : [];
}

function ticketRow({ seq, envelope, ticket, verdict }: Recorded): object[] {
  if (!ticket || !envelope) return [];
  const sold = ticket;
  return [
    {
      seq,
      ticket_number: sold.ticketNumber,
      departure_id: sold.departureId,
      depart_at: sold.departAt,
      line_id: sold.lineId,
      from_place_id: sold.fromPlaceId,
      to_place_id: sold.toPlaceId,
      ticket_class: sold.ticketClass,
      fare_fen: sold.fareFen,
      seat_number: sold.seatNumber,
      shift_id: sold.shiftId,
      business_date: envelope.businessDate,
      sold_at: envelope.at,
      command_id: envelope.commandId,
      part_of: envelope.part.of,
      verdict,
      queue_number: 'rolling' in sold ? sold.rolling?.queueNumber : null,
      to_stop_name: sold.toStop?.name,
    },
  ];
}

function passengerRow({ seq, passenger }: Recorded, numberIndex: (number: string) => Uint8Array): object[] {
  if (!passenger) return [];
  return [{ seq, document_kind: passenger.kind, number_index: hexOf(numberIndex(passenger.number)) }];
}

function verdictRow({ seq, verdict, waitsFor, week, refusal }: Recorded, decidedWith: number): object {
  const words: Partial<Refusal> = refusal ?? {};
  return {
    seq,
    verdict,
    waits_for: waitsFor,
    week,
    code: words.code,
    field: words.field,
    message: words.message,
    next: words.next,
    decided_with: decidedWith,
  };
}
