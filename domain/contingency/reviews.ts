import type { OrderState } from './orders.ts';

const MINUTE_MS = 60_000;

/** One look at an order, as far as its timer asks. */
export interface Review {
  readonly at: number;
}

/** When somebody has to look at an order again. */
export interface ReviewTimer {
  readonly everyMin: number;
  /** UTC milliseconds. */
  readonly dueAt: number;
  readonly isDue: boolean;
}

/**
 * The review timer of an order (复查, ticketing rules 3.4): counted from the order, or from the last review that somebody signed.
 * Overdue, it is told and nothing else: no restriction ends by it. Undefined for an order that ended or that this program cannot read.
 */
export function reviewTimer(
  order: Pick<OrderState, 'record' | 'plan' | 'endedAtMs'>,
  reviews: readonly Review[],
  nowMs: number,
): ReviewTimer | undefined {
  if (!order.plan || order.endedAtMs !== null) return undefined;
  const { reviewEveryMin } = order.plan;
  const last = reviews.reduce((latest, { at }) => Math.max(latest, at), order.record.at);
  const dueAt = last + reviewEveryMin * MINUTE_MS;
  return { everyMin: reviewEveryMin, dueAt, isDue: nowMs >= dueAt };
}
