import type { EntryBody } from '../../../contract/entries.ts';
import type { DepartureId, LedgerId, WindowId } from '../../../contract/ids.ts';
import type { VehicleSpace } from '../../../contract/vehicles.ts';
import type { Connection } from '../connection.ts';
import type { RoomGrantRow, RoomPoolRow } from '../station-types.ts';
import { LedgerConflictError } from '../types.ts';
import type { Projection } from './projection.ts';

/** Room as columns keep it. */
interface Columns {
  lane: number;
  upper: number;
  middle: number;
  lower: number;
}

interface StoredPool extends Columns {
  departure_id: DepartureId;
  kind: VehicleSpace['kind'];
  lane_free: number;
  upper_free: number;
  middle_free: number;
  lower_free: number;
}

interface StoredGrant extends Columns {
  lease_id: string;
  departure_id: DepartureId;
  holder: WindowId;
  ledger_id: LedgerId;
  kind: VehicleSpace['kind'];
  whole: string;
  written_off: number;
}

function columnsOf(space: VehicleSpace): Columns {
  if (space.kind === 'lane') return { lane: space.laneCm, upper: 0, middle: 0, lower: 0 };
  return { lane: 0, upper: space.upper, middle: space.middle, lower: space.lower };
}

function spaceOf(kind: VehicleSpace['kind'], { lane, upper, middle, lower }: Columns): VehicleSpace {
  return kind === 'lane' ? { kind, laneCm: lane } : { kind, upper, middle, lower };
}

/**
 * Room for vehicles that this office has given, to whom, and what is left to give. The tables refuse room given twice: a defect of
 * the caller, and nothing of its command is written.
 */
export function projectVehiclePools(connection: Connection): Projection {
  const pool = connection.prepare<[string], StoredPool>('SELECT * FROM vehicle_pools WHERE departure_id = ?');
  const make = connection.prepare<[string, string]>(
    'INSERT INTO vehicle_pools VALUES (?, ?, 0, 0, 0, 0, 0, 0, 0, 0)',
  );
  /** Room that is new belongs to nobody yet. */
  const grow = connection.prepare<[number, number, number, number, number, number, number, number, string]>(
    `UPDATE vehicle_pools SET lane_free = lane_free + max(0, ? - lane), lane = max(lane, ?),
       upper_free = upper_free + max(0, ? - upper), upper = max(upper, ?),
       middle_free = middle_free + max(0, ? - middle), middle = max(middle, ?),
       lower_free = lower_free + max(0, ? - lower), lower = max(lower, ?) WHERE departure_id = ?`,
  );
  const draw = connection.prepare<[number, number, number, number, string, string]>(
    `UPDATE vehicle_pools SET lane_free = lane_free - ?, upper_free = upper_free - ?, middle_free = middle_free - ?,
       lower_free = lower_free - ? WHERE departure_id = ? AND kind = ?`,
  );
  const addGrant = connection.prepare<
    [string, string, string, string, string | null, string, number, number, number, number, string, number]
  >(
    `INSERT INTO vehicle_grants (lease_id, departure_id, holder, ledger_id, request_id, kind, lane, upper, middle, lower, whole, given_seq)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const shrink = connection.prepare<[number, number, number, number, string, string]>(
    `UPDATE vehicle_grants SET lane = lane - ?, upper = upper - ?, middle = middle - ?, lower = lower - ?
     WHERE lease_id = ? AND kind = ?`,
  );
  const writeOff = connection.prepare<[string]>(
    'UPDATE vehicle_grants SET written_off = 1 WHERE lease_id = ?',
  );
  const noteReturn = connection.prepare<[string, string]>(
    'INSERT INTO vehicle_grant_returns (return_id, lease_id) VALUES (?, ?)',
  );

  const drawFrom = (departureId: string, space: VehicleSpace, times: 1 | -1): void => {
    const { lane, upper, middle, lower } = columnsOf(space);
    const done = draw.run(
      lane * times,
      upper * times,
      middle * times,
      lower * times,
      departureId,
      space.kind,
    );
    if (done.changes !== 1) throw new LedgerConflictError(`${departureId} has no such room for vehicles`);
  };
  const give = (body: EntryBody<'vehicleLease.given'>, seq: number): void => {
    const { departureId, leaseId, space, holder, ledgerId, requestId } = body;
    const whole = body.whole ?? space;
    if (!pool.get(departureId)) make.run(departureId, whole.kind);
    else if (!body.whole) return;
    const { lane, upper, middle, lower } = columnsOf(whole);
    grow.run(lane, lane, upper, upper, middle, middle, lower, lower, departureId);
    drawFrom(departureId, space, 1);
    if (!ledgerId) return;
    const open = columnsOf(space);
    addGrant.run(
      leaseId,
      departureId,
      holder,
      ledgerId,
      requestId ?? null,
      space.kind,
      open.lane,
      open.upper,
      open.middle,
      open.lower,
      JSON.stringify(whole),
      seq,
    );
  };
  const takeBack = (leaseId: string, departureId: string, space: VehicleSpace): void => {
    const { lane, upper, middle, lower } = columnsOf(space);
    if (shrink.run(lane, upper, middle, lower, leaseId, space.kind).changes !== 1)
      throw new LedgerConflictError(`lease ${leaseId} does not have the room that comes back`);
    drawFrom(departureId, space, -1);
  };

  return {
    tables: ['vehicle_grant_returns', 'vehicle_grants', 'vehicle_pools'],
    apply({ kind, body, seq }) {
      if (kind === 'vehicleLease.given') {
        give(body, seq);
        for (const returnId of body.returned ?? []) noteReturn.run(returnId, body.leaseId);
      } else if (kind === 'vehicleLease.returned') {
        if (body.grantor === 'self') drawFrom(body.departureId, body.space, -1);
      } else if (kind === 'vehicleLease.returnTaken') {
        noteReturn.run(body.returnId, body.leaseId);
        takeBack(body.leaseId, body.departureId, body.space);
      } else if (kind === 'vehicleLease.writtenOff') {
        writeOff.run(body.leaseId);
        if (body.freed) takeBack(body.leaseId, body.departureId, body.freed);
      }
    },
  };
}

export function vehiclePoolQueries(connection: Connection) {
  const pool = connection.prepare<[string], StoredPool>('SELECT * FROM vehicle_pools WHERE departure_id = ?');
  const byRequest = connection.prepare<[string, string], StoredGrant>(
    'SELECT * FROM vehicle_grants WHERE ledger_id = ? AND request_id = ?',
  );
  const byId = connection.prepare<[string], StoredGrant>('SELECT * FROM vehicle_grants WHERE lease_id = ?');
  const ofHolder = connection.prepare<[string, string], StoredGrant>(
    `SELECT * FROM vehicle_grants WHERE holder = ? AND ledger_id = ? AND lane + upper + middle + lower > 0
       AND written_off = 0 ORDER BY given_seq`,
  );
  const ofDeparture = connection.prepare<[string], StoredGrant>(
    `SELECT * FROM vehicle_grants WHERE departure_id = ? AND lane + upper + middle + lower > 0 ORDER BY given_seq`,
  );
  const returned = connection.prepare<[string], { lease_id: string }>(
    'SELECT lease_id FROM vehicle_grant_returns WHERE return_id = ?',
  );
  const grantIn = (row: StoredGrant | undefined): RoomGrantRow | undefined => row && grantOf(row);
  return {
    roomPool(departureId: string): RoomPoolRow | undefined {
      const row = pool.get(departureId);
      if (!row) return undefined;
      const { kind, lane_free: lane, upper_free: upper, middle_free: middle, lower_free: lower } = row;
      return {
        departureId: row.departure_id,
        free: spaceOf(kind, { lane, upper, middle, lower }),
        whole: spaceOf(kind, row),
      };
    },
    roomGrant: (leaseId: string) => grantIn(byId.get(leaseId)),
    roomGrantOfRequest: (ledgerId: string, requestId: string) => grantIn(byRequest.get(ledgerId, requestId)),
    roomGrantsTo: (holder: string, ledgerId: string) => ofHolder.all(holder, ledgerId).map(grantOf),
    roomGrantsOf: (departureId: string) => ofDeparture.all(departureId).map(grantOf),
    wasRoomReturned: (returnId: string) => returned.get(returnId) !== undefined,
  };
}

function grantOf(row: StoredGrant): RoomGrantRow {
  return {
    leaseId: row.lease_id,
    departureId: row.departure_id,
    holder: row.holder,
    ledgerId: row.ledger_id,
    open: spaceOf(row.kind, row),
    whole: JSON.parse(row.whole) as VehicleSpace,
    writtenOff: row.written_off === 1,
  };
}
