import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { adult } from '../support/people.ts';
import { newCommandId } from '../support/office-client.ts';
import { keptLedger, proveMaker } from './big-ledger.ts';
import { openHost, openShift, roomyDepartures, writeStation } from './bench-station.ts';
import { explains, median, round, spreadPercent, type Figure } from './figure.ts';
import { runFolder } from './folders.ts';

/** Different travellers in the big ledger. */
const PEOPLE = 2_000;
const MEGABYTE = 1024 * 1024;

interface Start {
  /** Process begun → its ready line. */
  readyMs: number;
  /** Ready line → answers to sign-in, status, newest 200 tickets and the departures of a day. */
  firstWorkMs: number;
  memoryMb: number;
}

/**
 * What a million sales cost at the start and in memory: the real host process with a ledger of so many sales against the same
 * with none, neither ever uploaded (the worst case for the backlog), in turns. Ready is the host's ready line: what a clerk waits for.
 */
export async function benchStart({ quick }: { quick: boolean }): Promise<Figure[]> {
  const sales = quick ? 50_000 : 1_000_000;
  const rounds = quick ? 3 : 9;
  const base = runFolder('start');
  try {
    await proveMaker(join(base, 'proof'));
    const full = await keptLedger({ sales, people: PEOPLE });
    const empty = join(base, 'empty');
    for (const folder of [full, empty]) await writeStation(folder);
    // The first start of each makes the ledger, reads the disk and fills no figure.
    for (const folder of [empty, full]) await startOnce(folder);
    const starts: Record<'empty' | 'full', Start[]> = { empty: [], full: [] };
    for (let n = 0; n < rounds; n += 1) {
      const emptyFirst = n % 4 === 0 || n % 4 === 3;
      for (const which of emptyFirst ? (['empty', 'full'] as const) : (['full', 'empty'] as const)) {
        starts[which].push(await startOnce(which === 'full' ? full : empty));
      }
    }
    const of = (which: 'empty' | 'full', what: keyof Start): number[] =>
      starts[which].map((start) => start[what]);
    const ratios = of('full', 'readyMs').map((ms, n) => ms / (of('empty', 'readyMs')[n] ?? Number.NaN));
    const workRatio = median(of('full', 'firstWorkMs')) / median(of('empty', 'firstWorkMs'));
    const memory = median(of('full', 'memoryMb')) - median(of('empty', 'memoryMb'));
    return [
      { metric: 'readyRatio', value: round(median(ratios)), unit: 'full/empty', goal: 1.3, better: 'lower' },
      explains('readyRatioSpread', spreadPercent(ratios), '%'),
      { metric: 'memoryAboveEmpty', value: round(memory, 1), unit: 'MB', goal: 200, better: 'lower' },
      explains('readyEmpty', median(of('empty', 'readyMs')), 'ms', 0),
      explains('readyFull', median(of('full', 'readyMs')), 'ms', 0),
      explains('firstWorkRatio', workRatio, 'full/empty', 3),
      explains('firstWorkFull', median(of('full', 'firstWorkMs')), 'ms', 0),
      explains('memoryEmpty', median(of('empty', 'memoryMb')), 'MB'),
      explains('sales', sales, 'sales', 0),
    ];
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

/** The kept ledger remembers who travels already: each run is another crowd. */
let nextPerson = Math.floor(Date.now() / 1_000) % 1_000_000;

async function startOnce(folder: string): Promise<Start> {
  const begun = performance.now();
  let readyMs = Number.NaN;
  const host = await openHost(folder, () => {
    readyMs = performance.now() - begun;
  });
  try {
    const { client, office } = host;
    await client.call('status.get');
    await client.call('sales.list', { limit: 200 });
    await client.call('commands.open');
    const [departure] = await roomyDepartures(client);
    if (!departure) throw new Error('no departure on sale');
    const firstWorkMs = performance.now() - begun - readyMs;
    await openShift(client);
    nextPerson += 1;
    const { holderRef } = await client.call('holders.type', { documentKind: '111', ...adult(nextPerson) });
    const { departureId, fullFareFen } = departure;
    const passengers = [{ holderRef, ticketClass: 'full' }];
    const sale = {
      departureId,
      passengers,
      payment: 'cash',
      totalFen: fullFareFen,
      tenderedFen: fullFareFen,
    };
    const { commandId } = await client.call('sales.sell', sale, newCommandId());
    await client.call('commands.seen', { commandIds: [commandId] });
    return { readyMs, firstWorkMs, memoryMb: residentMb(office.process.pid ?? 0) };
  } finally {
    await host.stop();
  }
}

/** Memory that a process holds now, as the kernel counts it. */
function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`no VmRSS of process ${pid}`);
  return (Number(kilobytes) * 1024) / MEGABYTE;
}
