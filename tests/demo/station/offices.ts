import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { trialPorts } from '../../../main/shells/trial.ts';
import { trialStation } from '../../../main/trial-station.ts';
import { startGateway, type GatewayProcess } from '../../city/link-kit.ts';
import { connectOffice, type Json, type OfficeClient } from '../../support/office-client.ts';
import { startOffice, type RunningOffice } from '../../support/running-office.ts';

/** No start and no wait takes longer, however busy the machine is. */
export const PATIENCE_MS = 120_000;

/** Folder of a window's office below the demo's. */
export const officeFolder = (folder: string, window: number): string =>
  join(folder, `window-${String(window).padStart(2, '0')}`);
export const cityFolder = (folder: string): string => join(folder, 'city');
export const sheetsFile = (folder: string, window: number): string =>
  join(officeFolder(folder, window), 'sheets.bin');

/** A real office process with its page sessions. */
export interface Office {
  window: number;
  folder: string;
  running: RunningOffice;
  /** A page session of its own. */
  page(): Promise<OfficeClient>;
  end(): Promise<number | null>;
}

/** Starts the city in a process of its own, with as many enrolment codes as windows: one each, as its operator hands them out. */
export async function startCity(
  folder: string,
  windows: number,
  clockOffsetMs: number,
): Promise<{ gateway: GatewayProcess; codes: string[] }> {
  const data = cityFolder(folder);
  const codes: string[] = [];
  // A gateway in a trial takes its clock from here.
  process.env['STATION_OFFICE_CLOCK_OFFSET_MS'] = String(clockOffsetMs);
  try {
    for (;;) {
      const gateway = await startGateway(data);
      codes.push(gateway.enrolmentCode);
      if (codes.length === windows) return { gateway, codes };
      await gateway.stop();
    }
  } finally {
    delete process.env['STATION_OFFICE_CLOCK_OFFSET_MS'];
  }
}

export interface OfficeOptions {
  folder: string;
  window: number;
  clockOffsetMs: number;
  city: { url: string; enrolmentCode: string };
  /** `host` of `station.json`. */
  host?: Json;
  gate?: string;
}

/** Starts an office on an empty folder. Its devices are simulated, everything else is as at a pier. */
export async function openOffice(options: OfficeOptions): Promise<Office> {
  const { window, clockOffsetMs, city, host, gate } = options;
  const folder = officeFolder(options.folder, window);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { readerPath, printerPath } = trialPorts(folder);
  const config = {
    trial: true,
    station: { ...trialStation },
    window,
    devices: [
      { id: 'reader', kind: 'id-reader', driver: 'sdt', path: readerPath, baudRate: 115200 },
      { id: 'printer', kind: 'printer', driver: 'escpos', path: printerPath, baudRate: 19200 },
    ],
    city,
    // Nobody: the first manager is made with the code that the first start prints.
    staff: [],
    ...(host === undefined ? {} : { host }),
    ...(gate === undefined ? {} : { gate: { name: gate } }),
  };
  writeFileSync(join(folder, 'station.json'), JSON.stringify(config), { mode: 0o600 });
  const clock = new Date(Date.now() + clockOffsetMs).toISOString();
  const running = await startOffice(
    folder,
    ['--sheets', sheetsFile(options.folder, window), '--clock', clock],
    PATIENCE_MS,
  );
  const pages: OfficeClient[] = [];
  let { token } = running;
  return {
    window,
    folder,
    running,
    async page() {
      if (token === '') token = await freshToken(folder);
      const page = await connectOffice(running.url, token);
      // A token opens one session.
      token = '';
      pages.push(page);
      return page;
    },
    async end() {
      for (const page of pages.splice(0)) page.close();
      const code = await running.stop();
      return code;
    },
  };
}

/** `--new-token` on the running office's folder. */
async function freshToken(folder: string): Promise<string> {
  const asked = await startOffice(folder, ['--new-token'], PATIENCE_MS);
  await asked.kill();
  return asked.token;
}

/** Asks until there is an answer. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > endMs) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await delay(100);
  }
}
