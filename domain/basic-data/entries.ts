import type { RowChange } from '../../contract/basic-data/changes.ts';
import { tableNames } from '../../contract/basic-data/tables.ts';
import type { EntryBody } from '../../contract/entries.ts';

/** One entry of rows is at most about so many characters; a batch of the link takes several. */
const PART_CHARACTERS = 60_000;
/** Rows of one entry, of both kinds, at most. */
const PART_ROWS = 2_000;
/** As many as one command may carry beside its first entry. */
export const MOST_PARTS = 450;

/** The rows of a change-set as journal entries, table by table. */
export function rowEntries(changeId: string, changes: readonly RowChange[]): EntryBody<'data.rows'>[] {
  const parts: EntryBody<'data.rows'>[] = [];
  for (const table of tableNames) {
    let part: EntryBody<'data.rows'> | undefined;
    let characters = 0;
    for (const change of changes) {
      if (change.table !== table) continue;
      const size = 'remove' in change ? change.remove.length : JSON.stringify(change.put).length;
      if (!part || characters + size > PART_CHARACTERS || part.put.length + part.remove.length >= PART_ROWS) {
        part = { changeId, n: parts.length + 1, table, put: [], remove: [] };
        parts.push(part);
        characters = 0;
      }
      characters += size;
      if ('remove' in change) part.remove.push(change.remove);
      else part.put.push(change.put);
    }
  }
  return parts;
}
