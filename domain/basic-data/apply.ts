import { rowKey } from '../../contract/basic-data/columns.ts';
import type { ChangeCounts, ChangeSet, RowChange } from '../../contract/basic-data/changes.ts';
import {
  tableNames,
  type AnyRow,
  type DataRows,
  type DataSet,
  type TableName,
} from '../../contract/basic-data/tables.ts';

/** Rows of every table by key: a data set that is being changed. Rows themselves are never changed. */
export type DataIndex = { readonly [T in TableName]: Map<string, DataRows[T]> };

export function indexOf(data: DataSet): DataIndex {
  return Object.fromEntries(
    tableNames.map((table) => [table, new Map(data[table].map((row) => [rowKey(table, row as never), row]))]),
  ) as unknown as DataIndex;
}

/** The tables in the order of their keys, so that equal data are equal documents. */
export function dataOf(index: DataIndex): DataSet {
  return Object.fromEntries(
    tableNames.map((table) => [
      table,
      [...(index[table] as Map<string, AnyRow>)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
    ]),
  ) as unknown as DataSet;
}

/** Applies changes to an index in place. Removing what is not there does nothing. */
export function applyTo(index: DataIndex, changes: readonly RowChange[]): void {
  for (const change of changes) {
    const rows = index[change.table] as Map<string, AnyRow>;
    if ('remove' in change) rows.delete(change.remove);
    else rows.set(rowKey(change.table, change.put as never), change.put);
  }
}

/** Data after change-sets, in the order in which they take effect: by time, then by number. */
export function dataAfter(data: DataSet, sets: readonly Pick<ChangeSet, 'changes'>[]): DataSet {
  if (sets.length === 0) return data;
  const index = indexOf(data);
  for (const set of sets) applyTo(index, set.changes);
  return dataOf(index);
}

/** Change-sets in the order in which they take effect. */
export function inOrder<S extends Pick<ChangeSet, 'effectiveAt' | 'number'>>(sets: readonly S[]): S[] {
  return sets.toSorted((a, b) => a.effectiveAt - b.effectiveAt || a.number - b.number);
}

/** Equal rows say the same of every member. */
export function sameRow(a: AnyRow, b: AnyRow): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(row: AnyRow): [string, unknown][] {
  return Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What a change-set really does: changes that change nothing are left out, the rest is counted. */
export function effectOf(
  before: DataIndex,
  changes: readonly RowChange[],
): { changes: RowChange[]; counts: ChangeCounts } {
  const counts = { added: 0, changed: 0, removed: 0 };
  const last = new Map<string, RowChange>();
  for (const change of changes) {
    const key = 'remove' in change ? change.remove : rowKey(change.table, change.put as never);
    last.set(`${change.table} ${key}`, change);
  }
  const real: RowChange[] = [];
  for (const [name, change] of last) {
    const old = (before[change.table] as Map<string, AnyRow>).get(name.slice(change.table.length + 1));
    if ('remove' in change) {
      if (!old) continue;
      counts.removed += 1;
    } else if (!old) counts.added += 1;
    else if (sameRow(old, change.put)) continue;
    else counts.changed += 1;
    real.push(change);
  }
  return { changes: real, counts };
}

/** The changes that make `table` of `before` exactly `rows`. */
export function changesToReplace<T extends TableName>(
  before: DataIndex,
  table: T,
  rows: readonly DataRows[T][],
): RowChange[] {
  const wanted = new Set(rows.map((row) => rowKey(table, row)));
  const gone = [...before[table].keys()].filter((key) => !wanted.has(key));
  return [
    ...gone.map((remove) => ({ table, remove }) as RowChange),
    ...rows.map((put) => ({ table, put }) as unknown as RowChange),
  ];
}
