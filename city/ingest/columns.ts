/**
 * Column-wise values for `unnest`: one array a column, so that a thousand rows are one statement. A NUL, which no
 * text column can hold, becomes U+FFFD; the entry's own text is checked before it gets here.
 */
export function columns<Row extends object>(
  rows: readonly Row[],
  names: readonly (keyof Row & string)[],
): (string | number | null)[][] {
  return names.map((name) =>
    rows.map((row) => {
      const value = row[name] as string | number | null | undefined;
      if (value === undefined || value === null) return null;
      return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '�') : value;
    }),
  );
}

/** `unnest($1::text[], …)` for columns with these SQL types, counting from `$first`. */
export function unnest(types: readonly string[], first = 1): string {
  return `unnest(${types.map((type, index) => `$${index + first}::${type}[]`).join(', ')})`;
}
