import { storable } from '../store/storable.ts';

/** Column-wise values for `unnest`: one array a column, so that a thousand rows are one statement. */
export function columns<Row extends object>(
  rows: readonly Row[],
  names: readonly (keyof Row & string)[],
): (string | number | null)[][] {
  return names.map((name) => storable(rows.map((row) => row[name] as string | number | null | undefined)));
}

/** `unnest($1::text[], …)` for columns with these SQL types, counting from `$first`. */
export function unnest(types: readonly string[], first = 1): string {
  return `unnest(${types.map((type, index) => `$${index + first}::${type}[]`).join(', ')})`;
}
