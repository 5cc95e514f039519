import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { trialFeed } from '../../city/shell/files.ts';
import type { StationConfig } from '../../contract/station.ts';
import { addDays, businessDateOf } from '../../domain/time.ts';
import { createTimetable } from '../../domain/timetable.ts';
import { createOffice, type Office } from '../../main/office.ts';
import type { StationNet } from '../../main/runtime.ts';
import { createFrameReader } from '../../main/station/frames.ts';
import { folderStore } from '../../main/shells/file-store.ts';
import { findProgram, readMigrations } from '../../main/shells/program.ts';
import { machineRuntime } from '../../main/shells/runtime.ts';
import { makeTrialStation, trialStaff } from '../../main/trial-station.ts';
import { connectOffice, newCommandId } from '../support/office-client.ts';
import { adult } from '../support/people.ts';
import { startOffice } from '../support/running-office.ts';
import { explains, latency, type BenchRun, type Figure } from './figure.ts';
import { noDevices } from './no-devices.ts';

const WINDOWS = 20;
/** 600 tickets an hour at each window. */
const SALE_EVERY_MS = 6_000;
const LEASE_GOAL_P95_MS = 20;
/** `clock ticks` of /proc/<pid>/stat on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Twenty windows at one host, each selling 600 tickets an hour with its journal going up through it. The host is a process of its
 * own; the windows share this one, so their work is not in the host's share. A lease request is timed at the window: from the
 * frame that asks to the frame that answers, over TLS, with the host's durable write between.
 */
export const benchHost: BenchRun = async ({ quick }) => {
  const folder = mkdtempSync(join(tmpdir(), 'so-bench-host-'));
  const windows: Office[] = [];
  const leaseMs: number[] = [];
  const saleMs: number[] = [];
  const base = await makeTrialStation({ readerPath: 'a', printerPath: 'b', salt: () => new Uint8Array(16) });
  // A clerk for each window: who signs in at one office of a station is locked at the others.
  const staff = base.staff.flatMap((person) =>
    person.number === '0107'
      ? Array.from({ length: WINDOWS }, (_, n) => ({ ...person, number: clerkNumberOf(n) }))
      : [person],
  );
  const station: StationConfig = { ...base, staff, trial: false, devices: [], window: 99 };
  const hostFolder = join(folder, 'host');
  mkdirSync(join(hostFolder, 'feed'), { recursive: true });
  writeFileSync(join(hostFolder, 'feed/own.json'), JSON.stringify(trialFeed()));
  const hostConfig = { ...station, host: { role: 'host', listen: ['127.0.0.1:0'] } };
  writeFileSync(join(hostFolder, 'station.json'), JSON.stringify(hostConfig));
  const host = await startOffice(hostFolder);
  try {
    const page = await connectOffice(host.url, host.token);
    const boss = trialStaff.find(({ roles }) => roles[0] === 'manager');
    await page.call('session.signIn', { number: boss?.number, pin: boss?.pin });
    const info = await until(async () => {
      const now = await page.call('station.info');
      return now.ports.length > 0 ? now : undefined;
    });
    for (let window = 1; window <= WINDOWS; window += 1) {
      const { code } = await page.call('station.code', { window });
      const config: StationConfig = {
        ...station,
        window,
        host: { address: `127.0.0.1:${info.ports[0]}`, key: info.linkKey, enrolmentCode: code },
      };
      windows.push(await openWindow(join(folder, String(window)), config, leaseMs));
    }
    await until(async () => ((await page.call('station.info')).link.windows === WINDOWS ? true : undefined));

    const runMs = quick ? 20_000 : 60_000;
    const cpuBefore = cpuSeconds(host.process.pid ?? 0);
    const startMs = performance.now();
    const sold = await Promise.all(windows.map((office, n) => sellFor(office, n, startMs, runMs, saleMs)));
    const wallSeconds = (performance.now() - startMs) / 1_000;
    const share = (100 * (cpuSeconds(host.process.pid ?? 0) - cpuBefore)) / wallSeconds;
    const total = sold.reduce((sum, count) => sum + count, 0);
    const arrived = await until(async () => {
      const { windows: rows } = await page.call('station.windows');
      const behind = rows.reduce(
        (sum: number, row: { backlog: number; seq: number }) => sum + (row.seq > 0 ? 0 : 1),
        0,
      );
      return behind === 0 ? rows.length : undefined;
    });
    const figures: Figure[] = [
      ...latency('lease', leaseMs, LEASE_GOAL_P95_MS),
      explains('hostProcessorShare', share, '% of one core', 1),
      explains('ticketsAnHour', (total / wallSeconds) * 3_600, 'tickets/h', 0),
      explains('windowsHeard', arrived, 'windows', 0),
      ...latency('saleAtWindow', saleMs, Number.POSITIVE_INFINITY)
        .slice(0, 1)
        .map((figure) => ({ ...figure, goal: null })),
    ];
    page.close();
    return figures;
  } finally {
    await Promise.all(windows.map((office) => office.stop()));
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function openWindow(folder: string, config: StationConfig, leaseMs: number[]): Promise<Office> {
  mkdirSync(join(folder, 'feed'), { recursive: true });
  const runtime = machineRuntime({ files: folderStore(folder), log: silent, devices: noDevices });
  runtime.files.writeAtomic('feed/own.json', JSON.stringify(trialFeed()));
  if (runtime.stationNet) runtime.stationNet = timedNet(runtime.stationNet, leaseMs);
  const opened = await createOffice({
    runtime,
    config,
    migrations: readMigrations(findProgram()),
    program: 'bench',
  });
  if (!opened.ok) throw new Error(opened.refusal.message);
  return opened.value;
}

/** Notes how long each `lease.request` took, by the frames that pass. */
function timedNet(net: StationNet, leaseMs: number[]): StationNet {
  return {
    ...net,
    async connect(wanted, events) {
      const asked = new Map<number, number>();
      const reader = createFrameReader();
      const connection = await net.connect(wanted, {
        onEnd: () => events.onEnd(),
        onData(bytes) {
          for (const { json } of reader.take(Uint8Array.from(bytes)) ?? []) {
            const { id } = json as { id?: number };
            const since = id === undefined ? undefined : asked.get(id);
            if (id !== undefined && asked.delete(id) && since !== undefined)
              leaseMs.push(performance.now() - since);
          }
          events.onData(bytes);
        },
      });
      const outgoing = createFrameReader();
      return {
        ...connection,
        send(bytes) {
          for (const { json } of outgoing.take(bytes) ?? []) {
            const { id, method } = json as { id?: number; method?: string };
            if (method === 'lease.request' && id !== undefined) asked.set(id, performance.now());
          }
          connection.send(bytes);
        },
      };
    },
  };
}

const clerkNumberOf = (n: number): string => String(1_001 + n);

/** One clerk for `runMs`: a passenger every six seconds, on this window's share of the next days' departures. */
async function sellFor(
  office: Office,
  n: number,
  startMs: number,
  runMs: number,
  saleMs: number[],
): Promise<number> {
  const call = async (method: string, params: unknown, isCommand = false): Promise<any> => {
    const request = { id: 1, method, params, ...(isCommand ? { commandId: newCommandId() } : {}) };
    const answer = await office.call(request, 'bench');
    if (!answer.ok) throw new Error(`${method}: ${answer.refusal.code} ${answer.refusal.message}`);
    return answer.result;
  };
  await call('session.signIn', { number: clerkNumberOf(n), pin: '246810' });
  await call('shifts.open', { floatFen: 50_000 }, true);
  const timetable = createTimetable(trialFeed());
  const departures = [1, 2, 3]
    .flatMap((days) => timetable.departuresOn(addDays(businessDateOf(Date.now()), days)))
    .filter(({ capacity, seats }) => capacity >= 100 && seats >= 100);
  let sold = 0;
  for (let turn = 0; ; turn += 1) {
    const dueMs = startMs + (turn + n / WINDOWS) * SALE_EVERY_MS;
    if (dueMs > startMs + runMs) return sold;
    await sleep(Math.max(0, dueMs - performance.now()));
    // Every window sells every departure in its turn, so that leases are asked for all the time.
    const departureId = departures[(turn + n) % departures.length]?.departureId;
    const { holderRef } = await call('holders.type', { documentKind: '111', ...adult(n * 10_000 + turn) });
    const passengers = [{ holderRef, ticketClass: 'full' }];
    const { totalFen } = await call('sales.quote', { departureId, passengers });
    const before = performance.now();
    await call(
      'sales.sell',
      { departureId, passengers, payment: 'cash', totalFen, tenderedFen: totalFen },
      true,
    );
    saleMs.push(performance.now() - before);
    sold += 1;
  }
}

/** User and system time of a process so far. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (const endMs = performance.now() + 30_000; performance.now() < endMs; await sleep(50)) {
    const found = await ask();
    if (found !== undefined) return found;
  }
  throw new Error('it did not come about in 30 s');
}
