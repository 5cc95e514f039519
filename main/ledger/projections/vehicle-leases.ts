import { decks, type Deck, type VehicleSpace } from '../../../contract/vehicles.ts';
import type { EntryBody } from '../../../contract/entries.ts';
import { BOUND, type Connection } from '../connection.ts';
import { LedgerConflictError } from '../types.ts';
import type { Projection } from './projection.ts';

/** A lease of room for vehicles with what of it is used: lane in centimetres, or places by deck. */
export interface VehicleLeaseRow {
  leaseId: string;
  space: VehicleSpace;
  used: { laneCm: number; upper: number; middle: number; lower: number };
}

/** Room for vehicles that this window holds. A vehicle takes its room out of its lease; the table refuses one overdrawn. */
export function projectVehicleLeases(connection: Connection): Projection {
  const take = connection.prepare<[string, string, string, number, number]>(
    'INSERT INTO vehicle_leases (lease_id, deck, departure_id, total, taken_seq) VALUES (?, ?, ?, ?, ?)',
  );
  const sell = connection.prepare<[number, string, string, string]>(
    'UPDATE vehicle_leases SET sold = sold + ? WHERE lease_id = ? AND deck = ? AND departure_id = ?',
  );
  const sold = (body: EntryBody<'vehicle.sold'>): void => {
    const { leaseId, departureId, deck, laneCm, places } = body;
    const amount = deck === null ? laneCm : places;
    if (sell.run(amount, leaseId, deck ?? 'lane', departureId).changes === 1) return;
    throw new LedgerConflictError(`lease ${leaseId} gives no room for a vehicle on ${departureId}`);
  };
  return {
    tables: ['vehicle_leases'],
    apply({ kind, body, seq }) {
      if (kind === 'vehicle.sold') sold(body);
      else if (kind === 'vehicleLease.taken') {
        const { leaseId, departureId, space } = body;
        if (space.kind === 'lane') take.run(leaseId, 'lane', departureId, space.laneCm, seq);
        else for (const deck of decks) take.run(leaseId, deck, departureId, space[deck], seq);
      }
    },
  };
}

interface Stored {
  lease_id: string;
  deck: 'lane' | Deck;
  total: number;
  sold: number;
}

export function vehicleLeaseQueries(connection: Connection) {
  const ofDeparture = connection.prepare<[string], Stored>(
    `SELECT lease_id, deck, total, sold FROM vehicle_leases WHERE departure_id = ${BOUND} ORDER BY taken_seq, lease_id`,
  );
  return {
    vehicleLeasesOf(departureId: string): VehicleLeaseRow[] {
      const byLease = Map.groupBy(ofDeparture.all(departureId), (row) => row.lease_id);
      return [...byLease].map(([leaseId, rows]) => {
        const figure = (deck: Stored['deck'], name: 'total' | 'sold'): number =>
          rows.find((row) => row.deck === deck)?.[name] ?? 0;
        const used = {
          laneCm: figure('lane', 'sold'),
          upper: figure('upper', 'sold'),
          middle: figure('middle', 'sold'),
          lower: figure('lower', 'sold'),
        };
        const space: VehicleSpace = rows.some((row) => row.deck === 'lane')
          ? { kind: 'lane', laneCm: figure('lane', 'total') }
          : {
              kind: 'places',
              upper: figure('upper', 'total'),
              middle: figure('middle', 'total'),
              lower: figure('lower', 'total'),
            };
        return { leaseId, space, used };
      });
    },
  };
}
