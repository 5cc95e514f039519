import type { Effect, Plan } from '../../contract/contingency.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { recordId, type EndRecord, type ExtendRecord, type OrderRecord } from '../../contract/orders.ts';
import { isLoosening } from './effects.ts';
import { matcherOf, type Matcher } from './scope.ts';

/**
 * A record as the office has it. An order comes with its plan; `plan` is null when this program cannot read it (a vocabulary
 * of a later program): such an order stops the sale in its scope until it ends, because nobody knows what it forbids.
 */
export type KnownRecord =
  | { readonly record: OrderRecord; readonly plan: Plan | null }
  | { readonly record: ExtendRecord | EndRecord };

/** A time, from inclusive, to exclusive, UTC milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ReadyEffect {
  readonly effect: Effect;
  readonly loosens: boolean;
  readonly matcher: Matcher;
}

/** One order with everything known of it. */
export interface OrderState {
  readonly id: string;
  readonly record: OrderRecord;
  readonly plan: Plan | null;
  /** Latest end that names it; null = in force. */
  readonly endedAtMs: number | null;
  /** When its loosenings hold or held, by the clocks of those who signed; not yet cut by an end. */
  readonly loosenings: readonly Span[];
  readonly effects: readonly ReadyEffect[];
  /** The order's scope within its plan's, for orders that cannot be read. */
  readonly matcher: Matcher;
}

export interface OrderBook {
  /** Every order known, sorted by id, ended ones too: rights gained outlive them. */
  readonly orders: readonly OrderState[];
  /** Those that no end names, sorted by id. */
  readonly standing: readonly OrderState[];
  order(id: string): OrderState | undefined;
}

/**
 * Folds records into orders. Records are a set: any order of arrival and any repetition give the same book. An end beats every
 * extension, also one that arrives later; a record that names an order not yet known waits for it.
 */
export function createOrderBook(records: Iterable<KnownRecord>): OrderBook {
  const byText = new Map<string, KnownRecord>();
  for (const known of records) {
    const text = jcs(known.record);
    const there = byText.get(text);
    // The same order may be known twice, once from a program that could not read its plan.
    if (there && 'plan' in there && there.plan !== null) continue;
    byText.set(text, known);
  }
  const orders: { id: string; text: string; record: OrderRecord; plan: Plan | null }[] = [];
  const ends = new Map<string, number>();
  const extensions = new Map<string, Span[]>();
  for (const [text, known] of byText) {
    if ('plan' in known) {
      orders.push({ id: recordId(known.record), text, record: known.record, plan: known.plan });
      continue;
    }
    const { record } = known;
    const id = recordId(record.order);
    if (record.record === 'end') ends.set(id, Math.max(ends.get(id) ?? 0, record.at));
    else extensions.set(id, [...(extensions.get(id) ?? []), { fromMs: record.at, toMs: record.until }]);
  }
  const all = orders
    .toSorted((a, b) => (a.id === b.id ? (a.text < b.text ? -1 : 1) : a.id < b.id ? -1 : 1))
    .map(({ id, record, plan }): OrderState => {
      // Clocks of two offices differ: an order held at least for the instant in which it was signed.
      const endedAt = ends.get(id);
      const own = record.until === null ? [] : [{ fromMs: record.at, toMs: record.until }];
      return {
        id,
        record,
        plan,
        endedAtMs: endedAt === undefined ? null : Math.max(record.at, endedAt),
        loosenings: [...own, ...(extensions.get(id) ?? [])]
          .filter((span) => span.toMs > span.fromMs)
          .toSorted((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs),
        effects: (plan?.effects ?? []).map((effect) => ({
          effect,
          loosens: isLoosening(effect),
          matcher: matcherOf(plan?.scope, record.scope, effect.scope),
        })),
        matcher: matcherOf(plan?.scope, record.scope),
      };
    });
  const byId = new Map(all.map((order) => [order.id, order]));
  return {
    orders: all,
    standing: all.filter((order) => order.endedAtMs === null),
    order: (id) => byId.get(id),
  };
}

/** Whether the loosenings of an order hold at an instant. */
export function loosensAt(order: OrderState, nowMs: number): boolean {
  return (
    order.endedAtMs === null && order.loosenings.some(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs)
  );
}

/** An order is in force while no end names it and something of it still holds: a restriction, or a loosening by the clock. */
export function isInForce(order: OrderState, nowMs: number): boolean {
  if (order.endedAtMs !== null) return false;
  return order.plan === null || order.effects.some(({ loosens }) => !loosens) || loosensAt(order, nowMs);
}

/** Sorted ids of the orders in force: what every entry carries in `plans`. */
export function ordersInForce(book: OrderBook, nowMs: number): string[] {
  return book.standing.filter((order) => isInForce(order, nowMs)).map(({ id }) => id);
}
