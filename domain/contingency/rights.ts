import type { Effect, Until } from '../../contract/contingency.ts';
import type { StateBook } from '../departures/state-book.ts';
import { stateMeanings } from '../departures/states.ts';
import { addDays, businessDateOf, instantOf } from '../time.ts';
import type { DepartureFacts } from './facts.ts';
import type { OrderBook, OrderState } from './orders.ts';

/** What rights depend on of one ticket. */
export interface TicketFacts {
  readonly departure: DepartureFacts;
  readonly soldAt: number;
  readonly subject: 'passenger' | 'vehicle';
}

/** Lines that a free change may go to. */
export type ChangeTo = 'sameLine' | 'anyLine' | readonly string[];

export interface Right {
  /** Last instant, exclusive; null = no end yet. */
  readonly untilMs: number | null;
  /** Ids of the orders and state changes that gave it, sorted. */
  readonly because: readonly string[];
}

/** What a passenger has gained; null = the fee rules hold. */
export interface Rights {
  readonly refund: Right | null;
  readonly change: (Right & { readonly to: ChangeTo }) | null;
}

export interface RightSettings {
  /** How long a free refund outlives a state that was lifted again. A setting with a mark, in the fee rules. */
  readonly freeAfterRestoredHours: number;
}

const HOUR_MS = 3_600_000;
const FOREVER = Number.POSITIVE_INFINITY;

interface Source {
  readonly id: string;
  readonly refundUntil: number;
  readonly changeUntil: number;
  readonly to: ChangeTo;
}

/**
 * Rights of one ticket, from the history of its departure: every state and every plan that ever gave something while the ticket was
 * already sold and the departure had not left. Ending, extending or taking back changes what new tickets meet, never this; only
 * the deadline that came with the right ends it. Of several, the kindest.
 */
export function rightsOf(
  orders: OrderBook,
  states: StateBook,
  settings: RightSettings,
  ticket: TicketFacts,
  nowMs: number,
): Rights {
  const { departure } = ticket;
  const sources: Source[] = [];
  for (const span of states.history(departure)) {
    const free = stateMeanings[span.state].freeRefund;
    if (!concerns(free, ticket) || !reaches(ticket, span.fromMs, span.toMs)) continue;
    const until = span.toMs === null ? FOREVER : span.toMs + settings.freeAfterRestoredHours * HOUR_MS;
    sources.push({ id: span.changeId, refundUntil: until, changeUntil: until, to: 'sameLine' });
  }
  for (const order of orders.orders) {
    for (const { effect, matcher } of order.effects) {
      if (!matcher.departure(departure, true)) continue;
      const source = sourceOf(order, effect, settings, ticket);
      if (source) sources.push(source);
    }
  }
  const refund = sources.filter((source) => nowMs < source.refundUntil);
  const change = sources.filter((source) => nowMs < source.changeUntil);
  return {
    refund: refund.length === 0 ? null : rightFrom(refund, (source) => source.refundUntil),
    change:
      change.length === 0
        ? null
        : { ...rightFrom(change, (source) => source.changeUntil), to: widest(change.map(({ to }) => to)) },
  };
}

function rightFrom(sources: readonly Source[], until: (source: Source) => number): Right {
  const last = Math.max(...sources.map(until));
  const because = [...new Set(sources.map(({ id }) => id))].toSorted();
  return { untilMs: last === FOREVER ? null : last, because };
}

function sourceOf(
  order: OrderState,
  effect: Effect,
  settings: RightSettings,
  ticket: TicketFacts,
): Source | undefined {
  const { id, record, endedAtMs } = order;
  if (effect.effect === 'departureState') {
    const { freeRefund } = stateMeanings[effect.state];
    const toMs = endedAtMs === null ? null : Math.max(record.at, endedAtMs);
    if (!concerns(freeRefund, ticket) || !reaches(ticket, record.at, toMs)) return undefined;
    const until = toMs === null ? FOREVER : toMs + settings.freeAfterRestoredHours * HOUR_MS;
    return { id, refundUntil: until, changeUntil: until, to: 'sameLine' };
  }
  if (effect.effect !== 'refund' && effect.effect !== 'change') return undefined;
  if (effect.of === (ticket.subject === 'passenger' ? 'vehicles' : 'passengers')) return undefined;
  // An extension that came after the end has lost against it, for rights as well.
  const gained = order.loosenings.some(
    ({ fromMs, toMs }) =>
      fromMs <= (endedAtMs ?? FOREVER) && reaches(ticket, fromMs, Math.min(toMs, endedAtMs ?? FOREVER)),
  );
  if (!gained) return undefined;
  const until = deadline(effect.until, order, ticket.departure);
  return effect.effect === 'refund'
    ? { id, refundUntil: until, changeUntil: 0, to: 'sameLine' }
    : { id, refundUntil: 0, changeUntil: until, to: effect.to };
}

function concerns(free: 'none' | 'vehicles' | 'all', { subject }: TicketFacts): boolean {
  return free === 'all' || (free === 'vehicles' && subject === 'vehicle');
}

/**
 * A ticket sold after something had ended has nothing from it; one sold meanwhile, by a window that had not heard, has. A departure
 * that had left before it began is not touched by it.
 */
function reaches({ soldAt, departure }: TicketFacts, fromMs: number, toMs: number | null): boolean {
  if (toMs !== null && soldAt > toMs) return false;
  return (departure.leftAt ?? departure.departAt) >= fromMs;
}

/** A deadline counts from the end of what caused it: an order that still restricts has not ended, whatever its clock says. */
function deadline(until: Until, order: OrderState, departure: DepartureFacts): number {
  if ('daysInclusive' in until) {
    const begun = businessDateOf(order.record.at);
    const first = departure.date > begun ? departure.date : begun;
    return instantOf(addDays(first, until.daysInclusive), '00:00');
  }
  const { endedAtMs, loosenings, effects } = order;
  if (endedAtMs === null && effects.some(({ loosens }) => !loosens)) return FOREVER;
  const last = Math.max(order.record.at, ...loosenings.map(({ toMs }) => toMs));
  return (endedAtMs ?? last) + until.hoursAfterEnd * HOUR_MS;
}

function widest(all: readonly ChangeTo[]): ChangeTo {
  if (all.includes('anyLine')) return 'anyLine';
  const lines = [...new Set(all.flatMap((to) => (typeof to === 'string' ? [] : to)))].toSorted();
  return lines.length === 0 ? 'sameLine' : lines;
}
