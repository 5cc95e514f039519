import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { businessDateOf, instantOf } from '../../../domain/time.ts';
import { newCommandId, RefusedError, type Json, type OfficeClient } from '../../support/office-client.ts';
import { ownLine } from './basic-files.ts';
import { board, codesOnPaper, type Traveller } from './gate.ts';
import { addStaff, importBasicData, isRefused, makeFirstManager, signIn } from './manager.ts';
import { NOTES_FILE, PAPERS_FOLDER, REPORT_FILE, type StationNotes } from './notes.ts';
import { openOffice, sheetsFile, startCity, until, type Office } from './offices.ts';
import { auditor, clerks, gateKeeper } from './staff.ts';
import { layCard, parties, sell, type PartyKind, type Till } from './till.ts';

export interface StationDayOptions {
  folder: string;
  /** Ticket windows beside the station's host, each an office of its own; 0 = one office alone, gate and window in it. */
  windows: number;
  say(text: string): void;
}

/** The station's host: its manager, no till and no gate, unless it is the only office. */
const HOST = 1;
const GATE = '1 号检票口';
/** Of those who hold a ticket the last so many of a departure do not come. */
const NO_SHOWS = 2;
/** What each window sells on the boat, in order, and on the car ferry. */
const onBoat: readonly PartyKind[] = [
  parties.adultTyped,
  parties.familyWithChild,
  parties.passport,
  parties.freeChild,
  parties.disabledServiceman,
  parties.otherDocument,
];
const onCarFerry: readonly PartyKind[] = [
  parties.carWithDriver,
  parties.motorcycle,
  parties.adultTyped,
  parties.freeChild,
];
/** Cards that lie in the hands of trial people, adults all. */
const cards = ['p01', 'p02', 'p03'] as const;

/** A station from an empty folder to the end of its first day, through the office API alone. */
export async function liveStationDay({ folder, windows, say }: StationDayOptions): Promise<void> {
  const notes: StationNotes = { told: [], sailed: [], fullRefusals: 0, problems: [] };
  const papers = join(folder, PAPERS_FOLDER);
  mkdirSync(papers, { recursive: true, mode: 0o700 });
  const today = businessDateOf(Date.now());
  const year = Number(today.slice(0, 4));
  // Half past seven of today, whenever it is run.
  const clockOffsetMs = instantOf(today, '07:30') - Date.now();
  const boat = `w-wgz-pts/${today}/1220`;
  const carFerry = `w-wgz-th-g/${today}/1350`;
  const small = `${ownLine.lineId}/${today}/${ownLine.departLocal.replace(':', '')}`;
  const isAlone = windows === 0;
  const gateWindow = isAlone ? HOST : HOST + windows + 1;
  const offices: Office[] = [];
  const shows = new Map<string, Traveller['shows']>();
  const begunMs = performance.now();
  const step = (text: string): void => say(`${((performance.now() - begunMs) / 1000).toFixed(1)} s  ${text}`);
  const { gateway, codes } = await startCity(folder, gateWindow, clockOffsetMs);
  const open = async (window: number, more: { host?: Json; gate?: string }): Promise<Office> => {
    const city = { url: gateway.url, enrolmentCode: codes[window - 1] ?? '' };
    const office = await openOffice({ folder, window, clockOffsetMs, city, ...more });
    offices.push(office);
    return office;
  };
  try {
    step('the city is there');
    const host = await open(
      HOST,
      isAlone ? { gate: GATE } : { host: { role: 'host', listen: ['127.0.0.1:0'] } },
    );
    const manager = await host.page();
    await makeFirstManager(manager, firstManagerCode(host));
    await addStaff(manager);
    const imported = await importBasicData(manager);
    step(`first manager, staff, basic data in changes ${imported.workbook} and ${imported.csv}`);

    const others = isAlone ? [] : await openOthers(manager, open);
    const gateOffice = others.find(({ window }) => window === gateWindow);
    const gate = gateOffice?.page ?? (await host.page());
    await signIn(gate, gateKeeper.number, true);
    const tills = isAlone
      ? [{ window: HOST, page: await host.page() }]
      : others.filter(({ window }) => window !== gateWindow);
    for (const [n, { window, page }] of tills.entries()) {
      await signIn(page, clerks[n % clerks.length]?.number ?? '', true);
      await page.call('shifts.open', { floatFen: 50_000 }, newCommandId());
      step(`window ${window} is open`);
    }
    for (const page of new Set([gate, ...tills.map((till) => till.page)])) {
      await until('the timetable has both the city’s lines and the own one', async () => {
        const { departures } = await page.call('timetable.departures', { date: today });
        const ids = new Set(departures.map(({ departureId }: Json) => departureId));
        return ids.has(boat) && ids.has(small);
      });
      await until('reader and printer are ready', async () => {
        const { devices } = await page.call('status.get');
        return devices.length > 0 && devices.every(({ state }: Json) => state === 'ready');
      });
    }
    await Promise.all(
      tills.map(async (till, n) => {
        await sellDay(till, n);
        await sellOut(till, n);
      }),
    );
    step(`${notes.told.length} tickets sold, ${notes.fullRefusals} times full`);

    for (const { page } of tills)
      await until('every sheet is out and every entry gone up', async () => {
        const { link } = await page.call('status.get');
        const { tickets } = await page.call('sales.list', { limit: 200 });
        return link.backlog === 0 && tickets.every(({ print }: Json) => print.state === 'confirmed');
      });
    await until('the gate sees every ticket', async () => {
      let seen = 0;
      for (const departureId of [boat, carFerry, small])
        seen += (await gate.call('gate.passengers', { departureId, which: 'all' })).tickets.length;
      return seen === notes.told.length;
    });
    const paper = codesOnPaper(tills.map(({ window }) => sheetsFile(folder, window)));
    for (const departureId of [boat, carFerry, small]) {
      const sold = notes.told.filter((ticket) => ticket.departureId === departureId);
      const travellers = sold.slice(0, sold.length - NO_SHOWS).map(({ ticketNumber }, at): Traveller => {
        const known = shows.get(ticketNumber);
        return { ticketNumber, shows: known ?? (at % 2 === 0 ? 'qr' : 'typed') };
      });
      notes.sailed.push({ departureId, ...(await board(gate, departureId, travellers, paper, papers)) });
      step(`${departureId} has sailed with ${notes.sailed.at(-1)?.counted} heads`);
    }
    for (const [n, till] of tills.entries()) {
      const party = await parties.adultTyped(till, 9_000 + n);
      // At the gate's office the gate has closed; the other windows have given their seats back.
      const code = isAlone ? 'departure.gateClosed' : 'seat.noneHeld';
      await isRefused(`window ${till.window} sold a boat that has gone`, code, () => sell(till, boat, party));
    }

    for (const { page } of tills) {
      const { shift } = await page.call('shifts.current');
      const countedFen = shift.floatFen + shift.salesFen;
      const closed = await page.call('shifts.close', { countedFen }, newCommandId());
      if (closed.differenceFen !== 0) notes.problems.push(`a drawer differs by ${closed.differenceFen} fen`);
    }
    for (const office of offices)
      await until(`window ${office.window} has told the city everything`, async () => {
        const page =
          office === host ? manager : (tills.find(({ window }) => window === office.window)?.page ?? gate);
        const { link } = await page.call('status.get');
        return link.state === 'up' && link.backlog === 0;
      });
    const looker = await host.page();
    await signIn(looker, auditor.number, true);
    const report = await until('the day report has every closed shift', async () => {
      const day = await looker.call('reports.day', { date: today });
      return day.shifts.length === tills.length && day.shifts.every(({ closed }: Json) => closed) && day;
    });
    writeFileSync(join(folder, REPORT_FILE), JSON.stringify(report));
    const written = await looker.call('reports.export', { date: today, format: 'xlsx' });
    writeFileSync(join(papers, written.fileName), Buffer.from(written.base64, 'base64'));
    const verified = await looker.call('journal.verify');
    if (!verified.ok) notes.problems.push(`the journal does not verify at ${verified.wrong?.seq}`);
    await until('the host has told the city everything', async () => {
      const { link } = await looker.call('status.get');
      return link.backlog === 0;
    });
    for (const office of offices.toReversed()) {
      const code = await office.end();
      if (code !== 0) notes.problems.push(`the office of window ${office.window} ended with code ${code}`);
    }
    step('the day is over');
  } catch (error) {
    notes.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    for (const { window, running } of offices)
      if (running.stderr()) say(`window ${window}: ${running.stderr()}`);
  } finally {
    await Promise.all(offices.map(({ running }) => running.kill()));
    await gateway.stop();
    writeFileSync(join(folder, NOTES_FILE), JSON.stringify(notes));
  }

  /** Every window and the gate, each an office with a code of the host's; people, timetable, seats and room come from there. */
  async function openOthers(manager: OfficeClient, openAt: typeof open): Promise<Till[]> {
    const info = await until('the host serves', async () => {
      const now = await manager.call('station.info');
      return now.ports[0] !== undefined && now;
    });
    const numbers = Array.from({ length: gateWindow - HOST }, (_, n) => HOST + 1 + n);
    const opened: { window: number; office: Office }[] = [];
    // Two at a time: the machine has no more to give.
    for (let at = 0; at < numbers.length; at += 2)
      opened.push(
        ...(await Promise.all(
          numbers.slice(at, at + 2).map(async (window) => {
            const { code } = await manager.call('station.code', {
              window,
              gate: window === gateWindow,
            });
            const link = { address: `127.0.0.1:${info.ports[0]}`, key: info.linkKey, enrolmentCode: code };
            const more = window === gateWindow ? { gate: GATE } : {};
            return { window, office: await openAt(window, { host: link, ...more }) };
          }),
        )),
      );
    const tills: Till[] = [];
    for (const { window, office } of opened) {
      const page = await office.page();
      await until(`window ${window} has its host`, async () => {
        const { station } = await page.call('status.get');
        return station?.state === 'up';
      });
      tills.push({ window, page });
    }
    return tills;
  }

  async function sellDay(till: Till, n: number): Promise<void> {
    const note = (departureId: string, numbers: readonly string[]): void =>
      void notes.told.push(...numbers.map((ticketNumber) => ({ ticketNumber, departureId })));
    const card = cards[n % cards.length];
    if (card !== undefined) {
      const { people } = await till.page.call('trial.people');
      const { name } = people.find(({ id }: Json) => id === card);
      const { holderRef } = await layCard(till, card, name);
      const numbers = await sell(till, boat, { passengers: [{ holderRef, ticketClass: 'full' }] });
      for (const number of numbers) shows.set(number, { card });
      note(boat, numbers);
    }
    let person = 1_000 * (n + 1);
    const people = [boat, onBoat] as const;
    // Every window sells vehicles out of the room that the host leases it.
    const vehicles = [carFerry, n === 0 ? onCarFerry : onCarFerry.slice(0, 2)] as const;
    for (const [departureId, kinds] of [people, vehicles] as const)
      for (const kind of kinds) {
        person += 10;
        note(departureId, await sell(till, departureId, await kind(till, person, year)));
      }
  }

  /** The small boat, until there is no place left for this window. */
  async function sellOut(till: Till, n: number): Promise<void> {
    for (let person = 1_000 * (n + 1) + 500; ; person += 1) {
      const party = await parties.adultTyped(till, person);
      try {
        const numbers = await sell(till, small, party);
        notes.told.push(...numbers.map((ticketNumber) => ({ ticketNumber, departureId: small })));
      } catch (error) {
        if (!(error instanceof RefusedError) || !/^(seat|capacity|departure)\./.test(error.refusal.code))
          throw error;
        notes.fullRefusals += 1;
        return;
      }
    }
  }
}

function firstManagerCode({ running }: Office): string {
  const line = running
    .stdout()
    .split('\n')
    .find((one) => one.startsWith('{'));
  const { firstManagerCode: code } = JSON.parse(line ?? '{}');
  if (typeof code !== 'string') throw new Error('the first start of a new station told no code');
  return code;
}
