import type { DepartureState, Scope } from '../../contract/contingency.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { recordId, type RecordKey } from '../../contract/orders.ts';
import type { DepartureFacts } from '../contingency/facts.ts';
import { matcherOf, type Matcher } from '../contingency/scope.ts';

/** A state set for a scope, or such a change taken back: what `departure.stateSet` and `departure.stateUndone` say. */
export type StateChange =
  | {
      readonly what: 'set';
      readonly key: RecordKey;
      readonly at: number;
      readonly scope: Scope;
      readonly state: DepartureState;
      readonly supersedes: readonly RecordKey[];
    }
  | { readonly what: 'undone'; readonly key: RecordKey; readonly at: number; readonly undoes: RecordKey };

/** A time during which a change held for a departure; `toMs` null = it holds now. */
export interface StateSpan {
  readonly changeId: string;
  readonly state: DepartureState;
  readonly fromMs: number;
  readonly toMs: number | null;
}

export interface StateBook {
  /** Changes that hold for a departure now, none superseded by another; empty = as the timetable has it. */
  current(facts: DepartureFacts): readonly { readonly changeId: string; readonly state: DepartureState }[];
  /** Everything that was ever set for a departure, oldest first, changes taken back included. */
  history(facts: DepartureFacts): readonly (StateSpan & {
    readonly isUndone: boolean;
    /** The change that took its place, or the undoing; null while it holds. */
    readonly endedBy: string | null;
  })[];
  has(changeId: string): boolean;
  isUndone(changeId: string): boolean;
}

interface Kept {
  readonly id: string;
  readonly change: Extract<StateChange, { what: 'set' }>;
  readonly matcher: Matcher;
  readonly supersedes: ReadonlySet<string>;
}

/**
 * All changes known, as a set: the order in which they arrived does not matter, and the same one twice is one. Of two changes that
 * do not know of each other (two managers out of contact) both hold, and `rulesFor` takes the stricter of each part.
 */
export function createStateBook(changes: Iterable<StateChange>): StateBook {
  const byText = new Map<string, StateChange>();
  for (const change of changes) byText.set(jcs(change), change);
  const sorted = [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change);

  const undoneAt = new Map<string, { atMs: number; id: string }>();
  const kept: Kept[] = [];
  for (const change of sorted) {
    if (change.what === 'undone') {
      const id = recordId(change.undoes);
      if (change.at > (undoneAt.get(id)?.atMs ?? -1))
        undoneAt.set(id, { atMs: change.at, id: recordId(change.key) });
      continue;
    }
    const id = recordId(change.key);
    const supersedes = new Set(change.supersedes.map(recordId).filter((each) => each !== id));
    kept.push({ id, change, matcher: matcherOf(change.scope), supersedes });
  }
  kept.sort((a, b) => a.change.at - b.change.at || (a.id < b.id ? -1 : 1));
  const ids = new Set(kept.map(({ id }) => id));

  const applicable = (facts: DepartureFacts): Kept[] =>
    kept.filter(({ matcher, change }) => matcher.departure(facts, change.state !== 'normal'));
  const standing = (of: readonly Kept[]): Kept[] => {
    const alive = of.filter(({ id }) => !undoneAt.has(id));
    const heads = alive.filter(({ id }) => !alive.some((other) => other.supersedes.has(id)));
    // Changes that name each other in a ring cannot come from honest offices: then all of them hold.
    return heads.length > 0 ? heads : alive;
  };

  /** The departure itself, for a ride that ends at a stop on the way: what holds for it holds for the ride, whatever is said of the stop. */
  const wholeOf = ({ stopPlaceId: _stop, ...whole }: DepartureFacts): DepartureFacts => whole;
  const unlessIn = <S extends { changeId: string }>(known: readonly S[], more: readonly S[]): S[] => {
    const ids = new Set(known.map(({ changeId }) => changeId));
    return [...known, ...more.filter(({ changeId }) => !ids.has(changeId))];
  };

  const book: StateBook = {
    current(facts) {
      if (kept.length === 0) return [];
      const now = standing(applicable(facts)).map(({ id, change }) => ({
        changeId: id,
        state: change.state,
      }));
      return facts.stopPlaceId === undefined ? now : unlessIn(book.current(wholeOf(facts)), now);
    },
    history(facts) {
      if (facts.stopPlaceId !== undefined) {
        return unlessIn(book.history(wholeOf(facts)), historyOf(facts)).toSorted(
          (a, b) => a.fromMs - b.fromMs,
        );
      }
      return historyOf(facts);
    },
    has: (changeId) => ids.has(changeId),
    isUndone: (changeId) => undoneAt.has(changeId),
  };
  return book;

  function historyOf(facts: DepartureFacts): ReturnType<StateBook['history']> {
    const all = applicable(facts);
    const heads = new Set(standing(all).map(({ id }) => id));
    return all.map(({ id, change }) => {
      const ends = all
        .filter((other) => other.supersedes.has(id) && !undoneAt.has(other.id))
        .map((other) => ({ atMs: other.change.at, id: other.id }));
      const undone = undoneAt.get(id);
      if (undone !== undefined) ends.push(undone);
      const last = ends.toSorted((a, b) => a.atMs - b.atMs).at(-1);
      const isOver = !heads.has(id);
      // Clocks of two offices differ: a change held at least for the instant in which it was made.
      const toMs = isOver ? Math.max(change.at, last?.atMs ?? change.at) : null;
      return {
        changeId: id,
        state: change.state,
        fromMs: change.at,
        toMs,
        isUndone: undone !== undefined,
        endedBy: isOver ? (last?.id ?? null) : null,
      };
    });
  }
}
