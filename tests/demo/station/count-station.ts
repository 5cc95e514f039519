import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import * as XLSX from '@e965/xlsx';
import Database from 'better-sqlite3';
import { decodeSheets } from '../../../native/simulators/sheet-decoder.ts';
import { ticketOf } from '../count.ts';
import { ownLine } from './basic-files.ts';
import { NOTES_FILE, PAPERS_FOLDER, REPORT_FILE, type StationNotes } from './notes.ts';
import { cityFolder } from './offices.ts';

export interface StationCount {
  /** Offices beside the station's host that sold tickets. */
  windows: number;
  /** Different tickets in the ledgers of all offices, vehicles' among them. */
  sold: number;
  /** Of these, aboard by the journals, boardings that were taken back left out. */
  boarded: number;
  /** Heads above a licence, vehicles above the lane, and numbered seats named by more than one ticket, over all departures and offices. */
  overCapacity: number;
  /** Different ticket numbers that the city counts. */
  inCity: number;
  /** Tickets aboard and not on their departure's list or the other way round, and heads by which list, count and crew differ. */
  manifestDifference: number;
  /** What is wrong besides, in words; empty when all is well. */
  problems: string[];
}

interface Sold {
  ticketNumber: string;
  departureId: string;
  seatNumber: number | null;
  fareFen: number;
  isVehicle: boolean;
  laneCm: number;
  window: number;
}

interface Journal {
  window: number;
  isHost: boolean;
  signingKey: string;
  entries: { kind: string; body: any }[];
}

/** Counts from outside what a station's day left behind: ledgers, tapes, exported lists, the city's database. The processes must have ended. */
export async function countStation(folder: string): Promise<StationCount> {
  const notes: StationNotes = JSON.parse(readFileSync(join(folder, NOTES_FILE), 'utf8'));
  const problems = [...notes.problems];
  const journals = readdirSync(folder)
    .filter((name) => name.startsWith('window-'))
    .toSorted()
    .map((name) => readJournal(join(folder, name, 'ledger.db')));
  const tickets = journals.flatMap(ticketsOf);
  const sold = new Map(tickets.map((ticket) => [ticket.ticketNumber, ticket]));
  if (sold.size !== tickets.length) problems.push(`ticket numbers used twice: ${tickets.length - sold.size}`);
  for (const { ticketNumber } of notes.told)
    if (!sold.has(ticketNumber)) problems.push(`told to a clerk and in no ledger: ${ticketNumber}`);

  for (const journal of journals) readTape(folder, journal, sold, problems);
  const city = await readStationInCity(cityFolder(folder), problems);
  for (const ticketNumber of sold.keys())
    if (!city.tickets.has(ticketNumber)) problems.push(`not in the city: ${ticketNumber}`);
  for (const ticketNumber of city.tickets)
    if (!sold.has(ticketNumber)) problems.push(`in the city and in no ledger: ${ticketNumber}`);
  if (city.rows !== city.tickets.size)
    problems.push(`in the city more than once: ${city.rows - city.tickets.size}`);

  const aboard = aboardOf(journals.flatMap(({ entries }) => entries));
  const aboardInCity = aboardOf(city.boardings);
  for (const ticketNumber of differing(new Set(aboard.keys()), new Set(aboardInCity.keys())))
    problems.push(`aboard here and not in the city, or the other way round: ${ticketNumber}`);
  for (const ticketNumber of boardedTwice(journals)) problems.push(`aboard by two offices: ${ticketNumber}`);
  for (const ticketNumber of aboard.keys())
    if (!sold.has(ticketNumber)) problems.push(`aboard and never sold: ${ticketNumber}`);

  readReport(folder, tickets, problems);
  return {
    windows: journals.filter(
      ({ window, isHost }) => !isHost && tickets.some((ticket) => ticket.window === window),
    ).length,
    sold: sold.size,
    boarded: aboard.size,
    overCapacity: overCapacity(tickets, city, problems),
    inCity: city.tickets.size,
    manifestDifference: manifestDifference(folder, notes, journals, aboard, sold),
    problems,
  };
}

/** True when three windows sold, nobody above a licence, all of it is in the city and the lists are those who are aboard. */
export function isGoodDay(count: StationCount): boolean {
  return (
    count.windows === 3 &&
    count.sold > 0 &&
    count.boarded > 0 &&
    count.boarded < count.sold &&
    count.overCapacity === 0 &&
    count.inCity === count.sold &&
    count.manifestDifference === 0 &&
    count.problems.length === 0
  );
}

function readJournal(file: string): Journal {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const rows = database.prepare('SELECT entry FROM journal ORDER BY seq').all() as { entry: string }[];
    const entries = rows.map(({ entry }) => JSON.parse(entry) as Journal['entries'][number]);
    const opened = entries.find(({ kind }) => kind === 'ledger.opened');
    return {
      window: opened?.body.windowNumber ?? 0,
      isHost: entries.some(({ kind }) => kind === 'host.opened'),
      signingKey: opened?.body.signingKey ?? '',
      entries,
    };
  } finally {
    database.close();
  }
}

function ticketsOf({ window, entries }: Journal): Sold[] {
  return entries
    .filter(({ kind }) => kind === 'ticket.sold' || kind === 'vehicle.sold')
    .map(({ kind, body }) => ({
      ticketNumber: body.ticketNumber,
      departureId: body.departureId,
      seatNumber: body.seatNumber ?? null,
      fareFen: body.fareFen,
      isVehicle: kind === 'vehicle.sold',
      laneCm: body.laneCm ?? 0,
      window,
    }));
}

/** Every ticket of an office stands once on its printer's paper, signed by it; the sheets without a code are passenger lists. */
function readTape(
  folder: string,
  { window, signingKey }: Journal,
  sold: ReadonlyMap<string, Sold>,
  problems: string[],
): void {
  const file = join(folder, `window-${String(window).padStart(2, '0')}`, 'sheets.bin');
  const sheets = existsSync(file) ? decodeSheets(readFileSync(file)) : [];
  const onPaper = new Set<string>();
  for (const sheet of sheets) {
    if (sheet.qr.length === 0) continue;
    const number = ticketOf(sheet, signingKey, problems);
    if (number === undefined) continue;
    if (onPaper.has(number)) problems.push(`on paper twice: ${number}`);
    onPaper.add(number);
    if (sold.get(number)?.window !== window) problems.push(`on the paper of another window: ${number}`);
  }
  for (const { ticketNumber, window: by } of sold.values())
    if (by === window && !onPaper.has(ticketNumber)) problems.push(`never on paper: ${ticketNumber}`);
}

/** Ticket number → departure, of those who are aboard. */
function aboardOf(entries: readonly { kind: string; body: any }[]): Map<string, string> {
  const aboard = new Map<string, string>();
  for (const { kind, body } of entries) {
    if (kind === 'ticket.boarded') aboard.set(body.ticketNumber, body.departureId);
    if (kind === 'ticket.unboarded') aboard.delete(body.ticketNumber);
  }
  return aboard;
}

/** Tickets that the journals of two offices have aboard. */
function boardedTwice(journals: readonly Journal[]): string[] {
  const seen = new Set<string>();
  return journals
    .flatMap(({ entries }) => [...aboardOf(entries).keys()])
    .filter((ticketNumber) => seen.has(ticketNumber) || !seen.add(ticketNumber));
}

interface InCity {
  tickets: Set<string>;
  rows: number;
  boardings: Journal['entries'];
  /** Licensed heads by line and local time, `line HHMM`, as the feed has them. */
  capacities: Map<string, number>;
  /** Centimetres of lane, likewise. */
  lanes: Map<string, number>;
}

async function readStationInCity(folder: string, problems: string[]): Promise<InCity> {
  const database = await PGlite.create(join(folder, 'database'));
  try {
    const { rows } = await database.query<{ ticket_number: string }>(
      'select ticket_number from counted_tickets',
    );
    const others = await database.query<{ verdict: string; many: string | number }>(
      "select verdict, count(*) as many from tickets where verdict <> 'accepted' group by verdict",
    );
    for (const { verdict, many } of others.rows) problems.push(`tickets ${verdict} by the city: ${many}`);
    const nameless = await database.query<{ many: string | number }>(
      'select count(*) as many from counted_tickets t left join passengers p using (window_id, ledger_id, seq) where p.seq is null',
    );
    if (Number(nameless.rows[0]?.many) > 0)
      problems.push(`tickets without a verified identity in the city: ${nameless.rows[0]?.many}`);
    const boardings = await database.query<{ entry: string }>(
      "select entry from entries where kind in ('ticket.boarded', 'ticket.unboarded') order by window_id, ledger_id, seq",
    );
    const feeds = await database.query<{ text: string }>(
      'select text from feeds order by version desc limit 1',
    );
    const feed = JSON.parse(feeds.rows[0]?.text ?? '{"departures":[]}');
    return {
      tickets: new Set(rows.map(({ ticket_number: number }) => number)),
      rows: rows.length,
      boardings: boardings.rows.map(({ entry }) => JSON.parse(entry)),
      capacities: new Map(
        feed.departures.map(({ lineId, departLocal, capacity }: any) => [
          `${lineId} ${departLocal.replace(':', '')}`,
          capacity,
        ]),
      ),
      lanes: new Map(
        feed.departures.map(({ lineId, departLocal, vehicleSpace }: any) => [
          `${lineId} ${departLocal.replace(':', '')}`,
          vehicleSpace?.laneCm ?? 0,
        ]),
      ),
    };
  } finally {
    await database.close();
  }
}

function overCapacity(
  tickets: readonly Sold[],
  { capacities, lanes }: Pick<InCity, 'capacities' | 'lanes'>,
  problems: string[],
): number {
  let over = 0;
  for (const [departureId, sold] of Map.groupBy(tickets, (ticket) => ticket.departureId)) {
    const [lineId = '', , hhmm = ''] = departureId.split('/');
    const capacity = lineId === ownLine.lineId ? ownLine.places : capacities.get(`${lineId} ${hhmm}`);
    if (capacity === undefined) {
      problems.push(`nobody knows the licence of ${departureId}`);
      continue;
    }
    const heads = sold.filter(({ isVehicle }) => !isVehicle);
    over += Math.max(0, heads.length - capacity);
    over += vehiclesTooMany(sold, lanes.get(`${lineId} ${hhmm}`) ?? 0);
    const seats = heads.flatMap(({ seatNumber }) => (seatNumber === null ? [] : [seatNumber]));
    over += seats.length - new Set(seats).size;
    over += seats.filter((seat) => seat > capacity).length;
  }
  return over;
}

/** Vehicles for which the lane was full, in the order of their numbers. */
function vehiclesTooMany(sold: readonly Sold[], laneCm: number): number {
  let taken = 0;
  return sold.filter((ticket) => {
    taken += ticket.laneCm;
    return ticket.laneCm > 0 && taken > laneCm;
  }).length;
}

/** Each departure's exported list, its frozen counts and the crew's count against those who are aboard. */
function manifestDifference(
  folder: string,
  notes: StationNotes,
  journals: readonly Journal[],
  aboard: ReadonlyMap<string, string>,
  sold: ReadonlyMap<string, Sold>,
): number {
  let difference = 0;
  const entries = journals.flatMap((journal) => journal.entries);
  for (const departureId of new Set(aboard.values())) {
    const here = new Set([...aboard].flatMap(([number, id]) => (id === departureId ? [number] : [])));
    const heads = [...here].filter((number) => !sold.get(number)?.isVehicle).length;
    const sailed = notes.sailed.find((one) => one.departureId === departureId);
    const listed = sailed
      ? listedIn(join(folder, PAPERS_FOLDER, sailed.list))
      : { numbers: new Set<string>(), unnamed: 0 };
    difference += differing(here, listed.numbers).length + listed.unnamed;
    const isOf = ({ body }: Journal['entries'][number]): boolean => body.departureId === departureId;
    const frozen = entries.findLast((entry) => entry.kind === 'manifest.frozen' && isOf(entry));
    difference += Math.abs((frozen?.body.counts.heads ?? 0) - heads);
    difference += Math.abs((frozen?.body.counts.vehicles ?? 0) - (here.size - heads));
    const counted = entries.findLast((entry) => entry.kind === 'sailing.reconciled' && isOf(entry));
    difference += Math.abs((counted?.body.counted ?? 0) - heads);
  }
  return difference;
}

/** Ticket numbers of a list that was exported, and how many of its rows name nobody. */
function listedIn(file: string): { numbers: Set<string>; unnamed: number } {
  const [sheet] = Object.values(XLSX.read(readFileSync(file)).Sheets);
  const rows = sheet ? XLSX.utils.sheet_to_json<string[]>(sheet, { header: 1 }) : [];
  const heading = rows.findIndex(([first]) => first === '序号');
  const body = rows.slice(heading + 1).filter((row) => row.length > 0);
  return {
    numbers: new Set(body.map((row) => String(row[7]))),
    unnamed: body.filter((row) => row[1] === undefined || row[1] === '—').length,
  };
}

/** The day report adds up to what the ledgers have. */
function readReport(folder: string, tickets: readonly Sold[], problems: string[]): void {
  const file = join(folder, REPORT_FILE);
  if (!existsSync(file)) return void problems.push('there is no day report');
  const { total } = JSON.parse(readFileSync(file, 'utf8'));
  const fen = tickets.reduce((sum, { fareFen }) => sum + fareFen, 0);
  if (total.tickets !== tickets.length || total.fen !== fen)
    problems.push(
      `the day report has ${total.tickets} tickets and ${total.fen} fen, the ledgers ${tickets.length} and ${fen}`,
    );
}

function differing(one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...one.symmetricDifference(other)];
}
