import { toHex } from '../../contract/encoding/bytes.ts';
import { checkChain, checkSealedRows } from '../../main/ledger/chain-check.ts';
import { openConnection } from '../../main/ledger/connection.ts';

/** What stands in a window's ledger file, read from outside while the office runs or after it ended. */
export interface Books {
  /** Last entry of the journal. */
  seq: number;
  hash: string;
  /** Chain and sealed rows, the whole file. */
  verified: unknown;
  tickets: number;
  /** Departure → places given and places sold, by the leases. */
  seats: Record<string, { total: number; sold: number }>;
  sealedRows: number;
  commands: number;
  /** State → sheets in it. */
  sheets: Record<string, number>;
  kinds: string[];
}

/** Reads `ledger.db` of a data folder on a connection of its own, which writes nothing. */
export function readBooks(folder: string): Books {
  const connection = openConnection(`${folder}/ledger.db`, { readonly: true });
  try {
    const all = <R>(sql: string): R[] => connection.prepare<[], R>(sql).all();
    const count = (table: string): number =>
      all<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]?.n ?? -1;
    const journal = all<{ seq: number; kind: string; hash: Uint8Array }>(
      'SELECT seq, kind, hash FROM journal ORDER BY seq',
    );
    const last = journal.at(-1);
    const chain = checkChain(connection);
    return {
      seq: last?.seq ?? 0,
      hash: last ? toHex(last.hash) : '',
      verified: chain.ok ? checkSealedRows(connection) : chain,
      tickets: count('tickets'),
      seats: Object.fromEntries(
        all<{ departure_id: string; total: number; sold: number }>(
          'SELECT departure_id, sum(total) AS total, sum(sold) AS sold FROM leases GROUP BY departure_id',
        ).map(({ departure_id, total, sold }) => [departure_id, { total, sold }]),
      ),
      sealedRows: count('vault_rows'),
      commands: count('commands'),
      sheets: Object.fromEntries(
        all<{ state: string; n: number }>('SELECT state, count(*) AS n FROM effects GROUP BY state').map(
          ({ state, n }) => [state, n],
        ),
      ),
      kinds: journal.map(({ kind }) => kind),
    };
  } finally {
    connection.close();
  }
}

/** Every entry's canonical text, oldest first. */
export function readEntries(folder: string): {
  seq: number;
  kind: string;
  body: Record<string, unknown>;
  at: number;
  businessDate: string;
  actor: string;
}[] {
  const connection = openConnection(`${folder}/ledger.db`, { readonly: true });
  try {
    return connection
      .prepare<[], { entry: string }>('SELECT entry FROM journal ORDER BY seq')
      .all()
      .map(({ entry }) => JSON.parse(entry));
  } finally {
    connection.close();
  }
}

/** The newest sheet of a ticket came out, as a printer of an office without one would have told. */
export function onPaper(folder: string, ticketNumber: string): void {
  writeInto(folder, (connection) => {
    connection
      .prepare<[string]>(
        `UPDATE effects SET state = 'confirmed' WHERE ticket_number = ? AND state = 'queued'`,
      )
      .run(ticketNumber);
  });
}

/** Changes a ledger file as somebody at the machine could, past the office. */
export function writeInto(
  folder: string,
  change: (connection: ReturnType<typeof openConnection>) => void,
): void {
  const connection = openConnection(`${folder}/ledger.db`);
  try {
    change(connection);
  } finally {
    connection.close();
  }
}
