import { isKnownKind } from '../../../contract/entries.ts';
import { openShadow, sqliteCode, type Connection } from '../connection.ts';
import { parseEnvelope } from '../envelope.ts';
import { LedgerConflictError } from '../types.ts';
import { createProjections, type Projections } from './all.ts';
import { projectedFrom } from './projection.ts';

/** Entries or rows of one step: some milliseconds. */
const STEP_ROWS = 200;

/** `differs` names the table; `unreadable` says that the journal itself does not project. */
export type CheckState =
  | { state: 'more' }
  | { state: 'same' }
  | { state: 'differs'; where: string }
  | { state: 'unreadable'; where: string };

/** Compares every row of every projection with what the journal says. */
export interface ProjectionCheck {
  /** One slice of the work. Sales may go on between two steps. */
  step(): CheckState;
  /** To the end, at once. */
  run(): CheckState;
  close(): void;
}

/**
 * Projects the journal anew into a database of its own, then compares the tables a page at a time. New entries are projected
 * before each page, so that both sides stand at the same entry.
 */
export function createProjectionCheck(connection: Connection, projections: Projections): ProjectionCheck {
  const shadow = openShadow();
  const made = connection
    .prepare<[], { sql: string }>(
      `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND type IN ('table', 'index')
       ORDER BY type DESC, rowid`,
    )
    .all();
  for (const { sql } of made) shadow.exec(sql);
  const anew = createProjections(shadow);
  const journal = connection.prepare<[number, number], { seq: number; entry: string }>(
    'SELECT seq, entry FROM journal WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  let projectedTo = 0;
  const waiting = [...projections.tables];
  let pages: (() => CheckState | undefined) | undefined;

  /** True when there was nothing more to project. */
  function catchUp(): boolean {
    const rows = journal.all(projectedTo, STEP_ROWS);
    shadow.transact(() => {
      for (const { seq, entry } of rows) {
        const envelope = parseEnvelope(entry);
        if (isKnownKind(envelope.kind)) anew.apply(projectedFrom(envelope));
        projectedTo = seq;
      }
    });
    return rows.length < STEP_ROWS;
  }

  /** Gives undefined when the table was compared to its end. */
  function pagesOf({ name, keeps }: Projections['tables'][number]): () => CheckState | undefined {
    const info = connection.prepare<[], { name: string; pk: number }>(`PRAGMA table_info(${name})`).all();
    const keyed = info.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
    const key = keyed.length > 0 ? keyed.map((column) => column.name) : ['rowid'];
    const marks = key.map(() => '?').join(', ');
    const own = keeps === undefined ? '' : `AND NOT (${keeps})`;
    const statement = (after: boolean): string =>
      `SELECT ${info.map((column) => column.name).join(', ')} FROM ${name} NOT INDEXED
       WHERE ${after ? `(${key.join(', ')}) > (${marks})` : '1'} ${own} ORDER BY ${key.join(', ')} LIMIT ${STEP_ROWS}`;
    type Row = Record<string, unknown>;
    const read = (side: Connection, after: unknown[] | undefined): Row[] =>
      side.prepare<unknown[], Row>(statement(after !== undefined)).all(...(after ?? []));
    let after: unknown[] | undefined;
    return () => {
      const [here, there] = [read(connection, after), read(shadow, after)];
      if (JSON.stringify(here) !== JSON.stringify(there)) return { state: 'differs', where: name };
      const last = here.at(-1);
      if (!last || here.length < STEP_ROWS) return undefined;
      after = key.map((column) => last[column]);
      return { state: 'more' };
    };
  }

  function step(): CheckState {
    try {
      if (!catchUp()) return { state: 'more' };
      if (!pages) {
        const table = waiting.shift();
        if (!table) return { state: 'same' };
        pages = pagesOf(table);
      }
      const found = pages();
      if (found) return found;
      pages = undefined;
      return { state: 'more' };
    } catch (error) {
      // An entry that contradicts those before it, or bytes that are none of ours.
      const known =
        error instanceof LedgerConflictError || error instanceof SyntaxError || error instanceof TypeError;
      const code = sqliteCode(error);
      if (!known && code === undefined) throw error;
      return { state: 'unreadable', where: code ?? `entry ${projectedTo + 1}` };
    }
  }

  return {
    step,
    run() {
      for (;;) {
        const state = step();
        if (state.state !== 'more') return state;
      }
    },
    close: () => shadow.close(),
  };
}
