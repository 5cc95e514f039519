import type { DepartureId, Fen } from '../../contract/ids.ts';
import type { DisplayView, OfficeInput, OfficeOutput, SaleResult } from '../../contract/office.ts';
import { ticketClassName, VEHICLE } from '../../contract/ticket-classes.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import type { TimerHandle } from '../runtime.ts';
import type { Caller, DeskContext } from './context.ts';

/** An order that nobody goes on with is taken off the passengers' screen. */
const ORDER_SHOWN_MS = 5 * 60_000;
/** The change stays in sight while it is counted out. */
const PAID_SHOWN_MS = 30_000;
/** A sale that is older is only told again, for instance after a restart: its passengers are gone. */
const JUST_SOLD_MS = 10_000;

type Quoted = Outcome<OfficeOutput<'sales.quote'>>;
type Quote = (input: OfficeInput<'sales.quote'>, caller: Caller) => Quoted | Promise<Quoted>;

const idleView: DisplayView = {
  state: 'idle',
  departure: null,
  lines: [],
  totalFen: 0 as Fen,
  tenderedFen: null,
  changeFen: null,
};

/** The screen for passengers follows the clerk's orders by what is public in them. */
export function createDisplayDesk(context: DeskContext) {
  const { runtime } = context;
  let shown = idleView;
  /** The order last put together, by departure and references: a sold one that is quoted again is not shown again. */
  let quoted = '';
  let soldOrder: string | undefined;
  let timer: TimerHandle | undefined;
  let isStopped = false;

  function show(view: DisplayView, forMs?: number): void {
    if (timer) runtime.timers.clearTimeout(timer);
    timer = forMs === undefined || isStopped ? undefined : runtime.timers.setTimeout(idle, forMs);
    if (isSame(view, shown)) return;
    shown = view;
    context.emit('display.changed', view);
  }
  const idle = (): void => show(idleView);

  /** `stop`: where the order gets off, where that is before the end of the line. */
  function departureOf(departureId: DepartureId, stop?: string): DisplayView['departure'] {
    const departure = context.timetable()?.departure(departureId);
    if (!departure) return null;
    const { date, departLocal, line, fromName, toName, vesselName } = departure;
    return { date, departLocal, lineName: line.name, fromName, toName: stop ?? toName, vesselName };
  }

  function stopNameOf({ departureId, toStop }: OfficeInput<'sales.quote'>): string | undefined {
    const timetable = context.timetable();
    const departure = toStop === undefined ? undefined : timetable?.departure(departureId);
    return departure && timetable?.stopsOf(departure).find(({ placeId }) => placeId === toStop)?.name;
  }

  function follow(input: OfficeInput<'sales.quote'>, quote: OfficeOutput<'sales.quote'>): void {
    const order = `${input.departureId} ${input.toStop ?? ''} ${input.passengers
      .map(({ holderRef }) => holderRef)
      .sort()
      .join(' ')}`;
    if (order === soldOrder) return;
    soldOrder = undefined;
    quoted = order;
    const lines = linesOf([
      ...quote.passengers.flatMap(({ fareFen }, index) => {
        const ticketClass = input.passengers[index]?.ticketClass;
        if (fareFen === null || ticketClass === undefined) return [];
        const name = quote.classes.find((one) => one.ticketClass === ticketClass)?.name;
        return [{ ticketClass, fareFen, name: name ?? ticketClassName(ticketClass) }];
      }),
      ...quote.vehicles.flatMap(({ fareFen }) =>
        fareFen === null ? [] : [{ ticketClass: VEHICLE, fareFen, name: ticketClassName(VEHICLE) }],
      ),
    ]);
    if (lines.length === 0) return idle();
    show(
      {
        state: 'order',
        departure: departureOf(quote.passedOn?.departureId ?? input.departureId, stopNameOf(input)),
        lines,
        totalFen: quote.totalFen,
        tenderedFen: null,
        changeFen: null,
      },
      ORDER_SHOWN_MS,
    );
  }

  return {
    current: (): Outcome<DisplayView> => accepted(shown),

    /** The quote desk, with the screen following what it answers. */
    showing(quote: Quote): Quote {
      return (input, caller) => {
        const shown = (outcome: Quoted): Quoted => {
          if (outcome.ok) follow(input, outcome.value);
          return outcome;
        };
        const outcome = quote(input, caller);
        return outcome instanceof Promise ? outcome.then(shown) : shown(outcome);
      };
    },

    /** A desk after which nothing is being sold. */
    idleAfter<I, O>(desk: (input: I, caller: Caller) => O): (input: I, caller: Caller) => O {
      return (input, caller) => {
        const outcome = desk(input, caller);
        idle();
        return outcome;
      };
    },

    sold({ at, departureId, toStop, tickets, totalFen, tenderedFen, changeFen }: SaleResult): void {
      if (runtime.clock.nowMs() - at > JUST_SOLD_MS) return;
      soldOrder = quoted;
      show(
        {
          state: 'paid',
          departure: departureOf(departureId, toStop?.name),
          lines: linesOf(
            tickets.map(({ ticketClass, fareFen, className }) => ({ ticketClass, fareFen, name: className })),
          ),
          totalFen,
          tenderedFen,
          changeFen,
        },
        PAID_SHOWN_MS,
      );
    },

    stop(): void {
      isStopped = true;
      if (timer) runtime.timers.clearTimeout(timer);
    },
  };
}

/** Tickets of one class and fare are one line. */
function linesOf(tickets: readonly Omit<DisplayView['lines'][number], 'count'>[]): DisplayView['lines'] {
  const lines: DisplayView['lines'] = [];
  for (const { ticketClass, fareFen, name } of tickets) {
    const line = lines.find((one) => one.ticketClass === ticketClass && one.fareFen === fareFen);
    if (line) line.count += 1;
    else lines.push({ ticketClass, name, fareFen, count: 1 });
  }
  return lines;
}

/** Whether two values of plain data say the same. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b;
  const names = Object.keys(a) as (keyof typeof a)[];
  return names.length === Object.keys(b).length && names.every((name) => isSame(a[name], b[name]));
}
