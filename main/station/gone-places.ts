import { entryBodies, type EntryBody, type LeaseSeats } from '../../contract/entries.ts';
import type { VehicleSpace } from '../../contract/vehicles.ts';
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

/** What a host that is new must know of them: they came back already, and come back no second time when it hears of the tickets' ends. */
export const returnedOf = (away: readonly GonePlace[]): { returned?: string[] } =>
  away.length === 0 ? {} : { returned: away.map(({ returnId }) => returnId) };
