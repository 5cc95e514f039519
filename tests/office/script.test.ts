import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  connectOffice,
  newCommandId,
  RefusedError,
  type OfficeClient,
  type Json,
} from '../support/office-client.ts';
import { adult } from '../support/people.ts';
import { startOffice, type RunningOffice } from '../support/running-office.ts';

/** A clerk's day by a script that was written from docs/office-api.md and imports nothing of the program. */
const folder = mkdtempSync(join(tmpdir(), 'station-office-script-'));
const page = readFileSync(new URL('../../docs/office-api.md', import.meta.url), 'utf8');
let office: RunningOffice;
let raw: OfficeClient;
const used = new Set<string>();

const client = {
  call(method: string, params: unknown = {}, commandId?: string): Promise<Json> {
    used.add(method);
    return raw.call(method, params, commandId);
  },
};

beforeAll(async () => {
  office = await startOffice(folder);
  raw = await connectOffice(office.url, office.token);
});
afterAll(async () => {
  await office.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within 30 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('the page names the clerks of a trial, and one of them signs in and opens a shift', async () => {
  const [, number, name, pin] = /\| (\d{4}) \| (\S+) \| (\d{6}) \|/.exec(page) ?? [];
  const info = await client.call('session.info');
  expect(info).toMatchObject({ trial: true, signedIn: null });
  await expect(client.call('sales.list', { limit: 1 })).rejects.toMatchObject({
    refusal: { code: 'access.signInFirst' },
  });
  await expect(client.call('session.signIn', { number, pin: '000000' })).rejects.toBeInstanceOf(RefusedError);
  expect(await client.call('session.signIn', { number, pin })).toEqual({ number, name, roles: ['clerk'] });
  expect(await client.call('shifts.open', { floatFen: 20_000 }, newCommandId())).toMatchObject({
    floatFen: 20_000,
    ticketCount: 0,
  });
});

test('it finds a departure, reads a card, types another passenger, and sells to both', async () => {
  await until('the timetable', async () => (await client.call('timetable.places')).places.length > 0);
  const { places } = await client.call('timetable.places');
  const destination = places.find((place: Json) => place.local);
  const status = await client.call('status.get');
  // Tomorrow has departures at any hour of today.
  const date = new Date(status.nowMs + 32 * 3_600_000).toISOString().slice(0, 10);
  const { departures } = await client.call('timetable.departures', { date, toPlaceId: destination.placeId });
  const departure = departures.find((one: Json) => one.state === 'onSale' && one.left >= 2);
  await until('the devices', async () =>
    (await client.call('status.get')).devices.every((device: Json) => device.state === 'ready'),
  );

  const { people } = await client.call('trial.people');
  const read = raw.event('reader.card');
  await client.call('trial.layCard', { person: people[0].id });
  const card = await read;
  await client.call('trial.removeCard');
  const typed = await client.call('holders.type', { documentKind: '111', ...adult(1) });
  expect(card).toMatchObject({ name: people[0].name, capture: 'chip' });
  expect(typed.masked).toMatch(/^\d{6}\*+[\dX]{4}$/);

  const passengers = [card, typed].map(({ holderRef }) => ({ holderRef, ticketClass: 'full' }));
  const quote = await client.call('sales.quote', { departureId: departure.departureId, passengers });
  expect(quote.refusal).toBeUndefined();
  const order = {
    departureId: departure.departureId,
    passengers,
    payment: 'cash',
    totalFen: quote.totalFen,
    tenderedFen: quote.totalFen + 500,
  };
  const id = newCommandId();
  const sale = await client.call('sales.sell', order, id);
  expect(sale).toMatchObject({ commandId: id, changeFen: 500 });
  expect(sale.tickets).toHaveLength(2);
  expect(await client.call('sales.sell', order, id)).toMatchObject({ commandId: id, at: sale.at });
  await expect(client.call('sales.sell', { ...order, tenderedFen: 0 }, newCommandId())).rejects.toMatchObject(
    { refusal: { code: 'holder.hasTicket' } },
  );
  await client.call('commands.seen', { commandIds: [id] });

  await until('both sheets are confirmed and both tickets are at the city', async () => {
    const { tickets } = await client.call('sales.list', { limit: 10 });
    expect(tickets).toHaveLength(2);
    return tickets.every(({ print, upload }: Json) => print.state === 'confirmed' && upload === 'stored');
  });
});

test('it closes the shift with the cash counted and signs out', async () => {
  const { shift } = await client.call('shifts.current');
  expect(shift.ticketCount).toBe(2);
  const closed = await client.call(
    'shifts.close',
    { countedFen: shift.floatFen + shift.salesFen - 100 },
    newCommandId(),
  );
  expect(closed).toMatchObject({ differenceFen: -100, expectedFen: shift.floatFen + shift.salesFen });
  await client.call('session.signOut');
  await expect(client.call('shifts.current')).rejects.toMatchObject({
    refusal: { code: 'access.signInFirst' },
  });
});

test('every method that it used is on the page, and the office ends in order', async () => {
  for (const method of used) expect(page).toContain(`### \`${method}\``);
  raw.close();
  expect(await office.stop()).toBe(0);
});
