import { gunzipSync } from 'node:zlib';
import { decodeBatch } from '../../contract/encoding/batch.ts';
import { checkChain } from '../../main/ledger/chain-check.ts';
import { openConnection } from '../../main/ledger/connection.ts';
import { auditGates } from './audit-gates.ts';
import { auditRooms, type All } from './audit-rooms.ts';
import type { StationCity } from './city-kit.ts';

type Range = [number, number];

interface LeaseLine {
  leaseId: string;
  departureId: string;
  kind: 'numbered' | 'free';
  open: number;
  /** Seats that it still is for, sold or not, sorted; empty where seats are free. */
  seats: number[];
  isOwn: boolean;
}

interface TicketLine {
  /** 1 when it was refunded, changed or voided: its place may be sold again. */
  ended: number;
  ticketNumber: string;
  departureId: string;
  seatNumber: number | null;
}

interface LedgerLines {
  window: string;
  ledgerId: string;
  entries: string[];
  tickets: TicketLine[];
  leases: LeaseLine[];
}

const seatsIn = (ranges: readonly Range[]): number[] =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n));
const sorted = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

/** A ledger file read from outside, on a connection that writes nothing. */
function readLedger(folder: string, wrong: (text: string) => void): LedgerLines {
  const connection = openConnection(`${folder}/ledger.db`, { readonly: true });
  try {
    const all = <R>(sql: string): R[] => connection.prepare<[], R>(sql).all();
    const chain = checkChain(connection);
    if (!chain.ok) wrong(`${folder}: entry ${chain.seq}: ${chain.why}`);
    const entries = all<{ entry: string }>('SELECT entry FROM journal ORDER BY seq').map(
      ({ entry }) => entry,
    );
    const first = JSON.parse(entries[0] ?? '{}') as { window: string; ledgerId: string };
    const tickets = all<TicketLine & { leaseId: string }>(
      `SELECT ended,  ticket_number AS ticketNumber, departure_id AS departureId, seat_number AS seatNumber, lease_id AS leaseId FROM tickets`,
    );
    const leases = all<Omit<LeaseLine, 'seats' | 'isOwn'> & { ranges: string; grantor: string }>(
      `SELECT lease_id AS leaseId, departure_id AS departureId, kind, total - returned AS open, free_ranges AS ranges, grantor FROM leases`,
    ).map(({ ranges, grantor, ...lease }): LeaseLine => {
      const sold = tickets.flatMap(({ leaseId, seatNumber, ended }) =>
        leaseId === lease.leaseId && seatNumber !== null && ended === 0 ? [seatNumber] : [],
      );
      const seats = sorted([...seatsIn(JSON.parse(ranges) as Range[]), ...sold]);
      return { ...lease, seats: lease.kind === 'free' ? [] : seats, isOwn: grantor === 'self' };
    });
    return { window: first.window, ledgerId: first.ledgerId, entries, tickets, leases };
  } finally {
    connection.close();
  }
}

/** What stands in the folders of a quiet station: everything delivered, nothing under way. Gives what is wrong, in words. */
export async function auditStation(
  hostFolder: string,
  windowFolders: readonly string[],
  city?: Pick<StationCity, 'city'>,
): Promise<string[]> {
  const found: string[] = [];
  const wrong = (text: string): void => void found.push(text);
  const host = readLedger(hostFolder, wrong);
  const windows = windowFolders.map((folder) => readLedger(folder, wrong));
  auditSeats([host, ...windows], wrong);
  auditRooms(hostFolder, windowFolders, wrong);
  auditGates(hostFolder, windowFolders, wrong);
  const connection = openConnection(`${hostFolder}/ledger.db`, { readonly: true });
  try {
    const all = <R>(sql: string): R[] => connection.prepare<[], R>(sql).all();
    auditLeases(all, host, windows, wrong);
    for (const window of windows) auditRelay(all, window, wrong);
  } finally {
    connection.close();
  }
  if (city) for (const ledger of [host, ...windows]) await auditCity(city, ledger, wrong);
  return found;
}

/** No seat and no ticket number twice. */
function auditSeats(ledgers: readonly LedgerLines[], wrong: (text: string) => void): void {
  const places = new Map<string, string>();
  const numbers = new Set<string>();
  for (const { window, tickets } of ledgers)
    for (const { ticketNumber, departureId, seatNumber, ended } of tickets) {
      if (numbers.has(ticketNumber)) wrong(`two tickets ${ticketNumber}`);
      numbers.add(ticketNumber);
      const place = `${departureId} seat ${seatNumber}`;
      if (seatNumber === null || ended === 1) continue;
      const before = places.get(place);
      if (before) wrong(`${place} is sold at ${before} and ${window}`);
      places.set(place, window);
    }
}

/** Every lease is as large at the host as at its holder, and all of a departure add up to the whole of it. */
function auditLeases(
  all: All,
  host: LedgerLines,
  windows: readonly LedgerLines[],
  wrong: (text: string) => void,
): void {
  const grants = all<{
    leaseId: string;
    departureId: string;
    holder: string;
    ledgerId: string;
    open: number;
    ranges: string;
  }>(
    `SELECT lease_id AS leaseId, departure_id AS departureId, holder, ledger_id AS ledgerId, open_count AS open,
       open_ranges AS ranges FROM grants WHERE written_off = 0`,
  );
  const openOf = new Map<string, number>();
  const add = (departureId: string, count: number): void =>
    void openOf.set(departureId, (openOf.get(departureId) ?? 0) + count);
  for (const { leaseId, departureId, ledgerId, holder, open, ranges } of grants) {
    add(departureId, open);
    const lease = windows
      .find((window) => window.ledgerId === ledgerId)
      ?.leases.find((one) => one.leaseId === leaseId);
    const held = lease?.open ?? 0;
    if (held !== open)
      wrong(`lease ${leaseId} of ${departureId}: ${open} given to ${holder}, which has ${held}`);
    const seats = sorted(seatsIn(JSON.parse(ranges) as Range[]));
    if (lease?.kind === 'numbered' && seats.join() !== lease.seats.join())
      wrong(`lease ${leaseId} of ${departureId}: seats ${seats.join()} given, ${lease.seats.join()} held`);
  }
  const given = new Set(grants.map(({ leaseId }) => leaseId));
  for (const window of windows)
    for (const { leaseId, open, isOwn } of window.leases)
      if (!isOwn && open > 0 && !given.has(leaseId)) wrong(`${window.window} holds a lease that nobody gave`);
  for (const { departureId, open, isOwn } of host.leases) if (isOwn) add(departureId, open);
  for (const pool of all<{ departureId: string; seats: number; free: number }>(
    'SELECT departure_id AS departureId, seats, seats_free AS free FROM pools',
  )) {
    const open = openOf.get(pool.departureId) ?? 0;
    if (pool.free + open !== pool.seats)
      wrong(`${pool.departureId}: ${pool.free} free and ${open} given are not ${pool.seats}`);
  }
}

/** The host has every entry of the window once, byte for byte, and each of its tickets. */
function auditRelay(all: All, window: LedgerLines, wrong: (text: string) => void): void {
  const mine = <R extends { ledgerId: string }>(sql: string): R[] =>
    all<R>(sql).filter(({ ledgerId }) => ledgerId === window.ledgerId);
  const [relay] = mine<{ ledgerId: string; seq: number }>(
    'SELECT ledger_id AS ledgerId, seq FROM relay_ledgers',
  );
  if (relay?.seq !== window.entries.length)
    wrong(`the host has ${relay?.seq ?? 0} of ${window.entries.length} entries of ${window.window}`);
  const batches = mine<{ ledgerId: string; from: number; to: number; batch: Uint8Array }>(
    'SELECT ledger_id AS ledgerId, from_seq AS "from", to_seq AS "to", batch FROM relay_batches ORDER BY to_seq',
  );
  const entries: string[] = [];
  for (const { from, to, batch } of batches) {
    if (from !== entries.length + 1)
      wrong(`${window.window}: a batch from ${from} after entry ${entries.length}`);
    const decoded = decodeBatch(new TextDecoder().decode(gunzipSync(batch)));
    if (!decoded.ok) wrong(`${window.window}: batch ${from}-${to} is not whole: ${decoded.why}`);
    else entries.push(...decoded.batch.entries.map(({ entry }) => entry));
  }
  if (entries.join('\n') !== window.entries.join('\n'))
    wrong(`${window.window}: the host has another history`);
  const tickets = mine<{ ledgerId: string; number: string }>(
    `SELECT ledger_id AS ledgerId, ticket_number AS number FROM relay_tickets
     UNION ALL SELECT ledger_id, ticket_number FROM relay_vehicles`,
  ).map(({ number }) => number);
  const sold = window.tickets.map(({ ticketNumber }) => ticketNumber);
  if (tickets.toSorted().join() !== sold.toSorted().join())
    wrong(`${window.window}: ${sold.length} tickets sold, ${tickets.length} known at the host`);
}

/** The city has every entry once, as it was written, and counts every ticket. */
async function auditCity(
  { city }: Pick<StationCity, 'city'>,
  ledger: LedgerLines,
  wrong: (text: string) => void,
): Promise<void> {
  const { window, ledgerId } = ledger;
  const rows = await city.store.query<{ seq: number; entry: string }>(
    'select seq, entry from entries where window_id = $1 and ledger_id = $2 order by seq',
    [window, ledgerId],
  );
  if (rows.map(({ entry }) => entry).join('\n') !== ledger.entries.join('\n'))
    wrong(`${window}: the city has ${rows.length} of ${ledger.entries.length} entries, or others`);
  const tickets = await city.store.query<{ number: string }>(
    'select ticket_number as number from counted_tickets where window_id = $1 and ledger_id = $2 order by 1',
    [window, ledgerId],
  );
  const sold = ledger.tickets.map(({ ticketNumber }) => ticketNumber).toSorted();
  if (tickets.map(({ number }) => number).join() !== sold.join())
    wrong(`${window}: the city counts ${tickets.length} of ${sold.length} tickets`);
}
