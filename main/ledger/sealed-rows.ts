import type { SealedRow } from '../../contract/encoding/batch.ts';
import type { Connection } from './connection.ts';
import type { AppendIdentity } from './types.ts';

export interface StoredSealedRow {
  ref: string;
  week: string;
  alg: SealedRow['alg'];
  nonce: string;
  sealed: string;
}

/** Sealed identities beside the entries that name them. What they mean only `main/vault` knows. */
export function createSealedRows(connection: Connection) {
  const insert = connection.prepare<[number, string, string, string, string, string, Uint8Array]>(
    'INSERT INTO vault_rows (seq, ref, week, alg, nonce, sealed, token) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const bySeq = connection.prepare<[number], StoredSealedRow>(
    'SELECT ref, week, alg, nonce, sealed FROM vault_rows WHERE seq = ?',
  );
  return {
    /** Inside the command's transaction. */
    keep(seq: number, { row, token }: AppendIdentity): void {
      insert.run(seq, row.ref, row.week, row.alg, row.nonce, row.sealed, token);
    },
    sealedRow: (seq: number): SealedRow | undefined => bySeq.get(seq),
  };
}
