import { refuse, type Refusal } from '../contract/refusals.ts';
import { isWritableText } from '../contract/texts.ts';
import type { BusinessDate } from '../contract/ids.ts';
import { hasDocumentNumber } from '../domain/documents/in-text.ts';

/** What is typed there is looked up and never written. */
const LOOKED_UP: Readonly<Record<string, readonly string[]>> = { 'gate.present': ['text'] };
/** Characters of a passport's. */
const SHORTEST_NUMBER = 9;
/** No text of a command is as deep as this. */
const DEEPEST = 6;

export interface TypedText {
  today: BusinessDate;
  /** Names of the passengers of these tickets, as far as this office can open them. */
  namesOn: (ticketNumbers: readonly string[]) => readonly string[];
}

/**
 * Reasons, notes and whatever else is typed into a command goes into the journal as it stands: unsealed, for good, into every copy and
 * up to the city. So a document number in it is refused, and so is the name of somebody whose ticket the command is about; what
 * other names it has nobody can tell. A text that no journal can hold is refused as well. Undefined = nothing of the kind.
 */
export function personalText(
  method: string,
  input: unknown,
  { today, namesOn }: TypedText,
): Refusal | undefined {
  const texts = textsOf(input).filter(({ field }) => !LOOKED_UP[method]?.includes(field));
  const odd = texts.find(({ text }) => !isWritableText(text));
  if (odd) return refuse('request.shape', { detail: `${odd.field}(有不能保存的字符)` }, odd.field);
  const numbered = texts.find(({ text }) => !isOwnWord(text) && hasDocumentNumber(text, today));
  if (numbered) return refuse('text.personal', {}, numbered.field);
  const words = texts.filter(({ text }) => !isIdentifier(text));
  const tickets = ticketsOf(input);
  // Most commands have no words: then no identity is opened.
  if (words.length === 0 || tickets.length === 0) return undefined;
  const names = namesOn(tickets);
  const named = words.find(({ text }) => names.some((name) => hasName(text, name)));
  return named && refuse('text.personal', {}, named.field);
}

/** Shorter than any document number, or one of the program's own ids. A sale has nothing else, and is not to wait for this. */
const isOwnWord = (text: string): boolean =>
  text.length < SHORTEST_NUMBER ||
  /^(?:[0-9a-f]{32}|\d{20}|[a-z][a-z0-9-]*\/\d{4}-\d\d-\d\d\/\d{4})$/.test(text);

/** A departure, a code, a number: nobody's words. */
const isIdentifier = (text: string): boolean => /^[!-~]*[0-9:/_][!-~]*$/.test(text);

/** Spaces in Han names do not count; a latin name stands for itself and is no part of a longer word. */
function hasName(text: string, name: string): boolean {
  if (/\p{Script=Han}/u.test(name)) return text.replaceAll(/\s/g, '').includes(name.replaceAll(/\s/g, ''));
  const words = (latin: string): string[] => latin.toUpperCase().match(/\p{Script=Latin}+/gu) ?? [];
  return ` ${words(text).join(' ')} `.includes(` ${words(name).join(' ')} `);
}

/** Every text of a command with the name of its member. */
function textsOf(value: unknown, field = '', depth = 0): { field: string; text: string }[] {
  if (typeof value === 'string') return [{ field, text: value }];
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    textsOf(one, Array.isArray(value) ? field : name, depth + 1),
  );
}

function ticketsOf(input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return [];
  const { ticketNumber, ticketNumbers } = input as Record<string, unknown>;
  return [ticketNumber, ...(Array.isArray(ticketNumbers) ? (ticketNumbers as unknown[]) : [])].filter(
    (one) => typeof one === 'string',
  );
}
