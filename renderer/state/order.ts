import type { CommandId, DepartureId, HolderRef, SoldTicketClass } from '../../contract/ids.ts';
import { DRIVER, FREE_CHILD, ticketClassName } from '../../contract/ticket-classes.ts';
import type { HolderView, OfficeInput, OfficeOutput, PrintState, SaleResult } from '../../contract/office.ts';
import type { CallState, Problem } from '../client/office-client.ts';

type Quote = OfficeOutput<'sales.quote'>;
type OfferedClass = Quote['classes'][number];
type OrderVehicle = NonNullable<OfficeInput<'sales.quote'>['vehicles']>[number];

/** One vehicle on the form; its driver is a person on it. */
export interface Vehicle extends OrderVehicle {
  typeName: string;
}

/** One person on the form. Names and masked numbers live here, in memory, until the order is sold or cleared. */
export interface Passenger {
  holder: HolderView;
  ticketClass: SoldTicketClass;
  childBasis?: 'age' | 'height';
  /** The paper that the clerk saw. */
  proof?: NonNullable<OfferedClass['proof']>;
  /** The adult with whom a free child rides. */
  carriedBy?: HolderRef;
  /** Words of the class. */
  className?: string;
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

export type Pane = 'departures' | 'passengers' | 'entry' | 'vehicle' | 'money';

/** What the screen says below the passengers. It stays until something newer takes its place. */
export type Notice =
  | { kind: 'read' | 'typed'; holderRef: string }
  | { kind: 'removed' | 'laterCard' | 'childAsked'; name: string }
  | { kind: 'vehicleAdded' | 'vehicleRemoved'; plate: string }
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
  /** Place that the clerk chose to get off at, the line's end among them; null = none chosen (`chosenStop`). */
  toStop: string | null;
  passengers: Passenger[];
  vehicles: Vehicle[];
  /** Whoever comes onto the form next rides free with this adult. */
  childOf: HolderRef | null;
  /** Row the clerk stands on; one past the last = the empty slot. */
  row: number;
  cash: string;
  /** Number on the first slip printed beforehand, where such slips are given out and it is not the one after the last. */
  slip: string;
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
    toStop: null,
    passengers: [],
    vehicles: [],
    childOf: null,
    row: 0,
    cash: '',
    slip: '',
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
  const next: Passenger =
    order.childOf === null
      ? { holder, ticketClass: 'full', chosen: false, ageYears: null }
      : {
          holder,
          ticketClass: FREE_CHILD,
          childBasis: 'age',
          carriedBy: order.childOf,
          chosen: true,
          ageYears: null,
        };
  const passengers = [...order.passengers, next];
  return {
    ...order,
    passengers,
    childOf: null,
    row: lastRow({ ...order, passengers }),
    date: order.date ?? shown.date,
    departureId: order.departureId ?? shown.departureId,
    notice: { kind: holder.capture === 'typed' ? 'typed' : 'read', holderRef: holder.holderRef },
    atField: null,
  };
}

/** The empty slot: one past the last person and vehicle. */
export function lastRow({ passengers, vehicles }: Pick<Order, 'passengers' | 'vehicles'>): number {
  return passengers.length + vehicles.length;
}

/** The vehicle on the clerk's row, if the clerk stands on one. */
export function vehicleIndex(order: Order): number | undefined {
  const index = order.row - order.passengers.length;
  return index >= 0 && index < order.vehicles.length ? index : undefined;
}

/** The person an action is about: the one on the clerk's row, else the last. */
export function subjectIndex(order: Order): number {
  return Math.min(order.row, order.passengers.length - 1);
}

/** Takes the vehicle or the person of the clerk's row off the form, with what hung on that person. */
export function withoutSubject(order: Order): Order {
  const vehicle = vehicleIndex(order);
  if (vehicle !== undefined && order.selling === null) return withoutVehicle(order, vehicle);
  const index = subjectIndex(order);
  const gone = order.passengers[index];
  if (!gone || order.selling !== null) return order;
  const ref = gone.holder.holderRef;
  const passengers = order.passengers
    .filter((_, at) => at !== index)
    .map((one): Passenger => (one.carriedBy === ref ? plain(one) : one));
  const vehicles = order.vehicles.filter(({ driver }) => driver !== ref);
  return {
    ...order,
    passengers,
    vehicles,
    childOf: order.childOf === ref ? null : order.childOf,
    row: Math.min(order.row, lastRow({ passengers, vehicles })),
    notice: { kind: 'removed', name: gone.holder.name },
    atField: null,
  };
}

/** Nothing chosen for this person: the rules' suggestion counts again. */
function plain({ holder, ageYears }: Passenger): Passenger {
  return { holder, ageYears, ticketClass: 'full', chosen: false };
}

function withoutVehicle(order: Order, index: number): Order {
  const gone = order.vehicles[index];
  if (!gone) return order;
  const vehicles = order.vehicles.toSpliced(index, 1);
  const passengers = order.passengers.map((one): Passenger =>
    one.holder.holderRef === gone.driver && one.ticketClass === DRIVER ? plain(one) : one,
  );
  return {
    ...order,
    vehicles,
    passengers,
    row: Math.min(order.row, lastRow({ passengers, vehicles })),
    notice: { kind: 'vehicleRemoved', plate: gone.plate },
    atField: null,
  };
}

/** A vehicle comes onto the form, instead of the one that its driver had; the driver has the driver's fare where there is one. */
export function withVehicle(order: Order, vehicle: Vehicle, classes: readonly OfferedClass[]): Order {
  const vehicles = [...order.vehicles.filter(({ driver }) => driver !== vehicle.driver), vehicle];
  const driverClass = classes.find(({ ticketClass }) => ticketClass === DRIVER);
  const passengers = order.passengers.map((one): Passenger => {
    if (one.holder.holderRef !== vehicle.driver || !driverClass) return one;
    const { holder, ageYears } = one;
    return { holder, ageYears, ticketClass: DRIVER, className: driverClass.name, chosen: true };
  });
  return {
    ...order,
    vehicles,
    passengers,
    row: lastRow({ passengers, vehicles }),
    notice: { kind: 'vehicleAdded', plate: vehicle.plate },
    atField: null,
  };
}

/** The next who comes rides free with the adult of the clerk's row. */
export function asksForChild(order: Order): Order {
  const adult = order.passengers[subjectIndex(order)];
  if (!adult || order.selling !== null || isChild(adult)) return order;
  const { holderRef, name } = adult.holder;
  return { ...order, childOf: holderRef, notice: { kind: 'childAsked', name }, atField: null };
}

function isChild({ ticketClass }: Passenger): boolean {
  return ticketClass === FREE_CHILD || ticketClass === 'child_half';
}

/** What a class means for a person: by age or height, with a paper, with an adult. */
type Choice = Pick<Passenger, 'ticketClass' | 'childBasis' | 'proof' | 'carriedBy' | 'className'>;

const usualClasses: readonly OfferedClass[] = [
  {
    ticketClass: 'full',
    name: ticketClassName('full'),
    fareFen: 0 as never,
    byChildTest: false,
    proof: null,
  },
  {
    ticketClass: 'child_half',
    name: ticketClassName('child_half'),
    fareFen: 0 as never,
    byChildTest: true,
    proof: null,
  },
];

/** What may be chosen for a person, in order: a class by age or height twice, a free ride where an adult has room for a child. */
function choicesFor(order: Order, index: number, classes: readonly OfferedClass[]): Choice[] {
  const drives = order.vehicles.some(({ driver }) => driver === order.passengers[index]?.holder.holderRef);
  const adult = adultFor(order, index);
  return (classes.length > 0 ? classes : usualClasses).flatMap((one): Choice[] => {
    const { ticketClass, name: className, byChildTest, proof } = one;
    if (ticketClass === DRIVER && !drives) return [];
    if (ticketClass === FREE_CHILD && adult === undefined) return [];
    // Cards that show a right to a fare are those of grown-ups.
    if (proof !== null && proof !== 'studentCard' && isMinor(order.passengers[index])) return [];
    const choice: Choice = {
      ticketClass,
      className,
      ...(proof === null ? {} : { proof }),
      ...(ticketClass === FREE_CHILD && adult !== undefined ? { carriedBy: adult } : {}),
    };
    return byChildTest
      ? [
          { ...choice, childBasis: 'age' },
          { ...choice, childBasis: 'height' },
        ]
      : [choice];
  });
}

const GROWN_UP_YEARS = 18;
function isMinor(one: Passenger | undefined): boolean {
  return one !== undefined && one.ageYears !== null && one.ageYears < GROWN_UP_YEARS;
}

/** The adult with whom this person could ride free: the one it rides with, else the first with no child yet. */
function adultFor(order: Order, index: number): HolderRef | undefined {
  const own = order.passengers[index]?.carriedBy;
  if (own !== undefined) return own;
  return order.passengers.find(
    (one, at) =>
      at !== index &&
      !isChild(one) &&
      !order.passengers.some(({ carriedBy }) => carriedBy === one.holder.holderRef),
  )?.holder.holderRef;
}

/** The next class that may be chosen, for the person an action is about; after the last comes the first. */
export function withNextClass(order: Order, classes: readonly OfferedClass[] = []): Order {
  const index = subjectIndex(order);
  if (order.selling !== null) return order;
  const choices = choicesFor(order, index, classes);
  const passengers = order.passengers.map((one, at): Passenger => {
    if (at !== index) return one;
    const now = choices.findIndex(
      ({ ticketClass, childBasis }) => ticketClass === one.ticketClass && childBasis === one.childBasis,
    );
    const next = choices[(now + 1) % choices.length];
    const { holder, ageYears } = one;
    return next ? { holder, ageYears, chosen: true, ...next } : one;
  });
  return { ...order, passengers, atField: null };
}

/** Takes ages over, and the suggested class of everybody whose class the clerk did not choose. The same order when nothing changes. */
export function withSuggestions(
  order: Order,
  { passengers: quoted, classes }: Pick<Quote, 'passengers' | 'classes'>,
): Order {
  let changed = false;
  const taken = new Set(order.passengers.flatMap(({ carriedBy }) => carriedBy ?? []));
  const passengers = order.passengers.map((one): Passenger => {
    const found = quoted.find((quote) => quote.holderRef === one.holder.holderRef);
    if (!found) return one;
    const choice = one.chosen ? undefined : suggested(one, found, taken, classes);
    const isSame =
      choice === undefined || (choice.ticketClass === one.ticketClass && choice.carriedBy === one.carriedBy);
    if (isSame && found.ageYears === one.ageYears) return one;
    changed = true;
    if (choice?.carriedBy !== undefined) taken.add(choice.carriedBy);
    const { holder, chosen } = one;
    return isSame
      ? { ...one, ageYears: found.ageYears }
      : { holder, chosen, ageYears: found.ageYears, ...choice };
  });
  return changed ? { ...order, passengers } : order;
}

function suggested(
  one: Passenger,
  { suggestedClass, suggestedCarrier }: Quote['passengers'][number],
  taken: ReadonlySet<HolderRef>,
  classes: readonly OfferedClass[],
): Choice | undefined {
  const ridesFree = suggestedClass === FREE_CHILD && suggestedCarrier !== undefined;
  // Two children cannot be told to ride with one adult at once: the second pays until the rules have been asked again.
  const isTaken = ridesFree && suggestedCarrier !== one.carriedBy && taken.has(suggestedCarrier);
  const ticketClass = isTaken ? 'child_half' : suggestedClass;
  const className = classes.find((offered) => offered.ticketClass === ticketClass)?.name;
  return {
    ticketClass,
    ...(className === undefined ? {} : { className }),
    ...(ticketClass === 'full' ? {} : { childBasis: 'age' }),
    ...(ridesFree && !isTaken ? { carriedBy: suggestedCarrier } : {}),
  };
}

/** The passengers as the office wants them. */
export function asPassengers(order: Order): OfficeInput<'sales.quote'>['passengers'] {
  return order.passengers.map(({ holder, ticketClass, childBasis, proof, carriedBy }) => ({
    holderRef: holder.holderRef,
    ticketClass,
    ...(childBasis === undefined ? {} : { childBasis }),
    ...(proof === undefined ? {} : { proof }),
    ...(carriedBy === undefined ? {} : { carriedBy }),
  }));
}

/** The vehicles as the office wants them. */
export function asVehicles(order: Order): { vehicles?: OrderVehicle[] } {
  if (order.vehicles.length === 0) return {};
  return { vehicles: order.vehicles.map(({ typeName: _typeName, ...vehicle }) => vehicle) };
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
