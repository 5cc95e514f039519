import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { decodeSheets } from '../../native/simulators/sheet-decoder.ts';
import { connectOffice, newCommandId, type OfficeClient, type Json } from '../support/office-client.ts';
import { adult } from '../support/people.ts';
import { startOffice, type RunningOffice } from '../support/running-office.ts';
import { readBooks } from './books.ts';

const folder = mkdtempSync(join(tmpdir(), 'station-office-killed-'));
const sheetsFile = join(folder, 'sheets.bin');
let office: RunningOffice | undefined;
let crowd = 0;
afterAll(async () => {
  await office?.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<OfficeClient> {
  office = await startOffice(folder, ['--sheets', sheetsFile]);
  const client = await connectOffice(office.url, office.token);
  const [clerk] = (await client.call('session.info')).trialClerks;
  await client.call('session.signIn', { number: clerk.number, pin: clerk.pin });
  return client;
}

async function until(what: string, isSo: () => unknown, timeoutMs = 30_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > endMs)
      throw new Error(`not within ${timeoutMs} ms: ${what}\n${office?.stderr()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** An order of new people for a ferry of tomorrow. */
async function order(client: OfficeClient, count: number): Promise<unknown> {
  await until('the timetable', async () => (await client.call('timetable.places')).places.length > 0);
  const { nowMs } = await client.call('status.get');
  const date = new Date(nowMs + 32 * 3_600_000).toISOString().slice(0, 10);
  const { departures } = await client.call('timetable.departures', { date, lineId: 'w-wgz-pts' });
  const departure = departures.find(({ left }: Json) => left >= count);
  const passengers = [];
  for (let n = 0; n < count; n += 1) {
    const { holderRef } = await client.call('holders.type', { documentKind: '111', ...adult((crowd += 1)) });
    passengers.push({ holderRef, ticketClass: 'full' });
  }
  const totalFen = departure.fullFareFen * count;
  return { departureId: departure.departureId, passengers, payment: 'cash', totalFen, tenderedFen: totalFen };
}

const sheetsOf = (ticketNumber: string): number =>
  existsSync(sheetsFile)
    ? decodeSheets(readFileSync(sheetsFile)).filter(({ lines }) =>
        lines.join('').replaceAll(' ', '').includes(ticketNumber),
      ).length
    : 0;

test('an office killed in the middle of a sheet does not know its fate, says so, and prints it no second time', async () => {
  let client = await open();
  await client.call('shifts.open', { floatFen: 0 }, newCommandId());
  await until('the printer', async () =>
    (await client.call('status.get')).devices.every(({ state }: Json) => state === 'ready'),
  );
  const sending = client.event('print.changed', ({ print }) => print.state === 'sending');
  // Its page goes as well: nobody ever sees the answer of this sale.
  const id = newCommandId();
  void client.call('sales.sell', await order(client, 12), id).catch(() => undefined);
  await sending;
  await until('a sheet is on its way at the moment of the kill', async () => {
    office?.process.kill('SIGKILL');
    await office?.kill();
    if (readBooks(folder).sheets['sending'] === 1) return true;
    // Between two sheets: another try.
    client = await open();
    const next = client.event('print.changed', ({ print }) => print.state === 'sending', 20_000);
    await next;
    return false;
  });
  const killed = readBooks(folder);
  expect(killed).toMatchObject({ tickets: 12, verified: { ok: true } });

  client = await open();
  const { commands } = await client.call('commands.open');
  const lost = commands.find(({ commandId }: Json) => commandId === id);
  expect(lost.result.tickets).toHaveLength(12);
  expect(lost).toMatchObject({ method: 'sales.sell', result: { totalFen: 36_000 } });

  const list = async (): Promise<Json[]> => (await client.call('sales.list', { limit: 50 })).tickets;
  const unknown = (await list()).filter(({ print }) => print.state === 'unknown');
  expect(unknown).toHaveLength(1);
  expect(unknown[0].print).toMatchObject({ copy: 1, reason: '打印途中程序重启,不能确认是否出票' });
  expect((await client.call('status.get')).printsToSettle).toBe(1);
  // The sheets that nobody had begun are printed; the one of which nobody knows is not touched.
  await until('the other sheets', async () =>
    (await list()).every(({ print }) => print.state !== 'waiting' && print.state !== 'sending'),
  );
  const after = await list();
  expect(after.filter(({ print }) => print.state === 'confirmed')).toHaveLength(11);
  const { ticketNumber } = unknown[0];
  expect(sheetsOf(ticketNumber)).toBeLessThanOrEqual(1);
  for (const ticket of after)
    if (ticket.ticketNumber !== ticketNumber) expect(sheetsOf(ticket.ticketNumber)).toBe(1);

  const before = sheetsOf(ticketNumber);
  expect(
    await client.call('prints.settle', { ticketNumber, found: 'printAgain' }, newCommandId()),
  ).toMatchObject({ print: { copy: 2 } });
  await until('the copy', async () => (await list()).every(({ print }) => print.state === 'confirmed'));
  expect(sheetsOf(ticketNumber)).toBe(before + 1);

  // All of it is in the city, the killed sale too.
  await until('all at the city', async () => (await list()).every(({ upload }) => upload === 'stored'));
  await client.call('commands.seen', { commandIds: commands.map(({ commandId }: Json) => commandId) });
  expect(await client.call('commands.open')).toMatchObject({ commands: [{ method: 'prints.settle' }] });
}, 120_000);

test('a broken station.json keeps the office closed, is told field by field, and stays as the technician wrote it', async () => {
  await office?.kill();
  office = undefined;
  const file = join(folder, 'station.json');
  const station = JSON.parse(readFileSync(file, 'utf8'));
  const broken = `${JSON.stringify({ ...station, window: 300, devices: [{ ...station.devices[0], baudRate: 'fast' }] }, undefined, 2)}\n`;
  const before = readBooks(folder);
  writeFileSync(file, broken);
  await expect(startOffice(folder)).rejects.toThrow(
    /station\.json.*window.*1.*99|station\.json.*第 window 项不对/s,
  );
  expect(readFileSync(file, 'utf8')).toBe(broken);
  writeFileSync(file, '{ "trial": true, ');
  await expect(startOffice(folder)).rejects.toThrow(/station\.json 不是有效的 JSON/);
  expect(readBooks(folder)).toEqual(before);
  // Put right, it opens with everything that it had.
  writeFileSync(file, `${JSON.stringify(station, undefined, 2)}\n`);
  const client = await open();
  expect((await client.call('sales.list', { limit: 50 })).tickets).toHaveLength(12);
  client.close();
}, 120_000);
