/** A column's values as any database takes them: a NUL, which no text column can hold, becomes U+FFFD; nothing is null. */
export function storable(
  values: readonly (string | number | null | undefined)[],
): (string | number | null)[] {
  return values.map((value) =>
    typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : (value ?? null),
  );
}
