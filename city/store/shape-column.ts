import { BinaryColumn, type Cell } from './binary-array.ts';
import { storable } from './storable.ts';
import type { Engine, SqlValue } from './store.ts';

/** One column of many rows, filled a row at a time, for `unnest($n::…[])`. */
export interface ColumnWriter {
  /** A NUL, which no text column can hold, becomes U+FFFD; `undefined` is null. */
  push(value: Cell): void;
  finish(): SqlValue;
}

/** Writes a column in the shape in which a database takes it: sending it later costs nothing more. */
export function columnWriter(engine: Engine, type: 'bigint' | 'text'): ColumnWriter {
  if (engine === 'postgresql') return new BinaryColumn(type);
  const values: Cell[] = [];
  return { push: (value) => void values.push(value), finish: () => storable(values) };
}
