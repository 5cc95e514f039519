import type { CommandId, DepartureId, Fen, HolderRef } from '../../contract/ids.ts';
import type { OfficeInput, OfficeOutput, SaleResult } from '../../contract/office.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { PLATE_KIND } from '../../contract/vehicles.ts';
import { classesOn, classWords } from '../../domain/fares.ts';
import { obstacleToSale } from '../../domain/contingency/obey.ts';
import { decideQuote } from '../../domain/quote.ts';
import { decideSale } from '../../domain/sale.ts';
import { departureTo } from '../../domain/stops.ts';
import { businessDateOf, isoWeekOf } from '../../domain/time.ts';
import { takesOf } from '../../domain/passenger-kinds.ts';
import type {
  Departure,
  LeaseCounts,
  QuoteState,
  SalePassenger,
  SaleState,
  SaleVehicle,
} from '../../domain/types.ts';
import { plainPlate } from '../../domain/vehicles/plate.ts';
import { roomWanted } from '../../domain/vehicles/room.ts';
import type { AppendEntry } from '../ledger/types.ts';
import type { AnswerEntry, Caller, DeskContext, Mutation } from './context.ts';
import type { Holder } from './holders.ts';
import { paperAhead, paperOf } from './paper.ts';
import { printState } from './print-state.ts';
import { createRollingSale, placesWanted } from './rolling-sale.ts';
import { placeOf, salePassengers, saleVehicles, unpriced } from './sale-order.ts';
import { daySaleOf } from './sale-queue.ts';
import { kindShown } from './sold-list.ts';
import type { Sealed } from '../vault/types.ts';

type SellInput = OfficeInput<'sales.sell'>;
type Where = Pick<SellInput, 'departureId' | 'toStop'>;

/** The second signature under what was typed is asked for by the decision, with the documents that need one anyway. */
const SIGNED_WITH_THE_SALE = 'asked for by the sale';

/** Quotes and sales. */
export function createSalesDesk(context: DeskContext) {
  const { config, holders, ledger, runtime, vault, window } = context;
  const rolling = createRollingSale(context);

  /** Holders by reference, or the refusal of the first that is gone. */
  function findHolders(passengers: SellInput['passengers']): Outcome<Holder[]> {
    const found: Holder[] = [];
    for (const [index, passenger] of passengers.entries()) {
      const holder = holders.find(passenger.holderRef, `passengers.${index}.holderRef`);
      if (!holder.ok) return holder;
      found.push(holder.value);
    }
    return accepted(found);
  }

  /** The departure as it is ridden to the stop of the order; undefined where it is not known at all. */
  function rideOf({ departureId, toStop }: Where): Outcome<Departure> | undefined {
    const timetable = context.timetable();
    const whole = timetable?.departure(departureId);
    return timetable && whole && departureTo(timetable, whole, toStop);
  }

  function quoteState(
    where: Where,
    found: readonly Holder[],
    vehicles: readonly SaleVehicle[],
    nowMs: number,
  ): QuoteState | undefined {
    const timetable = context.timetable();
    if (!timetable) return undefined;
    const { departureId } = where;
    const ride = rideOf(where);
    const known = ride?.ok ? ride.value : timetable.departure(departureId);
    const rules = known && context.rules(known);
    const more = known && context.station.more(known);
    const heldBack = known && context.station.heldBack(known);
    const moreRoom = known && context.station.moreRoom(known);
    const forDay = daySaleOf(context, known, rules);
    return {
      departureId,
      departure: known,
      timetable,
      ...(more ? { more } : {}),
      ...(heldBack ? { heldBack } : {}),
      ...(moreRoom ? { moreRoom } : {}),
      shift: ledger.openShift() ?? null,
      leases: ledger.leasesOf(departureId),
      existingTickets: found.map((holder) =>
        forDay ? forDay.heldBy(holder) : ledger.ticketByToken(holder.token, departureId),
      ),
      vehicleLeases: known?.vehicleSpace ? ledger.vehicleLeasesOf(departureId) : [],
      existingVehicles: vehicles.map(({ plate }) => {
        const token = vault.lookupToken(PLATE_KIND, plainPlate(plate));
        return ledger.ticketByToken(token, departureId);
      }),
      businessDate: businessDateOf(nowMs),
      frozenThrough: context.station.frozenThrough(),
      endedBy:
        ledger.picture.saleEndedBy(departureId) ??
        (context.departures.leftAt(departureId) === null ? null : 'hasLeft'),
      typedNeedsSecond: rules?.identity.capture === 'typedWithSecond',
      ...(forDay ? { queue: forDay.queue } : {}),
    };
  }

  /** What plans and states of departures say against an order; who reads aloud is asked for by the sale itself. */
  function obstacleByRules(
    state: QuoteState,
    found: readonly Holder[],
    input: Pick<SellInput, 'passengers' | 'vehicles'>,
  ) {
    if (!state.departure) return undefined;
    const rules = context.rules(state.departure);
    const attempt = (subject: 'passenger' | 'vehicle', holder: Holder | undefined) =>
      obstacleToSale(rules, {
        subject,
        capture: holder?.capture ?? null,
        secondReader: SIGNED_WITH_THE_SALE,
        payment: 'cash',
      });
    for (const holder of found) {
      const refusal = attempt('passenger', holder);
      if (refusal) return refusal;
    }
    for (const { driver } of input.vehicles ?? []) {
      const refusal = attempt('vehicle', found[placeOf(input, driver)]);
      if (refusal) return refusal;
    }
    // A form without people yet: whether the departure is sold at all.
    return found.length > 0 || rules.sale.passengers !== 'nothing' || rules.sale.vehicles !== 'nothing'
      ? undefined
      : attempt('passenger', undefined);
  }

  /** Who signed second, and whether they may approve documents. */
  function signatureOf({ countersignedBy }: Caller) {
    if (countersignedBy === undefined) return {};
    const roles = context.people.find(countersignedBy)?.roles ?? [];
    const countersignerLeads = roles.includes('shiftLeader') || roles.includes('manager');
    return { countersignedBy, countersignerLeads };
  }

  /** What an order takes of a departure's seats, heads and free children. */
  function wantedOf(state: QuoteState, passengers: SalePassenger[], vehicles: SaleVehicle[]): LeaseCounts {
    const { departure, timetable, queue } = state;
    // Who has no place takes none.
    if (queue?.kind === 'standby') return { seats: 0, heads: 0, freeChildren: 0 };
    const takes = departure ? takesOf(timetable, departure, passengers, vehicles) : [];
    const count = (what: (typeof takes)[number]): number => takes.filter((one) => one === what).length;
    return { seats: count('seat'), heads: count('head'), freeChildren: count('quota') };
  }

  /** The same for room of the order's vehicles; undefined when that needs no waiting. */
  function fetchRoom(
    { departure, timetable }: QuoteState,
    vehicles: readonly SaleVehicle[],
    isSale: boolean,
  ): Promise<void> | undefined {
    const wanted = departure?.vehicleSpace ? roomWanted(timetable, departure, vehicles) : [];
    if (!departure || wanted.length === 0) return undefined;
    return context.station.ensureRoom(departure.departureId, wanted, isSale);
  }

  /**
   * Where a host gives the seats, those that are missing are asked for before the sale is decided. Gives the departure that is sold: of a
   * line that rolls the first from the chosen one on whose seats could be had.
   */
  async function fetchSeats(input: SellInput): Promise<Outcome<DepartureId>> {
    const { departureId: chosen } = input;
    const found = findHolders(input.passengers);
    if (!found.ok) return accepted(chosen);
    const vehicles = saleVehicles(input);
    const places = placesWanted(context.timetable(), input, found.value);
    const without = new Set<DepartureId>();
    for (;;) {
      const nowMs = runtime.clock.nowMs();
      const departureId = rolling.vesselOf(chosen, places, nowMs, without);
      if (without.has(departureId)) return accepted(chosen);
      const looked = quoteState({ ...input, departureId }, found.value, vehicles, nowMs);
      if (!looked || looked.more === undefined) return accepted(departureId);
      const wanted = wantedOf(looked, salePassengers(input, found.value), vehicles);
      await Promise.all([
        context.station.ensureSeats(departureId, wanted, true),
        fetchRoom(looked, vehicles, true),
      ]);
      if (looked.queue?.kind !== 'rolling' || rolling.isHeld(departureId, places))
        return accepted(departureId);
      without.add(departureId);
    }
  }

  /** The holder's identity as one entry carries it. */
  function sealedFor(holder: Holder, week: string): Sealed {
    const { ahead, documentKind: kind, name, number, token } = holder;
    holder.ahead = undefined;
    return ahead?.row.week === week ? ahead : vault.seal({ kind, name, number }, week, token);
  }

  const sell: Mutation<SellInput, SaleResult, DepartureId> = {
    ...(context.station.kind === 'alone' ? {} : { prepare: fetchSeats }),

    decide(input: SellInput, caller: Caller, nowMs: number, _commandId, fetched) {
      const standstill = context.standstill();
      if (standstill) return { ok: false as const, refusal: standstill };
      const found = findHolders(input.passengers);
      if (!found.ok) return found;
      const vehicles = saleVehicles(input);
      const places = placesWanted(context.timetable(), input, found.value);
      const sold = { ...input, departureId: fetched ?? rolling.vesselOf(input.departureId, places, nowMs) };
      const ride = rideOf(sold);
      if (ride && !ride.ok) return ride;
      const looked = quoteState(sold, found.value, vehicles, nowMs);
      if (!looked) return refused('timetable.none');
      const stopped = obstacleByRules(looked, found.value, input);
      if (stopped) return { ok: false as const, refusal: stopped };
      const state: SaleState = {
        ...looked,
        nextSerial: ledger.nextSerial(looked.businessDate),
        stationCode: ledger.stationCode,
        windowNumber: config.window,
        ledgerOrdinal: ledger.ordinal,
        windowId: window,
        ...context.saleFees(looked.departure, nowMs),
        freshLeaseId: looked.leases.length > 0 && !looked.more ? '' : runtime.random.id(),
        ...(vehicles.length > 0 ? { freshVehicleLeaseId: runtime.random.id() } : {}),
      };
      const wanted = wantedOf(looked, salePassengers(input, found.value), vehicles);
      const ownGrant = looked.departure && context.station.ownGrant(looked.departure, wanted);
      const ownRoom =
        looked.departure &&
        vehicles.length > 0 &&
        context.station.ownRoom(looked.departure, roomWanted(looked.timetable, looked.departure, vehicles));
      const decided = decideSale(
        {
          ...state,
          ...(ownGrant === undefined ? {} : { ownGrant }),
          ...(ownRoom === undefined || ownRoom === false ? {} : { ownRoom }),
        },
        {
          clerkNumber: caller.person?.number ?? '',
          passengers: salePassengers(input, found.value),
          vehicles,
          totalFen: input.totalFen,
          tenderedFen: input.tenderedFen,
          payment: input.payment,
          ...signatureOf(caller),
        },
        nowMs,
      );
      if (!decided.ok) return decided;
      const week = isoWeekOf(nowMs);
      const entries: AppendEntry[] = decided.value.entries.map(({ passenger, vehicle, ...entry }) => {
        if (vehicle !== undefined) {
          const plate = plainPlate(vehicles[vehicle]?.plate ?? '');
          return { ...entry, identity: vault.seal({ kind: PLATE_KIND, name: plate, number: plate }, week) };
        }
        const holder = passenger === undefined ? undefined : found.value[passenger];
        if (!holder) return entry;
        return { ...entry, identity: sealedFor(holder, week) };
      });
      const numbers = [...decided.value.tickets, ...decided.value.vehicles].map(
        ({ ticketNumber }) => ticketNumber,
      );
      const { printing } = context.rules(looked.departure ?? null);
      const paper = paperOf(context, printing, numbers, input.slipFrom, true);
      if (!paper.ok) return paper;
      return accepted({
        entries: [...entries, ...paper.value.entries],
        effects: paper.value.effects,
        ...(paper.value.entries.length > 0 ? { afterwards: () => context.departuresMoved() } : {}),
      });
    },

    answer(entries: readonly AnswerEntry[], commandId: CommandId): SaleResult {
      const result: SaleResult = {
        commandId,
        at: 0,
        departureId: '' as DepartureId,
        totalFen: 0 as Fen,
        tenderedFen: 0 as Fen,
        changeFen: 0 as Fen,
        tickets: [],
      };
      for (const entry of entries) {
        if (entry.kind === 'ticket.sold' || entry.kind === 'vehicle.sold') {
          const { ticketNumber, departureId, ticketClass, fareFen, seatNumber } = entry.body;
          result.departureId = departureId;
          if (entry.body.toStop) result.toStop = entry.body.toStop;
          const print = printState(ledger.printOf(ticketNumber), context.departures.slipOf(ticketNumber));
          const className = classWords(context.timetable(), entry.body);
          const sold = { ticketNumber, holderRef: null, ticketClass, className, fareFen, seatNumber, print };
          result.tickets.push({ ...sold, ...kindShown(entry) });
        } else if (entry.kind === 'sale.money') {
          const { totalFen, tenderedFen, changeFen } = entry.body;
          Object.assign(result, { totalFen, tenderedFen, changeFen, at: entry.at });
        }
      }
      return result;
    },
  };

  /** What a sale would say, by what is known here now. */
  function quoteNow(input: OfficeInput<'sales.quote'>, caller: Caller): Outcome<OfficeOutput<'sales.quote'>> {
    const nowMs = runtime.clock.nowMs();
    const found = findHolders(input.passengers);
    if (!found.ok) return found;
    const vehicles = saleVehicles(input);
    const places = placesWanted(context.timetable(), input, found.value);
    const sold = { ...input, departureId: rolling.vesselOf(input.departureId, places, nowMs) };
    const state = quoteState(sold, found.value, vehicles, nowMs);
    if (!state) return refused('timetable.none');
    const ride = rideOf(sold);
    // Without a stop there is no fare: that of the whole run would be wrong.
    if (ride && !ride.ok) return accepted(unpriced(input, ride.refusal));
    const quote = decideQuote(
      state,
      {
        passengers: salePassengers(input, found.value),
        vehicles,
        clerkNumber: caller.person?.number ?? '',
      },
      nowMs,
    );
    const result: OfficeOutput<'sales.quote'> = {
      passengers: quote.passengers.map(({ ageYears, suggestedCarrier, ...passenger }, index) => {
        const carrier = suggestedCarrier === undefined ? undefined : input.passengers[suggestedCarrier];
        return {
          holderRef: input.passengers[index]?.holderRef as HolderRef,
          // Of someone born after that departure there is no age to tell.
          ageYears: ageYears === null || ageYears < 0 ? null : ageYears,
          ...passenger,
          ...(carrier ? { suggestedCarrier: carrier.holderRef } : {}),
        };
      }),
      vehicles: quote.vehicles,
      classes: state.departure ? classesOn(state.timetable, state.departure) : [],
      totalFen: quote.totalFen,
      ...paperAhead(context, state.departure),
      ...rolling.passedOn(input.departureId, sold.departureId),
    };
    // The places are fetched while the clerk counts the money.
    if (!quote.refusal && state.more) {
      if (quote.vehicles.every((one) => !one.refusal))
        fetchRoom(state, vehicles, false)?.catch(() => undefined);
      context.station
        .ensureSeats(sold.departureId, wantedOf(state, salePassengers(input, found.value), vehicles), false)
        ?.catch(() => undefined);
    }
    const refusal = context.standstill() ?? obstacleByRules(state, found.value, input) ?? quote.refusal;
    if (refusal) result.refusal = refusal;
    return accepted(result);
  }

  return {
    sell,

    /** Room that is short is asked for before a vehicle is refused for it: another window may hold some that it does not need. */
    quote(
      input: OfficeInput<'sales.quote'>,
      caller: Caller,
    ): Outcome<OfficeOutput<'sales.quote'>> | Promise<Outcome<OfficeOutput<'sales.quote'>>> {
      const first = quoteNow(input, caller);
      const isShort = first.ok && first.value.vehicles.some((one) => one.refusal?.code === 'vehicle.noRoom');
      const found = isShort ? findHolders(input.passengers) : undefined;
      const vehicles = saleVehicles(input);
      const state = found?.ok ? quoteState(input, found.value, vehicles, runtime.clock.nowMs()) : undefined;
      const asked = state && fetchRoom(state, vehicles, false);
      return asked ? asked.then(() => quoteNow(input, caller)) : first;
    },
  };
}
