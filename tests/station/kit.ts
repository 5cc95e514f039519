import { setTimeout as sleep } from 'node:timers/promises';
import type { OfficeOutput } from '../../contract/office.ts';
import type { Role } from '../../contract/roles.ts';
import { trialStaff } from '../../main/trial-station.ts';
import type { HostConfig } from '../../contract/station.ts';
import { strongRandom } from '../../main/shells/clock.ts';
import { machineStationNet } from '../../main/shells/station-net.ts';
import { liveMachine } from '../office/live.ts';
import { openOffice, restart, type OpenOptions, type TestOffice } from '../office/kit.ts';
import type { Machine } from '../support/machine.ts';
import { clerkOf, everybody, numberedFeed } from './staff.ts';

export { clerkOf, everybody, numberedFeed } from './staff.ts';

/** A station in this process: offices on folders of their own, real TLS sockets between them on loopback. */
export interface TestStation {
  host: TestOffice;
  port: number;
  key: string;
}

/** A page session of somebody of the trial staff at this office; gives its name. */
export async function as(office: TestOffice, role: Role): Promise<string> {
  const person = trialStaff.find(({ roles }) => roles[0] === role);
  await office.ok('session.signIn', { number: person?.number, pin: person?.pin }, undefined, role);
  return role;
}

type More = Omit<OpenOptions, 'machine'> & { machine?: Machine };

const outside = async (more: More): Promise<OpenOptions> => ({
  ...more,
  feed: more.feed ?? numberedFeed(),
  config: { staff: await everybody(), ...more.config },
  machine: more.machine ?? liveMachine(),
  runtime: { stationNet: machineStationNet, random: strongRandom, ...more.runtime },
});

export async function openHost(more: More = {}, host: Partial<HostConfig> = {}): Promise<TestStation> {
  const config = {
    window: 1,
    host: { role: 'host' as const, listen: ['127.0.0.1:0'], ...host },
    ...more.config,
  };
  const office = await openOffice(await outside({ ...more, config }));
  await office.signIn();
  await as(office, 'manager');
  const info = await until(async () => {
    const now = await office.ok('station.info');
    return now.ports[0] === undefined ? undefined : now;
  });
  return { host: office, port: info.ports[0] ?? 0, key: info.linkKey };
}

/** Options of a window of that station, with a fresh code of its host. */
export async function windowOptions(
  station: TestStation,
  window: number,
  more: More = {},
): Promise<OpenOptions> {
  const gate = more.config?.gate === undefined ? {} : { gate: true };
  const { code } = await station.host.ok('station.code', { window, ...gate }, undefined, 'manager');
  return outside({
    ...more,
    config: {
      window,
      ...more.config,
      host: { address: `127.0.0.1:${station.port}`, key: station.key, enrolmentCode: code },
    },
  });
}

/** A window of that station, enrolled, connected, signed in, its shift open. */
export async function openWindowAt(
  station: TestStation,
  window: number,
  more: More = {},
): Promise<TestOffice> {
  const office = await openOffice(await windowOptions(station, window, more));
  await office.ok('session.signIn', clerkOf(window));
  await linkIs(office, 'up');
  await office.openShift();
  return office;
}

export async function linkIs(
  office: TestOffice,
  state: NonNullable<OfficeOutput<'status.get'>['station']>['state'],
): Promise<NonNullable<OfficeOutput<'status.get'>['station']>> {
  return until(async () => {
    const { station } = await office.ok('status.get');
    return station?.state === state ? station : undefined;
  }, `the station link is ${state}`);
}

/** Asks until there is an answer; fails with `what` after ten seconds. */
export async function until<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  what = 'it',
  timeoutMs = 10_000,
): Promise<T> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > endMs) throw new Error(`${what} did not come about in ${timeoutMs} ms`);
    await sleep(20);
  }
}

/** The host has every entry of the window's journal. */
export async function atHost(station: TestStation, window: TestOffice): Promise<void> {
  const status = await window.ok('session.info');
  await until(async () => {
    const { windows } = await station.host.ok('station.windows', {}, undefined, 'manager');
    const row = windows.find((each) => Number(each.window.slice(-2)) === status.window);
    return row && row.seq > 0 && row.seq === window.books().seq ? row : undefined;
  }, 'the journal at the host');
}

export { restart };
