import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DeviceSettings } from '../../contract/device.ts';
import { readEntries, writeInto } from './books.ts';
import { closeOffices, ferry, newId } from './kit.ts';
import { openLive, startBench, type Bench } from './live.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench(mkdtempSync(join(tmpdir(), 'station-office-silent-')));
});
afterAll(() => bench.stop());
afterEach(async () => {
  await closeOffices();
  await bench.simulators.printerFaults({});
});

const devices = (
  profile: Extract<DeviceSettings, { kind: 'printer' }>['profile'],
): Pick<Bench, 'devices'> => ({
  devices: bench.devices.map((device) =>
    device.kind === 'printer' ? { ...device, profile: profile ?? 'generic80' } : device,
  ),
});

describe('a printer that cannot report', () => {
  test('its tickets are sent: nobody is asked to look for each of them, also after a restart', async () => {
    await bench.simulators.printerFaults({ mute: true });
    const window = await openLive(devices('silent80'));
    await window.device('printer', 'ready');
    const { tickets } = await window.sell(ferry(), [1, 2]);
    for (const { ticketNumber } of tickets)
      expect(await window.print(ticketNumber, 'sent')).toEqual({ state: 'sent', copy: 1 });
    expect(await window.ok('status.get')).toMatchObject({ printsToSettle: 0 });
    expect(
      readEntries(window.machine.folder)
        .filter(({ kind }) => kind === 'print.outcome')
        .map(({ body }) => body['outcome']),
    ).toEqual(['sent', 'sent']);
    await window.office.stop();
    const again = await openLive(devices('silent80'), { machine: window.machine.restart(), signedIn: false });
    await again.signIn();
    const { tickets: listed } = await again.ok('sales.list', { limit: 10 });
    expect(listed.map(({ print }) => print)).toEqual([
      { state: 'sent', copy: 1 },
      { state: 'sent', copy: 1 },
    ]);
  });

  test('a clerk who saw nothing come out has it printed again; one who has it in hand says so', async () => {
    await bench.simulators.printerFaults({ mute: true });
    const window = await openLive(devices('silent80'));
    await window.device('printer', 'ready');
    const { tickets } = await window.sell(ferry(), [3, 4]);
    const [first, second] = tickets.map(({ ticketNumber }) => ticketNumber);
    await window.print(second ?? '', 'sent');
    await window.ok('prints.settle', { ticketNumber: first, found: 'printAgain' }, newId());
    expect(await window.print(first ?? '', 'sent')).toEqual({ state: 'sent', copy: 2 });
    expect(
      await window.ok('prints.settle', { ticketNumber: second, found: 'inHand' }, newId()),
    ).toMatchObject({ print: { state: 'settled' } });
    expect(await window.ok('status.get')).toMatchObject({ printsToSettle: 0 });
  });
});

test('the cash drawer opens once a sale, with its first ticket, and not for a copy', async () => {
  const profile = {
    paperWidthMm: 80,
    cutter: 'partial',
    status: 'realtime',
    font: 'gbk',
    confirmTimeoutMs: 3000,
    drawer: 'pin2',
  } as const;
  const window = await openLive(devices(profile));
  await window.device('printer', 'ready');
  const drawers = (): number => bench.simulators.events.all.filter(({ event }) => event === 'drawer').length;
  const { tickets } = await window.sell(ferry(), [5, 6]);
  for (const { ticketNumber } of tickets) await window.print(ticketNumber, 'confirmed');
  await bench.simulators.tell({ command: 'paper', state: 'ok' });
  expect(drawers()).toBe(1);
  // A first sheet that is asked for after the sale, as of an electronic ticket, takes no cash.
  await bench.simulators.tell({ command: 'cable', device: 'printer', state: 'out' });
  await window.device('printer', 'absent');
  const [electronic] = (await window.sell(ferry(), [7])).tickets;
  const ticketNumber = electronic?.ticketNumber ?? '';
  writeInto(window.machine.folder, (ledger) => ledger.exec(`DELETE FROM effects WHERE state = 'queued'`));
  await window.ok('tickets.reprint', { ticketNumber, reason: '打印机已修好' }, newId());
  await bench.simulators.tell({ command: 'cable', device: 'printer', state: 'in' });
  expect(await window.print(ticketNumber, 'confirmed', 20_000)).toEqual({ state: 'confirmed', copy: 1 });
  await bench.simulators.tell({ command: 'paper', state: 'ok' });
  expect(drawers()).toBe(1);
});
