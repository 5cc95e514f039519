import type { DepartureFacts } from './facts.ts';
import type { ChangeTo, Rights } from './rights.ts';
import type { Rules } from './rules.ts';

/** A ticket of a departure that is stopped, with what its holder may have. */
export interface StoppedTicket {
  readonly ticketNumber: string;
  readonly departure: DepartureFacts;
  readonly subject: 'passenger' | 'vehicle';
  /** Heads that move with it; 0 for a vehicle. */
  readonly heads: number;
  readonly soldAt: number;
  /** Tickets that move together or not at all (a child with its adult, a car with its people); null = alone. */
  readonly party: string | null;
  readonly state: 'sold' | 'boarded' | 'refunded' | 'voided' | 'replaced';
  readonly rights: Rights;
}

/** A departure that people may be moved to. */
export interface Berth {
  readonly departure: DepartureFacts;
  readonly rules: Rules;
  /** Places left in the hands of whoever moves them. */
  readonly placesLeft: number;
  readonly vehiclePlacesLeft: number;
}

export interface Moved {
  readonly ticketNumber: string;
  readonly toDepartureId: string;
}

export interface WorkList {
  /** In original order: who bought first is served first. */
  readonly open: readonly StoppedTicket[];
  readonly refunded: number;
  readonly moved: number;
  /** Heads of the open ones: 0 at the end of the story. */
  readonly passengersOpen: number;
}

/**
 * What remains to be done for tickets of stopped departures: each ends moved, refunded or on this list. Void tickets are nobody's,
 * boarded ones are not stopped.
 */
export function workListOf(tickets: readonly StoppedTicket[]): WorkList {
  const open = tickets
    .filter(({ state, rights }) => state === 'sold' && rights.refund !== null)
    .toSorted((a, b) => a.soldAt - b.soldAt || (a.ticketNumber < b.ticketNumber ? -1 : 1));
  return {
    open,
    refunded: tickets.filter(({ state }) => state === 'refunded').length,
    moved: tickets.filter(({ state }) => state === 'replaced').length,
    passengersOpen: open.reduce((sum, { heads }) => sum + heads, 0),
  };
}

/**
 * Moves whom it can, in original order, parties together, each to the earliest departure that is sold, that their right reaches and
 * that has places for all of them. A party that fits nowhere stays on the list and does not hold up those behind it. A proposal: the
 * desk writes each move as a change, with the permit and the seat that it needs.
 */
export function moveInOrder(
  list: WorkList,
  berths: readonly Berth[],
): { moved: Moved[]; left: StoppedTicket[] } {
  const inTime = berths
    .filter(({ rules }) => rules.boarding.open)
    .toSorted((a, b) => a.departure.departAt - b.departure.departAt)
    .map((berth) => ({ ...berth, heads: berth.placesLeft, vehicles: berth.vehiclePlacesLeft }));
  const parties = Map.groupBy(list.open, ({ party, ticketNumber }) => party ?? `alone ${ticketNumber}`);
  const moved: Moved[] = [];
  const left: StoppedTicket[] = [];
  for (const party of parties.values()) {
    const heads = party.reduce((sum, ticket) => sum + ticket.heads, 0);
    const vehicles = party.filter(({ subject }) => subject === 'vehicle').length;
    const berth = inTime.find(
      (each) =>
        each.heads >= heads &&
        each.vehicles >= vehicles &&
        party.every((ticket) => reachable(ticket, each.departure, each.rules)),
    );
    if (!berth) {
      left.push(...party);
      continue;
    }
    berth.heads -= heads;
    berth.vehicles -= vehicles;
    for (const { ticketNumber } of party)
      moved.push({ ticketNumber, toDepartureId: berth.departure.departureId });
  }
  return { moved, left };
}

function reachable({ departure, subject, rights }: StoppedTicket, to: DepartureFacts, rules: Rules): boolean {
  const sells = subject === 'passenger' ? rules.sale.passengers : rules.sale.vehicles;
  if (sells === 'nothing' || sells === 'standby' || to.departureId === departure.departureId) return false;
  if (to.fromPlaceId !== departure.fromPlaceId || to.departAt <= departure.departAt) return false;
  const reach: ChangeTo | undefined = rights.change?.to;
  if (reach === undefined) return false;
  if (to.lineId === departure.lineId) return true;
  // "Any line" is the passenger's choice at the window; in bulk it means any line to the same place.
  return reach === 'anyLine'
    ? to.toPlaceId === departure.toPlaceId
    : reach !== 'sameLine' && reach.includes(to.lineId);
}
