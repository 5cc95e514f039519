import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { newCommandId, type OfficeClient } from '../support/office-client.ts';
import { adult } from '../support/people.ts';
import { openHost, openShift, roomyDepartures, writeStation } from './bench-station.ts';
import { barePort } from './bare-port.ts';
import { explains, latency, percentile, type Figure } from './figure.ts';
import { runFolder } from './folders.ts';
import { cardOf, simulateDevices } from './simulated-devices.ts';

const GOAL_MS = 2_000;

/**
 * A plug is pulled and put back, or the device process is killed: until the device does its work again. Reader: a card that
 * lies on it is read. Printer: a ticket that waited is printed and confirmed. Process: reader and printer are ready.
 */
export async function benchDeviceRecovery({ quick }: { quick: boolean }): Promise<Figure[]> {
  const rounds = quick ? 3 : 25;
  const folder = runFolder('device-recovery');
  const devices = await simulateDevices(folder);
  try {
    await writeStation(folder, { devices: devices.settings });
    const host = await openHost(folder);
    const { client, office } = host;
    try {
      await openShift(client);
      await inState(client, 'ready');
      const times = { reader: [] as number[], printer: [] as number[], process: [] as number[] };
      for (let n = 0; n < rounds; n += 1) {
        await devices.pull('reader');
        await inState(client, 'absent', 'reader');
        devices.reader.layCard(cardOf(n));
        const read = client.event('reader.card', () => true, 20_000);
        times.reader.push(await since(() => devices.plug('reader'), read));
        devices.reader.removeCard();

        await devices.pull('printer');
        await inState(client, 'absent', 'printer');
        const confirmed = client.event('print.changed', ({ print }) => print.state === 'confirmed', 20_000);
        await sellOne(client, n);
        times.printer.push(await since(() => devices.plug('printer'), confirmed));

        await inState(client, 'ready');
        const [child] = childrenOf(office.process.pid ?? 0);
        if (child === undefined) throw new Error('the office has no device process');
        times.process.push(
          await since(
            () => Promise.resolve(process.kill(child, 'SIGKILL')),
            client
              .event('device.changed', ({ state }) => state !== 'ready', 5_000)
              .then(() => inState(client, 'ready')),
          ),
        );
      }
      const bare = await barePort(folder, { wire: 0, replug: quick ? 3 : 10 });
      return [
        ...latency('readerReplug', times.reader, GOAL_MS),
        ...latency('printerReplug', times.printer, GOAL_MS),
        ...latency('processKilled', times.process, GOAL_MS),
        explains('bareReplugP95', percentile(bare.replug, 0.95), 'ms', 2),
        explains('bareProcessP95', percentile(bare.begin, 0.95), 'ms', 2),
      ];
    } finally {
      await host.stop();
    }
  } finally {
    await devices.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function since(begin: () => Promise<unknown>, done: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await Promise.all([begin(), done]);
  return performance.now() - begun;
}

/** Waits until all devices, or the one named, are in a state. */
async function inState(client: OfficeClient, state: string, deviceId?: string): Promise<void> {
  const end = performance.now() + 20_000;
  for (;;) {
    const { devices }: { devices: { deviceId: string; state: string }[] } = await client.call('status.get');
    const asked = devices.filter((device) => deviceId === undefined || device.deviceId === deviceId);
    if (asked.every((device) => device.state === state)) return;
    if (performance.now() > end)
      throw new Error(`${deviceId ?? 'not all devices'}: not ${state} within 20 s`);
    await delay(10);
  }
}

async function sellOne(client: OfficeClient, n: number): Promise<void> {
  const { holderRef } = await client.call('holders.type', { documentKind: '111', ...adult(n) });
  const [departure] = await roomyDepartures(client);
  if (!departure) throw new Error('no departure on sale');
  const { departureId, fullFareFen } = departure;
  const passengers = [{ holderRef, ticketClass: 'full' }];
  const sale = { departureId, passengers, payment: 'cash', totalFen: fullFareFen, tenderedFen: fullFareFen };
  await client.call('sales.sell', sale, newCommandId());
}

/** The office's only child outside a trial is its device process. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}
