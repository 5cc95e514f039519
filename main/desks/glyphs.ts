import type { PrintDocument } from '../../contract/device.ts';
import type { OfficeInput } from '../../contract/office.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import type { TimerHandle } from '../runtime.ts';
import type { DeskContext } from './context.ts';

/** A sheet waits this long for drawings; then it is printed with 〓 in their place. */
export const PATIENCE_MS = 1_500;
/**
 * After a restart nobody is signed in for a while, and a sheet that was left is the first thing to be printed: it waits this long
 * for somebody's page, so that the name comes out whole. Then the ticket goes out with 〓 rather than not at all.
 */
export const NOBODY_PATIENCE_MS = 60_000;
/** Names repeat their rare characters; the oldest drawings go first. More than a list of 2,000 names for a printer that needs all of them drawn. */
const MOST_KEPT = 8_000;

export interface GlyphDesk {
  /** Asks the page for what is neither drawn nor known to be missing; nobody waits for it. */
  prepare(characters: readonly string[]): void;
  /** The same, and calls `done` once, when all are known or patience ends; at once when all are known. */
  wait(characters: readonly string[], done: () => void): void;
  /** Somebody may have signed in: what waited for a page is asked for now. */
  look(): void;
  /** A sheet with what there is of drawings of these characters. */
  onSheet<S extends PrintDocument>(sheet: S, characters: readonly string[]): S;
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
  interface Waiter {
    characters: readonly string[];
    done: () => void;
    isAsked: boolean;
    timer: TimerHandle;
  }
  const waiting = new Set<Waiter>();

  const unknown = (characters: readonly string[]): string[] =>
    characters.filter((character) => !pictures.has(character) && !missing.has(character));

  function ask(characters: readonly string[]): boolean {
    if (characters.length === 0 || !sessions.anyoneSignedIn()) return false;
    context.emit('glyphs.wanted', { characters: characters.toSorted() });
    return true;
  }

  function giveUp(waiter: Waiter): void {
    waiting.delete(waiter);
    waiter.done();
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
      const wanted = unknown(characters);
      if (wanted.length === 0) {
        done();
        return;
      }
      const isAsked = ask(wanted);
      const waiter: Waiter = {
        characters,
        done,
        isAsked,
        timer: runtime.timers.setTimeout(
          () => {
            giveUp(waiter);
          },
          isAsked ? PATIENCE_MS : NOBODY_PATIENCE_MS,
        ),
      };
      waiting.add(waiter);
    },
    look() {
      for (const waiter of waiting) {
        if (waiter.isAsked || !ask(unknown(waiter.characters))) continue;
        waiter.isAsked = true;
        runtime.timers.clearTimeout(waiter.timer);
        waiter.timer = runtime.timers.setTimeout(() => {
          giveUp(waiter);
        }, PATIENCE_MS);
      }
    },
    onSheet(sheet, characters) {
      const drawn = characters.flatMap((character) => {
        const picture = pictures.get(character);
        return picture === undefined ? [] : [[character, picture]];
      });
      return drawn.length === 0 ? sheet : { ...sheet, glyphs: Object.fromEntries(drawn) };
    },
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
