import type { Scope } from '../../contract/contingency.ts';
import type { EntryBody } from '../../contract/entries.ts';
import type { DepartureId, Fen, WindowId } from '../../contract/ids.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { PlanReport } from '../../contract/office/plan-report.ts';
import { recordId } from '../../contract/orders.ts';
import type { WindowData } from '../../contract/window-sight.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { factsOf } from '../../domain/contingency/facts.ts';
import type { OrderState } from '../../domain/contingency/orders.ts';
import { matcherOf } from '../../domain/contingency/scope.ts';
import { noticeOf } from '../../domain/departures/notice.ts';
import { addDays, businessDateOf, localTimeOf } from '../../domain/time.ts';
import type { Departure } from '../../domain/types.ts';
import type { PlanBook } from '../plans/book.ts';
import { noteOf } from '../plans/departure-book.ts';
import type { PictureTicket } from '../ledger/types.ts';
import type { DeskContext } from './context.ts';
import { netOf } from './day-sums.ts';
import { byOf, reportEvent, type ReportEvent } from './plan-report-events.ts';
import { planReportFile } from './plan-report-file.ts';
import { createTicketFacts } from './ticket-facts.ts';
import { dataOf, windowData } from './window-data.ts';

const MOST_DAYS = 31;
const MOST_DEPARTURES = 300;

const sum = <R>(rows: readonly R[], of: (row: R) => number): number =>
  rows.reduce((total, row) => total + of(row), 0);

/**
 * The report of an order (ticketing rules 3.5): at the station's host of the whole station, as far as its windows' journals are here,
 * which it says by window; anywhere else of this window alone. Tickets and money are those of the departures in its scope, on the
 * business dates from its beginning to its end.
 */
export function createPlanReportDesk(context: DeskContext, plans: PlanBook) {
  const { config, ledger, runtime } = context;
  const facts = createTicketFacts(context);

  function departuresOf({ record, plan, endedAtMs }: OrderState, nowMs: number): Departure[] {
    const timetable = context.timetable();
    if (!timetable) return [];
    const scopes = [record.scope, ...(plan ? [plan.scope] : [])].map((scope: Scope) => matcherOf(scope));
    const last = businessDateOf(endedAtMs ?? nowMs);
    const found: Departure[] = [];
    for (
      let date = businessDateOf(record.at), n = 0;
      date <= last && n < MOST_DAYS;
      date = addDays(date, 1), n += 1
    )
      found.push(
        ...timetable.departuresOn(date).filter((departure) => {
          if (departure.line.fromPlaceId !== config.station.id || departure.departAt < record.at)
            return false;
          const facts = factsOf(departure);
          return scopes.every((scope) => scope.departure(facts, true));
        }),
      );
    return found;
  }

  function eventsOf({ id, record, endedAtMs }: OrderState, departures: ReadonlySet<string>): ReportEvent[] {
    const events: ReportEvent[] = [];
    for (const { atMs, entry } of ledger.contingencyAfter(0)) {
      const isOf = atMs >= record.at && (endedAtMs === null || atMs <= endedAtMs);
      const event = reportEvent(entry, atMs, { id, departures }, context.window);
      // Its own records are in it whenever they became known here.
      if (event && (isOf || ['ordered', 'extended', 'ended'].includes(event.what))) events.push(event);
    }
    return events.toSorted((a, b) => a.at - b.at);
  }

  /** Whether something of a window belongs into this office's report: a window that follows the host's picture has more than its own. */
  const isCounted = (row: { window: string }): boolean =>
    context.station.kind === 'host' || row.window === context.window;

  /** Heads aboard each: of all gates at the host, of this office's own one anywhere else. */
  function boardedOf(departureIds: readonly DepartureId[]): Map<string, number> {
    const { picture } = ledger;
    if (context.station.kind === 'host')
      return new Map([...picture.counts(departureIds)].map(([id, { boarded }]) => [id, boarded]));
    const isHere = (id: DepartureId, { boardings }: PictureTicket): boolean =>
      boardings.some((each) => each.own && each.departureId === id);
    return new Map(
      departureIds.map((id) => [
        id,
        sum(
          picture.ticketsAt(id).filter((ticket) => isHere(id, ticket)),
          ({ heads }) => heads,
        ),
      ]),
    );
  }

  /** Every window whose journal is in, and one that only its sales name. */
  function windowsOf(rows: readonly { window: WindowId }[], nowMs: number): WindowData[] {
    const known = windowData(context, nowMs);
    const others = new Set(rows.map(({ window }) => window));
    for (const { window } of known) others.delete(window);
    return [
      ...known,
      ...[...others].map((window) => ({ window, data: 'lost' as const, upTo: null, missing: null })),
    ];
  }

  function report({ order: key }: OfficeInput<'plans.report'>): Outcome<PlanReport> {
    const order = plans.orders().order(recordId(key));
    if (!order) return refused('order.unknown', { order: recordId(key) }, 'order');
    const nowMs = plans.nowMs();
    const { id, record, plan, endedAtMs } = order;
    const departures = departuresOf(order, nowMs);
    const ids = new Set<string>(departures.map(({ departureId }) => departureId));
    const events = eventsOf(order, ids);
    const dates = [...new Set(departures.map(({ date }) => date))];
    const days = [...new Set([businessDateOf(record.at), ...dates])]
      .filter((date) => date <= businessDateOf(endedAtMs ?? nowMs))
      .map((date) => ledger.day(date));
    const isOf = (row: { window: string; departureId: string }): boolean =>
      ids.has(row.departureId) && isCounted(row);
    const sales = days.flatMap((day) => day.sales).filter(isOf);
    const after = days.flatMap((day) => day.after).filter(isOf);
    const refunds = after.filter(({ what }) => what === 'refund');
    const net = netOf(sales, after);
    const boarded = boardedOf(departures.map(({ departureId }) => departureId));
    const soldOf = (departureId: DepartureId): number =>
      sum(
        sales.filter((row) => row.departureId === departureId),
        (row) => row.tickets,
      );
    const afterOf = (departureId: DepartureId | null, what: string): number =>
      sum(
        after.filter((row) => row.what === what && (departureId === null || row.departureId === departureId)),
        ({ tickets }) => tickets,
      );
    const releases = releasesOf(record.at, endedAtMs, ids);
    const lines = new Set(departures.map(({ line, date }) => `${line.id}/${date}`));
    const tickets = departures
      .flatMap(({ departureId }) => ledger.picture.ticketsOfDeparture(departureId))
      .filter(isCounted);
    const measured = recordsOf(id).flatMap((each) => (each.measured ? [each.measured] : []));
    return accepted({
      id,
      planName: plan?.name ?? record.plan.id,
      planVersion: record.plan.version,
      station: config.station.name,
      from: record.at,
      endedAt: endedAtMs,
      madeAt: runtime.clock.nowMs(),
      reason: record.reason,
      signal: plan?.weather?.signal ?? null,
      orderedBy: record.orderedBy,
      by: byOf(record),
      countersignedBy: record.countersignedBy?.number ?? null,
      measured,
      of: dataOf(context),
      windows: windowsOf([...sales, ...after], nowMs).map((one) => {
        const isOfOne = (row: { window: string }): boolean => row.window === one.window;
        return {
          ...one,
          tickets: sum(sales.filter(isOfOne), (row) => row.tickets),
          salesFen: sum(sales.filter(isOfOne), ({ fen }) => fen) as Fen,
          refunded: sum(refunds.filter(isOfOne), (row) => row.tickets),
          refundedFen: sum(refunds.filter(isOfOne), ({ backFen }) => backFen) as Fen,
        };
      }),
      events,
      departureCount: departures.length,
      departures: departures.slice(0, MOST_DEPARTURES).map((departure) => {
        const { departureId, departLocal, date, line, capacity } = departure;
        const leftAt = context.departures.leftAt(departureId);
        const notice = noticeOf(context.rules(departure), line.mode, () => soldOf(departureId));
        return {
          departureId,
          departLocal,
          date,
          lineName: line.name,
          words: leftAt === null ? (notice?.words ?? '正常') : `${localTimeOf(leftAt)} 开出`,
          capacity,
          sold: soldOf(departureId),
          boarded: boarded.get(departureId) ?? 0,
          refunded: afterOf(departureId, 'refund'),
          moved: afterOf(departureId, 'change'),
        };
      }),
      totals: {
        tickets: sum(sales, (row) => row.tickets),
        salesFen: sum(sales, ({ fen }) => fen) as Fen,
        refunded: afterOf(null, 'refund'),
        refundedFen: sum(refunds, ({ backFen }) => backFen) as Fen,
        feesFen: sum(after, ({ feeFen }) => feeFen) as Fen,
        moved: afterOf(null, 'change'),
        voided: afterOf(null, 'void'),
        netTickets: net.tickets,
        netFen: net.fen,
        boarded: sum([...boarded.values()], (heads) => heads),
        waiting: sum([...lines], (line) => {
          const [lineId = '', date = ''] = line.split('/');
          const through = context.departures.releases(lineId, date).throughQueueNumber ?? 0;
          const queue = ledger.picture.queue(lineId, date).filter(isCounted);
          return queue.filter(({ more }) => (more.queue ?? 0) > through).length;
        }),
        released: sum(releases, ({ count }) => count),
        mostReleasedAtOnce: Math.max(0, ...releases.map(({ count }) => count)),
        identitiesTyped: tickets.filter(({ more }) => more.readAloud).length,
        notices: events.filter(({ what }) => what === 'notice').length,
        reviews: events.filter(({ what }) => what === 'reviewed').length,
        soldUnheard: sum(
          departures,
          ({ departureId }) => facts.unheardOf(facts.ofDeparture(departureId).filter(isCounted)).size,
        ),
      },
    });
  }

  function releasesOf(
    fromMs: number,
    toMs: number | null,
    ids: ReadonlySet<string>,
  ): EntryBody<'release.counted'>[] {
    return ledger.contingencyAfter(0).flatMap(({ atMs, entry }) => {
      const note = noteOf(entry);
      const isOf = atMs >= fromMs && (toMs === null || atMs <= toMs);
      return isOf && note?.what === 'release' && ids.has(note.body.departureId) ? [note.body] : [];
    });
  }

  /** The order and what followed it, as far as it was signed. */
  function recordsOf(id: string) {
    return ledger.contingencyAfter(0).flatMap(({ entry }) => {
      if (!('signed' in entry.body)) return [];
      const { record } = entry.body.signed;
      const of = record.record === 'order' ? recordId(record) : recordId(record.order);
      return of === id ? [record] : [];
    });
  }

  function orders(): Outcome<OfficeOutput<'plans.orders'>> {
    return accepted({
      orders: plans
        .orders()
        .orders.map(({ id, record, plan, endedAtMs }) => ({
          key: { issuer: record.issuer, n: record.n },
          id,
          name: plan?.name ?? record.plan.id,
          from: record.at,
          endedAt: endedAtMs,
        }))
        .toSorted((a, b) => b.from - a.from),
    });
  }

  return {
    'plans.report': report,
    'plans.orders': orders,
    'plans.exportReport'({ order, format }: OfficeInput<'plans.exportReport'>) {
      const made = report({ order });
      return made.ok ? accepted(planReportFile(made.value, format)) : made;
    },
  };
}
