import type { Scope } from '../../contract/contingency.ts';
import { refused, type Refusal } from '../../contract/refusals.ts';
import type { DepartureFacts } from './facts.ts';

/** A scope made ready to be asked many times. `unknown` answers for what the facts do not say. */
export interface Matcher {
  /** Says nothing about departures: it holds for what belongs to none. */
  readonly everyDeparture: boolean;
  departure(facts: DepartureFacts, unknown: boolean): boolean;
  window(window: string): boolean;
}

function setOf(list: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return list && new Set(list);
}

/** Every scope must match: a plan's own, its order's and its effect's. */
export function matcherOf(...scopes: readonly (Scope | undefined)[]): Matcher {
  const parts = scopes.filter((scope) => scope !== undefined).map(compiled);
  const onDepartures = parts.filter((part) => !part.everyDeparture);
  const onWindows = parts.flatMap((part) => (part.windows ? [part.windows] : []));
  return {
    everyDeparture: onDepartures.length === 0,
    departure: (facts, unknown) => onDepartures.every((part) => part.matches(facts, unknown)),
    window: (window) => onWindows.every((windows) => windows.has(window)),
  };
}

function compiled(scope: Scope) {
  const { dates, departing } = scope;
  const modes = setOf(scope.modes);
  const lines = setOf(scope.lines);
  const vesselKinds = setOf(scope.vesselKinds);
  const fromPlaces = setOf(scope.fromPlaces);
  const toPlaces = setOf(scope.toPlaces);
  const departures = setOf(scope.departures);
  const tests: ((facts: DepartureFacts, unknown: boolean) => boolean)[] = [];
  if (modes) tests.push((facts) => modes.has(facts.mode));
  if (lines) tests.push((facts) => lines.has(facts.lineId));
  if (vesselKinds)
    tests.push((facts, unknown) => (facts.vesselKind === null ? unknown : vesselKinds.has(facts.vesselKind)));
  if (fromPlaces) tests.push((facts) => fromPlaces.has(facts.fromPlaceId));
  if (toPlaces)
    tests.push(
      ({ toPlaceId, stopPlaceId }) =>
        toPlaces.has(toPlaceId) || (stopPlaceId !== undefined && toPlaces.has(stopPlaceId)),
    );
  if (departures) tests.push((facts) => departures.has(facts.departureId));
  if (dates) tests.push((facts) => dates.from <= facts.date && facts.date <= dates.to);
  const from = departing?.from;
  const to = departing?.to;
  if (from !== undefined) tests.push((facts) => facts.departLocal >= from);
  if (to !== undefined) tests.push((facts) => facts.departLocal < to);
  return {
    everyDeparture: tests.length === 0,
    windows: setOf(scope.windows),
    matches: (facts: DepartureFacts, unknown: boolean) => tests.every((test) => test(facts, unknown)),
  };
}

/** What a station knows, to tell a scope that means something from a slip of the pen. */
export interface KnownThings {
  readonly lines: ReadonlySet<string>;
  readonly windows: ReadonlySet<string>;
  readonly departures: readonly DepartureFacts[];
}

/**
 * Looks at a scope before it is put in force: a line or window that does not exist, an end before its beginning, or a whole that
 * matches no departure of those known is refused. `within` are the scopes that it narrows.
 */
export function checkScope(
  scope: Scope,
  known: KnownThings,
  within: readonly (Scope | undefined)[] = [],
): Refusal | undefined {
  const line = scope.lines?.find((each) => !known.lines.has(each));
  if (line !== undefined) return refused('scope.unknown', { what: `航线 ${line}` }, 'scope.lines').refusal;
  const window = scope.windows?.find((each) => !known.windows.has(each));
  if (window !== undefined)
    return refused('scope.unknown', { what: `窗口 ${window}` }, 'scope.windows').refusal;
  const { dates, departing } = scope;
  if (dates && dates.from > dates.to) return refused('scope.backwards', {}, 'scope.dates').refusal;
  if (departing?.from !== undefined && departing.to !== undefined && departing.from >= departing.to)
    return refused('scope.backwards', {}, 'scope.departing').refusal;
  const matcher = matcherOf(scope, ...within);
  if (!matcher.everyDeparture && !known.departures.some((facts) => matcher.departure(facts, true)))
    return refused('scope.matchesNothing', {}, 'scope').refusal;
  if (known.windows.size > 0 && ![...known.windows].some((each) => matcher.window(each)))
    return refused('scope.matchesNothing', {}, 'scope').refusal;
  return undefined;
}
