import type { EntryBody } from '../../contract/entries.ts';

/** One change-set of basic data; its rows are in the entries of `commandId`. */
export interface DataChangeRow {
  changeId: string;
  number: number;
  seq: number;
  commandId: string;
  atMs: number;
  /** Who made it. */
  actor: string;
  effectiveAtMs: number;
  origin: EntryBody<'data.changed'>['origin'];
  note: string;
  counts: EntryBody<'data.changed'>['counts'];
  /** `seq` of the `data.undone` that took it back; null while it stands. */
  undoneSeq: number | null;
}
