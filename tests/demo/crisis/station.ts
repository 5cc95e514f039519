import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { businessDateOf, instantOf } from '../../../domain/time.ts';
import { newCommandId, RefusedError, type Json, type OfficeClient } from '../../support/office-client.ts';
import { adult } from '../../support/people.ts';
import { addStaff, makeFirstManager, signIn } from '../station/manager.ts';
import { openOffice, startCity, until, type Office } from '../station/offices.ts';
import { clerks, gateKeeper, shiftLeader } from '../station/staff.ts';
import { parties, sell, type Till } from '../station/till.ts';

/** What the story of a plan noted for the count: it believes nothing of it, but what went wrong on the way. */
export interface CrisisNotes {
  problems: string[];
  /** Departures that the story speaks of; capacity is the licence that counts. */
  vessels: { departureId: string; capacity: number }[];
  /** On the work list when it was longest. */
  listedAtPeak: number;
}

export const NOTES = 'story.json';

/** A station in trouble: its host with the manager, ticket windows and a gate, each a real office process, and the city. */
export interface CrisisStation {
  /** Business date of the story. */
  today: string;
  /** The office's time. */
  nowMs(): number;
  /** The manager's page at the host, and the shift leader's. */
  manager: OfficeClient;
  leader: OfficeClient;
  gate: OfficeClient;
  tills: Till[];
  notes: CrisisNotes;
  step(text: string): void;
  /** A command with an id of its own. */
  run(page: OfficeClient, method: string, params: unknown): Promise<Json>;
  /** Who countersigns for the manager. */
  signature: { number: string; pin: string };
  /** Extra departure of a line beside a pattern, as the manager adds it; waits until every office has it. */
  extra(pattern: string, departLocal: string, vesselName: string, capacity: number): Promise<string>;
  /** Sells one adult; undefined where there is no place left for this window. */
  sellOne(
    till: Till,
    departureId: string,
    more?: { secondSignature: { number: string; pin: string } },
  ): Promise<string | undefined>;
  /** Name and number of somebody who was not there before; synthetic. */
  person(): { name: string; number: string };
  /** Everything that was written is in the city. */
  allSent(): Promise<void>;
}

/**
 * Opens the station, lets `story` happen, ends it in order. From an empty folder through the office API alone; `at` is the clock
 * `HH:MM` at which the day begins.
 */
export async function withCrisisStation(
  options: {
    folder: string;
    windows: number;
    at: string;
    say(text: string): void;
    /** The port at which a window finds its host, where that is not the host's own: a line that may be cut. */
    portOf?: (window: number, hostPort: number) => Promise<number>;
  },
  story: (station: CrisisStation) => Promise<void>,
): Promise<void> {
  const { folder, windows, at, say } = options;
  const notes: CrisisNotes = { problems: [], vessels: [], listedAtPeak: 0 };
  const today = businessDateOf(Date.now());
  const clockOffsetMs = instantOf(today, at) - Date.now();
  const begunMs = performance.now();
  const step = (text: string): void => say(`${((performance.now() - begunMs) / 1000).toFixed(1)} s  ${text}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const gateWindow = windows + 2;
  const { gateway, codes } = await startCity(folder, gateWindow, clockOffsetMs);
  const offices: { window: number; office: Office; page: OfficeClient }[] = [];
  const open = async (window: number, more: object): Promise<OfficeClient> => {
    const city = { url: gateway.url, enrolmentCode: codes[window - 1] ?? '' };
    const office = await openOffice({ folder, window, clockOffsetMs, city, ...more });
    const page = await office.page();
    offices.push({ window, office, page });
    return page;
  };
  try {
    const manager = await open(1, { host: { role: 'host', listen: ['127.0.0.1:0'] } });
    const [host] = offices;
    await makeFirstManager(manager, firstManagerCode(host?.office));
    await addStaff(manager);
    const leader = host ? await host.office.page() : manager;
    await signIn(leader, shiftLeader.number, true);
    step('the host has its people');
    const info = await until('the host serves', async () => {
      const now = await manager.call('station.info');
      return now.ports[0] !== undefined && now;
    });
    const enter = async (window: number): Promise<OfficeClient> => {
      const { code } = await manager.call('station.code', { window, gate: window === gateWindow });
      const port = (await options.portOf?.(window, info.ports[0])) ?? info.ports[0];
      const link = { address: `127.0.0.1:${port}`, key: info.linkKey, enrolmentCode: code };
      const page = await open(window, {
        host: link,
        ...(window === gateWindow ? { gate: '1 号检票口' } : {}),
      });
      await until(`window ${window} has its host`, async () => {
        const { station } = await page.call('status.get');
        return station?.state === 'up';
      });
      return page;
    };
    const numbers = Array.from({ length: windows + 1 }, (_, n) => 2 + n);
    const pages = new Map<number, OfficeClient>();
    // Two at a time: the machine has no more to give.
    for (let n = 0; n < numbers.length; n += 2)
      await Promise.all(
        numbers.slice(n, n + 2).map(async (window) => pages.set(window, await enter(window))),
      );
    const gate = pages.get(gateWindow) ?? manager;
    step('every office has its host');
    await signInSoon(gate, gateKeeper.number);
    const tills = numbers
      .slice(0, windows)
      .map((window): Till => ({ window, page: pages.get(window) ?? manager }));
    for (const [n, till] of tills.entries()) {
      await signInSoon(till.page, clerks[n]?.number ?? '');
      await till.page.call('shifts.open', { floatFen: 50_000 }, newCommandId());
    }
    for (const { page } of offices)
      await until('the timetable is there', async () => {
        const { departures } = await page
          .call('timetable.departures', { date: today })
          .catch(() => ({ departures: [] }));
        return departures.length > 0;
      });
    step('host, windows and gate are open');

    const run = (page: OfficeClient, method: string, params: unknown): Promise<Json> =>
      page.call(method, params, newCommandId());
    let people = 0;
    await story({
      today,
      nowMs: () => Date.now() + clockOffsetMs,
      manager,
      leader,
      gate,
      tills,
      notes,
      step,
      run,
      signature: { number: shiftLeader.number, pin: shiftLeader.pin },
      async extra(pattern, departLocal, vesselName, capacity) {
        const asked = { pattern, departLocal, vesselName, vesselKind: null, capacity };
        const { departureId } = await run(manager, 'departures.addExtra', asked);
        notes.vessels.push({ departureId, capacity });
        for (const { page } of offices)
          await until(`${departureId} is known everywhere`, async () => {
            const { departures } = await page.call('timetable.departures', { date: today });
            return departures.some((one: Json) => one.departureId === departureId);
          });
        return departureId;
      },
      async sellOne(till, departureId, more) {
        people += 1;
        const party = await parties.adultTyped(till, till.window * 1_000 + people);
        try {
          return (await sell(till, departureId, party, more))[0];
        } catch (error) {
          if (error instanceof RefusedError && error.refusal.code.startsWith('seat.')) return undefined;
          throw error;
        }
      },
      person() {
        people += 1;
        return adult(9_000 + people);
      },
      async allSent() {
        for (const { window, page } of offices)
          await until(`window ${window} has told the city everything`, async () => {
            const { link } = await page.call('status.get');
            return link.state === 'up' && link.backlog === 0;
          });
      },
    });
    for (const page of [...tills.map((till) => till.page), leader]) {
      const { shift } = await page.call('shifts.current');
      if (!shift) continue;
      await run(page, 'shifts.close', { countedFen: shift.expectedFen ?? shift.floatFen + shift.salesFen });
    }
    for (const { window, page } of offices)
      await until(`window ${window} has told the city everything`, async () => {
        const { link } = await page.call('status.get');
        return link.backlog === 0;
      });
    for (const { window, office } of offices.toReversed()) {
      const code = await office.end();
      if (code !== 0) notes.problems.push(`the office of window ${window} ended with code ${code}`);
    }
    step('the story is over');
  } catch (error) {
    notes.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    for (const { window, office } of offices)
      if (office.running.stderr()) say(`window ${window}: ${office.running.stderr()}`);
  } finally {
    await Promise.all(offices.map(({ office }) => office.running.kill()));
    await gateway.stop();
    writeFileSync(join(folder, NOTES), JSON.stringify(notes));
  }
}

/** The list of people reaches a new office a moment after its host does; a few wrong tries lock nobody out. */
async function signInSoon(page: OfficeClient, number: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await signIn(page, number, true);
    } catch (error) {
      if (!(error instanceof RefusedError) || error.refusal.code !== 'access.wrongPin' || tries === 4)
        throw error;
      await delay(2_000);
    }
  }
}

function firstManagerCode(office: Office | undefined): string {
  const line = office?.running
    .stdout()
    .split('\n')
    .find((one) => one.startsWith('{'));
  const { firstManagerCode: code } = JSON.parse(line ?? '{}');
  if (typeof code !== 'string') throw new Error('the first start of a new station told no code');
  return code;
}
