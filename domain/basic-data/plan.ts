import { rowKey } from '../../contract/basic-data/columns.ts';
import type { ChangeCounts, ChangeSet, RowChange } from '../../contract/basic-data/changes.ts';
import type { DataProblem } from '../../contract/basic-data/problems.ts';
import type { AnyRow, DataSet } from '../../contract/basic-data/tables.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { businessDateOf } from '../time.ts';
import { applyTo, dataOf, effectOf, indexOf, type DataIndex } from './apply.ts';
import { checkData, type CityKnows } from './check.ts';
import type { Problems } from './problem.ts';
import { type FoundProblem } from './problem.ts';

/** How far ahead a change may be dated. */
export const MOST_DAYS_AHEAD = 730;

export interface PlanState {
  /** Data as they will be when the change takes effect, with everything that stands before it. */
  readonly before: DataSet;
  /** Change-sets that take effect after it, in order. */
  readonly later: readonly Pick<ChangeSet, 'effectiveAt' | 'changes'>[];
  readonly city?: CityKnows;
  /** What only the ledger knows: departures that were sold, measured against the new data. */
  readonly soldWrong?: (data: DataSet, problems: Problems, effectiveAt: number) => void;
}

export interface Plan {
  readonly effectiveAt: number;
  /** What really changes. */
  readonly changes: readonly RowChange[];
  readonly counts: ChangeCounts;
  readonly before: DataIndex;
  readonly errors: number;
  readonly warnings: number;
  /** Errors first. */
  readonly found: readonly FoundProblem[];
}

/** When a change takes effect: now, or a later time that is not too far (`data.past`, `data.tooFar`). UTC milliseconds. */
export function effectiveTime(asked: number | null, nowMs: number): Outcome<number> {
  if (asked === null) return accepted(nowMs);
  if (asked < nowMs) return refused('data.past', {}, 'effectiveAt');
  if (asked > nowMs + MOST_DAYS_AHEAD * 86_400_000)
    return refused('data.tooFar', { days: MOST_DAYS_AHEAD }, 'effectiveAt');
  return accepted(asked);
}

/**
 * What a change would do and what is wrong with it: the data at the time it takes effect, and again after every change-set
 * that stands for later. An error that was there before the change is a warning: it does not keep the manager from
 * putting something else right.
 */
export function planChange(state: PlanState, asked: readonly RowChange[], effectiveAt: number): Plan {
  const before = indexOf(state.before);
  const { changes, counts } = effectOf(before, asked);
  const after = indexOf(state.before);
  applyTo(after, changes);
  const stages = stagesOf(after, state, effectiveAt);
  const old = stages.some(({ errors }) => errors > 0)
    ? new Set(stagesOf(indexOf(state.before), state, effectiveAt).flatMap(({ found }) => found.map(nameOf)))
    : new Set<string>();
  const told = new Set<string>();
  const found: FoundProblem[] = [];
  let [errors, warnings] = [0, 0];
  for (const stage of stages) {
    // What did not fit into the list is counted, so that nothing wrong is ever taken for right.
    errors += stage.errors - stage.found.filter(({ problem }) => problem.severity === 'error').length;
    for (const each of stage.found) {
      const name = nameOf(each);
      if (told.has(name)) continue;
      told.add(name);
      const isOld = each.problem.severity === 'error' && old.has(name);
      const problem: DataProblem = isOld ? { ...each.problem, severity: 'warning' } : each.problem;
      if (problem.severity === 'error') errors += 1;
      else warnings += 1;
      found.push({ ...each, problem });
    }
  }
  found.sort((a, b) => rank(a.problem) - rank(b.problem));
  return { effectiveAt, changes, counts, before, errors, warnings, found };
}

function stagesOf(index: DataIndex, state: PlanState, effectiveAt: number): Problems[] {
  const look = (at: number): Problems => {
    const data = dataOf(index);
    const problems = checkData(data, businessDateOf(at), state.city);
    state.soldWrong?.(data, problems, at);
    return problems;
  };
  const stages = [look(effectiveAt)];
  for (const set of state.later) {
    applyTo(index, set.changes);
    stages.push(look(set.effectiveAt));
  }
  return stages;
}

const rank = ({ severity }: DataProblem): number => (severity === 'error' ? 0 : 1);

function nameOf({ problem }: FoundProblem): string {
  return `${problem.code} ${problem.table ?? ''} ${problem.key ?? ''} ${problem.heading ?? ''} ${problem.message}`;
}

/** Whether data hold without a change-set that is taken back: problems that its going would make. */
export function planUndo(state: PlanState & { standing: readonly ChangeSet[] }, changeId: string): Plan {
  const set = state.standing.find((each) => each.changeId === changeId);
  if (!set) throw new TypeError('the change-set does not stand');
  const index = indexOf(state.before);
  const undone: RowChange[] = set.changes.map((change): RowChange => {
    const key = 'remove' in change ? change.remove : rowKey(change.table, change.put as never);
    const row = (index[change.table] as Map<string, AnyRow>).get(key);
    return (row ? { table: change.table, put: row } : { table: change.table, remove: key }) as RowChange;
  });
  // `before` of the state is without the set; with it as the past, taking it back is a change like any other.
  const withSet = indexOf(state.before);
  applyTo(withSet, set.changes);
  return planChange({ ...state, before: dataOf(withSet) }, undone, set.effectiveAt);
}
