import type {
  BoardView,
  DepartureView,
  NoticeView,
  OfficeInput,
  OfficeOutput,
} from '../../contract/office.ts';
import { recordId } from '../../contract/orders.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { queueLabel } from '../../contract/rolling.ts';
import { factsOf } from '../../domain/contingency/facts.ts';
import { fillNotice } from '../../domain/contingency/plan-check.ts';
import { matcherOf } from '../../domain/contingency/scope.ts';
import { broadcastScript, draftOfDepartures } from '../../domain/departures/notice-texts.ts';
import { settingInForce } from '../../domain/settings.ts';
import { businessDateOf, localTimeOf } from '../../domain/time.ts';
import type { PlanBook } from '../plans/book.ts';
import type { KnownNotice } from '../plans/departure-book.ts';
import { bodyOf } from './body-of.ts';
import type { DeskContext, Mutation } from './context.ts';
import { hallQueues } from './hall-queue.ts';

const MINUTE_MS = 60_000;
const MOST_ROWS = 60;
const LISTED_MS = 48 * 60 * MINUTE_MS;

/** The hall's board, and what people publish on it, in the script for broadcasts, as text and in the feed. */
export function createNoticeDesk(
  context: DeskContext,
  plans: PlanBook,
  departuresOn: (input: OfficeInput<'timetable.departures'>) => Outcome<OfficeOutput<'timetable.departures'>>,
) {
  const { config, ledger, runtime } = context;

  const figure = (name: 'checkInMin' | 'fewSeats' | 'goneShownMin'): number =>
    settingInForce(context.timetable(), name);

  const isShown = ({ notice, withdrawn }: KnownNotice, nowMs: number): boolean =>
    withdrawn === null && (notice.until === null || notice.until > nowMs);

  function rowOf(one: DepartureView, nowMs: number): BoardView['rows'][number] {
    const { departureId, departLocal, toName, lineName, vesselName, notice, leftAt, state } = one;
    const gates = ledger.picture.gates(departureId);
    const gate = gates.find((each) => each.state === 'open') ?? gates[0];
    const date = departureId.split('/')[1] ?? '';
    const releases = context.departures.releases(one.lineId, date);
    const through = releases.throughQueueNumber;
    // An office without a gate does not hear of it: people were let go to this vessel, so it boards.
    const isBoarding =
      gate?.state === 'open' || (!gate && leftAt === undefined && releases.released(departureId) > 0);
    const isQueue = notice?.checkIn === 'queue';
    const [words, tone] = wordsOf(one, gate?.state, nowMs);
    const isSold = state === 'onSale' && notice?.sale.passengers !== 'nothing';
    return {
      departureId,
      departLocal,
      toName,
      lineName,
      vesselName,
      extra: one.extra ?? false,
      words: leftAt === undefined ? words : `已开 ${localTimeOf(leftAt)}`,
      tone: leftAt === undefined ? tone : 'gone',
      gate: gate?.gate ?? null,
      seats: isSold
        ? one.left > figure('fewSeats')
          ? '有票'
          : `余 ${one.left}`
        : state === 'soldOut'
          ? '售完'
          : '',
      // Where the queue stands is said at the vessel that boards.
      through: isQueue && through !== null && isBoarding ? queueLabel(through) : null,
    };
  }

  function wordsOf(
    { notice, departAt, departureId }: DepartureView,
    gate: 'open' | 'closed' | undefined,
    nowMs: number,
  ): [string, BoardView['rows'][number]['tone']] {
    // What only some tickets are about stands beside boarding, not in its place.
    if (notice && (notice.checkIn === 'closed' || notice.sale.passengers === 'nothing'))
      return [notice.words.replace('有售', ''), 'stop'];
    if (gate === 'open')
      return [notice && notice.checkIn !== 'queue' ? `正在检票 · ${notice.words}` : '正在检票', 'good'];
    if (gate === 'closed') return ['停止检票', 'warn'];
    if (departAt <= nowMs) return ['已开', 'gone'];
    if (notice && notice.state !== 'windowOnly') return [notice.words, 'warn'];
    const checkInMin = context.timetable()?.departure(departureId)?.checkInMin ?? figure('checkInMin');
    return [nowMs >= departAt - checkInMin * MINUTE_MS ? '候检' : '待检', 'plain'];
  }

  function today(nowMs: number): DepartureView[] {
    const found = departuresOn({ date: businessDateOf(nowMs) });
    if (!found.ok) return [];
    const goneShownMs = figure('goneShownMin') * MINUTE_MS;
    return found.value.departures.filter(
      ({ fromPlaceId, departAt, leftAt }) =>
        fromPlaceId === config.station.id && (leftAt ?? departAt) >= nowMs - goneShownMs,
    );
  }

  function board(): BoardView {
    const nowMs = runtime.clock.nowMs();
    return {
      stationName: config.station.name,
      at: nowMs,
      rows: today(nowMs)
        .slice(0, MOST_ROWS)
        .map((one) => rowOf(one, nowMs)),
      notices: context.departures
        .notices()
        .filter((known) => isShown(known, nowMs) && known.notice.board !== '')
        .map(({ notice }) => ({ text: notice.board, at: notice.at }))
        .toReversed(),
      queues: hallQueues(context)
        .filter(({ given }) => given > 0)
        .map(({ lineName, through, waiting }) => ({ name: lineName, through, waiting })),
    };
  }

  function list(): Outcome<OfficeOutput<'notices.list'>> {
    const nowMs = runtime.clock.nowMs();
    return accepted({
      notices: context.departures
        .notices()
        .filter((known) => known.notice.at >= nowMs - LISTED_MS || isShown(known, nowMs))
        .map((known): NoticeView => {
          const { notice, withdrawn } = known;
          const { at, reason, by } = withdrawn ?? {};
          return {
            ...notice,
            script: broadcastScript(notice.broadcast),
            withdrawn:
              at === undefined || reason === undefined || by === undefined ? null : { at, reason, by },
            shown: isShown(known, nowMs),
          };
        })
        .toReversed(),
    });
  }

  function draft({ about }: OfficeInput<'notices.draft'>): Outcome<OfficeOutput<'notices.draft'>> {
    const nowMs = runtime.clock.nowMs();
    const near = today(nowMs);
    if (about.what === 'departures') {
      const told = near.filter(({ departureId }) => about.departures.includes(departureId));
      if (told.length === 0) return refused('scope.matchesNothing', {}, 'about.departures');
      return accepted({
        ...draftOfDepartures(
          config.station.name,
          told.map(({ lineName, toName, departLocal, notice }) => ({
            lineName,
            toName,
            departLocal,
            notice,
          })),
        ),
        departures: told.map(({ departureId }) => departureId),
        orderId: null,
      });
    }
    const order = plans.orders().order(recordId(about.order));
    if (!order?.plan) return refused('order.unknown', { order: recordId(about.order) }, 'about.order');
    const { plan, record } = order;
    const matcher = matcherOf(record.scope);
    const planned = matcherOf(plan.scope);
    const told = near.filter(({ departureId }) => {
      const departure = context.timetable()?.departure(departureId);
      const facts = departure && factsOf(departure);
      return facts !== undefined && matcher.departure(facts, true) && planned.departure(facts, true);
    });
    const lines = [...new Set(told.map(({ lineName }) => lineName))];
    const { measured, orderedBy } = record;
    const filled = (template: string): string =>
      fillNotice(template, {
        station: config.station.name,
        lines: lines.length === 0 ? '本站各航线' : lines.join('、'),
        departures: told.map(({ departLocal, toName }) => `${departLocal} 往${toName}`).join('、'),
        from: localTimeOf(record.at),
        until: record.until === null ? '另行通知' : localTimeOf(record.until),
        reason: record.reason,
        orderedBy: orderedBy?.organisation ?? config.station.name,
        reference: orderedBy?.reference ?? '',
        measured: measured ? `${measured.value}${measured.unit}` : '',
        signal: plan.weather?.signal ?? '',
        alternatives: '其他班次',
      });
    const { board: line, broadcast, text, ended } = plan.notices;
    const isOver = order.endedAtMs !== null;
    return accepted({
      board: filled(isOver ? ended : line).slice(0, 200),
      broadcast: filled(isOver ? ended : broadcast).slice(0, 1_000),
      text: filled(isOver ? ended : text).slice(0, 2_000),
      departures: told.slice(0, 300).map(({ departureId }) => departureId),
      orderId: recordId(about.order),
    });
  }

  const publish: Mutation<OfficeInput<'notices.publish'>, OfficeOutput<'notices.publish'>> = {
    decide(input, { person }, nowMs) {
      const { board: line, broadcast, text } = input;
      if ([line, broadcast, text].every((each) => each.trim() === ''))
        return refused('notice.empty', {}, 'board');
      if (input.until !== null && input.until <= nowMs) return refused('notice.past', {}, 'until');
      const body = { noticeId: runtime.random.id(), at: nowMs, ...input, by: person?.number ?? '' };
      return accepted({
        entries: [{ kind: 'notice.published' as const, body }],
        afterwards: () => context.departuresMoved(),
      });
    },
    answer(entries) {
      const { noticeId, at } = bodyOf(entries, 'notice.published');
      return { noticeId, at };
    },
  };

  const withdraw: Mutation<OfficeInput<'notices.withdraw'>, OfficeOutput<'notices.withdraw'>> = {
    decide({ noticeId, reason }, { person }, nowMs) {
      const known = context.departures.notices().find(({ notice }) => notice.noticeId === noticeId);
      if (!known) return refused('notice.unknown', {}, 'noticeId');
      if (known.withdrawn) return refused('notice.gone', {}, 'noticeId');
      const body = { noticeId, at: nowMs, reason, by: person?.number ?? '' };
      return accepted({
        entries: [{ kind: 'notice.withdrawn' as const, body }],
        afterwards: () => context.departuresMoved(),
      });
    },
    answer(entries) {
      const { noticeId, at } = bodyOf(entries, 'notice.withdrawn');
      return { noticeId, at };
    },
  };

  /** Machine-readable and public: the same as stands on the board, and every text that was published. */
  function feed(): Outcome<OfficeOutput<'notices.feed'>> {
    const nowMs = runtime.clock.nowMs();
    const { stationName, at, rows } = board();
    const file = {
      format: 'so.notices.1',
      station: { id: config.station.id, code: config.station.code, name: stationName },
      at,
      departures: rows.map(({ departureId, departLocal, lineName, toName, words, tone }) => {
        // Web pages, machines and agents are other programs: this is where they read that they are to stop.
        const departure = context.timetable()?.departure(departureId);
        const closed = departure ? [...context.rules(departure).channelsClosed].toSorted() : [];
        return {
          departureId,
          departLocal,
          lineName,
          toName,
          words,
          tone,
          ...(closed.length > 0 ? { channelsClosed: closed } : {}),
        };
      }),
      notices: context.departures
        .notices()
        .filter((known) => isShown(known, nowMs))
        .map(({ notice }) => {
          const { noticeId, board: line, text, departures, until } = notice;
          return { noticeId, at: notice.at, board: line, text, departures, until };
        }),
    };
    return accepted({
      fileName: `notices-${config.station.id}.json`,
      mediaType: 'application/json',
      base64: Buffer.from(`${JSON.stringify(file, null, 2)}\n`).toString('base64'),
    });
  }

  return {
    'board.current': (): Outcome<BoardView> => accepted(board()),
    'notices.list': list,
    'notices.draft': draft,
    'notices.publish': publish,
    'notices.withdraw': withdraw,
    'notices.feed': feed,
  };
}
