import type { DepartureId } from '../../contract/ids.ts';
import type { GateView, OfficeInput } from '../../contract/office.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { queueLabel, STANDBY_FROM } from '../../contract/rolling.ts';
import { factsOf } from '../../domain/contingency/facts.ts';
import { decideRelease } from '../../domain/departures/rolling.ts';
import { settingInForce } from '../../domain/settings.ts';
import type { Departure } from '../../domain/types.ts';
import type { DeskContext, Mutation } from './context.ts';
import { bodyOf } from './body-of.ts';
import type { GateNext } from './gate-next.ts';
import { gateCounts } from './gate-tickets.ts';

const MINUTE_MS = 60_000;

type QueueView = NonNullable<GateView['queue']>;
/** What is counted of one vessel, before it is asked where its line goes on. */
type QueueCounts = Omit<QueueView, 'next' | 'releasesTo'>;

/** The queue of a departure whose line rolls, for the gate's page; empty where it does not. */
export function queueOf(context: DeskContext, departure: Departure, next: GateNext): { queue?: QueueView } {
  if (context.rules(departure).boarding.by !== 'queue') return {};
  const { view } = stateOf(context, departure);
  const checked = next.at(departure).departure;
  const roomOf = (one: Departure): number =>
    one.departureId === departure.departureId ? view.room : stateOf(context, one).view.room;
  const released = next.forRelease(departure, roomOf);
  return {
    queue: {
      ...view,
      ...(checked.departureId === departure.departureId ? {} : { next: next.shown(checked) }),
      ...(released === undefined || released.departureId === departure.departureId
        ? {}
        : { releasesTo: next.shown(released) }),
    },
  };
}

function stateOf(context: DeskContext, departure: Departure) {
  const { ledger, runtime } = context;
  const { departureId, line, date, capacity } = departure;
  const releases = context.departures.releases(line.id, date);
  const through = releases.throughQueueNumber;
  const waiting = ledger.picture
    .queue(line.id, date)
    .filter(({ more }) => (more.queue ?? 0) > (through ?? 0));
  const counts = gateCounts(ledger.picture.counts([departureId]).get(departureId), capacity);
  const arrived = ledger.picture
    .ticketsAt(departureId)
    .filter(({ more, boardings }) => more.queue !== undefined && boardings.length > 0).length;
  const released = releases.released(departureId);
  // Who was let go longer ago than the station's setting says and is not aboard is not waited for.
  const underWayMs = settingInForce(context.timetable(), 'underWayMin') * MINUTE_MS;
  const recent = releases.released(departureId, runtime.clock.nowMs() - underWayMs);
  const underWay = Math.min(recent, Math.max(0, released - arrived));
  const standby = waiting.filter(({ more }) => (more.queue ?? 0) >= STANDBY_FROM).length;
  const view: QueueCounts = {
    through: through === null ? null : queueLabel(through),
    waiting: waiting.length - standby,
    standby,
    released,
    underWay,
    room: Math.max(0, capacity - counts.boarded - counts.missing - underWay),
  };
  return { view, through, waiting, aboard: counts.boarded + underWay };
}

/**
 * Controlled release of people to the berth (控制放客人数, ticketing rules 3.4): the next of the queue, counted, never more than the
 * vessel's licence; where that has no room left the next vessel of the line is meant. Whoever was let go may board this vessel or a later one of the
 * line; nobody else of the queue may.
 */
export function createReleaseDesk(
  context: DeskContext,
  departureOf: (departureId: DepartureId) => Outcome<Departure>,
  viewOf: (departureId: DepartureId) => GateView,
  next: GateNext,
): Mutation<OfficeInput<'gate.release'>, GateView> {
  return {
    decide({ departureId, count }, { person }, _nowMs, commandId) {
      const asked = departureOf(departureId);
      if (!asked.ok) return asked;
      // Nobody more fits on this one: the line goes on with the next that has room.
      const departure = next.forRelease(asked.value, (one) => stateOf(context, one).view.room) ?? asked.value;
      const rules = context.rules(departure);
      const { view, through, waiting, aboard } = stateOf(context, departure);
      if (count === null && view.room === 0) return refused('release.noRoom');
      const wanted = count ?? view.room;
      const people = waiting.slice(0, wanted);
      const last = people.at(-1)?.more.queue ?? null;
      const by = person?.number ?? '';
      const facts = factsOf(departure);
      const decided = decideRelease(
        { facts, aboard, throughQueueNumber: through },
        rules,
        { count: count ?? Math.max(1, people.length), throughQueueNumber: last, by },
        commandId,
      );
      if (!decided.ok) return decided;
      if (people.length === 0) return refused('release.nobody');
      // Fewer wait than may go.
      const { body } = decided.value;
      const short = body.count - people.length;
      const counted = { ...body, count: people.length, totalAboard: body.totalAboard - short };
      return accepted({
        entries: [{ kind: 'release.counted' as const, body: counted }],
        afterwards: () => context.departuresMoved(),
      });
    },
    answer(entries) {
      const { departureId } = bodyOf(entries, 'release.counted');
      context.emit('gate.changed', { departureId });
      return viewOf(departureId);
    },
  };
}
