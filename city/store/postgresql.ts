import pg from 'pg';
import { binaryArray } from './binary-array.ts';
import { Lent } from './lent.ts';
import type { Sql, SqlValue, Store } from './store.ts';

/** How long the database may take, in milliseconds. */
export interface Patience {
  /** The server ends a statement after so long, waiting for locks included. */
  statementMs: number;
  /** A connection that says nothing for so long after a statement is thrown away. Longer than `statementMs`: a slow server says so itself. */
  answerMs: number;
  /** The same for what takes no work: beginning a transaction and rolling it back. */
  trivialMs: number;
  /** The server ends a transaction of which it hears nothing for so long: its locks must not outlive a line that is cut. */
  idleMs: number;
}

/** A window gives up after half a minute; what takes a little longer is still stored, and said when the batch comes again. */
const PATIENCE: Patience = { statementMs: 60_000, answerMs: 70_000, trivialMs: 10_000, idleMs: 60_000 };

/**
 * PostgreSQL behind the store's door. A commit is durable when it returns (`synchronous_commit` is the server's).
 * @param url `postgres://…`; a socket folder may stand in `?host=`
 * @param onError a connection was lost, idle or lent: whoever uses it gets a rejection, and the next one a new connection
 */
export function openPostgresql(
  url: string,
  onError: (error: Error) => void,
  { statementMs, answerMs, trivialMs, idleMs }: Patience = PATIENCE,
): Store {
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: idleMs,
    application_name: 'station-office-city',
    types: {
      getTypeParser: ((id: Parameters<typeof pg.types.getTypeParser>[0], format?: 'text') =>
        id === pg.types.builtins.INT8
          ? Number
          : pg.types.getTypeParser(id, format)) as typeof pg.types.getTypeParser,
    },
  });
  // Lost without a listener, a connection would end the process: the pool takes its own away from one that it lends. An idle one is told
  // by the pool as well, and one that the server ends breaks after that.
  pool.on('connect', (client) => client.once('error', onError).on('error', () => undefined));
  pool.on('error', () => undefined);
  const lend = async (): Promise<Lent> => new Lent(await pool.connect());
  const once = async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    const lent = await lend();
    try {
      return await work(sqlOf(lent, answerMs));
    } finally {
      lent.giveBack();
    }
  };
  return {
    engine: 'postgresql',
    query: (sql, values) => once((one) => one.query(sql, values)),
    script: (sql) => once((one) => one.script(sql)),
    transaction: async (work, patience = 'short') => {
      const lent = await lend();
      try {
        const begin = patience === 'short' ? 'begin' : 'begin; set local statement_timeout = 0';
        await lent.say(begin, undefined, trivialMs);
        const sql = sqlOf(lent, patience === 'short' ? answerMs : undefined);
        const result = await work(sql);
        await sql.script('commit');
        lent.giveBack();
        return result;
      } catch (error) {
        // A connection that cannot roll back is thrown away instead of being lent again.
        await lent.say('rollback', undefined, trivialMs).then(
          () => lent.giveBack(),
          (why: Error) => lent.giveBack(why),
        );
        throw error;
      }
    },
    close: () => pool.end(),
  };
}

function sqlOf(lent: Lent, limitMs: number | undefined): Sql {
  return {
    query: async <Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> => {
      const result = await lent.say(sql, values.map(toParameter), limitMs);
      return result.rows as Row[];
    },
    script: async (sql) => {
      await lent.say(sql, undefined, limitMs);
    },
  };
}

function toParameter(value: SqlValue): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Array.isArray(value) ? (binaryArray(value) ?? value) : value;
}
