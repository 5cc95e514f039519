import pg from 'pg';
import { binaryArray } from './binary-array.ts';
import type { Sql, SqlValue, Store } from './store.ts';

/**
 * PostgreSQL behind the store's door. A commit is durable when it returns (`synchronous_commit` is the server's).
 * @param url `postgres://…`; a socket folder may stand in `?host=`
 * @param onError a connection was lost, idle or lent: whoever uses it gets a rejection, and the next one a new connection
 */
export function openPostgresql(url: string, onError: (error: Error) => void): Store {
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    connectionTimeoutMillis: 10_000,
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
  return {
    engine: 'postgresql',
    ...sqlOf(pool),
    transaction: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await work(sqlOf(client));
        await client.query('commit');
        client.release();
        return result;
      } catch (error) {
        // A connection that cannot roll back is thrown away instead of being lent again.
        await client.query('rollback').then(
          () => client.release(),
          () => client.release(true),
        );
        throw error;
      }
    },
    close: () => pool.end(),
  };
}

function sqlOf(client: pg.Pool | pg.PoolClient): Sql {
  return {
    query: async <Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> => {
      const result = await client.query(sql, values.map(toParameter));
      return result.rows as Row[];
    },
    script: async (sql) => {
      await client.query(sql);
    },
  };
}

function toParameter(value: SqlValue): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Array.isArray(value) ? (binaryArray(value) ?? value) : value;
}
