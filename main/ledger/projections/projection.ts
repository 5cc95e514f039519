import type { EntryEnvelope, JournalEntry } from '../../../contract/entries.ts';
import type { BusinessDate } from '../../../contract/ids.ts';
import type { Connection } from '../connection.ts';

/** What a projection needs of an entry, whether it was just made or is read back from the journal. */
export type ProjectedEntry = {
  [K in JournalEntry['kind']]: {
    kind: K;
    body: Extract<JournalEntry, { kind: K }>['body'];
    seq: number;
    atMs: number;
    businessDate: BusinessDate;
  };
}[JournalEntry['kind']];

/** Tables that are filled from entries alone, in the order of `seq`. */
export interface Projection {
  /** Emptied by a rebuild in this order, before those of the projections named earlier. */
  readonly tables: readonly string[];
  /** Condition on rows of its tables that are no projection of this journal and survive a rebuild. */
  readonly keeps?: string;
  apply(entry: ProjectedEntry): void;
}

export type MakeProjection = (connection: Connection) => Projection;

/** An entry as read back. Only entries of a known kind may be given. */
export function projectedFrom(entry: EntryEnvelope): ProjectedEntry {
  const { kind, body, seq, at, businessDate } = entry;
  return { kind, body, seq, atMs: at, businessDate } as ProjectedEntry;
}
