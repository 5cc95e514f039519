import { binaryArray } from './binary-array.ts';
import { storable } from './storable.ts';
import type { SqlValue } from './store.ts';

/** The two databases that the city runs on. */
export type Engine = 'postgresql' | 'pglite';

/**
 * One column of many rows, for `unnest($n::…[])`, in the shape in which a database takes it: made beforehand, sending it later
 * costs nothing more. A NUL, which no text column can hold, becomes U+FFFD; `undefined` is null.
 */
export function shapeColumn(
  engine: Engine,
  values: readonly (string | number | null | undefined)[],
): SqlValue {
  return (engine === 'postgresql' ? binaryArray(values) : undefined) ?? storable(values);
}
