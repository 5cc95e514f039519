/**
 * Whether a text can stand in an entry: PostgreSQL's texts and JSON know no U+0000, and canonical JSON (RFC 8785) has no form for half
 * of a surrogate pair. What fails this is refused before it is written, for a journal is never changed.
 */
export function isWritableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
