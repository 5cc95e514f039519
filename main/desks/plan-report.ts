import type { Scope } from '../../contract/contingency.ts';
import type { EntryBody, NewEntry } from '../../contract/entries.ts';
import type { DepartureId, Fen } from '../../contract/ids.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { PlanReport } from '../../contract/office/plan-report.ts';
import { recordId } from '../../contract/orders.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { queueLabel } from '../../contract/rolling.ts';
import { factsOf } from '../../domain/contingency/facts.ts';
import type { OrderState } from '../../domain/contingency/orders.ts';
import { matcherOf } from '../../domain/contingency/scope.ts';
import { noticeOf } from '../../domain/departures/notice.ts';
import { stateMeanings } from '../../domain/departures/states.ts';
import { addDays, businessDateOf, localTimeOf } from '../../domain/time.ts';
import type { Departure } from '../../domain/types.ts';
import type { PlanBook } from '../plans/book.ts';
import { noteOf } from '../plans/departure-book.ts';
import type { DeskContext } from './context.ts';
import { planReportFile } from './plan-report-file.ts';
import { createTicketFacts } from './ticket-facts.ts';

type Event = PlanReport['events'][number];
const MOST_DAYS = 31;
const MOST_DEPARTURES = 300;

/**
 * The report of an order (ticketing rules 3.5), out of what this office knows: at the station's host everything that its windows
 * sent. Tickets and money are those of the departures in its scope, on the business dates from its beginning to its end.
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
    return found.slice(0, MOST_DEPARTURES);
  }

  function eventsOf(order: OrderState, ids: ReadonlySet<string>): Event[] {
    const { id, record, endedAtMs } = order;
    const events: Event[] = [];
    for (const { atMs, entry } of ledger.contingencyAfter(0)) {
      const isOf = atMs >= record.at && (endedAtMs === null || atMs <= endedAtMs);
      const event = eventOf(entry, atMs, id, ids);
      // Its own records are in it whenever they became known here.
      if (event && (isOf || ['ordered', 'extended', 'ended'].includes(event.what))) events.push(event);
    }
    return events.toSorted((a, b) => a.at - b.at);
  }

  function report({ order: key }: OfficeInput<'plans.report'>): Outcome<PlanReport> {
    const order = plans.orders().order(recordId(key));
    if (!order) return refused('order.unknown', { order: recordId(key) }, 'order');
    const nowMs = plans.nowMs();
    const { id, record, plan, endedAtMs } = order;
    const departures = departuresOf(order, nowMs);
    const ids = new Set<string>(departures.map(({ departureId }) => departureId));
    const events = eventsOf(order, ids);
    const counts = ledger.picture.counts(departures.map(({ departureId }) => departureId));
    const dates = [...new Set(departures.map(({ date }) => date))];
    const days = [...new Set([businessDateOf(record.at), ...dates])]
      .filter((date) => date <= businessDateOf(endedAtMs ?? nowMs))
      .map((date) => ledger.day(date));
    const sales = days.flatMap((day) => day.sales).filter(({ departureId }) => ids.has(departureId));
    const after = days.flatMap((day) => day.after).filter(({ departureId }) => ids.has(departureId));
    const sum = <R>(rows: readonly R[], of: (row: R) => number): number =>
      rows.reduce((total, row) => total + of(row), 0);
    const afterOf = (departureId: DepartureId | null, what: string): number =>
      sum(
        after.filter((row) => row.what === what && (departureId === null || row.departureId === departureId)),
        ({ tickets }) => tickets,
      );
    const releases = releasesOf(record.at, endedAtMs, ids);
    const lines = new Set(departures.map(({ line, date }) => `${line.id}/${date}`));
    const tickets = departures.flatMap(({ departureId }) => ledger.picture.ticketsOfDeparture(departureId));
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
      by: record.by.number,
      countersignedBy: record.countersignedBy?.number ?? null,
      measured,
      events,
      departures: departures.map((departure) => {
        const { departureId, departLocal, date, line, capacity } = departure;
        const known = counts.get(departureId);
        const leftAt = context.departures.leftAt(departureId);
        const notice = noticeOf(context.rules(departure), line.mode, () => known?.sold ?? 0);
        return {
          departureId,
          departLocal,
          date,
          lineName: line.name,
          words: leftAt === null ? (notice?.words ?? '正常') : `${localTimeOf(leftAt)} 开出`,
          capacity,
          sold: sum(
            sales.filter((row) => row.departureId === departureId),
            (row) => row.tickets,
          ),
          boarded: known?.boarded ?? 0,
          refunded: afterOf(departureId, 'refund'),
          moved: afterOf(departureId, 'change'),
        };
      }),
      totals: {
        tickets: sum(sales, (row) => row.tickets),
        salesFen: sum(sales, ({ fen }) => fen) as Fen,
        refunded: afterOf(null, 'refund'),
        refundedFen: sum(
          after.filter(({ what }) => what === 'refund'),
          ({ backFen }) => backFen,
        ) as Fen,
        feesFen: sum(after, ({ feeFen }) => feeFen) as Fen,
        moved: afterOf(null, 'change'),
        boarded: sum([...counts.values()], ({ boarded }) => boarded),
        waiting: sum([...lines], (line) => {
          const [lineId = '', date = ''] = line.split('/');
          const through = context.departures.releases(lineId, date).throughQueueNumber ?? 0;
          return ledger.picture.queue(lineId, date).filter(({ more }) => (more.queue ?? 0) > through).length;
        }),
        released: sum(releases, ({ count }) => count),
        mostReleasedAtOnce: Math.max(0, ...releases.map(({ count }) => count)),
        identitiesTyped: tickets.filter(({ more }) => more.readAloud).length,
        notices: events.filter(({ what }) => what === 'notice').length,
        reviews: events.filter(({ what }) => what === 'reviewed').length,
        soldUnheard: sum(
          departures,
          ({ departureId }) => facts.unheardOf(facts.ofDeparture(departureId)).size,
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

function eventOf(entry: NewEntry, atMs: number, id: string, ids: ReadonlySet<string>): Event | undefined {
  if ('signed' in entry.body) {
    const { record } = entry.body.signed;
    const of = record.record === 'order' ? recordId(record) : recordId(record.order);
    if (of !== id) return undefined;
    const who = { by: record.by.number, countersignedBy: record.countersignedBy?.number ?? null };
    const words = { order: '启用预案', extend: '延长', end: '解除预案' }[record.record];
    const what = ({ order: 'ordered', extend: 'extended', end: 'ended' } as const)[record.record];
    return { at: record.at, what, text: `${words}:${record.reason}`, ...who };
  }
  if (entry.kind === 'departure.stateSet' || entry.kind === 'departure.stateHeard') {
    const change =
      entry.kind === 'departure.stateSet' ? { what: 'set' as const, ...entry.body } : entry.body.change;
    const by = entry.kind === 'departure.stateSet' ? entry.body.by : '—';
    if (change.what === 'undone')
      return { at: change.at, what: 'stateUndone', text: '撤回班次状态', by, countersignedBy: null };
    const of = change.scope.departures?.filter((departure) => ids.has(departure));
    if (of?.length === 0) return undefined;
    const where = of ? of.map(timeOf).join('、') : '按范围';
    const words = stateMeanings[change.state].chinese;
    return { at: change.at, what: 'stateSet', text: `${where} 设为“${words}”`, by, countersignedBy: null };
  }
  if (entry.kind === 'departure.stateUndone')
    return {
      at: entry.body.at,
      what: 'stateUndone',
      text: `撤回班次状态:${entry.body.reason}`,
      by: entry.body.by,
      countersignedBy: null,
    };
  const note = noteOf(entry);
  if (!note) return undefined;
  const plain = (what: Event['what'], at: number, text: string): Event => {
    return { at, what, text, by: note.body.by, countersignedBy: null };
  };
  switch (note.what) {
    case 'extra': {
      const { departureId, vesselName, capacity } = note.body;
      if (!ids.has(departureId)) return undefined;
      return plain('extra', atMs, `加班 ${timeOf(departureId)} ${vesselName},核定 ${capacity} 人`);
    }
    case 'left':
      if (!ids.has(note.body.departureId)) return undefined;
      return plain('left', note.body.leftAt, `${timeOf(note.body.departureId)} 开出`);
    case 'release': {
      const { departureId, count, totalAboard, throughQueueNumber } = note.body;
      if (!ids.has(departureId)) return undefined;
      const through = throughQueueNumber === null ? '' : `,放至 ${queueLabel(throughQueueNumber)}`;
      return plain('release', atMs, `${timeOf(departureId)} 放客 ${count} 人,共 ${totalAboard} 人${through}`);
    }
    case 'notice':
      return plain(
        'notice',
        note.body.at,
        `发布告示:${note.body.board || note.body.text || note.body.broadcast}`,
      );
    case 'withdrawal':
      return plain('noticeWithdrawn', note.body.at, `撤下告示:${note.body.reason}`);
    case 'review': {
      const { order, at, note: seen } = note.body;
      return recordId(order) === id ? plain('reviewed', at, `复查:继续执行${seen && `,${seen}`}`) : undefined;
    }
    case 'queueGiven':
    case 'queueCalled':
    case 'checked':
      return undefined;
  }
}

/** `HH:MM` of a departure, from its id, with the number of an extra. */
function timeOf(departureId: string): string {
  const slot = departureId.split('/')[2] ?? '';
  return `${slot.slice(0, 2)}:${slot.slice(2, 4)}${slot.slice(4)}`;
}
