import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { recordId } from '../../contract/orders.ts';
import { factsOf, type DepartureFacts } from '../../domain/contingency/facts.ts';
import { isInForce, type OrderState } from '../../domain/contingency/orders.ts';
import { decideExtra } from '../../domain/departures/extra.ts';
import { noticeOf, stateWords } from '../../domain/departures/notice.ts';
import { instantOf, localTimeOf } from '../../domain/time.ts';
import type { Departure } from '../../domain/types.ts';
import type { PlanBook } from '../plans/book.ts';
import type { DepartureBook } from '../plans/departure-book.ts';
import { bodyOf } from './body-of.ts';
import type { DeskContext, Mutation } from './context.ts';
import { deedOf, deedsOf, type Deed } from './plan-deeds.ts';

const DAY_MS = 86_400_000;

/** An order that speaks of a departure, and was not over before its day began. */
function touches({ plan, effects, matcher, endedAtMs }: OrderState, facts: DepartureFacts): boolean {
  if (endedAtMs !== null && endedAtMs < instantOf(facts.date, '00:00')) return false;
  if (plan === null) return matcher.departure(facts, true);
  return effects.some((one) => one.matcher.departure(facts, !one.loosens));
}

/** On its day, or late, after midnight. */
const mayHaveLeft = ({ date, departAt }: Departure, leftAt: number): boolean =>
  leftAt >= instantOf(date, '00:00') && leftAt < departAt + DAY_MS;

const saidOf = (deed: Deed | undefined): Omit<Deed, 'at'> => {
  const { window = null, by = null, countersignedBy = null, reason = null, orderedBy = null } = deed ?? {};
  return { window, by, countersignedBy, reason, orderedBy };
};

/** Extra departures, departures that left, and the history of states: what clerks and leaders look up and put in. */
export function createDepartureDesk(context: DeskContext, plans: PlanBook, book: DepartureBook) {
  const { config, ledger } = context;

  const addExtra: Mutation<OfficeInput<'departures.addExtra'>, OfficeOutput<'departures.addExtra'>> = {
    decide(input, { person }, nowMs) {
      const timetable = context.timetable();
      const pattern = timetable?.departure(input.pattern);
      if (!timetable || !pattern || pattern.line.fromPlaceId !== config.station.id)
        return refused('extra.pattern', { departureId: input.pattern }, 'pattern');
      const sameLine = timetable.departuresOn(pattern.date, { lineId: pattern.line.id });
      const known = sameLine.map((departure) => factsOf(departure));
      const vesselKind = input.vesselKind ?? pattern.vesselKind ?? null;
      const decided = decideExtra(known, { ...input, vesselKind, by: person?.number ?? '' }, nowMs);
      return decided.ok
        ? accepted({ entries: [decided.value], afterwards: () => context.departuresMoved() })
        : decided;
    },
    answer(entries) {
      const { departureId, departAt } = bodyOf(entries, 'departure.extraAdded');
      return { departureId, departAt };
    },
  };

  const leave: Mutation<OfficeInput<'departures.leave'>, OfficeOutput<'departures.leave'>> = {
    decide({ departureId, leftAt }, { person }, nowMs) {
      const departure = context.timetable()?.departure(departureId);
      if (!departure || departure.line.fromPlaceId !== config.station.id)
        return refused('departure.unknown', { departureId }, 'departureId');
      const known = book.leftAt(departureId);
      if (known !== null) return refused('departure.leftAlready', { time: localTimeOf(known) });
      if (leftAt > nowMs || !mayHaveLeft(departure, leftAt))
        return refused('departure.leftTime', {}, 'leftAt');
      return accepted({
        entries: [
          {
            kind: 'departure.left' as const,
            body: { departureId, leftAt, by: person?.number ?? '' },
          },
        ],
        afterwards: () => context.departuresMoved(),
      });
    },
    answer(entries) {
      const { departureId, leftAt } = bodyOf(entries, 'departure.left');
      return { departureId, leftAt };
    },
  };

  /** The signed end of an order, the latest of several. */
  function endOf(orderId: string): Deed | undefined {
    return plans
      .entries()
      .flatMap((entry) => {
        if (!('signed' in entry.body)) return [];
        const { record } = entry.body.signed;
        const isEnd = record.record === 'end' && recordId(record.order) === orderId;
        return isEnd ? [deedOf(entry, context.window)?.deed].flatMap((deed) => deed ?? []) : [];
      })
      .toSorted((a, b) => a.at - b.at)
      .at(-1);
  }

  function history({
    departureId,
  }: OfficeInput<'departures.history'>): Outcome<OfficeOutput<'departures.history'>> {
    const departure = context.timetable()?.departure(departureId);
    if (!departure) return refused('departure.unknown', { departureId }, 'departureId');
    const leftAt = book.leftAt(departureId);
    const { mode } = departure.line;
    const nowMs = plans.nowMs();
    const facts = factsOf(departure, leftAt);
    const deeds = deedsOf(plans.entries(), context.window);
    const sold = (): number => ledger.picture.counts([departureId]).get(departureId)?.sold ?? 0;
    return accepted({
      departureId: departure.departureId,
      date: departure.date,
      notice: noticeOf(context.rules(departure), mode, sold) ?? null,
      leftAt,
      spans: plans
        .states()
        .history(facts)
        .map(({ changeId, state, fromMs, toMs, isUndone, endedBy }) => ({
          changeId,
          state,
          words: stateWords(state, mode, 0),
          from: fromMs,
          to: toMs,
          undone: isUndone,
          ...saidOf(deeds.get(changeId)),
          ended: (endedBy === null ? undefined : deeds.get(endedBy)) ?? null,
        })),
      orders: plans
        .orders()
        .orders.filter((order) => touches(order, facts))
        .toSorted((a, b) => a.record.at - b.record.at)
        .map((order) => ({
          orderId: order.id,
          name: order.plan?.name ?? null,
          from: order.record.at,
          loosensUntil: order.loosenings.at(-1)?.toMs ?? null,
          restricts: order.plan === null || order.effects.some(({ loosens }) => !loosens),
          over: !isInForce(order, nowMs),
          ...saidOf(deeds.get(order.id)),
          ended: endOf(order.id) ?? null,
        })),
    });
  }

  return {
    'departures.addExtra': addExtra,
    'departures.leave': leave,
    'departures.history': history,
  };
}
