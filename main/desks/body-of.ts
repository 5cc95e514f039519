import type { EntryBody, EntryKind } from '../../contract/entries.ts';
import type { AnswerEntry } from './context.ts';

/** The body of the entry of a kind that an answer is computed from. */
export function bodyOf<K extends EntryKind>(entries: readonly AnswerEntry[], kind: K): EntryBody<K> {
  const entry = entries.find((each) => each.kind === kind);
  if (!entry) throw new Error(`an answer without its ${kind}`);
  return entry.body as EntryBody<K>;
}
