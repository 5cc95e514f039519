import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openPglite } from '../../city/store/pglite.ts';
import { toHex } from '../../contract/encoding/bytes.ts';
import { decodeTicketQr } from '../../contract/encoding/ticket-qr.ts';
import { readAnchor } from '../../main/ledger/anchor.ts';
import { checkChain, checkSealedRows } from '../../main/ledger/chain-check.ts';
import { openForReading } from '../../main/ledger/inspect.ts';
import { folderStore } from '../../main/shells/file-store.ts';
import { decodeSheets } from '../../native/simulators/sheet-decoder.ts';

/** What stands in a data folder while no office runs on it. */
export interface FileAudit {
  ordinal: number;
  /** Ticket numbers in the order of the journal, a doubled one twice. */
  tickets: string[];
  /** Command → how many of its parts there are. */
  commands: Map<string, number>;
  sheets: { ticketNumber: string; copy: number; state: string }[];
}

const nothing: FileAudit = { ordinal: 1, tickets: [], commands: new Map(), sheets: [] };

/** Reads ledger and anchor from outside: chain, whole commands, no seat twice, an anchor that does not lead. */
export function auditFile(folder: string, wrong: (text: string) => void): FileAudit {
  const file = join(folder, 'ledger.db');
  if (!existsSync(file)) return nothing;
  const connection = openForReading(file);
  try {
    const all = <R>(sql: string): R[] => connection.prepare<[], R>(sql).all();
    const chain = checkChain(connection);
    if (!chain.ok) wrong(`entry ${chain.seq}: ${chain.why}`);
    const rows = checkSealedRows(connection);
    if (!rows.ok) wrong(`entry ${rows.seq}: ${rows.why}`);
    const entries = all<{ seq: number; entry: string; hash: Uint8Array }>(
      'SELECT seq, entry, hash FROM journal ORDER BY seq',
    );
    const commands = new Map<string, number>();
    const tickets: string[] = [];
    let ordinal = 1;
    for (const { entry } of entries) {
      const { kind, body, commandId } = JSON.parse(entry);
      commands.set(commandId, (commands.get(commandId) ?? 0) + 1);
      if (kind === 'ticket.sold' || kind === 'vehicle.sold') tickets.push(body.ticketNumber);
      if (kind === 'ledger.opened') ordinal = body.ordinal;
    }
    auditAnchor(folder, entries, wrong);
    const sheets = all<{ ticketNumber: string; copy: number; state: string }>(
      'SELECT ticket_number AS ticketNumber, copy, state FROM effects',
    );
    const printed = new Set(sheets.map(({ ticketNumber }) => ticketNumber));
    for (const ticket of tickets) if (!printed.has(ticket)) wrong(`a ticket without a sheet: ${ticket}`);
    return { ordinal, tickets, commands, sheets };
  } finally {
    connection.close();
  }
}

function auditAnchor(
  folder: string,
  entries: readonly { seq: number; hash: Uint8Array }[],
  wrong: (text: string) => void,
): void {
  const anchor = readAnchor(folderStore(folder));
  if (anchor === undefined) return;
  if (anchor === 'unreadable') return wrong('the anchor cannot be read');
  const { seq, hash } = anchor;
  const entry = entries[seq - 1];
  if (!entry) wrong(`the anchor leads: ${seq} of ${entries.length}`);
  else if (toHex(entry.hash) !== hash) wrong(`the anchor is of another history: ${seq}`);
}

/** What the city counts, by SQL on its database after its process ended. */
export async function auditCity(
  database: string,
  wrong: (text: string) => void,
): Promise<{ tickets: Set<string>; doubled: number }> {
  const store = await openPglite(database);
  const tickets = await store.query<{ ticket_number: string }>('select ticket_number from tickets');
  const counted = await store.query<{ ticket_number: string }>('select ticket_number from counted_tickets');
  const forks = await store.query('select 1 from ledgers where fork_seq is not null');
  await store.close();
  if (forks.length > 0) wrong('the city calls it a fork');
  if (counted.length !== tickets.length)
    wrong(`the city counts ${counted.length} of ${tickets.length} tickets`);
  const numbers = new Set(counted.map((row) => row.ticket_number));
  return {
    tickets: numbers,
    doubled: tickets.length - new Set(tickets.map((row) => row.ticket_number)).size,
  };
}

/** The sheets on the printer's tape by now, torn ones too. */
export function sheetsOf(tape: string): TapeSheet[] {
  if (!existsSync(tape)) return [];
  // A clerk settles many prints between two sheets: a long tape is not read for each of them.
  const { size } = statSync(tape);
  if (lastRead?.tape !== tape || lastRead.size !== size) lastRead = { tape, size, sheets: readTape(tape) };
  return lastRead.sheets;
}

interface TapeSheet {
  ticketNumber: string;
  copy: number;
  isWhole: boolean;
}
let lastRead: { tape: string; size: number; sheets: TapeSheet[] } | undefined;

function readTape(tape: string): TapeSheet[] {
  return decodeSheets(readFileSync(tape)).map((sheet) => {
    const text = sheet.lines.join('\n');
    const [payload] = sheet.qr;
    // Whose signature it is does not matter here: the printer got it from this office alone.
    const ticket = payload === undefined ? undefined : decodeTicketQr(payload, () => true);
    const ticketNumber = ticket?.ok === true ? ticket.payload.n : '';
    const copy = Number(/补打 ?(\d+)/.exec(text)?.[1] ?? 1);
    return { ticketNumber, copy, isWhole: sheet.cut && sheet.qr.length === 1 };
  });
}

/** Tickets with a whole sheet, and how many whole sheets there are beyond the first of the same copy. */
export function auditPaper(
  tape: string,
  wrong: (text: string) => void,
): { tickets: Set<string>; doubled: number } {
  const whole = sheetsOf(tape).filter(({ isWhole }) => isWhole);
  for (const { ticketNumber } of whole) if (ticketNumber === '') wrong('a whole sheet without a number');
  const copies = new Set(whole.map(({ ticketNumber, copy }) => `${ticketNumber}/${copy}`));
  return {
    tickets: new Set(whole.map(({ ticketNumber }) => ticketNumber)),
    doubled: whole.length - copies.size,
  };
}
