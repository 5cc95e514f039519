import type { Connection } from '../connection.ts';
import type { Projection } from './projection.ts';

/** The last outcome that the journal has of each ticket's newest sheet that has one. Where a sheet is right now stands in `effects`. */
export function projectPrints(connection: Connection): Projection {
  const keep = connection.prepare<[string, number, string, number, string, string | null, number, number]>(
    `INSERT INTO prints (ticket_number, seq, sheet_id, copy, outcome, reason, single_copy, at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (ticket_number) DO UPDATE SET seq = excluded.seq, sheet_id = excluded.sheet_id, copy = excluded.copy,
       outcome = excluded.outcome, reason = excluded.reason, single_copy = excluded.single_copy, at_ms = excluded.at_ms
     WHERE excluded.copy >= prints.copy`,
  );
  return {
    tables: ['prints'],
    apply({ kind, body, seq, atMs }) {
      if (kind !== 'print.outcome') return;
      const { ticketNumber, sheetId, copy, outcome, reason, singleCopy } = body;
      keep.run(ticketNumber, seq, sheetId, copy, outcome, reason ?? null, singleCopy ? 1 : 0, atMs);
    },
  };
}
