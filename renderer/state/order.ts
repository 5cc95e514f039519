import type { CommandId, DepartureId, SoldTicketClass } from '../../contract/ids.ts';
import type { HolderView, OfficeInput, OfficeOutput, PrintState, SaleResult } from '../../contract/office.ts';
import type { CallState, Problem } from '../client/office-client.ts';

/** One person on the form. Names and masked numbers live here, in memory, until the order is sold or cleared. */
export interface Passenger {
  holder: HolderView;
  ticketClass: SoldTicketClass;
  childBasis?: 'age' | 'height';
  /** The clerk chose the class: the rules' suggestion no longer changes it. */
  chosen: boolean;
  ageYears: number | null;
}

/** What was sold last, with the words of its departure. */
export interface LastSale {
  result: SaleResult;
  departLocal: string;
  toName: string;
}

export type Pane = 'departures' | 'passengers' | 'entry' | 'money';

/** What the screen says below the passengers. It stays until something newer takes its place. */
export type Notice =
  | { kind: 'read' | 'typed'; holderRef: string }
  | { kind: 'removed' | 'laterCard'; name: string }
  | { kind: 'cleared' | 'clearAsk' | 'pricing' | 'sold' }
  | { kind: 'scannedText'; text: string }
  | { kind: 'problem'; problem: Problem; again?: boolean };

export interface Order {
  /** Made when the form opens; every asking for this sale carries it. */
  commandId: CommandId;
  /** Null = the business date, whatever it is by then. Fixed as soon as somebody is on the form. */
  date: string | null;
  placeId: string | null;
  /** Null = the next one that is on sale. Fixed as soon as somebody is on the form. */
  departureId: DepartureId | null;
  passengers: Passenger[];
  /** Row the clerk stands on; one past the last = the empty slot. */
  row: number;
  cash: string;
  selling: CallState | null;
  notice: Notice | null;
  /** A refusal that names a field of this form, shown at that field. */
  atField: Problem | null;
  /** Cards laid while a sale was being written. */
  waiting: HolderView[];
}

export function emptyOrder(commandId: CommandId, placeId: string | null = null): Order {
  return {
    commandId,
    date: null,
    placeId,
    departureId: null,
    passengers: [],
    row: 0,
    cash: '',
    selling: null,
    notice: null,
    atField: null,
    waiting: [],
  };
}

/** A person comes onto the form; while a sale is being written, onto the next one. */
export function withHolder(
  order: Order,
  holder: HolderView,
  shown: { date: string; departureId: DepartureId | null },
): Order {
  if (order.selling !== null)
    return {
      ...order,
      waiting: [...order.waiting, holder],
      notice: { kind: 'laterCard', name: holder.name },
    };
  const passengers = [
    ...order.passengers,
    { holder, ticketClass: 'full' as const, chosen: false, ageYears: null },
  ];
  return {
    ...order,
    passengers,
    row: passengers.length,
    date: order.date ?? shown.date,
    departureId: order.departureId ?? shown.departureId,
    notice: { kind: holder.capture === 'typed' ? 'typed' : 'read', holderRef: holder.holderRef },
    atField: null,
  };
}

/** The person an action is about: the one on the clerk's row, else the last. */
export function subjectIndex(order: Order): number {
  return Math.min(order.row, order.passengers.length - 1);
}

export function withoutSubject(order: Order): Order {
  const index = subjectIndex(order);
  const gone = order.passengers[index];
  if (!gone || order.selling !== null) return order;
  const passengers = order.passengers.filter((_, at) => at !== index);
  return {
    ...order,
    passengers,
    row: Math.min(order.row, passengers.length),
    notice: { kind: 'removed', name: gone.holder.name },
    atField: null,
  };
}

/** Full → child by age → child by height → full, for the person an action is about. */
export function withNextClass(order: Order): Order {
  const index = subjectIndex(order);
  if (order.selling !== null) return order;
  const passengers = order.passengers.map((one, at) => (at === index ? nextClass(one) : one));
  return { ...order, passengers, atField: null };
}

function nextClass(passenger: Passenger): Passenger {
  const { holder, ageYears } = passenger;
  const rest = { holder, ageYears, chosen: true };
  if (passenger.ticketClass === 'full') return { ...rest, ticketClass: 'child_half', childBasis: 'age' };
  if (passenger.childBasis === 'age') return { ...rest, ticketClass: 'child_half', childBasis: 'height' };
  return { ...rest, ticketClass: 'full' };
}

type Quoted = OfficeOutput<'sales.quote'>['passengers'];

/** Takes ages over, and the suggested class of everybody whose class the clerk did not choose. The same order when nothing changes. */
export function withSuggestions(order: Order, quoted: Quoted): Order {
  let changed = false;
  const passengers = order.passengers.map((one): Passenger => {
    const found = quoted.find((quote) => quote.holderRef === one.holder.holderRef);
    if (!found) return one;
    const asChild = !one.chosen && found.suggestedClass === 'child_half';
    const asFull = !one.chosen && found.suggestedClass === 'full';
    const ticketClass = asChild ? 'child_half' : asFull ? 'full' : one.ticketClass;
    if (ticketClass === one.ticketClass && found.ageYears === one.ageYears) return one;
    changed = true;
    const { holder, chosen } = one;
    const basis = asChild ? ('age' as const) : ticketClass === 'child_half' ? one.childBasis : undefined;
    return {
      holder,
      chosen,
      ticketClass,
      ageYears: found.ageYears,
      ...(basis === undefined ? {} : { childBasis: basis }),
    };
  });
  return changed ? { ...order, passengers } : order;
}

/** The passengers as the office wants them. */
export function asPassengers(order: Order): OfficeInput<'sales.quote'>['passengers'] {
  return order.passengers.map(({ holder, ticketClass, childBasis }) => ({
    holderRef: holder.holderRef,
    ticketClass,
    ...(childBasis === undefined ? {} : { childBasis }),
  }));
}

/** After a sale: an empty form for the next, same destination, with the cards that were laid meanwhile. */
export function afterSale(order: Order, commandId: CommandId): Order {
  const next: Order = { ...emptyOrder(commandId, order.placeId), notice: { kind: 'sold' } };
  const passengers = order.waiting.map((holder) => ({
    holder,
    ticketClass: 'full' as const,
    chosen: false,
    ageYears: null,
  }));
  return { ...next, passengers, row: passengers.length };
}

/** The last sale after one of its sheets moved on. */
export function withPrint(last: LastSale | null, ticketNumber: string, print: PrintState): LastSale | null {
  if (!last?.result.tickets.some((ticket) => ticket.ticketNumber === ticketNumber)) return last;
  const tickets = last.result.tickets.map((ticket) =>
    ticket.ticketNumber === ticketNumber ? { ...ticket, print } : ticket,
  );
  return { ...last, result: { ...last.result, tickets } };
}
