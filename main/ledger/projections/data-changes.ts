import type { EntryBody } from '../../../contract/entries.ts';
import type { DepartureId } from '../../../contract/ids.ts';
import type { Connection } from '../connection.ts';
import { parseEnvelope } from '../envelope.ts';
import { LedgerConflictError, type DataChangeRow } from '../types.ts';
import type { Projection } from './projection.ts';

/** Change-sets of basic data and their undoing. What they change is read from their entries. */
export function projectDataChanges(connection: Connection): Projection {
  const add = connection.prepare<[string, number, number, number]>(
    'INSERT INTO data_changes (change_id, number, seq, effective_at_ms) VALUES (?, ?, ?, ?)',
  );
  const undo = connection.prepare<[number, string]>(
    'UPDATE data_changes SET undone_seq = ? WHERE change_id = ? AND undone_seq IS NULL',
  );
  return {
    tables: ['data_changes'],
    apply({ kind, body, seq }) {
      if (kind === 'data.changed') add.run(body.changeId, body.number, seq, body.effectiveAt);
      else if (kind === 'data.undone' && undo.run(seq, body.changeId).changes !== 1)
        throw new LedgerConflictError(`change-set ${body.changeId} cannot be taken back`);
    },
  };
}

export function dataChangeQueries(connection: Connection) {
  const all = connection.prepare<
    [],
    {
      change_id: string;
      number: number;
      seq: number;
      command_id: string;
      effective_at_ms: number;
      undone_seq: number | null;
      entry: string;
    }
  >(
    `SELECT d.change_id, d.number, d.seq, j.command_id, d.effective_at_ms, d.undone_seq, j.entry
     FROM data_changes d JOIN journal j ON j.seq = d.seq ORDER BY d.seq`,
  );
  const sold = connection.prepare<[string], { departure_id: DepartureId; sold: number }>(
    `SELECT departure_id, sum(sold) AS sold FROM leases
     WHERE substr(departure_id, instr(departure_id, '/') + 1, 10) >= ? AND sold > 0 GROUP BY departure_id`,
  );
  return {
    dataChanges: (): DataChangeRow[] =>
      all.all().map((row) => {
        const { at, actor, body } = parseEnvelope(row.entry);
        const { origin, note, counts } = body as EntryBody<'data.changed'>;
        return {
          changeId: row.change_id,
          number: row.number,
          seq: row.seq,
          commandId: row.command_id,
          atMs: at,
          actor,
          effectiveAtMs: row.effective_at_ms,
          origin,
          note,
          counts,
          undoneSeq: row.undone_seq,
        };
      }),
    soldDepartures: (fromDate: string) =>
      sold.all(fromDate).map((row) => ({ departureId: row.departure_id, sold: row.sold })),
  };
}
