/**
 * What lies on the reader, told from a stream of "found" and "not found".
 *
 * After a good read some readers answer "not found" until the card has left and come back, some go on answering "found",
 * and some alternate. So a card counts as gone only when nothing was found for a whole second, and a card that is found
 * again sooner is the same placement unless its number differs. A card that goes on being found is read again within every
 * second and its number compared, because another may have taken its place between two looks.
 */

/** Nothing found for this long: the card is gone. */
export const REMOVED_AFTER_MS = 1000;
/** A card that could not be read and still lies there is tried again this often. */
export const RETRY_UNREADABLE_MS = 1500;
/** A card that goes on being found is read again after this long; with the pause between two looks, within a second. */
export const VERIFY_EVERY_MS = 700;
/** A known card that fails so many readings in a row is no longer taken for the one that was read. */
const FAILED_VERIFICATIONS_ALLOWED = 1;

export type Advice = 'idle' | 'read' | 'removed';

export class Placement {
  #lying: { number: string | undefined; triedAtMs: number } | undefined;
  #failedVerifications = 0;
  #missingSinceMs: number | undefined;

  /** Nothing is known any more: what lies there next is new. */
  forget(): void {
    this.#lying = undefined;
    this.#missingSinceMs = undefined;
    this.#failedVerifications = 0;
  }

  /** A card was read and, as far as is known, lies there still. */
  get known(): boolean {
    return this.#lying?.number !== undefined;
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
    const waitMs = this.known ? VERIFY_EVERY_MS : RETRY_UNREADABLE_MS;
    return nowMs - this.#lying.triedAtMs >= waitMs ? 'read' : 'idle';
  }

  /** A card was read. `new`: tell the office. `swapped`: another card took its place unseen. `same`: it was lying there all along. */
  wasRead(number: string, nowMs: number): 'new' | 'swapped' | 'same' {
    const before = this.#lying;
    this.#lying = { number, triedAtMs: nowMs };
    this.#missingSinceMs = undefined;
    this.#failedVerifications = 0;
    if (before?.number === number) return 'same';
    return before?.number === undefined ? 'new' : 'swapped';
  }

  /**
   * A card lies there and cannot be read. `tell`: the office does not know yet. `replaced`: it must no longer believe in the
   * card that was read. `known`: it knows, or it was a single failure over a card that was read.
   */
  wasUnreadable(nowMs: number): 'tell' | 'replaced' | 'known' {
    const before = this.#lying;
    this.#missingSinceMs = undefined;
    if (before?.number === undefined) {
      this.#lying = { number: undefined, triedAtMs: nowMs };
      return before === undefined ? 'tell' : 'known';
    }
    this.#failedVerifications += 1;
    if (this.#failedVerifications <= FAILED_VERIFICATIONS_ALLOWED) {
      this.#lying = { number: before.number, triedAtMs: nowMs };
      return 'known';
    }
    this.#failedVerifications = 0;
    this.#lying = { number: undefined, triedAtMs: nowMs };
    return 'replaced';
  }
}
