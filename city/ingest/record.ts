import type { Batch } from '../../contract/encoding/batch.ts';
import type { EntryEnvelope } from '../../contract/entries.ts';
import { hexOf } from '../crypto.ts';
import type { Sql, SqlValue } from '../store/store.ts';
import { unnest } from './columns.ts';
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

/** One column of a table and what an entry has in it. `hex` is bytes, told as hexadecimal digits. */
type Column<Row> = readonly [
  name: string,
  type: 'bigint' | 'text' | 'hex',
  of: (row: Row) => string | number | null | undefined,
];

/** Rows of one table, ready to be sent. `fixed` names a column that takes the time in every row. */
interface Filled {
  table: string;
  fixed?: string;
  columns: { name: string; type: Column<never>[1]; values: SqlValue }[];
}

/** What of a chunk does not depend on what is thought of it, ready to be sent. */
export interface Prepared {
  entries: readonly Recorded[];
  sold: readonly Sold[];
  entryRows: Filled;
  sealedRows: Filled | undefined;
  ticketRows: Filled | undefined;
}

type Sold = Recorded & { envelope: EntryEnvelope; ticket: NonNullable<Recorded['ticket']> };

/**
 * Puts into the database's shape what is stored whatever is decided: texts and sealed rows as they came, and what was read in
 * them. Done while the database still works on the chunk before.
 */
export function prepareChunk(sql: Sql, entries: readonly Recorded[]): Prepared {
  const sold = entries.filter((entry): entry is Sold => Boolean(entry.ticket && entry.envelope));
  const sealed = entries.filter(({ line }) => line.row);
  return {
    entries,
    sold,
    entryRows: { ...fill(sql, 'entries', entries, ENTRY_COLUMNS), fixed: 'received_at' },
    sealedRows: sealed.length > 0 ? fill(sql, 'sealed_rows', sealed, SEALED_COLUMNS) : undefined,
    ticketRows: sold.length > 0 ? fill(sql, 'tickets', sold, TICKET_COLUMNS) : undefined,
  };
}

/**
 * Stores a chunk and what was decided of it. All in one statement, so that the database works through it while this process
 * judges what comes next.
 */
export async function recordChunk(
  sql: Sql,
  key: LedgerKey,
  prepared: Prepared,
  decidedWith: number,
  nowMs: number,
): Promise<void> {
  const { entries, sold, entryRows, sealedRows, ticketRows } = prepared;
  const tables = [entryRows];
  if (sealedRows) tables.push(sealedRows);
  if (ticketRows) {
    const verdicts = fill(sql, '', sold, [['verdict', 'text', ({ verdict }) => verdict]]);
    tables.push({ ...ticketRows, columns: [...ticketRows.columns, ...verdicts.columns] });
  }
  const known = entries.filter((entry) => entry.passenger);
  if (known.length > 0) tables.push(fill(sql, 'passengers', known, PASSENGER_COLUMNS));
  const decided = entries.filter((entry) => entry.verdict !== 'accepted');
  if (decided.length > 0)
    tables.push({
      ...fill(sql, 'verdicts', decided, [...VERDICT_COLUMNS, ['decided_with', 'bigint', () => decidedWith]]),
      fixed: 'decided_at',
    });
  await sql.query(...insertsOf(tables, key, nowMs));
}

/** One statement that fills all tables. */
function insertsOf(
  tables: readonly Filled[],
  { window, ledgerId }: LedgerKey,
  nowMs: number,
): [sql: string, values: SqlValue[]] {
  const values: SqlValue[] = [window, ledgerId, nowMs];
  const inserts = tables.map(({ table, fixed, columns }) => {
    const names = columns.map(({ name }) => name).join(', ');
    const picked = columns.map(({ name, type }) => (type === 'hex' ? `decode(${name}, 'hex')` : name));
    const given = unnest(
      columns.map(({ type }) => (type === 'hex' ? 'text' : type)),
      values.length + 1,
    );
    for (const column of columns) values.push(column.values);
    const [time, now] = fixed === undefined ? ['', ''] : [`${fixed}, `, '$3::bigint, '];
    return `in_${table} as (insert into ${table} (window_id, ledger_id, ${time}${names})
      select $1::text, $2::text, ${now}${picked.join(', ')} from ${given} as given (${names}))`;
  });
  return [`with ${inserts.join(',\n')} select 1`, values];
}

function fill<Row>(sql: Sql, table: string, rows: readonly Row[], columns: readonly Column<Row>[]): Filled {
  return {
    table,
    columns: columns.map(([name, type, of]) => ({ name, type, values: sql.column(rows.map(of)) })),
  };
}

const ENTRY_COLUMNS: readonly Column<Recorded>[] = [
  ['seq', 'bigint', ({ seq }) => seq],
  ['hash', 'hex', ({ hash }) => hexOf(hash)],
  ['entry', 'text', ({ line }) => line.entry],
  ['kind', 'text', ({ envelope }) => envelope?.kind],
  ['at', 'bigint', ({ envelope }) => envelope?.at],
  ['business_date', 'text', ({ envelope }) => envelope?.businessDate],
  ['command_id', 'text', ({ envelope }) => envelope?.commandId],
  ['part_n', 'bigint', ({ envelope }) => envelope?.part.n],
  ['part_of', 'bigint', ({ envelope }) => envelope?.part.of],
];
const SEALED_COLUMNS: readonly Column<Recorded>[] = [
  ['ref', 'text', ({ line }) => line.row?.ref],
  ['seq', 'bigint', ({ seq }) => seq],
  ['alg', 'text', ({ line }) => line.row?.alg],
  ['week', 'text', ({ line }) => line.row?.week],
  ['nonce', 'text', ({ line }) => line.row?.nonce],
  ['sealed', 'text', ({ line }) => line.row?.sealed],
];
/** All but the verdict, which comes last. */
const TICKET_COLUMNS: readonly Column<Sold>[] = [
  ['seq', 'bigint', ({ seq }) => seq],
  ['ticket_number', 'text', ({ ticket }) => ticket.ticketNumber],
  ['departure_id', 'text', ({ ticket }) => ticket.departureId],
  ['depart_at', 'bigint', ({ ticket }) => ticket.departAt],
  ['line_id', 'text', ({ ticket }) => ticket.lineId],
  ['from_place_id', 'text', ({ ticket }) => ticket.fromPlaceId],
  ['to_place_id', 'text', ({ ticket }) => ticket.toPlaceId],
  ['ticket_class', 'text', ({ ticket }) => ticket.ticketClass],
  ['fare_fen', 'bigint', ({ ticket }) => ticket.fareFen],
  ['seat_number', 'bigint', ({ ticket }) => ticket.seatNumber],
  ['shift_id', 'text', ({ ticket }) => ticket.shiftId],
  ['business_date', 'text', ({ envelope }) => envelope.businessDate],
  ['sold_at', 'bigint', ({ envelope }) => envelope.at],
  ['command_id', 'text', ({ envelope }) => envelope.commandId],
  ['part_of', 'bigint', ({ envelope }) => envelope.part.of],
  ['queue_number', 'bigint', ({ ticket }) => ('rolling' in ticket ? ticket.rolling?.queueNumber : null)],
  ['to_stop_name', 'text', ({ ticket }) => ticket.toStop?.name],
];
const PASSENGER_COLUMNS: readonly Column<Recorded>[] = [
  ['seq', 'bigint', ({ seq }) => seq],
  ['document_kind', 'text', ({ passenger }) => passenger?.kind],
  ['number_index', 'hex', ({ passenger }) => passenger?.numberIndex],
];
const VERDICT_COLUMNS: readonly Column<Recorded>[] = [
  ['seq', 'bigint', ({ seq }) => seq],
  ['verdict', 'text', ({ verdict }) => verdict],
  ['waits_for', 'text', ({ waitsFor }) => waitsFor],
  ['week', 'text', ({ week }) => week],
  ['code', 'text', ({ refusal }) => refusal?.code],
  ['field', 'text', ({ refusal }) => refusal?.field],
  ['message', 'text', ({ refusal }) => refusal?.message],
  ['next', 'text', ({ refusal }) => refusal?.next],
];
