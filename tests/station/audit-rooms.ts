import { openConnection } from '../../main/ledger/connection.ts';

/** Reads a table of a ledger file. */
export type All = <R>(sql: string) => R[];
type Wrong = (text: string) => void;
/** Lane in centimetres, or places of a deck. */
type Room = Record<string, number>;

interface VehicleLine {
  leaseId: string;
  departureId: string;
  deck: string;
  total: number;
  sold: number;
  returned: number;
  grantor: string;
}
interface VehicleTicket {
  ticketNumber: string;
  leaseId: string;
  deck: string | null;
  laneCm: number;
  places: number;
}
interface Books {
  window: string;
  ledgerId: string;
  leases: VehicleLine[];
  vehicles: VehicleTicket[];
}

const ROWS = ['lane', 'upper', 'middle', 'lower'] as const;
const roomText = (room: Room): string => ROWS.map((row) => room[row] ?? 0).join('/');

function readBooks(folder: string): Books {
  const connection = openConnection(`${folder}/ledger.db`, { readonly: true });
  try {
    const all: All = (sql) => connection.prepare<[], never>(sql).all();
    const [first] = all<{ window: string; ledgerId: string }>(
      `SELECT entry ->> '$.window' AS window, entry ->> '$.ledgerId' AS ledgerId FROM journal WHERE seq = 1`,
    );
    return {
      window: first?.window ?? '',
      ledgerId: first?.ledgerId ?? '',
      leases: all(
        `SELECT lease_id AS leaseId, departure_id AS departureId, deck, total, sold, returned, grantor FROM vehicle_leases`,
      ),
      // By the journal itself: what the tables add up to is what is looked at.
      vehicles: all(
        `SELECT j.entry ->> '$.body.ticketNumber' AS ticketNumber, j.entry ->> '$.body.leaseId' AS leaseId,
           j.entry ->> '$.body.deck' AS deck, j.entry ->> '$.body.laneCm' AS laneCm, j.entry ->> '$.body.places' AS places
         FROM journal j JOIN tickets t ON t.seq = j.seq WHERE j.kind = 'vehicle.sold' AND t.ended = 0`,
      ),
    };
  } finally {
    connection.close();
  }
}

/**
 * Every metre of lane and every place of a deck of a quiet station: each vehicle stands in a lease, each lease is as large at the host
 * as at its holder, and what is free, given and the host's own adds up to the whole of the departure.
 */
export function auditRooms(hostFolder: string, windowFolders: readonly string[], wrong: Wrong): void {
  const host = readBooks(hostFolder);
  const windows = windowFolders.map(readBooks);
  for (const { window, leases, vehicles } of [host, ...windows])
    auditVehicles(window, leases, vehicles, wrong);
  const connection = openConnection(`${hostFolder}/ledger.db`, { readonly: true });
  try {
    const all: All = (sql) => connection.prepare<[], never>(sql).all();
    auditGrants(all, host, windows, wrong);
    auditRelayedVehicles(all, windows, wrong);
  } finally {
    connection.close();
  }
}

/** What leases say is sold is what vehicles took. */
function auditVehicles(
  window: string,
  leases: readonly VehicleLine[],
  vehicles: readonly VehicleTicket[],
  wrong: Wrong,
): void {
  const taken = new Map<string, number>();
  for (const { leaseId, deck, laneCm, places } of vehicles) {
    const place = `${leaseId} ${deck ?? 'lane'}`;
    taken.set(place, (taken.get(place) ?? 0) + (deck === null ? laneCm : places));
  }
  for (const { leaseId, deck, total, sold, returned } of leases) {
    const place = `${leaseId} ${deck}`;
    const stands = taken.get(place) ?? 0;
    taken.delete(place);
    if (stands !== sold) wrong(`${window}: room ${place}: ${sold} sold, vehicles take ${stands}`);
    if (stands + returned > total)
      wrong(`${window}: room ${place}: vehicles take ${stands} of ${total - returned}`);
  }
  for (const place of taken.keys()) wrong(`${window}: a vehicle stands in no lease: ${place}`);
}

function auditGrants(all: All, host: Books, windows: readonly Books[], wrong: Wrong): void {
  const grants = all<{ leaseId: string; departureId: string; holder: string; ledgerId: string } & Room>(
    `SELECT lease_id AS leaseId, departure_id AS departureId, holder, ledger_id AS ledgerId, lane, upper, middle, lower
     FROM vehicle_grants WHERE written_off = 0`,
  );
  const given = new Map<string, Room>();
  const add = (departureId: string, row: string, amount: number): void => {
    const room = given.get(departureId) ?? {};
    given.set(departureId, { ...room, [row]: (room[row] ?? 0) + amount });
  };
  for (const grant of grants) {
    const { leaseId, departureId, holder, ledgerId } = grant;
    const held: Room = {};
    const holding = windows.find((window) => window.ledgerId === ledgerId);
    for (const lease of holding?.leases ?? [])
      if (lease.leaseId === leaseId) held[lease.deck] = lease.total - lease.returned;
    if (roomText(held) !== roomText(grant))
      wrong(
        `room ${leaseId} of ${departureId}: ${roomText(grant)} given to ${holder}, which has ${roomText(held)}`,
      );
    for (const row of ROWS) add(departureId, row, grant[row] ?? 0);
  }
  const known = new Set(grants.map(({ leaseId }) => leaseId));
  for (const { window, leases } of windows)
    for (const { leaseId, grantor, total, returned } of leases)
      if (grantor !== 'self' && total > returned && !known.has(leaseId))
        wrong(`${window} holds room that nobody gave`);
  for (const { departureId, deck, total, returned, grantor } of host.leases)
    if (grantor === 'self') add(departureId, deck, total - returned);
  for (const pool of all<{ departureId: string } & Room>(
    `SELECT departure_id AS departureId, lane, lane_free, upper, upper_free, middle, middle_free, lower, lower_free
     FROM vehicle_pools`,
  ))
    for (const row of ROWS) {
      const out = given.get(pool.departureId)?.[row] ?? 0;
      const free = pool[`${row}_free`] ?? 0;
      if (free + out !== pool[row])
        wrong(`${pool.departureId}: ${row}: ${free} free and ${out} given are not ${pool[row]}`);
    }
}

/** The host knows every vehicle that its windows sold. */
function auditRelayedVehicles(all: All, windows: readonly Books[], wrong: Wrong): void {
  const rows = all<{ ledgerId: string; ticketNumber: string }>(
    'SELECT ledger_id AS ledgerId, ticket_number AS ticketNumber FROM relay_vehicles',
  );
  for (const { window, ledgerId, vehicles } of windows) {
    const known = new Set(
      rows.filter((row) => row.ledgerId === ledgerId).map(({ ticketNumber }) => ticketNumber),
    );
    const missing = vehicles.filter(({ ticketNumber }) => !known.has(ticketNumber));
    if (missing.length > 0) wrong(`${window}: ${missing.length} vehicles sold that the host does not know`);
  }
}
