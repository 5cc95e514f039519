import type {
  Channel,
  DepartureState,
  Effect,
  Evidence,
  PaymentKind,
  Sell,
} from '../../contract/contingency.ts';
import type { StateBook } from '../departures/state-book.ts';
import { graverState, stateMeanings } from '../departures/states.ts';
import { captureOrder, checkOrder, leaseOrder, printOrder, sellOrder, stricter } from './effects.ts';
import type { CommandContext } from './facts.ts';
import { isInForce, loosensAt, ordersInForce, type OrderBook } from './orders.ts';
import { rightsOf, type Rights, type RightSettings, type TicketFacts } from './rights.ts';

/** Parts of the rules that a plan or a state can move; `because` is kept by part, so that a screen can say who did it. */
export type RulePart =
  | 'state'
  | 'sale'
  | 'channels'
  | 'identity'
  | 'boarding'
  | 'leases'
  | 'payments'
  | 'printing'
  | 'queueNumbers';

/** What a command sees. Desks ask this and nothing else; no desk knows a plan by name. */
export interface Rules {
  /** For the board: the gravest word that applies. What holds is in the parts below. */
  readonly state: DepartureState;
  readonly sale: { readonly passengers: Sell; readonly vehicles: Sell };
  /** Whether the channel that asks may do business at all. */
  readonly channelOpen: boolean;
  readonly channelsClosed: ReadonlySet<Channel>;
  /** `capture` null = as always. `record` is a duty that nothing lifts (ticketing rules 1.8). */
  readonly identity: { readonly record: true; readonly capture: 'read' | 'typedWithSecond' | null };
  readonly boarding: {
    readonly open: boolean;
    /** `queue`: in order of queue numbers, whatever time stands on the ticket. */
    readonly by: 'departure' | 'queue';
    readonly check: 'full' | 'list' | 'deferred';
    /** What must be kept where the check is not full; never empty then. */
    readonly evidence: readonly Evidence[];
    /** Licensed capacity, in every mode; null only where no departure was asked about. */
    readonly mostAboard: number | null;
  };
  readonly leases: 'normal' | 'hold' | 'recall';
  /** Null = every kind that the window takes. */
  readonly payments: ReadonlySet<PaymentKind> | null;
  readonly printing: 'paper' | 'slip' | 'none';
  readonly queueNumbers: boolean;
  /** Ids of orders and state changes that moved a part, sorted. */
  readonly because: Readonly<Partial<Record<RulePart, readonly string[]>>>;
  /** Orders in force here that this program cannot read: it must be updated. */
  readonly unreadable: readonly string[];
  /** What the holder of a ticket may have without a fee. */
  rights(ticket: TicketFacts): Rights;
}

export interface RuleBook {
  /** Rules for one command at one instant. */
  rulesFor(context: CommandContext, nowMs: number): Rules;
  /** Sorted ids of the orders in force at this station: what entries carry. */
  plans(nowMs: number): string[];
}

/** What the fold has collected; strictest by part. */
interface Sum {
  state: DepartureState;
  passengers: Sell | undefined;
  vehicles: Sell | undefined;
  channels: Set<Channel>;
  capture: 'read' | 'typedWithSecond' | undefined;
  checkIn: 'open' | 'closed';
  queue: boolean;
  check: 'full' | 'list' | 'deferred' | undefined;
  evidence: Set<Evidence>;
  leases: 'normal' | 'hold' | 'recall';
  payments: Set<PaymentKind> | null;
  print: 'paper' | 'slip' | 'none' | undefined;
  queueNumbers: boolean;
  because: Partial<Record<RulePart, Set<string>>>;
  unreadable: string[];
}

/**
 * The one fold (architecture, idea 5): orders, state changes and the time in, the rules of a command out. Strictest for safety:
 * of two plans that speak of one part, the stricter holds; what no plan speaks of is as always. Kindest for the passenger's money:
 * rights add up. Restrictions do not look at the clock; loosenings hold only between the instants that were signed.
 */
export function createRuleBook(orders: OrderBook, states: StateBook, settings: RightSettings): RuleBook {
  return {
    plans: (nowMs) => ordersInForce(orders, nowMs),
    rulesFor(context, nowMs) {
      const sum = collect(orders, states, context, nowMs);
      return rulesFrom(sum, context, (ticket) => rightsOf(orders, states, settings, ticket, nowMs));
    },
  };
}

function collect(orders: OrderBook, states: StateBook, context: CommandContext, nowMs: number): Sum {
  const { departure, window } = context;
  const sum: Sum = {
    state: 'normal',
    passengers: undefined,
    vehicles: undefined,
    channels: new Set(),
    capture: undefined,
    checkIn: 'open',
    queue: false,
    check: undefined,
    evidence: new Set(),
    leases: 'normal',
    payments: null,
    print: undefined,
    queueNumbers: false,
    because: {},
    unreadable: [],
  };
  if (departure) for (const { changeId, state } of states.current(departure)) addState(sum, state, changeId);
  for (const order of orders.standing) {
    if (!isInForce(order, nowMs)) continue;
    if (order.plan === null) {
      const touches = departure ? order.matcher.departure(departure, true) : order.matcher.everyDeparture;
      if (touches && order.matcher.window(window)) addUnreadable(sum, order.id);
      continue;
    }
    const loosens = loosensAt(order, nowMs);
    for (const { effect, loosens: isLoosening, matcher } of order.effects) {
      if (isLoosening && !loosens) continue;
      if (!matcher.window(window)) continue;
      // What is not known of a departure counts against it, and never for it.
      const touches = departure ? matcher.departure(departure, !isLoosening) : matcher.everyDeparture;
      if (touches) addEffect(sum, effect, order.id);
    }
  }
  return sum;
}

function blame(sum: Sum, part: RulePart, id: string): void {
  (sum.because[part] ??= new Set()).add(id);
}

function addUnreadable(sum: Sum, id: string): void {
  sum.unreadable.push(id);
  sum.passengers = 'nothing';
  sum.vehicles = 'nothing';
  sum.checkIn = 'closed';
  blame(sum, 'sale', id);
  blame(sum, 'boarding', id);
}

function addState(sum: Sum, state: DepartureState, id: string): void {
  const meaning = stateMeanings[state];
  sum.state = graverState(sum.state, state);
  blame(sum, 'state', id);
  if (meaning.passengers !== 'open') {
    const sell = meaning.passengers === 'closed' ? 'nothing' : 'rolling';
    sum.passengers = stricter(sellOrder, sum.passengers, sell);
    blame(sum, 'sale', id);
  }
  if (meaning.vehicles === 'closed') {
    sum.vehicles = 'nothing';
    blame(sum, 'sale', id);
  }
  if (meaning.elsewhere === 'closed') {
    for (const channel of ['web', 'selfService', 'phone', 'agent'] as const) sum.channels.add(channel);
    blame(sum, 'channels', id);
  }
  if (meaning.checkIn === 'closed') sum.checkIn = 'closed';
  if (meaning.checkIn === 'queue') sum.queue = true;
  if (meaning.checkIn !== 'open') blame(sum, 'boarding', id);
}

function addEffect(sum: Sum, effect: Effect, id: string): void {
  switch (effect.effect) {
    case 'departureState':
      addState(sum, effect.state, id);
      return;
    case 'sale':
      if (effect.of !== 'vehicles') sum.passengers = stricter(sellOrder, sum.passengers, effect.sell);
      if (effect.of !== 'passengers') sum.vehicles = stricter(sellOrder, sum.vehicles, effect.sell);
      blame(sum, 'sale', id);
      return;
    case 'identity':
      sum.capture = stricter(captureOrder, sum.capture, effect.capture);
      blame(sum, 'identity', id);
      return;
    case 'boarding':
      sum.check = stricter(checkOrder, sum.check, effect.check);
      for (const each of effect.evidence) sum.evidence.add(each);
      blame(sum, 'boarding', id);
      return;
    case 'leases':
      sum.leases = stricter(leaseOrder, sum.leases, effect.leases);
      blame(sum, 'leases', id);
      return;
    case 'payments': {
      const allowed = new Set(effect.allow);
      sum.payments = sum.payments === null ? allowed : sum.payments.intersection(allowed);
      blame(sum, 'payments', id);
      return;
    }
    case 'printing':
      sum.print = stricter(printOrder, sum.print, effect.print);
      blame(sum, 'printing', id);
      return;
    case 'queueNumbers':
      sum.queueNumbers = true;
      blame(sum, 'queueNumbers', id);
      return;
    case 'channelsClosed':
      for (const channel of effect.channels) sum.channels.add(channel);
      blame(sum, 'channels', id);
      return;
    case 'refund':
    case 'change':
      // Rights of tickets, not rules of commands: `rights` derives them from the history.
      return;
  }
}

function rulesFrom(sum: Sum, context: CommandContext, rights: Rules['rights']): Rules {
  const check = sum.check ?? 'full';
  // Whatever a plan forgot: a check that is not full leaves at least a count of heads and the names behind.
  const evidence =
    check === 'full'
      ? []
      : [...sum.evidence.add('headCount').add(check === 'list' ? 'nameList' : 'checkAboard')];
  const because = Object.entries(sum.because).map(([part, ids]) => [part, [...ids].toSorted()]);
  return {
    state: sum.state,
    sale: { passengers: sum.passengers ?? 'fixed', vehicles: sum.vehicles ?? 'fixed' },
    channelOpen: !sum.channels.has(context.channel),
    channelsClosed: sum.channels,
    identity: { record: true, capture: sum.capture ?? null },
    boarding: {
      open: sum.checkIn === 'open',
      by: sum.queue ? 'queue' : 'departure',
      check,
      evidence: evidence.toSorted(),
      mostAboard: context.departure?.capacity ?? null,
    },
    leases: sum.leases,
    payments: sum.payments,
    printing: sum.print ?? 'paper',
    queueNumbers: sum.queueNumbers,
    because: Object.fromEntries(because) as Rules['because'],
    unreadable: sum.unreadable,
    rights,
  };
}
