import type { DocumentKind, HolderRef } from '../../contract/ids.ts';
import type { HolderView } from '../../contract/office.ts';
import { refused, accepted, type Outcome } from '../../contract/refusals.ts';
import type { Clock, Random } from '../runtime.ts';
import type { Sealed } from '../vault/types.ts';

/** An identity in the office's memory. It never leaves the office but as a {@link HolderView}. */
export interface Holder {
  ref: HolderRef;
  documentKind: DocumentKind;
  name: string;
  number: string;
  /** `YYYY-MM-DD`, or null when the document does not tell. */
  birthDate: string | null;
  /** Last valid date of the document, or null when it has none or it is not known. */
  validTo: string | null;
  capture: 'chip' | 'typed' | 'mrz';
  /** What the kind is called. */
  kindName: string;
  /** Who issued it, for kinds that are recorded with their office. */
  office?: string;
  masked: string;
  /** Keyed look-up token of the document, made once here so that a sale need not. */
  token: Uint8Array;
  /** Sealed before anybody asked, so that a sale need not; goes into one sale, the next one seals anew. */
  ahead?: Sealed | undefined;
  keptSinceMs: number;
}

/** Pages keep a reference for ten minutes (architecture, idea 4); the office forgets with them. */
export const HOLDER_LIFE_MS = 600_000;
/** More than any queue needs; the oldest goes first, so a page that never drops cannot fill the memory. */
const MOST_HOLDERS = 500;

export interface HolderBook {
  keep(holder: Omit<Holder, 'ref' | 'keptSinceMs'>): Holder;
  /** Refuses `holder.gone` after ten minutes. */
  find(ref: string, field: string): Outcome<Holder>;
  drop(refs: readonly string[]): void;
  sweep(): void;
  size(): number;
}

export function holderView(holder: Holder): HolderView {
  const { ref, documentKind, name, masked, capture, kindName } = holder;
  return { holderRef: ref, documentKind, name, masked, capture, kindName };
}

export function createHolderBook(clock: Clock, random: Random): HolderBook {
  const holders = new Map<string, Holder>();
  const isOver = (holder: Holder): boolean => clock.monotonicMs() - holder.keptSinceMs >= HOLDER_LIFE_MS;
  const book: HolderBook = {
    keep(values) {
      book.sweep();
      const holder: Holder = { ...values, ref: random.id() as HolderRef, keptSinceMs: clock.monotonicMs() };
      holders.set(holder.ref, holder);
      if (holders.size > MOST_HOLDERS) {
        const oldest = holders.keys().next().value;
        if (oldest !== undefined) holders.delete(oldest);
      }
      return holder;
    },
    find(ref, field) {
      const holder = holders.get(ref);
      if (!holder || isOver(holder)) return refused('holder.gone', {}, field);
      return accepted(holder);
    },
    drop(refs) {
      for (const ref of refs) holders.delete(ref);
    },
    sweep() {
      // Insertion order is age order.
      for (const [ref, holder] of holders) {
        if (!isOver(holder)) break;
        holders.delete(ref);
      }
    },
    size: () => holders.size,
  };
  return book;
}
