import { writeFileSync, mkdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { DeviceSettings } from '../../contract/device.ts';
import type { Feed } from '../../contract/feed.ts';
import type { StationConfig } from '../../contract/station.ts';
import { trialFeed } from '../../city/shell/files.ts';
import { hashPin } from '../../main/access/pin.ts';
import { connectOffice, newCommandId, type OfficeClient } from '../support/office-client.ts';
import { startOffice, type RunningOffice } from '../support/running-office.ts';

export const CLERK = { number: '0107', pin: '246810' } as const;
export const STATION = { id: 'zhujiajian-wugongzhi', code: '3309', name: '朱家尖蜈蚣峙码头' } as const;

export interface StationParts {
  devices?: DeviceSettings[];
  city?: StationConfig['city'];
  /** The trial tables when not given. */
  feed?: Feed;
}

/** Configuration of a working station, not a trial: its own timetable, one clerk, no city unless one is given. */
export async function stationConfig({ devices = [], city }: StationParts = {}): Promise<StationConfig> {
  const pin = await hashPin(CLERK.pin, randomBytes(16));
  return {
    trial: false,
    station: { ...STATION },
    window: 3,
    devices,
    staff: [
      { number: CLERK.number, name: '测试丙', role: 'clerk', pin },
      // A station without a manager would ask for its first one before anybody signs in.
      { number: '0101', name: '测试甲', role: 'manager', pin },
    ],
    mask: { first: 6, last: 4 },
    ...(city === undefined ? {} : { city }),
  };
}

/** Writes `station.json` and the timetable into a data folder. */
export async function writeStation(folder: string, parts: StationParts = {}): Promise<void> {
  mkdirSync(join(folder, 'feed'), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'station.json'), JSON.stringify(await stationConfig(parts)));
  writeFileSync(join(folder, 'feed', 'own.json'), JSON.stringify(parts.feed ?? trialFeed()));
}

/** A host process and a script signed in at it. */
export interface OpenHost {
  office: RunningOffice;
  client: OfficeClient;
  stop(): Promise<void>;
}

/** `onReady` is called at the host's ready line. */
export async function openHost(folder: string, onReady: () => void = () => undefined): Promise<OpenHost> {
  const office = await startOffice(folder);
  onReady();
  try {
    const client = await connectOffice(office.url, office.token);
    await client.call('session.signIn', CLERK);
    return {
      office,
      client,
      async stop() {
        client.close();
        const code = await office.stop();
        if (code !== 0) throw new Error(`the office ended with code ${code}\n${office.stderr()}`);
      },
    };
  } catch (error) {
    await office.kill();
    throw error;
  }
}

/** Opens a shift unless one is open. */
export async function openShift(client: OfficeClient): Promise<void> {
  const { shift } = await client.call('shifts.current');
  if (!shift) await client.call('shifts.open', { floatFen: 50_000 }, newCommandId());
}

export interface RoomyDeparture {
  departureId: string;
  state: string;
  left: number;
  fullFareFen: number;
}

/** Departures of tomorrow that have room for everybody, the biggest first. */
export async function roomyDepartures(client: OfficeClient): Promise<RoomyDeparture[]> {
  const { nowMs } = await client.call('status.get');
  const date = new Date(nowMs + 8 * 3_600_000 + 86_400_000).toISOString().slice(0, 10);
  const {
    departures,
  }: { departures: (Omit<RoomyDeparture, 'fullFareFen'> & { fullFareFen: number | null })[] } =
    await client.call('timetable.departures', { date });
  return departures
    .filter(
      (one): one is RoomyDeparture => one.state === 'onSale' && one.left >= 100 && one.fullFareFen !== null,
    )
    .toSorted((a, b) => b.left - a.left);
}
