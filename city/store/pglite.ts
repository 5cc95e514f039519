import { PGlite, types, type Transaction } from '@electric-sql/pglite';
import type { Sql, SqlValue, Store } from './store.ts';

/** Says where an embedded database is, or is to be made; renames a folder once it is whole. Built in `city/shell/`. */
export interface EmbeddedPlace {
  folder: string;
  exists: boolean;
  /** Empty and beside `folder`: the database is made here first, so that an end half-way leaves nothing behind. */
  making: string;
  /** Copies a blank database that was made beforehand to `making`; false when there is none. */
  copyBlank: () => boolean;
  /** Renames `making` to `folder`. */
  made: () => void;
}

/** Makes a database with nothing in it: some seconds of work, because PostgreSQL's own `initdb` runs in it. */
export async function makeBlank(folder: string): Promise<void> {
  const database = await PGlite.create(folder);
  await database.close();
}

/** Makes the embedded database when it is not there, and opens it. */
export async function openEmbedded(place: EmbeddedPlace): Promise<Store> {
  if (!place.exists) {
    if (!place.copyBlank()) await makeBlank(place.making);
    place.made();
  }
  return openPglite(place.folder);
}

/**
 * PGlite in this process behind the store's door: for trial stations and tests. What is committed outlives a killed
 * process; it is not promised to outlive a power cut, which is what PostgreSQL is for.
 * @param folder where the database lives; `memory://` keeps nothing
 */
export async function openPglite(folder: string): Promise<Store> {
  const database = await PGlite.create(folder, { parsers: { [types.INT8]: Number } });
  return {
    engine: 'pglite',
    ...sqlOf(database),
    transaction: (work) => database.transaction((transaction) => work(sqlOf(transaction))),
    close: () => database.close(),
  };
}

function sqlOf(client: PGlite | Transaction): Sql {
  return {
    query: async <Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> => {
      const result = await client.query<Row>(sql, [...values]);
      return result.rows;
    },
    script: async (sql) => {
      await client.exec(sql);
    },
  };
}
