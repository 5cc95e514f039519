import type { EntryBody, NewEntry } from '../../contract/entries.ts';
import type { WindowId } from '../../contract/ids.ts';
import { recordId, type PlanRecord, type SignedRecord } from '../../contract/orders.ts';
import type { Outcome, Refusal } from '../../contract/refusals.ts';
import { acceptRecord } from '../../domain/contingency/accept-record.ts';
import { factsOf } from '../../domain/contingency/facts.ts';
import { knownFromEntries, type KnownFromEntries } from '../../domain/contingency/from-entries.ts';
import { createOrderBook, type KnownRecord, type OrderBook } from '../../domain/contingency/orders.ts';
import { createRuleBook, type RuleBook, type Rules } from '../../domain/contingency/rules.ts';
import { createStateBook, type StateBook, type StateChange } from '../../domain/departures/state-book.ts';
import type { Departure } from '../../domain/types.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Runtime } from '../runtime.ts';
import type { Trust } from '../../domain/contingency/accept-record.ts';
import type { PlanLibrary } from './library.ts';

/** Everything that this office knows of plans in force and states of departures, in memory. */
export interface PlanBook {
  /** Ids of the orders in force, sorted: what every entry carries. */
  inForce(): string[];
  /** `at` another window of the station: as its own office would see them. */
  rules(departure: Departure | null, at?: WindowId): Rules;
  orders(): OrderBook;
  states(): StateBook;
  changes(): readonly StateChange[];
  /** Records that do not count, and why. */
  refused(): readonly { readonly record: PlanRecord; readonly refusal: Refusal }[];
  /** The rules now, and as they would be with more records or one more change. */
  ruleBook(more?: { records?: readonly KnownRecord[]; change?: StateChange }): RuleBook;
  /** Every entry of orders and states that this office has, oldest first as it came here. */
  entries(): readonly NewEntry[];
  /** Next free number of this ledger. */
  nextN(): number;
  /** The clock, never before an entry of this book or an instant that was asked about: set back, it lengthens no loosening. */
  nowMs(): number;
  /** This very record is here already, whoever brought it. */
  has(signed: SignedRecord): boolean;
  /** Whether a record of another office would count here: refuses what `acceptRecord` refuses. */
  judge(heard: EntryBody<'plan.heard'>): Outcome<KnownRecord>;
  /** Entries were written: reads those that are new. */
  refresh(): void;
}

/** Filled from the entries that the ledger names, not from the whole journal; an office without plans reads nothing. */
export function createPlanBook(parts: {
  ledger: Ledger;
  runtime: Pick<Runtime, 'clock'>;
  library: Pick<PlanLibrary, 'freeAfterRestoredHours' | 'refresh'> & { readonly trust: Trust };
  window: WindowId;
  /** When a departure really left, where somebody said so. */
  leftAt?: (departureId: string) => number | null;
  /** Something new was read after the start: the rules may be other ones. */
  moved?: () => void;
}): PlanBook {
  const { ledger, runtime, library, window, leftAt = () => null } = parts;
  const entries: NewEntry[] = [];
  let lastSeq = 0;
  let floorMs = 0;
  let known: KnownFromEntries;
  let orders: OrderBook;
  let states: StateBook;
  let book: RuleBook;

  const settings = {
    get freeAfterRestoredHours() {
      return library.freeAfterRestoredHours();
    },
  };

  function refresh(): boolean {
    library.refresh();
    const fresh = ledger.contingencyAfter(lastSeq);
    if (fresh.length === 0 && lastSeq > 0) return false;
    for (const { seq, atMs, entry } of fresh) {
      lastSeq = seq;
      floorMs = Math.max(floorMs, atMs);
      entries.push(entry);
    }
    known = knownFromEntries(entries, ledger.ledgerId, library.trust);
    orders = createOrderBook(known.records);
    states = createStateBook(known.changes);
    book = createRuleBook(orders, states, settings);
    return fresh.length > 0;
  }
  refresh();

  const nowMs = (): number => (floorMs = Math.max(floorMs, runtime.clock.nowMs()));

  return {
    inForce: () => (orders.standing.length === 0 ? [] : book.plans(nowMs())),
    rules(departure, at = window) {
      const facts = departure && factsOf(departure, leftAt(departure.departureId));
      return book.rulesFor({ window: at, channel: 'window', departure: facts }, nowMs());
    },
    orders: () => orders,
    states: () => states,
    changes: () => known.changes,
    entries: () => entries,
    refused: () => known.refused,
    ruleBook(more = {}) {
      const { records, change } = more;
      if (!records && !change) return book;
      return createRuleBook(
        records ? createOrderBook([...known.records, ...records]) : orders,
        change ? createStateBook([...known.changes, change]) : states,
        settings,
      );
    },
    nextN: () => known.nextN,
    nowMs,
    has: ({ record, signature }) =>
      entries.some(
        ({ body }) =>
          'signed' in body &&
          recordId(body.signed.record) === recordId(record) &&
          body.signed.signature === signature,
      ),
    judge: ({ signed, plan }) => acceptRecord(signed, plan, library.trust),
    refresh() {
      if (refresh()) parts.moved?.();
    },
  };
}
