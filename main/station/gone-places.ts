import { entryBodies, type EntryBody, type LeaseSeats } from '../../contract/entries.ts';
import type { LinkLease, LinkRoom } from '../../contract/station-link.ts';
import type { VehicleSpace } from '../../contract/vehicles.ts';
import { seatCount, withoutRanges } from '../../domain/lease-pool.ts';
import { roomSize, withoutRoom } from '../../domain/vehicles/room.ts';
import { idFrom } from '../derived-id.ts';
import type { Ledger } from '../ledger/types.ts';

type Place = NonNullable<EntryBody<'ticket.endedFor'>['place']>;

/** A place that came back to a host, and under which id. */
export type GonePlace = Place & { returnId: string };

/** The place of one ticket comes back once, whoever says so. */
export const returnIdOf = (ticketNumber: string): string => idFrom('place', ticketNumber);

/** The seat of a place, as a lease counts it; null = one without a number. */
export const seatsOf = (seatNumber: number | null): LeaseSeats =>
  seatNumber === null ? { kind: 'free', count: 1 } : { kind: 'numbered', ranges: [[seatNumber, seatNumber]] };

/** Room on deck of a place, as a lease counts it. */
export const spaceOf = ({ deck, laneCm, places }: NonNullable<Place['room']>): VehicleSpace =>
  deck === null
    ? { kind: 'lane', laneCm }
    : { kind: 'places', upper: 0, middle: 0, lower: 0, [deck]: places };

/**
 * Places that other offices gave back, by lease: of own tickets that they ended, and of tickets that they had issued again in the place of own ones.
 * The station's host took them back out of the lease and may have given them to somebody else; the lease counts them as sold here and sells them no more.
 */
export function gonePlaces(ledger: Pick<Ledger, 'station'>): Map<string, GonePlace[]> {
  // A ticket that two offices ended gave its place back once.
  const places = new Map<string, GonePlace>();
  for (const body of ledger.station.carried.heardEnds()) {
    const read = entryBodies['ticket.endedFor'].safeParse(body);
    if (read.success && read.data.place) {
      const { ticketNumber, place } = read.data;
      places.set(ticketNumber, { ...place, returnId: returnIdOf(ticketNumber) });
    }
  }
  return Map.groupBy(places.values(), ({ leaseId }) => leaseId);
}

/**
 * A lease without the seats that came back, as a host that is new must know it: they are named in `returned`, so that they come back no second
 * time. Undefined when nothing is left. One that is told without them already stays as it is.
 */
export function withoutGoneSeats(lease: LinkLease, gone: readonly GonePlace[]): LinkLease | undefined {
  const away = unnamed(lease, gone).filter(({ takes, room }) => !takes && !room);
  if (away.length === 0) return lease;
  if (seatCount(lease.seats) <= away.length) return undefined;
  let { seats } = lease;
  for (const { seatNumber } of away) seats = seatsWithout(seats, seatsOf(seatNumber));
  return { ...lease, seats, heads: Math.max(0, lease.heads - away.length), ...named(lease, away) };
}

/** As {@link withoutGoneSeats}, of room for vehicles. */
export function withoutGoneRoom(lease: LinkRoom, gone: readonly GonePlace[]): LinkRoom | undefined {
  const away = unnamed(lease, gone).filter(({ room }) => room);
  let { space } = lease;
  for (const { room } of away) if (room) space = withoutRoom(space, spaceOf(room)) ?? space;
  if (roomSize(space) === 0) return undefined;
  return away.length === 0 ? lease : { ...lease, space, ...named(lease, away) };
}

export function seatsWithout(seats: LeaseSeats, back: LeaseSeats): LeaseSeats {
  if (seats.kind === 'free' || back.kind === 'free')
    return { kind: 'free', count: seatCount(seats) - seatCount(back) };
  return { kind: 'numbered', ranges: withoutRanges(seats.ranges, back.ranges) ?? seats.ranges };
}

type Named = Pick<LinkLease, 'returned'>;
const unnamed = ({ returned = [] }: Named, gone: readonly GonePlace[]): GonePlace[] =>
  gone.filter(({ returnId }) => !returned.includes(returnId));
const named = ({ returned = [] }: Named, away: readonly GonePlace[]): Named => ({
  returned: [...returned, ...away.map(({ returnId }) => returnId)],
});
