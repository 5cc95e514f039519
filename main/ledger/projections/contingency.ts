import { contingencyEntries } from '../../../contract/entries/contingency.ts';
import { departureEntries } from '../../../contract/entries/departures.ts';
import type { NewEntry } from '../../../contract/entries.ts';
import type { Connection } from '../connection.ts';
import { parseEnvelope } from '../envelope.ts';
import type { Projection } from './projection.ts';

const KINDS: ReadonlySet<string> = new Set([
  ...Object.keys(contingencyEntries),
  ...Object.keys(departureEntries),
]);

/** Which entries are of contingency orders and of states of departures. */
export function projectContingency(connection: Connection): Projection {
  const add = connection.prepare<[number]>('INSERT INTO contingency_entries (seq) VALUES (?)');
  return {
    tables: ['contingency_entries'],
    apply({ kind, seq }) {
      if (KINDS.has(kind)) add.run(seq);
    },
  };
}

export function contingencyQueries(connection: Connection) {
  const above = connection.prepare<[number], { seq: number; entry: string }>(
    `SELECT c.seq, j.entry FROM contingency_entries c JOIN journal j ON j.seq = c.seq
     WHERE c.seq > ? ORDER BY c.seq`,
  );
  return {
    contingencyAfter: (seq: number): { seq: number; atMs: number; entry: NewEntry }[] =>
      above.all(seq).map((row) => {
        const { kind, body, at } = parseEnvelope(row.entry);
        return { seq: row.seq, atMs: at, entry: { kind, body } as NewEntry };
      }),
  };
}
