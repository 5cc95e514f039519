/** The two databases that the city runs on. */
export type Engine = 'postgresql' | 'pglite';

/** A value that goes into a statement as `$n`. */
export type SqlValue = string | number | boolean | null | Uint8Array | readonly (string | number | null)[];

/**
 * One SQL for two engines. Rows come back with `bigint` columns as numbers, `bytea` as bytes and `text` as strings,
 * whichever engine answers.
 */
export interface Sql {
  query<Row extends object>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** Several statements without values: migrations only. */
  script(sql: string): Promise<void>;
}

/** The city's database. A rejected transaction has changed nothing. */
export interface Store extends Sql {
  readonly engine: Engine;
  /**
   * Read committed. `work` must use the `Sql` it is given.
   * @param patience `short` (the default): a statement that takes very long is ended, and so is a connection that says nothing ·
   *   `long`: none is, for migrations and repairs
   */
  transaction<T>(work: (sql: Sql) => Promise<T>, patience?: 'short' | 'long'): Promise<T>;
  close(): Promise<void>;
}
