import type { DepartureState, Scope } from '../../contract/contingency.ts';
import { recordId, type PlanRecord, type RecordKey } from '../../contract/orders.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { NewEntry } from '../../contract/entries.ts';
import { checkScope, matcherOf, type KnownThings } from '../contingency/scope.ts';
import type { StateBook } from './state-book.ts';
import { stateMeanings } from './states.ts';

type SetEntry = Extract<NewEntry, { kind: 'departure.stateSet' }>;
type UndoneEntry = Extract<NewEntry, { kind: 'departure.stateUndone' }>;

export interface StateCommand {
  readonly scope: Scope;
  readonly state: DepartureState;
  readonly reason: string;
  readonly orderedBy: PlanRecord['orderedBy'];
  readonly by: string;
}

/** What a state would be set for and what it would take the place of: shown before it is confirmed. */
export interface StateDecision {
  readonly entry: SetEntry;
  /** Ids of the departures that it touches now; later ones within the scope follow by themselves. */
  readonly departures: readonly string[];
}

/**
 * Sets a state: for one departure, a line, "all after 16:30", a kind of vessel; `paxOnly` closes vehicles alone (ticketing
 * rules 3.3). A scope has to say which day or which departures, so that no cancellation lasts for ever by accident. It takes the
 * place of every change in force where they meet, and of no other.
 */
export function decideState(
  key: RecordKey,
  book: StateBook,
  known: KnownThings,
  command: StateCommand,
  nowMs: number,
): Outcome<StateDecision> {
  const { scope, state, reason, orderedBy, by } = command;
  if (!scope.dates && !scope.departures) return refused('scope.needsDays', {}, 'scope');
  const wrong = checkScope(scope, known);
  if (wrong) return { ok: false, refusal: wrong };
  const matcher = matcherOf(scope);
  // As the book will match it: what is not known of a departure never lifts a state.
  const touched = known.departures.filter((facts) => matcher.departure(facts, state !== 'normal'));
  if (touched.length === 0) return refused('scope.matchesNothing', {}, 'scope');
  const heads = new Set<string>();
  let changes = false;
  for (const facts of touched) {
    const current = book.current(facts);
    for (const { changeId } of current) heads.add(changeId);
    changes ||= current.length === 0 ? state !== 'normal' : current.some((each) => each.state !== state);
  }
  if (!changes) return refused('state.already', { state: stateMeanings[state].chinese }, 'state');
  const supersedes = [...heads].toSorted().map(keyOfId);
  return accepted({
    entry: {
      kind: 'departure.stateSet',
      body: { key, at: nowMs, scope, state, supersedes, reason, orderedBy, by },
    },
    // One that is known with its stops is touched once.
    departures: [...new Set(touched.map(({ departureId }) => departureId))],
  });
}

/** Takes one change back. Refused when nobody made it, or when it was taken back before. */
export function decideUndo(
  key: RecordKey,
  book: StateBook,
  command: { readonly undoes: RecordKey; readonly reason: string; readonly by: string },
  nowMs: number,
): Outcome<UndoneEntry> {
  const id = recordId(command.undoes);
  if (!book.has(id)) return refused('state.unknown', { change: id }, 'undoes');
  if (book.isUndone(id)) return refused('state.undoneAlready', {}, 'undoes');
  return accepted({ kind: 'departure.stateUndone', body: { key, at: nowMs, ...command } });
}

/** The key in an id that `recordId` made. */
function keyOfId(id: string): RecordKey {
  const at = id.lastIndexOf('-');
  return { issuer: id.slice(0, at) as RecordKey['issuer'], n: Number(id.slice(at + 1)) };
}
