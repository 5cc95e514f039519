import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishFeed } from '../../city/feeds.ts';
import type { OpenCity } from '../../city/shell/open-city.ts';
import { fillLedger } from '../bench/big-ledger.ts';
import { busyFeed } from '../bench/busy-feed.ts';
import { simulateDevices, type SimulatedDevices } from '../bench/simulated-devices.ts';
import { startHost, type Host } from './host.ts';
import { openTestCity, writeTrialStation } from './test-city.ts';

/** Before the first of the day's departures: all that leave this pier are still to come. */
export const EARLY = '2026-11-21T05:30:00+08:00';

/** A window on a busy day, with all its real outside: city, reader and printer at the far ends of real ptys, host process. */
export interface BusyWindow {
  host: Host;
  city: OpenCity;
  devices: SimulatedDevices;
  stop(): Promise<void>;
}

/** 140 departures a day, 60 of them from this pier, and a ledger that has so many sales behind it. */
export async function startBusyWindow({ sales }: { sales: number }): Promise<BusyWindow> {
  const base = mkdtempSync(join(tmpdir(), 'station-busy-'));
  const folder = join(base, 'window');
  const ends: (() => unknown)[] = [() => rmSync(base, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const city = await openTestCity(join(base, 'city'));
    ends.push(() => city.close());
    await publishFeed(city.store, city.ring, busyFeed());
    await fillLedger(folder, { sales, people: sales });
    const devices = await simulateDevices(base);
    ends.push(() => devices.stop());
    await writeTrialStation(folder, {
      devices: devices.settings,
      city: { url: await city.listen(0), enrolmentCode: await city.makeEnrolmentCode() },
    });
    const host = await startHost({ folder, clock: EARLY });
    ends.push(() => host.stop());
    return { host, city, devices, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
