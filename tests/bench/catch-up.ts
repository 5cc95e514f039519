import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { readMigrations } from '../../city/shell/files.ts';
import { migrate } from '../../city/store/migrate.ts';
import { openPostgresql } from '../../city/store/postgresql.ts';
import { startPostgres, type PostgresCluster } from '../city/postgres-cluster.ts';
import { keptLedger } from './big-ledger.ts';
import { explains, median, round, spreadPercent, type Figure } from './figure.ts';
import { runFolder } from './folders.ts';

/** Seven days at 3,000 sales a day: what the goal speaks of. */
const WEEK_OF_SALES = 21_000;
const GOAL_S = 4;
const PATIENCE_MS = 180_000;
/** Entries of one transaction of the plain insert: many, because it is to be the limit. */
const PLAIN_ENTRIES = 5_000;

/** Tables that a batch fills, in the order in which the city fills them. */
const TABLES = ['entries', 'sealed_rows', 'tickets', 'passengers'] as const;

/**
 * A week of sales that the city has not seen goes up: real office process, real gateway process, loopback, PostgreSQL with a
 * durable commit a batch. Measured from the opened office to the last acknowledgement, enrolment and feed included. The limit
 * is the same rows put into an equal database by plain `unnest`, 5,000 entries a transaction, from memory. `--quick` sends it once.
 */
export async function benchCatchUp({ quick }: { quick: boolean }): Promise<Figure[]> {
  const sales = WEEK_OF_SALES;
  const rounds = quick ? 1 : 5;
  const ledger = await keptLedger({ sales, people: sales });
  const base = runFolder('catch-up');
  let cluster: PostgresCluster | undefined;
  try {
    cluster = startPostgres();
    const seconds: number[] = [];
    const officeCpu: number[] = [];
    const ratios: number[] = [];
    let entries = 0;
    for (let n = 0; n < rounds; n += 1) {
      const url = cluster.url(`city${n}`);
      const run = await sendAll(ledger, join(base, `run${n}`), ['--postgres', url]);
      const stored = await readStored(url, sales);
      entries = stored.entries;
      const plain = await insertPlainly(cluster.url(`plain${n}`), stored.tables);
      seconds.push(run.seconds);
      officeCpu.push(run.cpuSeconds);
      ratios.push(plain / run.seconds);
    }
    const embedded = quick ? undefined : await sendAll(ledger, join(base, 'embedded'), []);
    return [
      {
        metric: 'seconds',
        value: round(median(seconds), 2),
        unit: `s for ${WEEK_OF_SALES} sales`,
        goal: GOAL_S,
        better: 'lower',
      },
      explains('secondsSpread', spreadPercent(seconds), '%'),
      { ...explains('plainUnnestRatio', median(ratios), 'unnest/catch-up', 3), better: 'higher' },
      explains('entriesPerSale', entries / sales, 'entries', 3),
      { ...explains('entriesPerSecond', entries / median(seconds), 'entries/s', 0), better: 'higher' },
      explains('officeCpu', median(officeCpu), 's'),
      ...(embedded ? [explains('pgliteSeconds', embedded.seconds, 's', 2)] : []),
    ];
  } finally {
    cluster?.stop();
    rmSync(base, { recursive: true, force: true });
  }
}

const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Starts a city and a window's office on a copy of the ledger, and waits until everything is acknowledged. */
async function sendAll(
  ledger: string,
  folder: string,
  database: readonly string[],
): Promise<{ seconds: number; cpuSeconds: number }> {
  const window = join(folder, 'window');
  cpSync(ledger, window, { recursive: true });
  const city = start(program('../../city/index.mjs'), [
    '--data',
    join(folder, 'city'),
    '--trial',
    '--with-parent',
    ...database,
  ]);
  try {
    const { url, enrolmentCode, why } = await city.line<{
      url?: string;
      enrolmentCode: string;
      why?: string;
    }>();
    if (url === undefined) throw new Error(`the city does not start: ${why}`);
    const office = start(program('catch-up-office.ts'), [window, url, enrolmentCode]);
    try {
      return await office.line<{ seconds: number; cpuSeconds: number }>();
    } finally {
      await office.end();
    }
  } finally {
    await city.end();
  }
}

/** A process that says JSON lines and ends with its standard input. */
function start(entry: string, args: readonly string[]): { line<T>(): Promise<T>; end(): Promise<void> } {
  const child: ChildProcess = spawn(process.execPath, [entry, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('a process without pipes');
  const lines = createInterface({ input: stdout });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    line: <T>() =>
      new Promise<T>((resolve, reject) => {
        const timer = setTimeout(() => {
          child.kill('SIGKILL');
          reject(new Error(`${entry} said nothing within ${PATIENCE_MS} ms`));
        }, PATIENCE_MS);
        void ended.then(() => reject(new Error(`${entry} ended too early`)));
        lines.once('line', (line) => {
          clearTimeout(timer);
          resolve(JSON.parse(line) as T);
        });
      }),
    async end() {
      stdin.end();
      await ended;
    },
  };
}

interface StoredTable {
  name: string;
  columns: { name: string; type: string }[];
  rows: Record<string, unknown>[];
}

/** What the city has stored; throws when a sale is not there exactly once. */
async function readStored(url: string, sales: number): Promise<{ entries: number; tables: StoredTable[] }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const counted = await client.query(
      'select count(*)::int as n, count(distinct ticket_number)::int as numbers from counted_tickets',
    );
    const { n, numbers } = counted.rows[0];
    if (n !== sales || numbers !== sales)
      throw new Error(`${n} tickets with ${numbers} numbers in the city, not ${sales}`);
    const tables: StoredTable[] = [];
    for (const name of TABLES) {
      const columns = await client.query(
        'select column_name as name, data_type as type from information_schema.columns where table_name = $1 order by ordinal_position',
        [name],
      );
      const { rows } = await client.query(`select * from ${name} order by seq`);
      tables.push({ name, columns: columns.rows, rows });
    }
    return { entries: tables[0]?.rows.length ?? 0, tables };
  } finally {
    await client.end();
  }
}

/** Seconds to put the same rows into empty tables of the same schema, a transaction for each batch of entries. */
async function insertPlainly(url: string, tables: readonly StoredTable[]): Promise<number> {
  const store = openPostgresql(url, () => undefined);
  await migrate(store, readMigrations(), Date.now());
  await store.close();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const lastSeq = Number(tables[0]?.rows.at(-1)?.['seq'] ?? 0);
    const batches: { sql: string; values: unknown[][] }[][] = [];
    for (let from = 1; from <= lastSeq; from += PLAIN_ENTRIES) {
      const statements = tables.map(({ name, columns, rows }) => {
        const some = rows.filter(({ seq }) => Number(seq) >= from && Number(seq) < from + PLAIN_ENTRIES);
        const arrays = columns.map(({ type }, at) => `$${at + 1}::${type}[]`).join(', ');
        const names = columns.map((column) => column.name);
        return {
          sql: `insert into ${name} (${names.join(', ')}) select * from unnest(${arrays})`,
          values: names.map((column) => some.map((row) => row[column])),
        };
      });
      batches.push(statements);
    }
    const begun = performance.now();
    for (const statements of batches) {
      await client.query('begin');
      for (const { sql, values } of statements) await client.query(sql, values);
      await client.query('commit');
    }
    return (performance.now() - begun) / 1_000;
  } finally {
    await client.end();
  }
}
