import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCity, readLedger, ticketOf } from './count.ts';
import { copyOf, Tape } from './tape.ts';
import type { Strike } from './fault-plan.ts';

/** What the story wrote down while it sold. */
export interface FaultNotes {
  tickets: number;
  seed: number;
  /** Ticket numbers that the clerk was told were sold, in order. */
  acknowledged: string[];
  /** How often each thing struck. */
  struck: Record<Strike | 'link', number>;
  problems: string[];
}

export const FAULT_NOTES_FILE = 'faults.json';

export interface FaultCount {
  sold: number;
  /** Different tickets with a whole sheet on the printer's tape. */
  printed: number;
  /** Sheets of unknown fate that a clerk decided about, as the journal has it. */
  unknownSettled: number;
  inCity: number;
  /** Beyond the first: rows of a ticket in the city or the ledger, whole sheets of the same copy of a ticket. */
  duplicates: number;
  /** Told to the clerk, in the ledger or on paper, and not in the ledger or not in the city. */
  lost: number;
  /** What is wrong, in words; empty when all is well. */
  problems: string[];
}

/** Counts from outside what a faulty shift left in its folder, with the ledger's, the printer's and the city's own tools. */
export async function countFaults(folder: string): Promise<FaultCount> {
  const notes: FaultNotes = JSON.parse(readFileSync(join(folder, FAULT_NOTES_FILE), 'utf8'));
  const problems = [...notes.problems];
  const ledger = readLedger(join(folder, 'ledger.db'));
  const paper = readPaper(join(folder, 'sheets.bin'), ledger.signingKey, problems);
  const city = await readCity(join(folder, 'city', 'database'), problems);

  const everywhere = new Set([...notes.acknowledged, ...ledger.tickets.keys(), ...paper.tickets]);
  const lost = [...everywhere].filter(
    (ticket) => !ledger.tickets.has(ticket) || !city.receivedAt.has(ticket),
  );
  for (const ticket of lost) problems.push(`lost: ${ticket}`);
  for (const ticket of city.receivedAt.keys())
    if (!ledger.tickets.has(ticket)) problems.push(`in the city and in no ledger: ${ticket}`);
  for (const ticket of ledger.tickets.keys())
    if (!paper.tickets.has(ticket)) problems.push(`never on paper: ${ticket}`);
  if (ledger.tickets.size !== notes.tickets)
    problems.push(`${notes.tickets} tickets were to be sold, ${ledger.tickets.size} were`);
  if (new Set(notes.acknowledged).size !== notes.tickets)
    problems.push(`the clerk was told of ${new Set(notes.acknowledged).size} tickets`);
  if (ledger.moneyDiffersFen !== 0)
    problems.push(`money of sales and fares of tickets differ by ${ledger.moneyDiffersFen} fen`);
  if (ledger.seatsTwice > 0) problems.push(`seats sold twice: ${ledger.seatsTwice}`);
  if (ledger.overLease > 0)
    problems.push(`departures with more tickets than seats given: ${ledger.overLease}`);
  for (const [what, many] of Object.entries(notes.struck))
    if (many === 0) problems.push(`never struck: ${what}`);
  return {
    sold: ledger.tickets.size,
    printed: paper.tickets.size,
    unknownSettled: ledger.settledByClerk,
    inCity: city.receivedAt.size,
    duplicates: city.rows - city.receivedAt.size + paper.again + ledger.rowsTwice,
    lost: lost.length,
    problems,
  };
}

/** True when everything sold is on paper and once in the city, and nothing else is wrong. */
export function isFaultless(count: FaultCount): boolean {
  return (
    count.sold > 0 &&
    count.sold === count.printed &&
    count.sold === count.inCity &&
    count.duplicates === 0 &&
    count.lost === 0 &&
    count.problems.length === 0
  );
}

/** Whole sheets; a torn one has no code and is no ticket. `again`: sheets of a ticket beyond the first with the same mark. */
function readPaper(
  file: string,
  signingKey: string,
  problems: string[],
): { tickets: Set<string>; again: number } {
  if (!existsSync(file)) problems.push('the printer received nothing');
  const tickets = new Set<string>();
  const copies = new Set<string>();
  let again = 0;
  for (const sheet of new Tape(file).sheets()) {
    if (sheet.qr.length === 0) continue;
    const ticket = ticketOf(sheet, signingKey, problems);
    if (ticket === undefined) continue;
    const text = sheet.lines.join('\n');
    if (text.match(/票号/g)?.length !== 1 || text.match(/票价/g)?.length !== 1)
      problems.push(`two tickets on one sheet: ${ticket}`);
    const copy = `${ticket}/${copyOf(sheet)}`;
    if (copies.has(copy)) again += 1;
    copies.add(copy);
    tickets.add(ticket);
  }
  return { tickets, again };
}
