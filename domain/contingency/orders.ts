import type { Effect, Plan } from '../../contract/contingency.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { recordId, type EndRecord, type ExtendRecord, type OrderRecord } from '../../contract/orders.ts';
import { isLoosening } from './effects.ts';
import { matcherOf, type Matcher } from './scope.ts';
import { mayFollow, wrongSigners } from './signers.ts';

const MINUTE_MS = 60_000;

/**
 * A record as the office has it. An order comes with its plan; `plan` is null when this program cannot read it (a vocabulary
 * of a later program): such an order stops sale and boarding in its scope until it ends, because nobody knows what it forbids.
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
  const following = new Map<string, (ExtendRecord | EndRecord)[]>();
  for (const [text, known] of byText) {
    if ('plan' in known) {
      orders.push({ id: recordId(known.record), text, record: known.record, plan: known.plan });
      continue;
    }
    const id = recordId(known.record.order);
    following.set(id, [...(following.get(id) ?? []), known.record]);
  }
  const all = orders
    .toSorted((a, b) => (a.id === b.id ? (a.text < b.text ? -1 : 1) : a.id < b.id ? -1 : 1))
    .map(({ id, record, plan }) => stateOf(id, record, plan, following.get(id) ?? []));
  const byId = new Map(all.map((order) => [order.id, order]));
  return {
    orders: all,
    standing: all.filter((order) => order.endedAtMs === null),
    order: (id) => byId.get(id),
  };
}

/**
 * One order with what followed it. A record whose signers its plan does not allow counts for nothing, wherever it came from; a
 * loosening never lasts longer than its plan allows from the instant of its signing.
 */
function stateOf(
  id: string,
  record: OrderRecord,
  plan: Plan | null,
  following: readonly (ExtendRecord | EndRecord)[],
): OrderState {
  const valid = following.filter(
    (each) => mayFollow(record, each) && (plan === null || !wrongSigners(plan, each)),
  );
  const ends = valid.flatMap((each) => (each.record === 'end' ? [each.at] : []));
  const longest = (plan?.loosensAtMostMin ?? 0) * MINUTE_MS;
  const loosenings = [record, ...valid]
    .flatMap((each): Span[] => {
      if (each.record === 'end' || each.until === null) return [];
      return [{ fromMs: each.at, toMs: Math.min(each.until, each.at + longest) }];
    })
    .filter((span) => span.toMs > span.fromMs)
    .toSorted((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
  return {
    id,
    record,
    plan,
    // Clocks of two offices differ: an order held at least for the instant in which it was signed.
    endedAtMs: ends.length === 0 ? null : Math.max(record.at, ...ends),
    loosenings,
    effects: (plan?.effects ?? []).map((effect) => ({
      effect,
      loosens: isLoosening(effect),
      matcher: matcherOf(plan?.scope, record.scope, effect.scope),
    })),
    matcher: matcherOf(plan?.scope, record.scope),
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
