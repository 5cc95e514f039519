import type { IdentityPlain } from '../../contract/encoding/chain.ts';
import type { EntryBody, NewEntry } from '../../contract/entries.ts';
import type { DepartureId, Fen, TicketNumber } from '../../contract/ids.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, refused, yuan, type Outcome } from '../../contract/refusals.ts';
import { obstacleToPayment } from '../../domain/contingency/obey.ts';
import { PLATE_KIND } from '../../contract/vehicles.ts';
import { factsOf } from '../../domain/contingency/facts.ts';
import { needsApproval } from '../../domain/order-check.ts';
import { takesOf } from '../../domain/passenger-kinds.ts';
import { decideQuote } from '../../domain/quote.ts';
import { quoteChange, type ChangeQuote } from '../../domain/refunds/change.ts';
import { rideFor } from '../../domain/refunds/change-stop.ts';
import { decideChange } from '../../domain/refunds/counter.ts';
import { obstacleOf, type Authority } from '../../domain/refunds/ticket.ts';
import { decideSale } from '../../domain/sale.ts';
import { businessDateOf, isoWeekOf } from '../../domain/time.ts';
import type { Departure, LeaseCounts, QuoteState, SalePassenger, SaleVehicle } from '../../domain/types.ts';
import { roomWanted } from '../../domain/vehicles/room.ts';
import type { AppendEntry } from '../ledger/types.ts';
import type { Caller, DeskContext, Mutation } from './context.ts';
import { underPermits, type Prepared, type TicketAuthority } from './ticket-authority.ts';
import { endsForOthers } from './ticket-ends.ts';
import { passengerOf } from './ticket-passenger.ts';
import type { KnownTicket, TicketFacts } from './ticket-facts.ts';
import { paperOf } from './paper.ts';
import { askedAtOf, shiftOf } from './ticket-refunds.ts';

/** Tickets that change together, with what is needed to write their new ones. */
interface Order {
  readonly tickets: readonly { readonly ticket: KnownTicket; readonly authority: Authority }[];
  readonly departure: Departure;
  readonly state: QuoteState;
  readonly passengers: readonly SalePassenger[];
  readonly vehicles: readonly SaleVehicle[];
  /** By ticket, in the order of `tickets`. */
  readonly identities: readonly IdentityPlain[];
}

/** What a change writes, and what it costs. */
export interface PlannedChange {
  readonly entries: AppendEntry[];
  readonly quotes: readonly { readonly ticketNumber: TicketNumber; readonly quote: ChangeQuote }[];
  readonly newTickets: readonly TicketNumber[];
  readonly collectFen: number;
  readonly backFen: number;
}

export interface ChangeOptions {
  readonly shiftId: string;
  readonly clerkNumber: string;
  readonly countersignedBy: string | null;
  /** Set in bulk: nobody stands at the window, no drawer is touched. */
  readonly batchId: string | null;
}

/** Changes to another departure: old numbers end, new ones are sold in the same transaction. */
export function createTicketChanges(
  context: DeskContext,
  facts: TicketFacts,
  authority: TicketAuthority,
  identityOf: (ticket: KnownTicket) => IdentityPlain | undefined,
) {
  const { config, ledger, runtime, vault, window } = context;

  /** The order that the new tickets are; refuses where a party is torn apart or an identity was erased. */
  function orderOf(
    tickets: Order['tickets'],
    departureId: DepartureId,
    shift: { shiftId: string; clerkNumber: string },
    nowMs: number,
  ): Outcome<Order> {
    const timetable = context.timetable();
    if (!timetable) return refused('timetable.none');
    const whole = timetable.departure(departureId);
    if (!whole) return refused('departure.unknown', { departureId }, 'departureId');
    for (const { ticket } of tickets) {
      const obstacle = obstacleOf(ticket.sold);
      if (obstacle) return { ok: false, refusal: obstacle };
    }
    const from = new Set(tickets.map(({ ticket }) => ticket.sold.departure.departureId));
    if (from.size !== 1) return refused('tickets.mixed', {}, 'ticketNumbers');
    const ends = tickets.map(({ ticket }) => ticket.sale.body);
    const ride = rideFor(timetable, whole, ends);
    if (!ride.ok) return ride;
    const departure = ride.value;
    const chosen = new Set(tickets.map(({ ticket }) => ticket.ticketNumber as string));
    const missing = tickets
      .flatMap(({ ticket }) => facts.partyOf(ticket))
      .find((number) => !chosen.has(number));
    if (missing) return refused('tickets.party', { ticketNumber: missing }, 'ticketNumbers');

    const identities: IdentityPlain[] = [];
    for (const { ticket } of tickets) {
      const identity = identityOf(ticket);
      if (!identity) return refused('tickets.identityGone', {}, 'ticketNumbers');
      identities.push(identity);
    }
    const people = tickets.flatMap(({ ticket }, index) =>
      ticket.sale.kind === 'ticket.sold' ? [index] : [],
    );
    const placeWith = facts.placesOf(people.flatMap((index) => tickets[index]?.ticket ?? []));
    const passengers: SalePassenger[] = [];
    const vehicles: SaleVehicle[] = [];
    for (const [index, { ticket }] of tickets.entries()) {
      const identity = identities[index] as IdentityPlain;
      const { sale } = ticket;
      if (sale.kind === 'ticket.sold') {
        const { carriedBy } = sale.body;
        const carrier = carriedBy === undefined ? undefined : placeWith(carriedBy);
        const passenger = passengerOf(context, ticket, identity, departure);
        passengers.push(carrier === undefined ? passenger : { ...passenger, carriedBy: carrier });
      } else {
        const { vehicleType, lengthCm, deck, driverTicket } = sale.body;
        const driver = placeWith(driverTicket) ?? -1;
        vehicles.push({ vehicleType, lengthCm, deck, driver, plate: identity.number });
      }
    }
    const more = context.station.more(departure);
    const moreRoom = context.station.moreRoom(departure);
    const sell = context.rules(departure).sale.passengers;
    // A place is what a change gives; a standby ticket has none.
    if (sell === 'standby') return refused('change.targetClosed', {}, 'departureId');
    const held = (kind: string, number: string): TicketNumber | undefined => {
      const token = vault.lookupToken(kind, number);
      const here = ledger.ticketByToken(token, departureId);
      if (here) return here;
      return ledger.picture
        .ticketsOfDocument(token, 20)
        .find((each) => each.departureId === departureId && each.state === 'sold')?.ticketNumber;
    };
    const state: QuoteState = {
      departureId,
      departure,
      timetable,
      ...(more ? { more } : {}),
      ...(moreRoom ? { moreRoom } : {}),
      shift,
      leases: ledger.leasesOf(departureId),
      existingTickets: people.map((index) => {
        const { kind, number } = identities[index] as IdentityPlain;
        return held(kind, number);
      }),
      vehicleLeases: departure.vehicleSpace ? ledger.vehicleLeasesOf(departureId) : [],
      existingVehicles: vehicles.map(({ plate }) => held(PLATE_KIND, plate)),
      businessDate: businessDateOf(nowMs),
      frozenThrough: context.station.frozenThrough(),
      endedBy:
        ledger.picture.saleEndedBy(departureId) ??
        (context.departures.leftAt(departureId) === null ? null : 'hasLeft'),
      ...(sell === 'rolling'
        ? {
            queue: {
              kind: 'rolling' as const,
              last: ledger.picture.lastQueueNumber(departure.line.id, departure.date, false),
            },
          }
        : {}),
      // Who they are was recorded when the first ticket was sold.
      typedNeedsSecond: false,
    };
    return accepted({ tickets, departure, state, passengers, vehicles, identities });
  }

  const wantedOf = ({ state, departure, passengers, vehicles }: Order): LeaseCounts => {
    const takes = takesOf(state.timetable, departure, passengers, vehicles);
    const count = (what: string): number => takes.filter((one) => one === what).length;
    return { seats: count('seat'), heads: count('head'), freeChildren: count('quota') };
  };

  /** Asks the station's host for places that are not in hand; undefined when that needs no waiting. */
  function fetchPlaces(order: Order): Promise<unknown> | undefined {
    const { departure, state, vehicles } = order;
    const seats = context.station.ensureSeats(departure.departureId, wantedOf(order), true);
    const wanted = departure.vehicleSpace ? roomWanted(state.timetable, departure, vehicles) : [];
    const room =
      wanted.length > 0 ? context.station.ensureRoom(departure.departureId, wanted, true) : undefined;
    return seats || room ? Promise.all([seats, room]) : undefined;
  }

  /** Decides a change whole: all tickets or none. */
  function plan(order: Order, options: ChangeOptions, nowMs: number): Outcome<PlannedChange> {
    const { state, departure, passengers, vehicles, tickets, identities } = order;
    const priced = decideQuote(state, { passengers, vehicles }, nowMs);
    const stands = [...priced.passengers, ...priced.vehicles].find(({ refusal }) => refusal)?.refusal;
    const obstacle = priced.refusal ?? stands;
    if (obstacle) return { ok: false, refusal: obstacle };
    const rules = context.fees.rules(tickets.map(({ ticket }) => ticket.sold.soldAt));
    if (!rules.ok) return rules;
    const wanted = wantedOf(order);
    const ownGrant = context.station.ownGrant(departure, wanted);
    const ownRoom =
      vehicles.length > 0
        ? context.station.ownRoom(departure, roomWanted(state.timetable, departure, vehicles))
        : undefined;
    const signed = passengers.some((passenger) => needsApproval(state, passenger));
    const approvedBy = tickets
      .map(({ ticket }) =>
        ticket.sale.kind === 'ticket.sold' ? ticket.sale.body.countersignedBy : undefined,
      )
      .find((number) => number !== undefined);
    const decided = decideSale(
      {
        ...state,
        nextSerial: ledger.nextSerial(state.businessDate),
        stationCode: ledger.stationCode,
        windowNumber: config.window,
        ledgerOrdinal: ledger.ordinal,
        windowId: window,
        freshLeaseId: runtime.random.id(),
        ...(vehicles.length > 0 ? { freshVehicleLeaseId: runtime.random.id() } : {}),
        ...(ownGrant === undefined ? {} : { ownGrant }),
        ...(ownRoom === undefined ? {} : { ownRoom }),
      },
      {
        clerkNumber: options.clerkNumber,
        passengers,
        vehicles,
        totalFen: priced.totalFen,
        tenderedFen: priced.totalFen,
        payment: 'cash',
        ...(signed ? { countersignedBy: approvedBy ?? options.clerkNumber } : {}),
      },
      nowMs,
    );
    if (!decided.ok) return decided;
    const target = { departure: factsOf(departure), rules: context.rules(departure) };
    const week = isoWeekOf(nowMs);
    const people = tickets.flatMap(({ ticket }, index) =>
      ticket.sale.kind === 'ticket.sold' ? [index] : [],
    );
    const cars = tickets.flatMap(({ ticket }, index) => (ticket.sale.kind === 'vehicle.sold' ? [index] : []));
    const leases: AppendEntry[] = [];
    const changed: AppendEntry[] = [];
    const sold: AppendEntry[] = [];
    const quotes: { ticketNumber: TicketNumber; quote: ChangeQuote }[] = [];
    const newTickets: TicketNumber[] = [];
    let collectFen = 0;
    let backFen = 0;
    for (const { passenger, vehicle, ...entry } of decided.value.entries) {
      if (entry.kind === 'sale.money') continue;
      if (entry.kind !== 'ticket.sold' && entry.kind !== 'vehicle.sold') {
        leases.push(entry);
        continue;
      }
      const place = (entry.kind === 'ticket.sold' ? people[passenger ?? -1] : cars[vehicle ?? -1]) ?? -1;
      const one = tickets[place];
      const identity = identities[place];
      if (!one || !identity) throw new Error('a new ticket of nobody in the order');
      const { ticket } = one;
      const { body } = entry;
      const goal = { ...target, ticketClass: body.ticketClass, fareFen: body.fareFen };
      const askedAt = askedAtOf(context, ticket, 'change', nowMs);
      const quote = quoteChange(rules.value, ticket.sold, facts.rightsOf(ticket), goal, askedAt);
      if (!quote.ok) return quote;
      const { balanceFen, feeFen, fareFen } = quote.value;
      const change = decideChange(rules.value, ticket.sold, goal, quote.value, {
        newTicketNumber: body.ticketNumber,
        authority: one.authority,
        expectedBalanceFen: balanceFen,
        countersignedBy: options.countersignedBy,
        batchId: options.batchId,
        shiftId: options.batchId === null ? options.shiftId : null,
        owesCash: options.batchId !== null,
      });
      if (!change.ok) return change;
      changed.push(change.value);
      collectFen += Math.max(0, balanceFen);
      backFen += Math.max(0, -balanceFen);
      quotes.push({ ticketNumber: ticket.ticketNumber, quote: quote.value });
      newTickets.push(body.ticketNumber);
      const before = ticket.sale.body;
      const history = {
        // What the passenger has paid for it: a dearer fare at the carrier's fault is not collected.
        fareFen: (fareFen + balanceFen - feeFen) as Fen,
        ...(before.feeSets ? { feeSets: before.feeSets } : {}),
        replaces: {
          ticketNumber: ticket.ticketNumber,
          changes: quote.value.times,
          reissues: ticket.sold.reissuedTimes,
          firstSoldAt: before.replaces?.firstSoldAt ?? ticket.sold.soldAt,
        },
      };
      sold.push({ ...resold(entry, ticket, history), identity: vault.seal(identity, week) });
    }
    const others = endsForOthers(
      context,
      quotes.map(({ ticketNumber }, index) => {
        const one = tickets.find(
          ({ ticket }) => ticket.ticketNumber === ticketNumber,
        ) as Order['tickets'][number];
        const newTicketNumber = newTickets[index] as TicketNumber;
        const requestId = one.authority.permit?.requestId ?? null;
        return { ticket: one.ticket, state: 'replaced' as const, newTicketNumber, requestId };
      }),
    );
    return accepted({
      entries: [...leases, ...changed, ...sold, ...others],
      quotes,
      newTickets,
      collectFen,
      backFen,
    });
  }

  /** Who asks and in whose shift; the money is looked at when it is known. */
  function shiftNow(caller: Caller): Outcome<{ shiftId: string; clerkNumber: string }> {
    return shiftOf(context, caller, 0);
  }

  const change: Mutation<OfficeInput<'tickets.change'>, OfficeOutput<'tickets.change'>, Prepared> = {
    async prepare(input, caller) {
      const got = await authority.obtain(input.ticketNumbers, 'change');
      if (!got.ok) return got;
      return underPermits(authority, got.value, async () => {
        const now = authority.again(got.value);
        const shift = shiftNow(caller);
        if (now.ok && shift.ok) {
          const order = orderOf(now.value, input.departureId, shift.value, runtime.clock.nowMs());
          if (order.ok) await fetchPlaces(order.value);
        }
      });
    },
    release: authority.release,
    decide(input, caller, nowMs, _commandId, prepared) {
      const standstill = context.standstill();
      if (standstill) return { ok: false as const, refusal: standstill };
      const now = authority.again(prepared ?? { tickets: [] });
      if (!now.ok) return now;
      if (!input.documentShown) return refused('afterSale.document', {}, 'documentShown');
      const shift = shiftOf(context, caller, input.backFen);
      if (!shift.ok) return shift;
      const order = orderOf(now.value, input.departureId, shift.value, nowMs);
      if (!order.ok) return order;
      const { shiftId, clerkNumber } = shift.value;
      const countersignedBy = caller.countersignedBy ?? null;
      const planned = plan(order.value, { shiftId, clerkNumber, countersignedBy, batchId: null }, nowMs);
      if (!planned.ok) return planned;
      const { entries, collectFen, backFen, newTickets } = planned.value;
      if (collectFen !== input.collectFen || backFen !== input.backFen)
        return refused('afterSale.balanceChanged', {}, 'collectFen');
      const rules = context.rules(context.timetable()?.departure(input.departureId) ?? null);
      const notTaken = collectFen > 0 ? obstacleToPayment(rules, 'cash') : undefined;
      if (notTaken) return { ok: false as const, refusal: notTaken };
      const { tenderedFen } = input;
      if (tenderedFen < collectFen)
        return refused(
          'tickets.tendered',
          { tenderedYuan: yuan(tenderedFen), collectYuan: yuan(collectFen) },
          'tenderedFen',
        );
      const limit = limitOf();
      if (limit !== undefined && backFen >= limit && countersignedBy === null)
        return refused('afterSale.needsSecond', { limitYuan: yuan(limit) }, 'countersignedBy');
      if (collectFen + backFen > 0)
        entries.push({
          kind: 'change.money',
          body: {
            shiftId,
            payment: 'cash',
            ticketCount: newTickets.length,
            collectedFen: collectFen as Fen,
            backFen: backFen as Fen,
            tenderedFen,
            changeFen: (tenderedFen - collectFen) as Fen,
          },
        });
      const paper = paperOf(context, rules.printing, newTickets, undefined, false);
      if (!paper.ok) return paper;
      return accepted({
        entries: [...entries, ...paper.value.entries],
        effects: paper.value.effects,
        ...(paper.value.entries.length > 0 ? { afterwards: () => context.departuresMoved() } : {}),
      });
    },
    answer(entries) {
      const tickets: OfficeOutput<'tickets.change'>['tickets'] = [];
      const seats = new Map<string, number | null>();
      let departureId = '' as DepartureId;
      let money = { collectFen: 0 as Fen, backFen: 0 as Fen, changeFen: 0 as Fen };
      for (const { kind, body } of entries)
        if (kind === 'ticket.sold') seats.set(body.ticketNumber, body.seatNumber);
        else if (kind === 'change.money')
          money = { collectFen: body.collectedFen, backFen: body.backFen, changeFen: body.changeFen };
      for (const { kind, body } of entries) {
        if (kind !== 'ticket.changed') continue;
        const { ticketNumber, newTicketNumber, fareFen, newFareFen, feeFen, balanceFen } = body;
        departureId = body.newDepartureId;
        const seatNumber = seats.get(newTicketNumber) ?? null;
        tickets.push({ ticketNumber, newTicketNumber, fareFen, newFareFen, feeFen, balanceFen, seatNumber });
      }
      return { at: entries[0]?.at ?? 0, departureId, tickets, ...money };
    },
  };

  const limitOf = (): number | undefined => {
    const rules = context.fees.rules([]);
    return rules.ok ? rules.value.settings.secondSignatureFromFen.value : undefined;
  };

  async function quote(
    input: OfficeInput<'tickets.changeQuote'>,
    caller: Caller,
  ): Promise<Outcome<OfficeOutput<'tickets.changeQuote'>>> {
    const nothing = { tickets: [], collectFen: 0 as Fen, backFen: 0 as Fen, feeFen: 0 as Fen };
    const got = await authority.look(input.ticketNumbers);
    if (!got.ok) return got;
    const shift = shiftNow(caller);
    const nowMs = runtime.clock.nowMs();
    const asked = shift.ok ? orderOf(got.value, input.departureId, shift.value, nowMs) : shift;
    if (!asked.ok) return accepted({ ...nothing, refusal: asked.refusal });
    const options = { shiftId: '', clerkNumber: caller.person?.number ?? '', countersignedBy: SOMEBODY };
    const planned = plan(asked.value, { ...options, batchId: null }, nowMs);
    if (!planned.ok) return accepted({ ...nothing, refusal: planned.refusal });
    const { quotes, collectFen, backFen } = planned.value;
    return accepted({
      tickets: quotes.map(({ ticketNumber, quote: { fareFen, newFareFen, feeFen, balanceFen, fee } }) => ({
        ticketNumber,
        fareFen: fareFen as Fen,
        newFareFen: newFareFen as Fen,
        feeFen: feeFen as Fen,
        balanceFen,
        free: fee === null,
      })),
      collectFen: collectFen as Fen,
      backFen: backFen as Fen,
      feeFen: quotes.reduce((sum, { quote: { feeFen } }) => sum + feeFen, 0) as Fen,
    });
  }

  return { change, quote, orderOf, plan, fetchPlaces };
}

/** A quote asks for no signature. */
const SOMEBODY = '0000';

/** The new ticket's entry with its history; what was claimed for its class when it was first sold stays. */
function resold(
  entry: Extract<NewEntry, { kind: 'ticket.sold' | 'vehicle.sold' }>,
  { sale }: KnownTicket,
  history: Pick<EntryBody<'ticket.sold'>, 'fareFen' | 'feeSets' | 'replaces'>,
): NewEntry {
  const childBasis = sale.kind === 'ticket.sold' ? sale.body.childBasis : undefined;
  return {
    ...entry,
    body: { ...entry.body, ...(childBasis ? { childBasis } : {}), ...history },
  } as NewEntry;
}

export type TicketChanges = ReturnType<typeof createTicketChanges>;
