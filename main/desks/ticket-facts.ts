import type { IdentityPlain } from '../../contract/encoding/chain.ts';
import type { LedgerId, TicketNumber, WindowId } from '../../contract/ids.ts';
import { entryBodies, type EntryBody } from '../../contract/entries.ts';
import { factsOf, type DepartureFacts } from '../../domain/contingency/facts.ts';
import type { Rights } from '../../domain/contingency/rights.ts';
import type { Rules } from '../../domain/contingency/rules.ts';
import type { SoldTicket } from '../../domain/refunds/ticket.ts';
import { addDays, businessDateOf, instantOf, localTimeOf } from '../../domain/time.ts';
import type { Departure } from '../../domain/types.ts';
import type { PictureMore, PictureState, PictureTicket } from '../ledger/types.ts';
import type { DeskContext } from './context.ts';

/** A ticket as the desks after the sale know it; of a ticket of another window, as the station's host told it. */
export interface KnownTicket {
  readonly sold: SoldTicket;
  readonly ticketNumber: TicketNumber;
  readonly window: WindowId;
  readonly ledgerId: LedgerId;
  readonly seq: number;
  /** Sold by this very ledger. */
  readonly own: boolean;
  /** This office has it in its own books; else the host told of it. */
  readonly here: boolean;
  /** Its sale, as its entry says it. */
  readonly sale: Sale;
  readonly refundPending: boolean;
  /** Cash of a refund that is still to be fetched, fen. */
  readonly owedFen: number;
  /** What only the host could tell of a ticket that is not in these books. */
  readonly told?: {
    readonly name: string | null;
    readonly masked: string | null;
    /** Given with a permit for what needs a new ticket. */
    readonly identity: IdentityPlain | null;
    /** Tickets that change with it. */
    readonly party: readonly TicketNumber[];
  };
}

/** A sale as its entry says it. */
export type Sale = { readonly soldAtMs: number } & (
  | { readonly kind: 'ticket.sold'; readonly body: EntryBody<'ticket.sold'> }
  | { readonly kind: 'vehicle.sold'; readonly body: EntryBody<'vehicle.sold'> }
);

/** What became of a ticket, where it is known. */
export interface Became {
  readonly state: PictureState;
  readonly replacedBy: string | null;
  readonly isAboard: boolean;
  readonly owedFen: number;
}

/** A sale of another journal, checked; undefined when it cannot be read. */
export function saleFrom(
  isVehicle: boolean,
  { soldAtMs, body }: NonNullable<PictureMore['sale']>,
): Sale | undefined {
  if (isVehicle) {
    const read = entryBodies['vehicle.sold'].safeParse(body);
    return read.success ? { kind: 'vehicle.sold', body: read.data, soldAtMs } : undefined;
  }
  const read = entryBodies['ticket.sold'].safeParse(body);
  return read.success ? { kind: 'ticket.sold', body: read.data, soldAtMs } : undefined;
}

/** A ticket as the rules see it, from its sale and what became of it. */
export function knownOf(
  sale: Sale,
  departure: DepartureFacts,
  became: Became,
): Pick<KnownTicket, 'sale' | 'sold' | 'refundPending' | 'owedFen'> {
  const { kind, body, soldAtMs } = sale;
  const { state } = became;
  const isSold = state === 'sold' || state === 'refundPending';
  const ride = body.toStop ? { ...departure, stopPlaceId: body.toStop.placeId } : departure;
  // A standby ticket took no place, and gives none back.
  const takes = kind === 'ticket.sold' ? (body.rolling?.standby ? 'none' : body.takes) : undefined;
  return {
    sale,
    refundPending: state === 'refundPending',
    owedFen: became.owedFen,
    sold: {
      ticketNumber: body.ticketNumber,
      departure: kind === 'ticket.sold' && body.rolling ? forTheDay(ride, body.rolling.date) : ride,
      subject: kind === 'vehicle.sold' ? 'vehicle' : 'passenger',
      ticketClass: body.ticketClass,
      fareFen: body.fareFen,
      soldAt: soldAtMs,
      carrierId: departure.carrierId ?? null,
      ...(body.feeSets ? { feeSets: body.feeSets } : {}),
      state: isSold ? (became.isAboard ? 'boarded' : 'sold') : state === 'void' ? 'voided' : state,
      replacedBy: became.replacedBy,
      changedTimes: body.replaces?.changes ?? 0,
      reissuedTimes: body.replaces?.reissues ?? 0,
      ...(body.replaces ? { isReplacement: true as const } : {}),
      payment: 'cash',
      shiftId: body.shiftId,
      leaseId: body.leaseId,
      seatNumber: body.seatNumber,
      ...(takes ? { takes } : {}),
      ...(kind === 'vehicle.sold'
        ? { room: { deck: body.deck, laneCm: body.laneCm, places: body.places } }
        : {}),
    },
  };
}

/** A ticket for the line and day has no time of its own: until it is boarded it holds to the end of the day (ticketing rules 3.3). */
const forTheDay = (departure: DepartureFacts, date: string): DepartureFacts => ({
  ...departure,
  departAt: instantOf(addDays(date, 1), '00:00'),
  leftAt: null,
});

/** Looks tickets up in this office's own books, and says what stands about them there. */
export function createTicketFacts(context: DeskContext) {
  const { ledger } = context;
  const { picture } = ledger;

  const departureOf = (id: string): Departure | undefined => context.timetable()?.departure(id);

  /** When a departure really left: as somebody said, or its gates closed; null while that is not known. */
  function leftAtOf(departureId: string): number | null {
    const said = context.departures.leftAt(departureId);
    if (said !== null) return said;
    const gates = picture.gates(departureId);
    const isClosed = gates.length > 0 && gates.every(({ state }) => state === 'closed');
    return isClosed ? Math.max(...gates.map(({ atMs }) => atMs)) : null;
  }

  /** A departure that the timetable has lost is known by its ticket. */
  function factsFor(ticket: PictureTicket, lineId: string): DepartureFacts {
    const departure = departureOf(ticket.departureId);
    const leftAt = leftAtOf(ticket.departureId);
    if (departure) return factsOf(departure, leftAt);
    return {
      departureId: ticket.departureId,
      lineId,
      mode: lineId.startsWith('r-') ? 'road' : 'water',
      vesselKind: null,
      fromPlaceId: '',
      toPlaceId: '',
      date: businessDateOf(ticket.departAtMs),
      departLocal: localTimeOf(ticket.departAtMs),
      departAt: ticket.departAtMs,
      capacity: 0,
      leftAt,
    };
  }

  /** The sale itself; undefined where an older program took another window's journal in, or a newer one wrote it. */
  function saleOf(ticket: PictureTicket): Sale | undefined {
    if (!ticket.own) return ticket.more.sale && saleFrom(ticket.heads === 0, ticket.more.sale);
    const row = ledger.ticket(ticket.ticketNumber);
    return row && { ...row, soldAtMs: row.atMs };
  }

  function knownFrom(ticket: PictureTicket, sameFacts?: DepartureFacts): KnownTicket | undefined {
    const sale = saleOf(ticket);
    if (!sale) return undefined;
    const { ticketNumber, window, ledgerId, seq, own } = ticket;
    return {
      ...knownOf(sale, sameFacts ?? factsFor(ticket, sale.body.lineId), {
        state: ticket.state,
        replacedBy: ticket.replacedBy,
        isAboard: ticket.boardings.length > 0,
        owedFen: picture.owed(ticketNumber),
      }),
      ticketNumber,
      window,
      ledgerId,
      seq,
      own,
      here: true,
    };
  }

  function ofDeparture(departureId: string): KnownTicket[] {
    // Asked once, not a ticket.
    const departure = departureOf(departureId);
    const same = departure && factsOf(departure, leftAtOf(departureId));
    return picture.ticketsOfDeparture(departureId).flatMap((ticket) => knownFrom(ticket, same) ?? []);
  }

  /** The ticket that its holder has now: a lost one was issued again for the same departure. */
  function nowOf(ticketNumber: string): string {
    const first = picture.ticket(ticketNumber);
    let last = first;
    for (let times = 0; last?.replacedBy && times < 9; times += 1) {
      const next = picture.ticket(last.replacedBy);
      if (!next || next.departureId !== first?.departureId) break;
      last = next;
    }
    return last?.ticketNumber ?? ticketNumber;
  }

  /** Tickets that change with each other or not at all: free children with their adult, a vehicle with its driver. */
  function partyKeyOf({ ticketNumber, sale }: Pick<KnownTicket, 'ticketNumber' | 'sale'>): string {
    const leader = sale.kind === 'vehicle.sold' ? sale.body.driverTicket : sale.body.carriedBy;
    return leader === undefined ? ticketNumber : nowOf(leader);
  }

  /** The place among these tickets of the one that another names as its adult's or driver's, were it a lost number. */
  function placesOf(leaders: readonly Pick<KnownTicket, 'ticketNumber' | 'sale'>[]) {
    const places = new Map<string, number>();
    for (const [place, { ticketNumber, sale }] of leaders.entries()) {
      places.set(ticketNumber, place);
      const before = sale.body.replaces;
      if (before?.keepsPlace === true) places.set(before.ticketNumber, place);
    }
    return (leader: string): number | undefined => places.get(leader) ?? places.get(nowOf(leader));
  }

  function partyOf(ticket: KnownTicket): TicketNumber[] {
    if (ticket.told) return [...ticket.told.party];
    const key = partyKeyOf(ticket);
    return ofDeparture(ticket.sold.departure.departureId)
      .filter((each) => each.ticketNumber !== ticket.ticketNumber && each.sold.state === 'sold')
      .filter((each) => partyKeyOf(each) === key)
      .map((each) => each.ticketNumber);
  }

  /** When its holder bought for this departure: a lost ticket that was issued again was bought when the first one was. */
  function boughtAt({ sold, sale }: KnownTicket): number {
    const { replaces } = sale.body;
    const before = replaces && picture.ticket(replaces.ticketNumber);
    return replaces && before?.departureId === sold.departure.departureId
      ? replaces.firstSoldAt
      : sold.soldAt;
  }

  /** Of these tickets those that were sold although their departure was stopped: by a window that had not heard, or knew all the same. */
  function unheardOf(tickets: readonly KnownTicket[]): Set<string> {
    const known = new Map<string, DepartureFacts>();
    const factsHere = (ticket: KnownTicket): DepartureFacts => {
      const { departureId } = ticket.sold.departure;
      const departure = departureOf(departureId);
      // A ticket for the day is judged by the departure whose place it took.
      const found = known.get(departureId) ?? (departure ? factsOf(departure) : ticket.sold.departure);
      known.set(departureId, found);
      const stop = ticket.sale.body.toStop;
      return stop ? { ...found, stopPlaceId: stop.placeId } : found;
    };
    const sales = tickets.map((ticket) => ({
      ticketNumber: ticket.ticketNumber,
      departure: factsHere(ticket),
      subject: ticket.sold.subject,
      window: ticket.window,
      soldAt: boughtAt(ticket),
      plans: [],
    }));
    return new Set(context.soldUnheard(sales).map(({ ticketNumber }) => ticketNumber));
  }

  return {
    departureOf,
    leftAtOf,
    unheardOf,
    /** Tickets that change with this one or not at all. */
    partyOf,
    partyKeyOf,
    placesOf,
    knownFrom: (ticket: PictureTicket): KnownTicket | undefined => knownFrom(ticket),
    local(ticketNumber: string): KnownTicket | undefined {
      const ticket = picture.ticket(ticketNumber);
      return ticket && knownFrom(ticket);
    },
    ofDeparture,
    rulesOf: (departureId: string): Rules => context.rules(departureOf(departureId) ?? null),
    /** What its holder may have without a fee, from the history of its departure. */
    rightsOf({ sold }: Pick<KnownTicket, 'sold'>): Rights {
      const { departure, soldAt, subject } = sold;
      return context.rules(departureOf(departure.departureId) ?? null).rights({ departure, soldAt, subject });
    },
  };
}

export type TicketFacts = ReturnType<typeof createTicketFacts>;
