import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { trialFeed } from '../../city/shell/files.ts';
import { addDays, businessDateOf } from '../../domain/time.ts';
import { createTimetable } from '../../domain/timetable.ts';
import type { Office } from '../../main/office.ts';
import type { StationNet } from '../../main/runtime.ts';
import { createFrameReader } from '../../main/station/frames.ts';
import { newCommandId } from '../support/office-client.ts';
import { adult } from '../support/people.ts';
import { explains, latency, type BenchRun, type Figure } from './figure.ts';
import { clerkNumberOf, openBenchStation, until } from './station-of-windows.ts';

const WINDOWS = 20;
/** 600 tickets an hour at each window. */
const SALE_EVERY_MS = 6_000;
const LEASE_GOAL_P95_MS = 20;
/** `clock ticks` of /proc/<pid>/stat on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * Twenty windows at one host, each selling 600 tickets an hour with its journal going up through it. The host is a process of its
 * own; the windows share this one, so their work is not in the host's share. A lease request is timed at the window: from the
 * frame that asks to the frame that answers, over TLS, with the host's durable write between.
 */
export const benchHost: BenchRun = async ({ quick }) => {
  const leaseMs: number[] = [];
  const saleMs: number[] = [];
  const station = await openBenchStation(WINDOWS, (net) => timedNet(net, leaseMs));
  const { host, page, windows } = station;
  try {
    const runMs = quick ? 12_000 : 60_000;
    // Everyone is at work before the clock runs: twenty PINs are checked in this one process, and a lease would wait for them.
    const clerks = await Promise.all(windows.map(openForWork));
    const cpuBefore = cpuSeconds(host.process.pid ?? 0);
    const startMs = performance.now();
    const sold = await Promise.all(clerks.map((call, n) => sellFor(call, n, startMs, runMs, saleMs)));
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
    await station.stop();
  }
};

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

/** What a clerk asks of the own office; a command has an id of its own. */
type ClerkCall = (method: string, params: unknown, isCommand?: boolean) => Promise<any>;

/** The clerk of a window signs in and opens the shift. */
async function openForWork(office: Office, n: number): Promise<ClerkCall> {
  const call: ClerkCall = async (method, params, isCommand = false) => {
    const request = { id: 1, method, params, ...(isCommand ? { commandId: newCommandId() } : {}) };
    const answer = await office.call(request, 'bench');
    if (!answer.ok) throw new Error(`${method}: ${answer.refusal.code} ${answer.refusal.message}`);
    return answer.result;
  };
  await call('session.signIn', { number: clerkNumberOf(n), pin: '246810' });
  await call('shifts.open', { floatFen: 50_000 }, true);
  return call;
}

/** One clerk for `runMs`: a passenger every six seconds, on this window's share of the next days' departures. */
async function sellFor(
  call: ClerkCall,
  n: number,
  startMs: number,
  runMs: number,
  saleMs: number[],
): Promise<number> {
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
