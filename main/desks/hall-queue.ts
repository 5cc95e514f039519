import type { DeviceEventOf, ListSheet } from '../../contract/device.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { HallQueue } from '../../contract/office/queue.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { queueLabel } from '../../contract/rolling.ts';
import { decideCall, lastOfWindow, obstacleToNumber, waitingOf } from '../../domain/departures/hall-queue.ts';
import { nextQueueNumbers } from '../../domain/departures/queue-numbers.ts';
import { dateTimeLabel, windowLabel } from '../../domain/print-text.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { Departure } from '../../domain/types.ts';
import { bodyOf } from './body-of.ts';
import type { DeskContext, Mutation } from './context.ts';
import type { ListPrinterPort } from './manifest-prints.ts';

/** Departures of this station today that have not left, by line. */
function linesOf(context: DeskContext, date: string): Map<string, Departure[]> {
  const lines = new Map<string, Departure[]>();
  for (const departure of context.timetable()?.departuresOn(date as Departure['date']) ?? []) {
    if (departure.line.fromPlaceId !== context.config.station.id) continue;
    if (context.departures.leftAt(departure.departureId) !== null) continue;
    const id = departure.line.id;
    lines.set(id, [...(lines.get(id) ?? []), departure]);
  }
  return lines;
}

function obstacle(context: DeskContext, departures: readonly Departure[], isOfHall: boolean) {
  const rules = departures.map((departure) => context.rules(departure));
  // An order that speaks of no departure alone speaks of the hall.
  return obstacleToNumber(isOfHall ? [...rules, context.rules(null)] : rules, isOfHall);
}

/** A queue as pages see it. */
function viewOf(
  context: DeskContext,
  queue: Pick<HallQueue, 'lineId' | 'lineName' | 'date' | 'issued'>,
): HallQueue {
  const known = context.departures.queue(queue.lineId, queue.date);
  return {
    ...queue,
    given: known.given.length,
    printed: known.printed,
    through: known.through === null ? null : queueLabel(known.through),
    waiting: waitingOf(known).length,
  };
}

/** Queues of today in which somebody waits, or that give out numbers: the hall first, then lines by name. */
export function hallQueues(context: DeskContext): HallQueue[] {
  const date = businessDateOf(context.runtime.clock.nowMs());
  const lines = linesOf(context, date);
  const all = [...lines.values()].flat();
  const queueOf = (lineId: string | null, departures: readonly Departure[]): HallQueue =>
    viewOf(context, {
      lineId,
      lineName: lineId === null ? null : (departures[0]?.line.name ?? lineId),
      date,
      issued: obstacle(context, departures, lineId === null) === undefined,
    });
  const ofLines = [...lines]
    .map(([lineId, departures]) => queueOf(lineId, departures))
    .toSorted((a, b) => (a.lineName ?? '').localeCompare(b.lineName ?? '', 'zh-CN'));
  return [queueOf(null, all), ...ofLines].filter(({ issued, given }) => issued || given > 0);
}

/**
 * Queue numbers on slips (排队号, ticketing rules 3.4): given at windows, called at the gate or by the manager, shown on the board. A
 * number names nobody and is no ticket; who holds a lower one is called earlier, whichever window gave it.
 */
export function createHallQueueDesk(context: DeskContext, printer: ListPrinterPort) {
  const { config, runtime } = context;
  const onTheirWay = new Set<string>();

  const lineNameOf = (lineId: string | null, date: string): string | null =>
    lineId === null ? null : (linesOf(context, date).get(lineId)?.[0]?.line.name ?? lineId);

  /** On paper after it is durable; never again for a repeated command. */
  function print(label: string, lineName: string | null, ahead: number, by: string): void {
    const deviceId = printer.readyPrinter();
    if (deviceId === undefined) return;
    const document: ListSheet = {
      kind: 'list',
      title: `排队号 ${label}`,
      fields: [
        { label: '车站', value: config.station.name },
        { label: '航线', value: lineName ?? '全站' },
        { label: '前面', value: `${ahead} 人` },
        { label: '窗口', value: `${windowLabel(config.window)} 工号 ${by}` },
        { label: '时间', value: dateTimeLabel(runtime.clock.nowMs()) },
      ],
      rows: [],
      foot: [context.training ? '样张' : '请留意大屏和广播叫号', '本号不能乘船(车),不占座位'],
    };
    const jobId = `queue-${runtime.random.id()}`;
    onTheirWay.add(jobId);
    printer.print({ jobId, deviceId, document });
  }

  const give: Mutation<OfficeInput<'queue.give'>, OfficeOutput<'queue.give'>> = {
    decide({ lineId }, { person }, nowMs) {
      const date = businessDateOf(nowMs);
      const lines = linesOf(context, date);
      const departures = lineId === null ? [...lines.values()].flat() : (lines.get(lineId) ?? []);
      const wrong = obstacle(context, departures, lineId === null);
      if (wrong !== undefined) return refused(`queue.${wrong}`, {}, 'lineId');
      const known = context.departures.queue(lineId, date);
      const last = lastOfWindow(known, config.window);
      const [queueNumber] = nextQueueNumbers({ kind: 'rolling', last }, config.window, 1, nowMs);
      if (queueNumber === undefined) throw new Error('a queue without a next number');
      const by = person?.number ?? '';
      const printed = printer.readyPrinter() !== undefined;
      const body = { slipId: runtime.random.id(), lineId, date, queueNumber, at: nowMs, by, printed };
      return accepted({
        entries: [{ kind: 'queue.given' as const, body }],
        afterwards() {
          const ahead = waitingOf(known).filter((each) => each < queueNumber).length;
          if (printed) print(queueLabel(queueNumber), lineNameOf(lineId, date), ahead, by);
          context.departuresMoved();
        },
      });
    },
    answer(entries) {
      const { lineId, date, queueNumber, printed } = bodyOf(entries, 'queue.given');
      const ahead = waitingOf(context.departures.queue(lineId, date)).filter((each) => each < queueNumber);
      return {
        label: queueLabel(queueNumber),
        ahead: ahead.length,
        lineName: lineNameOf(lineId, date),
        printed,
      };
    },
  };

  const call: Mutation<OfficeInput<'queue.call'>, OfficeOutput<'queue.call'>> = {
    decide({ lineId, count }, { person }, nowMs) {
      const date = businessDateOf(nowMs);
      const decided = decideCall(context.departures.queue(lineId, date), count);
      if (!decided.ok) return decided;
      const body = {
        callId: runtime.random.id(),
        lineId,
        date,
        ...decided.value,
        at: nowMs,
        by: person?.number ?? '',
      };
      return accepted({
        entries: [{ kind: 'queue.called' as const, body }],
        afterwards: () => context.departuresMoved(),
      });
    },
    answer(entries) {
      const { lineId, date } = bodyOf(entries, 'queue.called');
      const found = hallQueues(context).find((queue) => queue.lineId === lineId);
      return found ?? viewOf(context, { lineId, lineName: lineNameOf(lineId, date), date, issued: false });
    },
  };

  return {
    /** True when the sheet was one of these. */
    finished: ({ jobId }: DeviceEventOf<'print.finished'>): boolean => onTheirWay.delete(jobId),
    desks: {
      'queue.list': (): Outcome<OfficeOutput<'queue.list'>> => accepted({ queues: hallQueues(context) }),
      'queue.give': give,
      'queue.call': call,
    },
  };
}
