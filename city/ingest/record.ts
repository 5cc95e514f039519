import type { Batch } from '../../contract/encoding/batch.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { hexOf } from '../crypto.ts';
import type { Sql } from '../store/store.ts';
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

type Insert = (
  table: string,
  fixed: string,
  rows: readonly object[],
  types: Record<string, string>,
) => Promise<void>;

/** Bulk inserts, a statement a table. `fixed` names a column that takes the time in every row. */
function inserting(sql: Sql, key: LedgerKey, nowMs: number): Insert {
  return async (table, fixed, rows, types) => {
    if (rows.length === 0) return;
    const names = Object.keys(types);
    const picked = names.map((name) => (types[name] === 'bytea' ? `decode(${name}, 'hex')` : name));
    const sqlTypes = Object.values(types).map((type) => (type === 'bytea' ? 'text' : type));
    await sql.query(
      `insert into ${table} (window_id, ledger_id, ${fixed === '' ? '' : `${fixed}, `}${names.join(', ')})
       select $1, $2, ${fixed === '' ? '' : '$3::bigint, '}${picked.join(', ')}
       from ${unnest(sqlTypes, fixed === '' ? 3 : 4)} as given (${names.join(', ')})`,
      [key.window, key.ledgerId, ...(fixed === '' ? [] : [nowMs]), ...columns(rows, names as never[])],
    );
  };
}

/** Stores entries as they came: their texts and sealed rows, whatever is thought of them. */
export async function recordJournal(
  sql: Sql,
  key: LedgerKey,
  entries: readonly Recorded[],
  nowMs: number,
): Promise<void> {
  const insert = inserting(sql, key, nowMs);
  await insert('entries', 'received_at', entries.map(entryRow), {
    seq: 'bigint',
    hash: 'bytea',
    entry: 'text',
    kind: 'text',
    at: 'bigint',
    business_date: 'text',
    command_id: 'text',
    part_n: 'bigint',
    part_of: 'bigint',
  });
  await insert('sealed_rows', '', entries.flatMap(sealedRow), {
    ref: 'text',
    seq: 'bigint',
    alg: 'text',
    week: 'text',
    nonce: 'text',
    sealed: 'text',
  });
}

/** Stores what was read in entries and decided about them. */
export async function recordDecisions(
  sql: Sql,
  key: LedgerKey,
  entries: readonly Recorded[],
  decidedWith: number,
  nowMs: number,
  numberIndex: (number: string) => Uint8Array,
): Promise<void> {
  const insert = inserting(sql, key, nowMs);
  await insert('tickets', '', entries.flatMap(ticketRow), {
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
  });
  await insert(
    'passengers',
    '',
    entries.flatMap((entry) => passengerRow(entry, numberIndex)),
    {
      seq: 'bigint',
      document_kind: 'text',
      number_index: 'bytea',
    },
  );
  const decided = entries
    .filter((entry) => entry.verdict !== 'accepted')
    .map((entry) => verdictRow(entry, decidedWith));
  await insert('verdicts', 'decided_at', decided, {
    seq: 'bigint',
    verdict: 'text',
    waits_for: 'text',
    week: 'text',
    code: 'text',
    field: 'text',
    message: 'text',
    next: 'text',
    decided_with: 'bigint',
  });
}

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
