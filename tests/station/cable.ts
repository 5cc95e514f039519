import type { OpenOptions, TestOffice } from '../office/kit.ts';
import { clerkOf, linkIs, openWindowAt, restart, windowOptions, type TestStation } from './kit.ts';

/** Nobody listens there. */
const NOWHERE = '127.0.0.1:9';

/** A window whose cable to its host is pulled and put back; each time the office begins again on the same folder, its shift still open. */
export interface Cabled {
  readonly office: TestOffice;
  pull(): Promise<TestOffice>;
  putBack(): Promise<TestOffice>;
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
