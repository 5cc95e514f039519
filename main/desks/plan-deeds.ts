import type { NewEntry } from '../../contract/entries.ts';
import type { WindowId } from '../../contract/ids.ts';
import { recordId, type PlanRecord } from '../../contract/orders.ts';
import { isOfAuthority } from '../../domain/contingency/signers.ts';
import { byOf } from './plan-report-events.ts';

/** Who gave an order or set a state, at which window, why and on whose word. What an older program did not pass on is null. */
export interface Deed {
  readonly at: number;
  readonly window: WindowId | null;
  readonly by: string | null;
  readonly countersignedBy: string | null;
  readonly reason: string | null;
  readonly orderedBy: PlanRecord['orderedBy'];
}

const deedOfRecord = (record: PlanRecord): Deed => ({
  at: record.at,
  // What the authority signed is of no window, and of its name.
  window: isOfAuthority(record) ? null : record.window,
  by: byOf(record),
  countersignedBy: record.countersignedBy?.number ?? null,
  reason: record.reason,
  orderedBy: record.orderedBy,
});

/** The deed in an entry of orders and states, own or heard, and the id of its record; undefined for any other entry. */
export function deedOf(entry: NewEntry, own: WindowId): { id: string; deed: Deed } | undefined {
  if ('signed' in entry.body) {
    const { record } = entry.body.signed;
    return { id: recordId(record), deed: deedOfRecord(record) };
  }
  const change =
    entry.kind === 'departure.stateHeard'
      ? { ...entry.body.change, window: entry.body.from }
      : entry.kind === 'departure.stateSet' || entry.kind === 'departure.stateUndone'
        ? { ...entry.body, window: own }
        : undefined;
  if (!change) return undefined;
  const { key, at, window, by, reason } = change;
  return {
    id: recordId(key),
    deed: {
      at,
      window,
      by: by ?? null,
      countersignedBy: null,
      reason: reason ?? null,
      orderedBy: ('orderedBy' in change && change.orderedBy) || null,
    },
  };
}

/** All of them by the id of their record. Of one that is known twice, what was told in full. */
export function deedsOf(entries: readonly NewEntry[], own: WindowId): ReadonlyMap<string, Deed> {
  const deeds = new Map<string, Deed>();
  for (const entry of entries) {
    const found = deedOf(entry, own);
    if (found && (deeds.get(found.id)?.by ?? null) === null) deeds.set(found.id, found.deed);
  }
  return deeds;
}
