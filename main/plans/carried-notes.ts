import type { NewEntry } from '../../contract/entries.ts';
import { accepted, refused } from '../../contract/refusals.ts';
import type { CarriedKind } from '../../contract/station-records.ts';
import type { Records } from '../station/records.ts';
import { noteOf, type DepartureBook } from './departure-book.ts';

const KINDS = [
  'departure.extraAdded',
  'departure.left',
  'release.counted',
  'notice.published',
  'notice.withdrawn',
  'plan.reviewed',
  'queue.given',
  'queue.called',
  'boarding.checked',
] as const satisfies readonly CarriedKind[];

/** What another office of the station says of a departure is known here too: an extra one, that it left, people let go to its berth. */
export function followNotes(parts: {
  records: Pick<Records, 'hear'>;
  book: Pick<DepartureBook, 'has' | 'refresh'>;
  write: (entries: NewEntry[]) => void;
  changed: () => void;
}): void {
  parts.records.hear(KINDS, (record) => {
    const note = noteOf(record);
    if (!note) return refused('record.signature', { issuer: record.window });
    // Followed before, and the crash came before that was written down.
    if (parts.book.has(note)) return accepted(null);
    parts.write([{ kind: 'departure.noteHeard', body: { note, from: record.window } }]);
    if (parts.book.refresh()) parts.changed();
    return accepted(null);
  });
}
