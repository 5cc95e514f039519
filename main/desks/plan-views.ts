import type { OfficeInput, OfficeOutput, PlanHistoryRow } from '../../contract/office.ts';
import { recordId, type PlanRecord } from '../../contract/orders.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import { isInForce } from '../../domain/contingency/orders.ts';
import { suggestions } from '../../domain/contingency/suggest.ts';
import type { PlanBook } from '../plans/book.ts';
import type { PlanLibrary } from '../plans/library.ts';
import type { TroubleWatch } from '../plans/trouble-watch.ts';
import type { DeskContext } from './context.ts';

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
    const seen = troubles.seen(nowMs);
    const minutesOf = (what: (typeof seen)[number]['what']): number | undefined =>
      seen.find((one) => one.what === what)?.minutes;
    const reader = minutesOf('reader');
    const printer = minutesOf('printer');
    const links = [minutesOf('city'), minutesOf('station')].filter((each) => each !== undefined);
    const { visibilityMetres, windBeaufort, queuePeople } = bulletin;
    const inForce = new Set(
      book
        .orders()
        .standing.filter((order) => isInForce(order, nowMs))
        .map(({ record }) => record.plan.id),
    );
    const found = suggestions(library.plans(), {
      ...(visibilityMetres === undefined ? {} : { visibilityMetres }),
      ...(windBeaufort === undefined ? {} : { windBeaufort }),
      ...(queuePeople === undefined ? {} : { queuePeople }),
      ...(reader === undefined ? {} : { readerSilentMin: reader }),
      ...(printer === undefined ? {} : { printerOutMin: printer }),
      ...(links.length === 0 ? {} : { linkLostMin: Math.max(...links) }),
    });
    return accepted({
      suggestions: found.map((each) => ({ ...each, inForce: inForce.has(each.planId) })),
      seen,
      backlog: context.ledger.uploadState().backlogEntries,
    });
  }

  const nothing = {
    window: null,
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
      window: record.window,
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

  function history(): Outcome<OfficeOutput<'plans.history'>> {
    const refused = new Set(book.refused().map(({ record }) => recordId(record)));
    const rows = book.entries().flatMap((entry): PlanHistoryRow[] => {
      switch (entry.kind) {
        case 'plan.ordered':
        case 'plan.extended':
        case 'plan.ended':
        case 'plan.heard': {
          const { record } = entry.body.signed;
          return refused.has(recordId(record)) ? [] : [rowOf(record)];
        }
        case 'departure.stateSet': {
          const { key, at, scope, state, by, reason, orderedBy } = entry.body;
          const { window } = context;
          return [
            { ...nothing, id: recordId(key), what: 'state', at, window, scope, state, by, reason, orderedBy },
          ];
        }
        case 'departure.stateUndone': {
          const { key, at, undoes, by, reason } = entry.body;
          const { window } = context;
          return [
            { ...nothing, id: recordId(key), what: 'undo', at, window, of: recordId(undoes), by, reason },
          ];
        }
        case 'departure.stateHeard': {
          const { change, from } = entry.body;
          const common = { ...nothing, id: recordId(change.key), at: change.at, window: from };
          return change.what === 'set'
            ? [{ ...common, what: 'state', scope: change.scope, state: change.state }]
            : [{ ...common, what: 'undo', of: recordId(change.undoes) }];
        }
        default:
          return [];
      }
    });
    // The same record twice (heard again after a crash) is one line.
    const byId = new Map(rows.map((row) => [`${row.what} ${row.id}`, row]));
    return accepted({
      rows: [...byId.values()]
        .toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
        .slice(0, MOST_HISTORY),
    });
  }

  return { 'plans.suggest': suggest, 'plans.history': history };
}
