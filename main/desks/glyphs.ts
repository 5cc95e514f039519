import type { OfficeInput } from '../../contract/office.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import type { TimerHandle } from '../runtime.ts';
import type { DeskContext } from './context.ts';

/** A sheet waits this long for drawings; then it is printed with 〓 in their place. */
export const PATIENCE_MS = 1_500;
/** Names repeat their rare characters; the oldest drawings go first. */
const MOST_KEPT = 2_000;

export interface GlyphDesk {
  /** Asks the page for what is neither drawn nor known to be missing; nobody waits for it. */
  prepare(characters: readonly string[]): void;
  /** The same, and calls `done` once, when all are known or patience ends; at once when there is nothing to wait for. */
  wait(characters: readonly string[], done: () => void): void;
  /** Drawings there are of these characters. */
  drawn(characters: readonly string[]): Record<string, string>;
  /** A page's answer. */
  take(input: OfficeInput<'prints.glyphs'>): Outcome<Record<string, never>>;
  stop(): void;
}

/**
 * Pictures of characters that the printer's font lacks, drawn by a page with the fonts of the system. What is asked for is
 * a sorted list of single characters, without the name they are of, and only where somebody is signed in.
 */
export function createGlyphDesk(context: Pick<DeskContext, 'emit' | 'runtime' | 'sessions'>): GlyphDesk {
  const { runtime, sessions } = context;
  const pictures = new Map<string, string>();
  const missing = new Set<string>();
  const waiting = new Set<{ characters: readonly string[]; done: () => void; timer: TimerHandle }>();

  const unknown = (characters: readonly string[]): string[] =>
    characters.filter((character) => !pictures.has(character) && !missing.has(character));

  function ask(characters: readonly string[]): boolean {
    if (characters.length === 0 || !sessions.anyoneSignedIn()) return false;
    context.emit('glyphs.wanted', { characters: characters.toSorted() });
    return true;
  }

  function keep(kept: {
    size: number;
    delete(key: string): boolean;
    keys(): Iterator<string, unknown>;
  }): void {
    while (kept.size > MOST_KEPT) {
      const oldest = kept.keys().next().value;
      if (typeof oldest === 'string') kept.delete(oldest);
    }
  }

  return {
    prepare(characters) {
      ask(unknown(characters));
    },
    wait(characters, done) {
      if (!ask(unknown(characters))) {
        done();
        return;
      }
      const waiter = {
        characters,
        done,
        timer: runtime.timers.setTimeout(() => {
          waiting.delete(waiter);
          done();
        }, PATIENCE_MS),
      };
      waiting.add(waiter);
    },
    drawn: (characters) =>
      Object.fromEntries(
        characters.flatMap((character) => {
          const picture = pictures.get(character);
          return picture === undefined ? [] : [[character, picture]];
        }),
      ),
    take(input) {
      for (const [character, picture] of Object.entries(input.glyphs)) {
        pictures.set(character, picture);
        missing.delete(character);
      }
      for (const character of input.missing) if (!pictures.has(character)) missing.add(character);
      keep(pictures);
      keep(missing);
      for (const waiter of waiting) {
        if (unknown(waiter.characters).length > 0) continue;
        waiting.delete(waiter);
        runtime.timers.clearTimeout(waiter.timer);
        waiter.done();
      }
      return accepted({});
    },
    stop() {
      for (const { timer } of waiting) runtime.timers.clearTimeout(timer);
      waiting.clear();
    },
  };
}
