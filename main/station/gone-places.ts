import { entryBodies, type EntryBody } from '../../contract/entries.ts';
import type { VehicleSpace } from '../../contract/vehicles.ts';
import type { Ledger } from '../ledger/types.ts';

type Place = NonNullable<EntryBody<'ticket.endedFor'>['place']>;

/** Room on deck of a place, as a lease counts it. */
export const spaceOf = ({ deck, laneCm, places }: NonNullable<Place['room']>): VehicleSpace =>
  deck === null
    ? { kind: 'lane', laneCm }
    : { kind: 'places', upper: 0, middle: 0, lower: 0, [deck]: places };

/**
 * Places that other offices gave back, by lease: of own tickets that they ended, and of tickets that they had issued again in the place of own ones.
 * The station's host took them back out of the lease and may have given them to somebody else; the lease counts them as sold here and sells them no more.
 */
export function gonePlaces(ledger: Pick<Ledger, 'station'>): Map<string, Place[]> {
  // A ticket that two offices ended gave its place back once.
  const places = new Map<string, Place>();
  for (const body of ledger.station.carried.heardEnds()) {
    const read = entryBodies['ticket.endedFor'].safeParse(body);
    if (read.success && read.data.place) places.set(read.data.ticketNumber, read.data.place);
  }
  return Map.groupBy(places.values(), ({ leaseId }) => leaseId);
}
