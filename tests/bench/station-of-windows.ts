import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { trialFeed } from '../../city/shell/files.ts';
import type { StationConfig } from '../../contract/station.ts';
import { createOffice, type Office } from '../../main/office.ts';
import type { StationNet } from '../../main/runtime.ts';
import { folderStore } from '../../main/shells/file-store.ts';
import { findProgram, readMigrations, readPlanFiles } from '../../main/shells/program.ts';
import { machineRuntime } from '../../main/shells/runtime.ts';
import { makeTrialStation, trialStaff } from '../../main/trial-station.ts';
import { connectOffice, type OfficeClient } from '../support/office-client.ts';
import { startOffice, type RunningOffice } from '../support/running-office.ts';
import { noDevices } from './no-devices.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A host in a process of its own and windows in this one, on real folders, connected over TLS; the manager is signed in at the host. */
export interface BenchStation {
  host: RunningOffice;
  page: OfficeClient;
  windows: Office[];
  /** Files of their ledgers, for what a bench puts in beside them. */
  ledgers: { host: string; windows: string[] };
  stop(): Promise<void>;
}

/** A clerk for each window: who signs in at one office of a station is locked at the others. */
export const clerkNumberOf = (n: number): string => String(1_001 + n);

/** @param net sees the connections of the windows, where a bench times them */
export async function openBenchStation(
  count: number,
  net: (own: StationNet) => StationNet = (own) => own,
): Promise<BenchStation> {
  const folder = mkdtempSync(join(tmpdir(), 'so-bench-host-'));
  const windows: Office[] = [];
  const base = await makeTrialStation({ readerPath: 'a', printerPath: 'b', salt: () => new Uint8Array(16) });
  const staff = base.staff.flatMap((person) =>
    person.number === '0107'
      ? Array.from({ length: count }, (_, n) => ({ ...person, number: clerkNumberOf(n) }))
      : [person],
  );
  const station: StationConfig = { ...base, staff, trial: false, devices: [], window: 99 };
  const hostFolder = join(folder, 'host');
  mkdirSync(join(hostFolder, 'feed'), { recursive: true });
  writeFileSync(join(hostFolder, 'feed/own.json'), JSON.stringify(trialFeed()));
  const hostConfig = { ...station, host: { role: 'host', listen: ['127.0.0.1:0'] } };
  writeFileSync(join(hostFolder, 'station.json'), JSON.stringify(hostConfig));
  const host = await startOffice(hostFolder);
  const stop = async (): Promise<void> => {
    await Promise.all(windows.map((office) => office.stop()));
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const page = await connectOffice(host.url, host.token);
    const boss = trialStaff.find(({ roles }) => roles[0] === 'manager');
    await page.call('session.signIn', { number: boss?.number, pin: boss?.pin });
    const info = await until(async () => {
      const now = await page.call('station.info');
      return now.ports.length > 0 ? now : undefined;
    });
    for (let window = 1; window <= count; window += 1) {
      const { code } = await page.call('station.code', { window, gate: true });
      const config: StationConfig = {
        ...station,
        window,
        host: { address: `127.0.0.1:${info.ports[0]}`, key: info.linkKey, enrolmentCode: code },
      };
      windows.push(await openWindow(join(folder, String(window)), config, net));
    }
    await until(async () => ((await page.call('station.info')).link.windows === count ? true : undefined));
    const ledgers = {
      host: join(hostFolder, 'ledger.db'),
      windows: windows.map((_, n) => join(folder, String(n + 1), 'ledger.db')),
    };
    return { host, page, windows, ledgers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openWindow(
  folder: string,
  config: StationConfig,
  net: (own: StationNet) => StationNet,
): Promise<Office> {
  mkdirSync(join(folder, 'feed'), { recursive: true });
  const runtime = machineRuntime({ files: folderStore(folder), log: silent, devices: noDevices });
  runtime.files.writeAtomic('feed/own.json', JSON.stringify(trialFeed()));
  if (runtime.stationNet) runtime.stationNet = net(runtime.stationNet);
  const program = findProgram();
  const opened = await createOffice({
    runtime,
    config,
    migrations: readMigrations(program),
    plans: readPlanFiles(program),
    program: 'bench',
  });
  if (!opened.ok) throw new Error(opened.refusal.message);
  return opened.value;
}

/** Asks until there is an answer; fails after 30 seconds. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (const endMs = performance.now() + 30_000; performance.now() < endMs; await sleep(50)) {
    const found = await ask();
    if (found !== undefined) return found;
  }
  throw new Error('it did not come about in 30 s');
}
