import { decks, type Deck, type VehicleSpace } from '../../../contract/vehicles.ts';
import type { EntryBody } from '../../../contract/entries.ts';
import type { DepartureId } from '../../../contract/ids.ts';
import { BOUND, type Connection } from '../connection.ts';
import { parseEnvelope } from '../envelope.ts';
import { LedgerConflictError, type LeaseRow } from '../types.ts';
import { freedBy, type FreedPlace } from './places.ts';
import type { Projection } from './projection.ts';

/** A lease of room for vehicles, less what went back, with what of it is used: lane in centimetres, or places by deck. */
export interface VehicleLeaseRow {
  leaseId: string;
  departureId: DepartureId;
  space: VehicleSpace;
  used: { laneCm: number; upper: number; middle: number; lower: number };
  grantor: LeaseRow['grantor'];
}

type Row = 'lane' | Deck;

/** Room by the rows that keep it. */
function rowsOf(space: VehicleSpace): [Row, number][] {
  return space.kind === 'lane' ? [['lane', space.laneCm]] : decks.map((deck) => [deck, space[deck]]);
}

/** Room for vehicles that this window holds. A vehicle takes its room out of its lease; the table refuses one overdrawn. */
export function projectVehicleLeases(connection: Connection): Projection {
  const take = connection.prepare<[string, string, string, number, string, number]>(
    'INSERT INTO vehicle_leases (lease_id, deck, departure_id, total, grantor, taken_seq) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const sell = connection.prepare<[number, string, string, string]>(
    'UPDATE vehicle_leases SET sold = sold + ? WHERE lease_id = ? AND deck = ? AND departure_id = ?',
  );
  const giveBack = connection.prepare<[number, string, string, string]>(
    'UPDATE vehicle_leases SET returned = returned + ? WHERE lease_id = ? AND deck = ? AND departure_id = ?',
  );
  const noteReturn = connection.prepare<[string, string, number]>(
    'INSERT INTO vehicle_returns (return_id, lease_id, seq) VALUES (?, ?, ?)',
  );
  const sold = (body: EntryBody<'vehicle.sold'>): void => {
    const { leaseId, departureId, deck, laneCm, places, replaces } = body;
    if (replaces?.keepsPlace) return;
    const amount = deck === null ? laneCm : places;
    if (sell.run(amount, leaseId, deck ?? 'lane', departureId).changes === 1) return;
    throw new LedgerConflictError(`lease ${leaseId} gives no room for a vehicle on ${departureId}`);
  };
  const free = ({ leaseId, departureId, room }: FreedPlace): void => {
    if (room)
      sell.run(-(room.deck === null ? room.laneCm : room.places), leaseId, room.deck ?? 'lane', departureId);
  };
  return {
    tables: ['vehicle_returns', 'vehicle_leases'],
    apply(entry) {
      const { kind, body, seq } = entry;
      const freed = freedBy(entry);
      if (freed) free(freed);
      else if (kind === 'vehicle.sold') sold(body);
      else if (kind === 'vehicleLease.taken') {
        const { leaseId, departureId, space, grantor } = body;
        for (const [row, amount] of rowsOf(space)) take.run(leaseId, row, departureId, amount, grantor, seq);
      } else if (kind === 'vehicleLease.returned') {
        const { leaseId, departureId, space, returnId } = body;
        for (const [row, amount] of rowsOf(space))
          if (giveBack.run(amount, leaseId, row, departureId).changes !== 1)
            throw new LedgerConflictError(`lease ${leaseId} has no such room of ${departureId}`);
        noteReturn.run(returnId, leaseId, seq);
      }
    },
  };
}

interface Stored {
  lease_id: string;
  departure_id: DepartureId;
  deck: Row;
  total: number;
  sold: number;
  grantor: LeaseRow['grantor'];
}

const DATE = `substr(departure_id, instr(departure_id, '/') + 1, 10)`;

export function vehicleLeaseQueries(connection: Connection) {
  const select = (where: string) =>
    connection.prepare<[string], Stored>(
      `SELECT lease_id, departure_id, deck, total - returned AS total, sold, grantor FROM vehicle_leases
       WHERE ${where} ORDER BY taken_seq, lease_id`,
    );
  const ofDeparture = select(`departure_id = ${BOUND}`);
  const byId = select('lease_id = ?');
  const fromDate = select(`${DATE} >= ?`);
  const returns = connection.prepare<[string], { entry: string }>(
    'SELECT j.entry FROM vehicle_returns r JOIN journal j ON j.seq = r.seq WHERE r.lease_id = ? ORDER BY r.seq',
  );
  return {
    vehicleLeasesOf: (departureId: string): VehicleLeaseRow[] => leasesIn(ofDeparture.all(departureId)),
    vehicleLease: (leaseId: string): VehicleLeaseRow | undefined => leasesIn(byId.all(leaseId))[0],
    vehicleLeasesFrom: (date: string): VehicleLeaseRow[] => leasesIn(fromDate.all(date)),
    vehicleReturnsOf: (leaseId: string): EntryBody<'vehicleLease.returned'>[] =>
      returns
        .all(leaseId)
        .map(({ entry }) => parseEnvelope(entry).body as EntryBody<'vehicleLease.returned'>),
  };
}

function leasesIn(rows: readonly Stored[]): VehicleLeaseRow[] {
  const byLease = Map.groupBy(rows, (row) => row.lease_id);
  return [...byLease].flatMap(([leaseId, all]) => {
    const [first] = all;
    if (!first) return [];
    const figure = (deck: Row, name: 'total' | 'sold'): number =>
      all.find((row) => row.deck === deck)?.[name] ?? 0;
    const used = {
      laneCm: figure('lane', 'sold'),
      upper: figure('upper', 'sold'),
      middle: figure('middle', 'sold'),
      lower: figure('lower', 'sold'),
    };
    const space: VehicleSpace =
      first.deck === 'lane'
        ? { kind: 'lane', laneCm: figure('lane', 'total') }
        : {
            kind: 'places',
            upper: figure('upper', 'total'),
            middle: figure('middle', 'total'),
            lower: figure('lower', 'total'),
          };
    return [{ leaseId, departureId: first.departure_id, space, used, grantor: first.grantor }];
  });
}
