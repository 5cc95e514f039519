import { createHash, createPublicKey, verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import Database from 'better-sqlite3';
import { decodeTicketQr } from '../../contract/encoding/ticket-qr.ts';
import { isTicketNumber } from '../../contract/encoding/ticket-number.ts';
import { decodeSheets, type Sheet } from '../../native/simulators/sheet-decoder.ts';

export interface Count {
  /** Tickets in the ledger file. */
  sold: number;
  /** Different tickets on paper, decoded out of the bytes that the printer received, QR verified, confirmed by a cut. */
  printed: number;
  /** Different ticket numbers that the city counts. */
  inCity: number;
  /** Rows in the city, sheets on paper and rows in the ledger beyond the first of a ticket number. */
  duplicates: number;
  /** On paper or in the ledger, and not in the city. */
  lost: number;
  /** Sold, by the ledger's time, while the gateway's process was stopped; and received by the city only after that. */
  offlineSold: number;
  /** What is wrong, in words; empty when all is well. */
  problems: string[];
}

/** Between which instants the story kept the gateway's process stopped; by the office's clock. */
export const GATEWAY_DOWN_FILE = 'gateway-down.json';

/**
 * Counts what a run left behind, from outside: ledger file, printer's tape and the city's database are read with their own
 * tools, none of the office's code. The office and the gateway must have ended.
 */
export async function countFromOutside(folder: string): Promise<Count> {
  const problems: string[] = [];
  const ledger = readLedger(join(folder, 'ledger.db'));
  const paper = readPaper(join(folder, 'sheets.bin'), ledger.signingKey, problems);
  const city = await readCity(join(folder, 'trial', 'city', 'database'), problems);

  const everywhere = new Set([...ledger.tickets.keys(), ...paper.tickets]);
  const lost = [...everywhere].filter((ticket) => !city.receivedAt.has(ticket));
  const down: { fromMs: number; toMs: number } = JSON.parse(
    readFileSync(join(folder, GATEWAY_DOWN_FILE), 'utf8'),
  );
  const offline = [...ledger.tickets].filter(([, soldAt]) => soldAt >= down.fromMs && soldAt <= down.toMs);
  for (const [ticket] of offline) {
    const receivedAt = city.receivedAt.get(ticket);
    if (receivedAt !== undefined && receivedAt < down.toMs)
      problems.push(`received while the gateway was stopped: ${ticket}`);
  }
  for (const ticket of city.receivedAt.keys()) {
    if (!ledger.tickets.has(ticket)) problems.push(`in the city and in no ledger: ${ticket}`);
  }
  for (const ticket of paper.tickets)
    if (!ledger.tickets.has(ticket)) problems.push(`on paper and in no ledger: ${ticket}`);
  if (ledger.moneyDiffersFen !== 0)
    problems.push(`money of sales and fares of tickets differ by ${ledger.moneyDiffersFen} fen`);
  if (ledger.seatsTwice > 0) problems.push(`seats sold twice: ${ledger.seatsTwice}`);
  if (ledger.overLease > 0)
    problems.push(`departures with more tickets than seats given: ${ledger.overLease}`);
  return {
    sold: ledger.tickets.size,
    printed: paper.tickets.size,
    inCity: city.receivedAt.size,
    duplicates: city.rows - city.receivedAt.size + (paper.sheets - paper.tickets.size) + ledger.rowsTwice,
    lost: lost.length,
    offlineSold: offline.length,
    problems,
  };
}

export interface LedgerCount {
  /** Ticket number → when it was sold. */
  tickets: Map<string, number>;
  rowsTwice: number;
  moneyDiffersFen: number;
  seatsTwice: number;
  overLease: number;
  /** Sheets whose fate a clerk decided. */
  settledByClerk: number;
  signingKey: string;
}

/** Reads the journal itself, not the projections: the journal is the truth. */
export function readLedger(file: string): LedgerCount {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const rows = database.prepare('SELECT entry FROM journal ORDER BY seq').all() as { entry: string }[];
    const count: LedgerCount = {
      tickets: new Map(),
      rowsTwice: 0,
      moneyDiffersFen: 0,
      seatsTwice: 0,
      overLease: 0,
      settledByClerk: 0,
      signingKey: '',
    };
    const seats = new Set<string>();
    const given = new Map<string, number>();
    const soldOn = new Map<string, number>();
    for (const row of rows) {
      const { kind, body, at } = JSON.parse(row.entry);
      if (kind === 'ledger.opened') count.signingKey = body.signingKey;
      if (kind === 'sale.money') count.moneyDiffersFen += body.tenderedFen - body.changeFen;
      if (kind === 'print.outcome' && body.reason === 'clerk') count.settledByClerk += 1;
      if (kind === 'lease.given') {
        const { seats: lease } = body;
        const many =
          lease.kind === 'free'
            ? lease.count
            : lease.ranges.reduce(
                (sum: number, [first, last]: [number, number]) => sum + last - first + 1,
                0,
              );
        given.set(body.departureId, (given.get(body.departureId) ?? 0) + many);
      }
      if (kind !== 'ticket.sold' && kind !== 'vehicle.sold') continue;
      count.moneyDiffersFen -= body.fareFen;
      if (count.tickets.has(body.ticketNumber)) count.rowsTwice += 1;
      count.tickets.set(body.ticketNumber, at);
      // What takes no seat is not held against the seats given; vehicles have leases of their own.
      if (kind === 'ticket.sold' && body.takes === undefined)
        soldOn.set(body.departureId, (soldOn.get(body.departureId) ?? 0) + 1);
      if (body.seatNumber !== null) {
        const seat = `${body.departureId}#${body.seatNumber}`;
        if (seats.has(seat)) count.seatsTwice += 1;
        seats.add(seat);
      }
    }
    for (const [departure, many] of soldOn) if (many > (given.get(departure) ?? 0)) count.overLease += 1;
    return count;
  } finally {
    database.close();
  }
}

/** Every sheet on the printer's tape that is a ticket: cut, one QR, signed by the window, the same number in print. */
function readPaper(
  file: string,
  signingKey: string,
  problems: string[],
): { tickets: Set<string>; sheets: number } {
  const tickets = new Set<string>();
  let sheets = 0;
  if (!existsSync(file)) problems.push('the printer received nothing');
  for (const sheet of existsSync(file) ? decodeSheets(readFileSync(file)) : []) {
    const ticket = ticketOf(sheet, signingKey, problems);
    if (ticket === undefined) continue;
    sheets += 1;
    tickets.add(ticket);
  }
  return { tickets, sheets };
}

/** The ticket number of a sheet that is a ticket; undefined, and said why, when it is none. */
export function ticketOf(sheet: Sheet, signingKey: string, problems: string[]): string | undefined {
  const raw = Buffer.from(signingKey, 'base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: signingKey }, format: 'jwk' });
  const keyId = createHash('sha256').update(raw).digest('hex').slice(0, 8);
  const [code] = sheet.qr;
  const decoded =
    code === undefined
      ? undefined
      : decodeTicketQr(code, (id, bytes, signature) => id === keyId && verify(null, bytes, key, signature));
  if (!sheet.cut || sheet.qr.length !== 1 || !decoded?.ok) {
    problems.push(
      `a sheet that is no ticket: ${decoded && !decoded.ok ? decoded.why : sheet.cut ? 'no code' : 'not cut'}`,
    );
    return undefined;
  }
  const { n } = decoded.payload;
  const text = sheet.lines.join('').replaceAll(/\s/g, '');
  if (!isTicketNumber(n) || !text.includes(n)) problems.push(`a sheet whose print and code differ: ${n}`);
  if (!/\d{6}\*{8}\d{3}[\dX]|[*＊]/.test(text)) problems.push(`a sheet without a masked number: ${n}`);
  return n;
}

/** The city's database by SQL. */
export async function readCity(
  folder: string,
  problems: string[],
): Promise<{ receivedAt: Map<string, number>; rows: number }> {
  const database = await PGlite.create(folder);
  try {
    const { rows } = await database.query<{ ticket_number: string; received_at: string | number }>(
      `select t.ticket_number, e.received_at
         from counted_tickets t join entries e using (window_id, ledger_id, seq)`,
    );
    const other = await database.query<{ verdict: string; many: string | number }>(
      "select verdict, count(*) as many from tickets where verdict <> 'accepted' group by verdict",
    );
    for (const row of other.rows) problems.push(`tickets ${row.verdict} by the city: ${row.many}`);
    const people = await database.query<{ many: string | number }>(
      'select count(*) as many from counted_tickets t left join passengers p using (window_id, ledger_id, seq) where p.seq is null',
    );
    if (Number(people.rows[0]?.many) > 0)
      problems.push(`tickets without a verified identity in the city: ${people.rows[0]?.many}`);
    return {
      receivedAt: new Map(rows.map((row) => [row.ticket_number, Number(row.received_at)])),
      rows: rows.length,
    };
  } finally {
    await database.close();
  }
}
