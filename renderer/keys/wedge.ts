/**
 * Tells a keyboard scanner from a person typing: characters with less than 50 ms between them, at least six, then Enter.
 * Pure: it is given keys with their times and says what they are. A document's lines (MRZ) come as one code a line; the office
 * puts them together.
 */

/** A scanner is faster than this from key to key; nobody types six keys so fast. */
export const FASTEST_TYPING_MS = 50;
const FEWEST_CHARACTERS = 6;
/** Longer than any code; a key that is held down is not a code. */
const MOST_CHARACTERS = 2_000;

export interface WedgeKey {
  /** `KeyboardEvent.key`. */
  key: string;
  atMs: number;
  /** Held down: the keyboard repeats, no scanner does. */
  isRepeat?: boolean;
  ctrlKey?: boolean;
  altKey?: boolean;
  metaKey?: boolean;
}

export type WedgeVerdict =
  /** A person, as far as can be told. */
  | { kind: 'typing' }
  /** Fast enough for a scanner: `length` characters so far. */
  | { kind: 'fast'; length: number }
  /**
   * This Enter ended a code: it must do nothing else. `typed` is what has got into a field meanwhile, as it was typed; `text` the
   * code, full-width letters and figures made half-width.
   */
  | { kind: 'code'; text: string; typed: string };

const TYPING: WedgeVerdict = { kind: 'typing' };

export class WedgeDetector {
  #typed = '';
  #lastMs = Number.NEGATIVE_INFINITY;

  /** Every key of the page, in order, before anything else looks at it. Shift alone is no key of a code and breaks none. */
  key({
    key,
    atMs,
    isRepeat = false,
    ctrlKey = false,
    altKey = false,
    metaKey = false,
  }: WedgeKey): WedgeVerdict {
    if (key === 'Shift' || key === 'CapsLock')
      return this.#typed === '' ? TYPING : { kind: 'fast', length: this.#length };
    const isFast = atMs - this.#lastMs < FASTEST_TYPING_MS && atMs >= this.#lastMs;
    this.#lastMs = atMs;
    if (isRepeat || ctrlKey || altKey || metaKey) return this.#nothing();
    if (key === 'Enter') return this.#enter(isFast);
    // Names of other keys are longer than a character; an input method says `Process`.
    if (Array.from(key).length !== 1) return this.#nothing();
    this.#typed = isFast ? this.#typed + key : key;
    if (this.#length > MOST_CHARACTERS) return this.#nothing();
    return this.#length > 1 ? { kind: 'fast', length: this.#length } : TYPING;
  }

  /** Focus moved by a person, or an input method began: what came before belongs to no code. */
  forget(): void {
    this.#typed = '';
    this.#lastMs = Number.NEGATIVE_INFINITY;
  }

  #enter(isFast: boolean): WedgeVerdict {
    const typed = this.#typed;
    const isCode = isFast && this.#length >= FEWEST_CHARACTERS;
    this.#typed = '';
    return isCode ? { kind: 'code', text: halfWidth(typed).trim(), typed } : TYPING;
  }

  #nothing(): WedgeVerdict {
    this.#typed = '';
    return TYPING;
  }

  get #length(): number {
    return Array.from(this.#typed).length;
  }
}

/** What an input method in full-width mode makes of a code. */
function halfWidth(text: string): string {
  return text
    .replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCodePoint((wide.codePointAt(0) ?? 0) - 0xfee0))
    .replaceAll('\u3000', ' ');
}
