/** A ticket of a departure whose vessel was replaced. */
export interface HeldTicket {
  readonly ticketNumber: string;
  readonly seatNumber: number | null;
  /** Heads it counts in the licence. */
  readonly heads: number;
  /** Order of sale: a later one is greater. */
  readonly soldOrder: string;
}

export interface Surplus<T extends HeldTicket> {
  /** Heads of all tickets that hold. */
  readonly heads: number;
  /** Tickets that the smaller vessel has no room for, newest first (ticketing rules 2.2.11). */
  readonly surplus: readonly T[];
  /** Tickets that travel, whose seat number the vessel does not have: another seat is given. */
  readonly reseat: readonly T[];
}

/** Who has to be moved or refunded when a smaller vessel goes: the newest tickets first, until the rest fits its licence. */
export function surplusOf<T extends HeldTicket>(tickets: readonly T[], capacity: number): Surplus<T> {
  const newestFirst = tickets.toSorted((a, b) =>
    a.soldOrder < b.soldOrder ? 1 : a.soldOrder > b.soldOrder ? -1 : 0,
  );
  let heads = 0;
  for (const ticket of tickets) heads += ticket.heads;
  const surplus: T[] = [];
  let left = heads;
  for (const ticket of newestFirst) {
    if (left <= capacity) break;
    // A vehicle takes nobody's place.
    if (ticket.heads === 0) continue;
    surplus.push(ticket);
    left -= ticket.heads;
  }
  const gone = new Set(surplus);
  const reseat = tickets.filter(
    (ticket) => !gone.has(ticket) && ticket.seatNumber !== null && ticket.seatNumber > capacity,
  );
  return { heads, surplus, reseat };
}
