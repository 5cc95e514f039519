import type { FileStore } from '../runtime.ts';
import { sqliteCode, type Connection } from './connection.ts';
import type { MigrationFile } from './types.ts';

/** A migration with what its name and first lines say. */
export interface Migration {
  number: number;
  name: string;
  sql: string;
  /** The oldest program (by its own last migration) that still understands the file afterwards. */
  minReader: number;
  /** Projections are filled again from the journal afterwards. */
  rebuilds: boolean;
}

export const LEDGER_FILE = 'ledger.db';
/** A successor that is being made; whole before it takes the place of {@link LEDGER_FILE}. */
export const NEXT_FILE = 'ledger-next.db';
/** Copies made before a migration; older ones are removed. */
const BACKUPS_KEPT = 3;

/**
 * Orders the files and reads their headings: `-- min-reader: N`, needed, and `-- rebuild`, where projections changed.
 * A gap, a doubled number or a missing heading is a defect of the program and throws.
 */
export function readMigrations(files: readonly MigrationFile[]): Migration[] {
  const migrations = files
    .map(({ name, sql }) => {
      const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
      const minReader = /^-- min-reader: (\d{1,4})$/m.exec(sql)?.[1];
      if (number === undefined) throw new Error(`migration ${name}: the name must be NNNN_words.sql`);
      if (minReader === undefined)
        throw new Error(`migration ${name}: the line "-- min-reader: N" is missing`);
      const rebuilds = /^-- rebuild$/m.test(sql);
      return { number: Number(number), name, sql, minReader: Number(minReader), rebuilds };
    })
    .toSorted((a, b) => a.number - b.number);
  if (migrations.length === 0) throw new Error('there are no migrations');
  for (const [index, { number, minReader, name }] of migrations.entries()) {
    if (number !== index + 1) throw new Error(`migration ${name}: expected number ${index + 1}`);
    if (minReader > number) throw new Error(`migration ${name}: min-reader is above its own number`);
  }
  return migrations;
}

/** The number of the newest migration: what this program calls its own reader version. */
export function ownReader(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.number ?? 0;
}

export interface SchemaMarks {
  schema: number;
  minReader: number;
}

/** `schema` and `minReader` of a file; both 0 when no migration ever ran. */
export function readMarks(connection: Connection): SchemaMarks {
  const hasMeta = connection.prepare<[], { n: number }>(
    "SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND name = 'meta'",
  );
  if (hasMeta.get()?.n !== 1) return { schema: 0, minReader: 0 };
  const rows = connection.prepare<[], { name: string; value: number }>('SELECT name, value FROM meta').all();
  const marks = new Map(rows.map(({ name, value }) => [name, value]));
  return { schema: marks.get('schema') ?? 0, minReader: marks.get('minReader') ?? 0 };
}

/**
 * Runs what has not run yet, each in a transaction of its own, after a copy of a file that had data. A file with a newer
 * schema is left as it is. Gives true when projections must be filled again.
 * @throws what SQLite throws; the migration that failed has left nothing behind
 */
export function migrate(
  connection: Connection,
  files: Pick<FileStore, 'folder' | 'remove'>,
  migrations: readonly Migration[],
): boolean {
  const marks = readMarks(connection);
  const due = migrations.filter(({ number }) => number > marks.schema);
  const hasData = marks.schema > 0;
  let rebuilds = false;
  for (const migration of due) {
    const { number, minReader, sql } = migration;
    if (hasData) backUp(connection, files, number);
    connection.transact(() => {
      connection.exec(sql);
      const mark = connection.prepare<[string, number]>(
        'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      );
      mark.run('schema', number);
      mark.run('minReader', Math.max(minReader, marks.minReader));
    });
    marks.minReader = Math.max(minReader, marks.minReader);
    rebuilds ||= migration.rebuilds && hasData;
  }
  return rebuilds;
}

export function backupName(number: number): string {
  return `${LEDGER_FILE}.before-${String(number).padStart(4, '0')}`;
}

/** `VACUUM INTO` copies one consistent state, WAL included, and syncs it as the connection is set to. */
function backUp(connection: Connection, files: Pick<FileStore, 'folder' | 'remove'>, number: number): void {
  const name = backupName(number);
  // What stands there is from an attempt that failed before the migration was done: the ledger is still the same.
  files.remove(name);
  try {
    connection.prepare<[string]>('VACUUM INTO ?').run(`${files.folder}/${name}`);
  } catch (error) {
    files.remove(name);
    throw sqliteCode(error) === undefined
      ? error
      : new Error(`copy before migration ${number} failed`, { cause: error });
  }
  for (let old = number - BACKUPS_KEPT; old > 1; old -= 1) files.remove(backupName(old));
}
