import type { BusinessDate, DepartureId, TicketNumber } from '../contract/ids.ts';
import { refuse, type Refusal } from '../contract/refusals.ts';
import { queueLabel } from '../contract/rolling.ts';
import { queuePlaceOfFixed } from './departures/queue-numbers.ts';
import { businessDateOf, localTimeOf } from './time.ts';

/** What the gate needs to know of a ticket. */
export interface BoardingTicket {
  readonly ticketNumber: TicketNumber;
  readonly departureId: DepartureId;
  /** Timetable time of its departure, UTC milliseconds. */
  readonly departAtMs: number;
  readonly ticketClass: string;
  /** Heads that it counts in the licence: 1, or 0 for a vehicle. */
  readonly heads: number;
  /** What it takes (ticketing rules 2.2): `quota` is one of a coach's free children, `none` counts nowhere. Absent = `seat`. */
  readonly takes?: 'seat' | 'head' | 'quota' | 'none';
  readonly state: 'sold' | 'void' | 'refunded' | 'replaced' | 'refundPending';
  /** The ticket that took its place, where it is known. */
  readonly replacedBy: TicketNumber | null;
  /** The adult's ticket that a child goes aboard with. */
  readonly withTicket?: string;
  /** For the line and day: its place in the queue. Absent on a ticket for its departure. */
  readonly queue?: number;
  /** It took no place, and has none before it is let aboard. */
  readonly standby?: boolean;
  /** Where it is aboard already; null when it is not. */
  readonly aboard: { readonly atMs: number; readonly gate: string } | null;
  /** A counter has the host's permit to end it, and may have done so: known at the host alone. */
  readonly permit?: { readonly act: EndingAct; readonly windowNumber: number };
}

/** What a counter may have a permit for that ends a ticket; cash is fetched for one that has ended. */
export type EndingAct = 'refund' | 'change' | 'reissue';

/** The gate at which somebody stands. */
export interface BoardingGate {
  readonly gate: string;
  readonly departureId: DepartureId;
  /** Timetable time of the departure that boards here. */
  readonly departAtMs: number;
  readonly mode: 'water' | 'road';
  /** Licensed capacity of the vessel or vehicle. */
  readonly capacity: number;
  /** Free children that a coach may carry besides (ticketing rules 2.2.1). Absent: a tenth, rounded down, on the road; none on water. */
  readonly freeChildQuota?: number;
  /** `none` was never opened. */
  readonly state: 'none' | 'open' | 'closed';
  /** Who is aboard now, all gates and offices together. */
  readonly aboard: Aboard;
  /** The line rolls: people go aboard in queue order, as far as was let go; null = nobody was yet. Absent: by departure. */
  readonly byQueue?: { readonly throughQueueNumber: number | null };
  /** Places that nobody holds, for whoever has none: 0 while the departure is still sold. Absent = 0. */
  readonly standbyRoom?: number;
  /** Gates that are open for other departures, for the words of a refusal. */
  readonly elsewhere: ReadonlyMap<string, string>;
}

/** People aboard, each ticket once. */
export interface Aboard {
  /** Heads that count in the licence, without a coach's free children. */
  readonly heads: number;
  /** A coach's free children. */
  readonly free: number;
}

export interface BoardingSettings {
  /** An open gate still admits this many minutes after the timetable's time: a vessel that is late has not left. */
  readonly boardUntilMin: number;
}

/** Everything a verdict looks at. */
export interface BoardingState {
  readonly gate: BoardingGate;
  /** The ticket that was found; undefined when none was. */
  readonly ticket: BoardingTicket | undefined;
  /** Children that go aboard with this ticket, those that are not aboard yet. */
  readonly children: readonly BoardingTicket[];
  /** Whether the adult of {@link BoardingTicket.withTicket} is aboard. */
  readonly adultAboard: boolean;
  /** The sheet is one of training mode. */
  readonly isTraining?: boolean;
  readonly settings: BoardingSettings;
}

export type Verdict =
  /** Everybody who goes aboard now: the ticket, then the children that go with it. */
  { admit: true; tickets: readonly BoardingTicket[] } | { admit: false; refusal: Refusal };

const MINUTE_MS = 60_000;
/** Share of a coach's approved seats that may be free children besides (道交法实施条例 art. 55; ticketing rules 2.2.1, 2.2.4). */
const FREE_CHILD_SHARE = 0.1;

/** Free children that may ride besides the licence: none on a ship, where every head counts (ticketing rules 2.2.5). */
export function freeQuotaOf(gate: Pick<BoardingGate, 'mode' | 'capacity' | 'freeChildQuota'>): number {
  if (gate.mode === 'water') return 0;
  return gate.freeChildQuota ?? Math.floor(gate.capacity * FREE_CHILD_SHARE);
}

/** What tickets add to those aboard. On a ship a child on the quota is a head like any other. */
export function headsOf(tickets: readonly BoardingTicket[], mode: BoardingGate['mode']): Aboard {
  let heads = 0;
  let free = 0;
  for (const ticket of tickets) {
    if (ticket.takes === 'none') continue;
    if (mode === 'road' && ticket.takes === 'quota') free += ticket.heads;
    else heads += ticket.heads;
  }
  return { heads, free };
}

/**
 * Whether so many may be aboard: heads within the licence, and free children of a coach within their quota or in seats
 * that nobody else takes (ticketing rules 2.2.1, 2.2.5, 2.2.9).
 */
export function isWithinLicence(
  gate: Pick<BoardingGate, 'mode' | 'capacity' | 'freeChildQuota'>,
  aboard: Aboard,
): boolean {
  return (
    aboard.heads <= gate.capacity &&
    aboard.heads + aboard.free <= gate.capacity + Math.min(aboard.free, freeQuotaOf(gate))
  );
}

/**
 * The verdict of the gate (ticketing rules 1.7, 4.4): is this ticket let aboard here and now? A ticket admits once; what is
 * wrong is said with what to do. First what the sheet is, then what became of the ticket, then where and when it is for,
 * then the gate, then the licence. `nowMs` is UTC milliseconds.
 */
export function decideBoarding(state: BoardingState, nowMs: number): Verdict {
  const { gate, ticket } = state;
  const refusal =
    obstacleOfSheet(state) ??
    (ticket && (obstacleOfTicket(ticket, nowMs) ?? obstacleOfPlace(gate, ticket, nowMs))) ??
    obstacleOfGate(state, nowMs);
  if (refusal) return { admit: false, refusal };
  if (!ticket) throw new TypeError('a sheet without obstacle has a ticket');
  if (ticket.withTicket !== undefined && !state.adultAboard)
    return { admit: false, refusal: refuse('boarding.withAdult') };
  for (const { permit, ticketNumber } of state.children)
    if (permit) return { admit: false, refusal: refusalOfPermit(ticketNumber, permit) };
  const tickets = [ticket, ...state.children];
  const more = headsOf(tickets, gate.mode);
  const turn = obstacleOfTurn(gate, ticket, more.heads + more.free);
  if (turn) return { admit: false, refusal: turn };
  const then: Aboard = { heads: gate.aboard.heads + more.heads, free: gate.aboard.free + more.free };
  // Whoever takes nothing of the licence is not turned away because of it.
  if (more.heads + more.free > 0 && !isWithinLicence(gate, then))
    return { admit: false, refusal: refuse('boarding.full', { licence: gate.capacity }) };
  return { admit: true, tickets };
}

/**
 * What stands in the way of another office's gate, as the station's host sees it: the tickets that it knows among those asked for, each
 * without the asker's own boardings, and the licence. Undefined when nothing does.
 */
export function decideClaim(
  gate: Pick<BoardingGate, 'mode' | 'capacity' | 'freeChildQuota' | 'aboard'>,
  tickets: readonly BoardingTicket[],
  nowMs: number,
): Refusal | undefined {
  for (const ticket of tickets) {
    const refusal = obstacleOfTicket(ticket, nowMs);
    if (refusal) return refusal;
  }
  const more = headsOf(tickets, gate.mode);
  const then: Aboard = { heads: gate.aboard.heads + more.heads, free: gate.aboard.free + more.free };
  if (more.heads + more.free > 0 && !isWithinLicence(gate, then))
    return refuse('boarding.full', { licence: gate.capacity });
  return undefined;
}

function obstacleOfSheet({ ticket, isTraining }: BoardingState): Refusal | undefined {
  if (isTraining === true) return refuse('boarding.training');
  return ticket ? undefined : refuse('boarding.unknown');
}

function obstacleOfTicket(ticket: BoardingTicket, nowMs: number): Refusal | undefined {
  switch (ticket.state) {
    case 'void':
      return refuse('boarding.void');
    case 'refunded':
      return refuse('boarding.refunded');
    case 'refundPending':
      return refuse('boarding.refundPending');
    case 'replaced':
      return ticket.replacedBy === null
        ? refuse('boarding.replaced')
        : refuse('boarding.replacedBy', { ticketNumber: ticket.replacedBy });
    case 'sold': {
      const { aboard, permit, ticketNumber } = ticket;
      if (!aboard) return permit && refusalOfPermit(ticketNumber, permit);
      return refuse('boarding.aboard', { time: timeLabel(aboard.atMs, nowMs), gate: aboard.gate });
    }
  }
}

const ACT_WORDS: Readonly<Record<EndingAct, string>> = { refund: '退票', change: '改签', reissue: '补票' };

/** Whether that counter has ended the ticket already, nobody here can know: it is let aboard once the permit is back. */
const refusalOfPermit = (
  ticketNumber: string,
  { act, windowNumber }: NonNullable<BoardingTicket['permit']>,
): Refusal =>
  refuse('boarding.permitOut', {
    suffix: ticketNumber.slice(-6),
    window: windowNumber,
    act: ACT_WORDS[act],
  });

/** Line and day of a departure, from its id. */
const lineDayOf = (departureId: string): string => departureId.slice(0, departureId.lastIndexOf('/'));

/** Whether it is this ticket's turn: in queue order while the line rolls; without a place when nobody holds one that is left. */
function obstacleOfTurn(gate: BoardingGate, ticket: BoardingTicket, heads: number): Refusal | undefined {
  const { queue, departAtMs, departureId } = ticket;
  if (gate.byQueue) {
    // With a fixed time one boards at that departure whatever the queue; at others with those who bought at that time.
    if (queue === undefined && departureId === gate.departureId) return undefined;
    const place = queue ?? queuePlaceOfFixed(departAtMs);
    const { throughQueueNumber } = gate.byQueue;
    if (place <= (throughQueueNumber ?? 0)) return undefined;
    return refuse('boarding.notYourTurn', {
      label: queueLabel(place),
      through: throughQueueNumber === null ? '还没有开始放行' : `现在放到 ${queueLabel(throughQueueNumber)}`,
    });
  }
  return ticket.standby === true && (gate.standbyRoom ?? 0) < heads
    ? refuse('boarding.standbyWait')
    : undefined;
}

function obstacleOfPlace(gate: BoardingGate, ticket: BoardingTicket, nowMs: number): Refusal | undefined {
  const isSameLineDay = lineDayOf(ticket.departureId) === lineDayOf(gate.departureId);
  // A ticket for the day holds for every departure of its line; while the line rolls, so does one with a fixed time.
  if (isSameLineDay && (ticket.queue !== undefined || gate.byQueue)) return undefined;
  if (ticket.departureId === gate.departureId) return undefined;
  const time = localTimeOf(ticket.departAtMs);
  const date = businessDateOf(ticket.departAtMs);
  if (date !== businessDateOf(gate.departAtMs))
    return refuse(date < businessDateOf(nowMs) ? 'boarding.pastDate' : 'boarding.otherDate', { date, time });
  if (ticket.queue !== undefined) return refuse('boarding.otherLine', { date });
  const elsewhere = gate.elsewhere.get(ticket.departureId);
  return elsewhere === undefined
    ? refuse('boarding.otherDeparture', { time })
    : refuse('boarding.otherGate', { time, gate: elsewhere });
}

function obstacleOfGate({ gate, settings }: BoardingState, nowMs: number): Refusal | undefined {
  if (gate.state === 'closed') return refuse('boarding.gateClosed');
  if (gate.state === 'none') return refuse('gate.notOpen');
  return nowMs >= gate.departAtMs + settings.boardUntilMin * MINUTE_MS
    ? refuse('boarding.departed', { time: localTimeOf(gate.departAtMs) })
    : undefined;
}

function timeLabel(atMs: number, nowMs: number): string {
  const date = businessDateOf(atMs);
  return date === businessDateOf(nowMs) ? localTimeOf(atMs) : `${date} ${localTimeOf(atMs)}`;
}

/**
 * Which of a document's tickets somebody at this gate means: one that may go aboard here, else any of this departure, else
 * the one whose departure is nearest to now.
 */
export function ticketMeant<
  T extends Pick<BoardingTicket, 'departureId' | 'departAtMs' | 'state' | 'aboard' | 'queue'>,
>(tickets: readonly T[], departureId: string, nowMs: number): T | undefined {
  const here = tickets.filter(
    (ticket) =>
      ticket.departureId === departureId ||
      (ticket.queue !== undefined && lineDayOf(ticket.departureId) === lineDayOf(departureId)),
  );
  const usable = here.find(({ state, aboard }) => state === 'sold' && !aboard);
  const nearest = tickets
    .filter(({ state }) => state === 'sold')
    .toSorted((a, b) => Math.abs(a.departAtMs - nowMs) - Math.abs(b.departAtMs - nowMs));
  return usable ?? here.find(({ state }) => state === 'sold') ?? here[0] ?? nearest[0] ?? tickets[0];
}

/** Category of a passenger on the list (ticketing rules 1.1.9, 2.6.8). */
export type Category = 'adult' | 'child' | 'free' | 'infant' | 'vehicle';

/**
 * Category by class, and by age on the travel date where it is known. Vehicles are no heads. A free child below
 * `infantBelowAgeYears`, a setting, is an infant.
 */
export function categoryOf(
  ticket: Pick<BoardingTicket, 'ticketClass' | 'heads'>,
  ageYears: number | null,
  infantBelowAgeYears: number,
): Category {
  const { ticketClass } = ticket;
  if (ticket.heads === 0) return 'vehicle';
  if (/infant/.test(ticketClass)) return 'infant';
  if (/free/.test(ticketClass)) {
    return ageYears !== null && ageYears >= 0 && ageYears < infantBelowAgeYears ? 'infant' : 'free';
  }
  return /child/.test(ticketClass) ? 'child' : 'adult';
}

/** The day a departure belongs to, from its id. */
export function dateOfDeparture(departureId: DepartureId): BusinessDate {
  return departureId.split('/')[1] as BusinessDate;
}
