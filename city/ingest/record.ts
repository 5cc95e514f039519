import type { Engine, Sql, SqlValue } from '../store/store.ts';
import type { JudgedChunk, Odd } from './chunk.ts';
import { fill, type FilledColumn } from './filling.ts';
import { unnest } from './columns.ts';

/** A ledger in SQL: `$1`, `$2` of every statement here. */
export interface LedgerKey {
  window: string;
  ledgerId: string;
}

/** Rows of one table. `fixed` names a column that takes the time in every row. */
interface Filled {
  table: string;
  fixed?: string;
  columns: readonly FilledColumn[];
}

/**
 * Stores a chunk and what was decided of it. All in one statement, so that the database works through it while this process does
 * something else.
 * @param odd what is not plainly accepted, by seq
 */
export async function recordChunk(
  sql: Sql,
  engine: Engine,
  key: LedgerKey,
  chunk: JudgedChunk,
  odd: ReadonlyMap<number, Odd>,
  decidedWith: number,
  nowMs: number,
): Promise<void> {
  const tables: Filled[] = [{ table: 'entries', fixed: 'received_at', columns: chunk.entries }];
  if (chunk.sealed) tables.push({ table: 'sealed_rows', columns: chunk.sealed });
  if (chunk.tickets) {
    const verdicts = fill(engine, chunk.sold, [
      ['verdict', 'text', ({ seq }) => odd.get(seq)?.verdict ?? 'accepted'],
    ]);
    tables.push({ table: 'tickets', columns: [...chunk.tickets, ...verdicts] });
  }
  const passengers = chunk.passengers.filter(({ seq }) => odd.get(seq)?.verdict !== 'refused');
  if (passengers.length > 0)
    tables.push({
      table: 'passengers',
      columns: fill(engine, passengers, [
        ['seq', 'bigint', ({ seq }) => seq],
        ['document_kind', 'text', ({ kind }) => kind],
        ['number_index', 'hex', ({ numberIndex }) => numberIndex],
      ]),
    });
  if (odd.size > 0)
    tables.push({
      table: 'verdicts',
      fixed: 'decided_at',
      columns: fill(
        engine,
        [...odd.values()],
        [
          ['seq', 'bigint', ({ seq }) => seq],
          ['verdict', 'text', ({ verdict }) => verdict],
          ['waits_for', 'text', ({ waitsFor }) => waitsFor],
          ['week', 'text', ({ week }) => week],
          ['code', 'text', ({ refusal }) => refusal?.code],
          ['field', 'text', ({ refusal }) => refusal?.field],
          ['message', 'text', ({ refusal }) => refusal?.message],
          ['next', 'text', ({ refusal }) => refusal?.next],
          ['decided_with', 'bigint', () => decidedWith],
        ],
      ),
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
