import type { InForce, OfficeInput, OfficeOutput, OfficeStatus } from '../../contract/office.ts';
import { recordId } from '../../contract/orders.ts';
import { accepted, refused } from '../../contract/refusals.ts';
import { isInForce, type OrderState } from '../../domain/contingency/orders.ts';
import { reviewTimer } from '../../domain/contingency/reviews.ts';
import type { PlanBook } from '../plans/book.ts';
import type { DepartureBook } from '../plans/departure-book.ts';
import { bodyOf } from './body-of.ts';
import type { DeskContext, Mutation } from './context.ts';

/** The review timer of an order as pages see it; absent where its plan cannot be read. */
export function reviewOf(
  order: OrderState,
  reviews: DepartureBook['reviews'],
  nowMs: number,
): Pick<InForce, 'review'> {
  const done = reviews(order.id);
  const timer = reviewTimer(order, done, nowMs);
  if (!timer) return {};
  const last = done.at(-1);
  const { everyMin, dueAt, isDue } = timer;
  return {
    review: {
      everyMin,
      dueAt,
      due: isDue,
      last: last ? { at: last.at, by: last.by, note: last.note } : null,
    },
  };
}

/** Reviews: somebody looked again and the order goes on. Written down; nothing ends or lasts longer by it. */
export function createReviewDesk(context: DeskContext, book: PlanBook, reviews: DepartureBook['reviews']) {
  const review: Mutation<OfficeInput<'plans.review'>, OfficeOutput<'plans.review'>> = {
    decide({ order: key, note }, { person }, nowMs) {
      const order = book.orders().order(recordId(key));
      if (!order) return refused('order.unknown', { order: recordId(key) }, 'order');
      if (!isInForce(order, book.nowMs())) return refused('order.ended', {}, 'order');
      if (!order.plan) return refused('rules.unreadable', {}, 'order');
      const reviewId = context.runtime.random.id();
      const body = { reviewId, order: key, at: nowMs, note, by: person?.number ?? '' };
      return accepted({
        entries: [{ kind: 'plan.reviewed' as const, body }],
        afterwards: () => context.departuresMoved(),
      });
    },
    answer(entries) {
      const { at, order: key } = bodyOf(entries, 'plan.reviewed');
      const order = book.orders().order(recordId(key));
      const timer = order && reviewTimer(order, reviews(recordId(key)), at);
      return { at, dueAt: timer?.dueAt ?? null };
    },
  };

  /** Orders that somebody was told of as due, so that each is told once. */
  const told = new Set<string>();

  return {
    desks: { 'plans.review': review },
    /** The office as it is now: a review that became due is told to every page. */
    look({ inForce = [] }: Pick<OfficeStatus, 'inForce'>): void {
      for (const { id, name, review: timer } of inForce) {
        if (!timer) continue;
        const of = `${id} ${timer.dueAt}`;
        if (!timer.due || told.has(of)) continue;
        told.add(of);
        context.emit('plan.reviewDue', { id, name, dueAt: timer.dueAt });
      }
    },
  };
}
