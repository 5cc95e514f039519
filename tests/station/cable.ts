import type { OpenOptions, TestOffice } from '../office/kit.ts';
import { clerkOf, linkIs, openWindowAt, restart, windowOptions, type TestStation } from './kit.ts';

import { createWire, type Wire } from './wire.ts';

/** Nobody listens there. */
const NOWHERE = '127.0.0.1:9';

/** A window whose cable to its host is pulled and put back; each time the office begins again on the same folder, its shift still open. */
export interface Cabled {
  readonly office: TestOffice;
  pull(): Promise<TestOffice>;
  putBack(): Promise<TestOffice>;
}

/** A window whose line to its host is cut in the middle of a message, and which is switched off and on again on the same folder. */
export interface Wired {
  readonly office: TestOffice;
  readonly wire: Wire;
  off(): Promise<void>;
  on(): Promise<TestOffice>;
}

export async function openWired(
  station: TestStation,
  window: number,
  { config = {}, runtime = {} }: Pick<OpenOptions, 'runtime' | 'config'> = {},
): Promise<Wired> {
  const wire = createWire();
  const withWire = { ...runtime, stationNet: wire.net };
  const options = await windowOptions(station, window, { config, runtime: withWire });
  const machine = options.machine as never;
  let office = await openWindowAt(station, window, { config, runtime: withWire, machine });
  return {
    get office() {
      return office;
    },
    wire,
    off: () => office.office.stop(),
    async on() {
      office = await restart(office, { ...options, machine: office.machine.restart() });
      await office.ok('session.signIn', clerkOf(window));
      return office;
    },
  };
}

export async function openCabled(
  station: TestStation,
  window: number,
  more: Pick<OpenOptions, 'runtime'> = {},
): Promise<Cabled> {
  const options = await windowOptions(station, window, more);
  let office = await openWindowAt(station, window, { ...more, machine: options.machine as never });
  const again = async (address: string | undefined): Promise<TestOffice> => {
    const { host } = options.config ?? {};
    const config = { ...options.config, host: { ...host, ...(address === undefined ? {} : { address }) } };
    office = await restart(office, { ...options, config, machine: office.machine.restart() });
    await office.ok('session.signIn', clerkOf(window));
    await linkIs(office, address === undefined ? 'up' : 'down');
    return office;
  };
  return {
    get office() {
      return office;
    },
    pull: () => again(NOWHERE),
    putBack: () => again(undefined),
  };
}
