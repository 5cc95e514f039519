import Database from 'better-sqlite3';
import { LedgerConflictError, LedgerWriteError } from './types.ts';

/** Sees each statement that is run, with its values. */
export type Trace = (sql: string, params: readonly unknown[]) => void;

export interface Statement<P extends unknown[], R = unknown> {
  run(...params: P): { changes: number; lastInsertRowid: number | bigint };
  get(...params: P): R | undefined;
  all(...params: P): R[];
}

/** One SQLite connection with the house's settings. Made by {@link openConnection} only. */
export interface Connection {
  prepare<P extends unknown[], R = unknown>(sql: string): Statement<P, R>;
  /** Runs `work` in a write transaction: all of it is durable when this returns, or nothing of it when this throws. */
  transact<T>(work: () => T): T;
  /** Several statements without values, for migrations. */
  exec(sql: string): void;
  pragma(sql: string): unknown;
  /**
   * Copies the whole database, as it is when the copy ends, into another file, some pages at a time: commits go on between.
   * `goesOn` is asked before each; false calls it off and rejects.
   */
  copyInto(path: string, goesOn: () => boolean): Promise<void>;
  close(): void;
}

/**
 * A parameter in a condition, for statements of the sale that also have an ORDER BY: SQLite as it is built here (with STAT4) plans
 * such a statement anew at every run when a column is compared with a bare `?`, which costs ten times what the statement does.
 */
export const BOUND = '(SELECT ?)';

/** How long a writer waits for another process that holds the file, for instance a backup tool. */
const BUSY_TIMEOUT_MS = 5_000;
/** Pages in the WAL after which a commit moves them into the file by itself; quiet moments usually come first. */
const AUTO_CHECKPOINT_PAGES = 4_000;
/** The WAL file is cut back to this size after a checkpoint. */
const WAL_LIMIT_BYTES = 16 * 1024 * 1024;

/** Pages copied before everything else that waits is done. */
const PAGES_AT_A_TIME = 250;

/** `synchronous` as the pragma reads it back. WAL alone would be NORMAL, which loses the last sales at power loss. */
export const SYNCHRONOUS_FULL = 2;

/**
 * Opens a database file. Writable: WAL, `synchronous=FULL`, foreign keys, trusted schema off; the settings are read back
 * and a wrong one throws. Read-only: nothing is written, not even a checkpoint at the end.
 * @throws what SQLite throws; see {@link sqliteCode}
 */
export function openConnection(
  path: string,
  options: { readonly?: boolean; trace?: Trace } = {},
): Connection {
  const { readonly = false, trace } = options;
  const db = new Database(path, { readonly, fileMustExist: readonly, timeout: BUSY_TIMEOUT_MS });
  try {
    configure(db, readonly);
    return connect(db, trace);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** An empty database that nobody else sees and that is gone when it is closed; beyond a small cache it lies in a nameless file. */
export function openShadow(): Connection {
  const db = new Database('');
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.pragma('foreign_keys = OFF');
  db.pragma('cache_size = -8000');
  return connect(db, undefined);
}

function configure(db: Database.Database, readonly: boolean): void {
  db.pragma('trusted_schema = OFF');
  db.pragma('foreign_keys = ON');
  if (readonly) {
    db.pragma('query_only = ON');
    return;
  }
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma(`wal_autocheckpoint = ${AUTO_CHECKPOINT_PAGES}`);
  db.pragma(`journal_size_limit = ${WAL_LIMIT_BYTES}`);
  const wrong = [
    ['journal_mode', 'wal'],
    ['synchronous', SYNCHRONOUS_FULL],
    ['foreign_keys', 1],
  ].filter(([name, value]) => db.pragma(String(name), { simple: true }) !== value);
  if (wrong.length > 0) throw new Error(`SQLite did not take ${wrong.map(([name]) => name).join(', ')}`);
}

function connect(db: Database.Database, trace: Trace | undefined): Connection {
  const prepare = <P extends unknown[], R>(sql: string): Statement<P, R> => {
    const statement = db.prepare<P, R>(sql);
    return trace ? traced(statement, sql, trace) : statement;
  };
  const begin = prepare<[], unknown>('BEGIN IMMEDIATE');
  const commit = prepare<[], unknown>('COMMIT');
  const rollback = prepare<[], unknown>('ROLLBACK');
  return {
    prepare,
    transact(work) {
      begin.run();
      try {
        const result = work();
        commit.run();
        return result;
      } catch (error) {
        // After some disk errors SQLite has rolled back by itself.
        if (db.inTransaction) rollback.run();
        throw error;
      }
    },
    exec: (sql) => void db.exec(sql),
    pragma: (sql) => db.pragma(sql, { simple: true }),
    async copyInto(path, goesOn) {
      await db.backup(path, {
        progress() {
          if (!goesOn()) throw new Error('the copy was called off');
          return PAGES_AT_A_TIME;
        },
      });
    },
    close: () => void db.close(),
  };
}

function traced<P extends unknown[], R>(
  statement: Statement<P, R>,
  sql: string,
  trace: Trace,
): Statement<P, R> {
  return {
    run(...params) {
      trace(sql, params);
      return statement.run(...params);
    },
    get(...params) {
      trace(sql, params);
      return statement.get(...params);
    },
    all(...params) {
      trace(sql, params);
      return statement.all(...params);
    },
  };
}

/** SQLite's name for an error, for instance `SQLITE_FULL`; undefined when it is not SQLite's. */
export function sqliteCode(error: unknown): string | undefined {
  return error instanceof Database.SqliteError ? error.code : undefined;
}

/** Turns what SQLite throws into the ledger's own two errors; gives anything else back as it is. */
export function asLedgerError(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  if (code.startsWith('SQLITE_CONSTRAINT')) {
    return new LedgerConflictError(error instanceof Error ? error.message : code, { cause: error });
  }
  return new LedgerWriteError(code, { cause: error });
}
