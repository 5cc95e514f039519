import type { OfficeInput, OfficeOutput, PlanHistoryRow } from '../../contract/office.ts';
import type { NewEntry } from '../../contract/entries.ts';
import { recordId, type PlanRecord } from '../../contract/orders.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import { isInForce } from '../../domain/contingency/orders.ts';
import { suggestions } from '../../domain/contingency/suggest.ts';
import type { StateChange } from '../../domain/departures/state-book.ts';
import type { PlanBook } from '../plans/book.ts';
import type { PlanLibrary } from '../plans/library.ts';
import type { TroubleWatch } from '../plans/trouble-watch.ts';
import type { DeskContext } from './context.ts';
import { deedOf } from './plan-deeds.ts';
import { longestMinutes, stationSees, windowsOf } from './station-sees.ts';
import { dataOf } from './window-data.ts';
import { authorityName } from './plans.ts';

const MOST_HISTORY = 300;

/** What a manager reads of plans beside what is in force: what speaks for one, and what was done. */
export function createPlanViews(
  context: DeskContext,
  book: PlanBook,
  library: PlanLibrary,
  troubles: TroubleWatch,
) {
  function suggest({ bulletin }: OfficeInput<'plans.suggest'>): Outcome<OfficeOutput<'plans.suggest'>> {
    const nowMs = context.runtime.clock.nowMs();
    const all = stationSees(context, troubles, nowMs);
    const { visibilityMetres, windBeaufort } = bulletin;
    const queue = Math.max(bulletin.queuePeople ?? 0, all.queue);
    const backlog = all.backlogs.reduce((sum, { entries }) => sum + entries, 0);
    const inForce = new Set(
      book
        .orders()
        .standing.filter((order) => isInForce(order, nowMs))
        .map(({ record }) => record.plan.id),
    );
    const reader = longestMinutes(all.seen, 'readerSilent');
    const printer = longestMinutes(all.seen, 'printerOut');
    const link = longestMinutes(all.seen, 'linkLost');
    const plans = library.plans().map(({ plan }) => plan);
    const found = suggestions(plans, {
      ...(visibilityMetres === undefined ? {} : { visibilityMetres }),
      ...(windBeaufort === undefined ? {} : { windBeaufort }),
      ...(reader === undefined ? {} : { readerSilentMin: reader }),
      ...(printer === undefined ? {} : { printerOutMin: printer }),
      ...(link === undefined ? {} : { linkLostMin: link }),
      queuePeople: queue,
      backlogEntries: backlog,
    });
    return accepted({
      suggestions: found.map((each) => ({
        ...each,
        windows: windowsOf(each, all),
        inForce: inForce.has(each.planId),
      })),
      of: dataOf(context),
      ...all,
      backlog,
    });
  }

  const nothing = {
    window: null,
    authority: null,
    name: null,
    of: null,
    scope: null,
    state: null,
    until: null,
    by: null,
    countersignedBy: null,
    reason: null,
    orderedBy: null,
    measured: null,
  } as const;

  function rowOf(record: PlanRecord): PlanHistoryRow {
    const of = record.record === 'order' ? record : record.order;
    return {
      ...nothing,
      id: recordId(record),
      what: record.record,
      at: record.at,
      ...(record.by.role === 'authority'
        ? { authority: authorityName(library, record.issuer) }
        : { window: record.window }),
      name: book.orders().order(recordId(of))?.plan?.name ?? null,
      of: record.record === 'order' ? null : recordId(record.order),
      scope: record.record === 'order' ? record.scope : null,
      until: record.record === 'end' ? null : record.until,
      by: record.by.number,
      countersignedBy: record.countersignedBy?.number ?? null,
      reason: record.reason,
      orderedBy: record.orderedBy,
      measured: record.measured,
    };
  }

  /** A state that was set or taken back, here or elsewhere: who, why, and when it was taken back. */
  function changeRow(
    entry: NewEntry,
    change: StateChange,
    undone: ReadonlyMap<string, number>,
  ): PlanHistoryRow[] {
    const found = deedOf(entry, context.window);
    if (!found) return [];
    const common = { ...nothing, ...found.deed, id: found.id };
    if (change.what === 'undone') return [{ ...common, what: 'undo', of: recordId(change.undoes) }];
    const { scope, state } = change;
    return [{ ...common, what: 'state', scope, state, until: undone.get(found.id) ?? null }];
  }

  /** Changes that were taken back, and when first. */
  function undoneAt(): Map<string, number> {
    const at = new Map<string, number>();
    for (const change of book.changes())
      if (change.what === 'undone') {
        const id = recordId(change.undoes);
        at.set(id, Math.min(at.get(id) ?? change.at, change.at));
      }
    return at;
  }

  function history(): Outcome<OfficeOutput<'plans.history'>> {
    const refused = new Set(book.refused().map(({ record }) => recordId(record)));
    const undone = undoneAt();
    const rows = book.entries().flatMap((entry): PlanHistoryRow[] => {
      switch (entry.kind) {
        case 'plan.ordered':
        case 'plan.extended':
        case 'plan.ended':
        case 'plan.heard':
        case 'plan.commanded': {
          const { record } = entry.body.signed;
          return refused.has(recordId(record)) ? [] : [rowOf(record)];
        }
        case 'departure.stateSet':
          return changeRow(entry, { what: 'set', ...entry.body }, undone);
        case 'departure.stateUndone':
          return changeRow(entry, { what: 'undone', ...entry.body }, undone);
        case 'departure.stateHeard':
          return changeRow(entry, entry.body.change, undone);
        default:
          return [];
      }
    });
    // The same record twice (heard again after a crash) is one line: the one that says who.
    const byId = new Map(
      rows
        .toSorted((a, b) => Number(a.by !== null) - Number(b.by !== null))
        .map((row) => [`${row.what} ${row.id}`, row]),
    );
    return accepted({
      rows: [...byId.values()]
        .toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
        .slice(0, MOST_HISTORY),
    });
  }

  return { 'plans.suggest': suggest, 'plans.history': history };
}
