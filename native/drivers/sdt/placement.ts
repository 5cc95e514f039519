/**
 * What lies on the reader, told from a stream of "found" and "not found".
 *
 * After a good read some readers answer "not found" until the card has left and come back, some go on answering "found",
 * and some alternate. So a card counts as gone only when nothing was found for a whole second, and a card that is found
 * again sooner is the same placement unless its number differs.
 */

/** Nothing found for this long: the card is gone. */
export const REMOVED_AFTER_MS = 1000;
/** A card that could not be read and still lies there is tried again this often. */
export const RETRY_UNREADABLE_MS = 3000;

export type Advice = 'idle' | 'read' | 'removed';

export class Placement {
  #lying: { number: string | undefined; triedAtMs: number } | undefined;
  #missingSinceMs: number | undefined;

  /** Nothing is known any more: what lies there next is new. */
  forget(): void {
    this.#lying = undefined;
    this.#missingSinceMs = undefined;
  }

  /** A find found nothing. `removed` once per placement. */
  notFound(nowMs: number): Advice {
    if (this.#lying === undefined) return 'idle';
    this.#missingSinceMs ??= nowMs;
    if (nowMs - this.#missingSinceMs < REMOVED_AFTER_MS) return 'idle';
    this.forget();
    return 'removed';
  }

  /** A find found a card: is it worth reading? */
  found(nowMs: number): Advice {
    if (this.#lying === undefined || this.#missingSinceMs !== undefined) return 'read';
    const retry = this.#lying.number === undefined && nowMs - this.#lying.triedAtMs >= RETRY_UNREADABLE_MS;
    return retry ? 'read' : 'idle';
  }

  /** A card was read. `new`: tell the office. `swapped`: another card took its place unseen. `same`: it was lying there all along. */
  wasRead(number: string, nowMs: number): 'new' | 'swapped' | 'same' {
    const before = this.#lying;
    this.#lying = { number, triedAtMs: nowMs };
    this.#missingSinceMs = undefined;
    if (before?.number === number) return 'same';
    return before?.number === undefined ? 'new' : 'swapped';
  }

  /** A card lies there and cannot be read. True when the office has not yet been told about this placement. */
  wasUnreadable(nowMs: number): boolean {
    const before = this.#lying;
    this.#missingSinceMs = undefined;
    this.#lying = { number: before?.number, triedAtMs: nowMs };
    return before === undefined;
  }
}
