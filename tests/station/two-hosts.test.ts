import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { parseStation } from '../../main/shells/station-file.ts';
import { closeOffices, expectChinese, minibus, newId, restart } from '../office/kit.ts';
import { allUp, hasTimetable, openStationCity, type StationCity } from './city-kit.ts';
import { clerkOf, linkIs, openHost, openWindowAt, until, windowOptions } from './kit.ts';

let city: StationCity;
beforeAll(async () => {
  city = await openStationCity();
});
afterAll(() => city.close());
afterEach(async () => {
  await closeOffices();
  await city.forget();
});

test('a station.json that names two hosts is refused field by field', () => {
  const station = { id: 'zhujiajian-wugongzhi', code: '3309', name: '测试站' };
  const key = 'A'.repeat(43);
  const both = { role: 'host', listen: ['127.0.0.1:7400'], address: '127.0.0.1:7401', key };
  const read = parseStation(JSON.stringify({ station, window: 1, host: both }));
  expect(read.ok).toBe(false);
  if (read.ok) return;
  expect(read.refusals.map(({ field }) => field)).toEqual(['host.address', 'host.key']);
  for (const refusal of read.refusals) {
    expectChinese(refusal);
    expect(refusal.message).toMatch(/一个车站只能有一台主机/);
  }
});

test('a window of one host is not taken in by another that was not named in its place, and goes on with what it holds', async () => {
  const station = await openHost();
  const window = await openWindowAt(station, 2);
  await window.order(minibus(), [1, 2]);
  const other = await openHost({ config: { window: 9 } });
  await window.office.stop();
  const options = await windowOptions(other, 2);
  const again = await restart(window, { ...options, machine: window.machine.restart() });
  await again.ok('session.signIn', clerkOf(2));
  const refusal = await until(async () => (await again.ok('status.get')).station?.refusal, 'its refusal');
  expect(refusal).toMatchObject({ code: 'host.twoHosts' });
  expectChinese(refusal);
  expect(other.host.books().kinds).not.toContain('station.windowEnrolled');
  expect((await again.sell(minibus(), [1])).tickets).toHaveLength(1);
});

test('an office that opens as host beside another one is told so by the city and gives no seat until two people have settled it', async () => {
  const station = await openHost({ config: { city: await city.config() } });
  await allUp(station.host);
  const second = await openHost({ config: { window: 9, city: await city.config() } });
  await second.host.openShift();
  await hasTimetable(second.host);
  await allUp(second.host);
  const info = await until(async () => {
    const now = await second.host.ok('station.info', {}, undefined, 'manager');
    return now.frozenThrough === null ? undefined : now;
  }, 'the second host stops giving');
  expect(info.frozenThrough).toMatch(/^2027-/);
  const order = await second.host.order(minibus(), [1]).catch((error: Error) => error.message);
  const refusal =
    typeof order === 'string' ? order : (await second.host.refusal('sales.sell', order, newId())).code;
  expect(refusal).toMatch(/departure\.frozen|host\.frozen|seat\.noneHeld/);
  expect((await station.host.ok('station.info', {}, undefined, 'manager')).frozenThrough).toBeNull();
  const secondSignature = { number: '0301', pin: '864201' };
  await second.host.ok('station.readBack', { window: 1 }, undefined, 'manager');
  await second.host.ok('station.thaw', { reason: '原主机已停用', secondSignature }, newId(), 'manager');
  expect((await second.host.sell(minibus(), [2])).tickets).toHaveLength(1);
});

test('an office that takes a host’s place by name is no second host to the city', async () => {
  const station = await openHost({ config: { city: await city.config() } });
  await allUp(station.host);
  await station.host.office.stop();
  const next = await openHost({ config: { window: 9, city: await city.config() } }, { takesOver: true });
  await allUp(next.host);
  const [verdict] = await city.city.store.query<{ verdict: string }>(
    `select v.verdict from verdicts v join entries e using (window_id, ledger_id, seq)
     where e.kind = 'host.opened' and e.window_id like '%/09'`,
  );
  expect(verdict?.verdict ?? 'accepted').toBe('accepted');
  const window = await openWindowAt(next, 4, { config: { city: await city.config() } });
  await linkIs(window, 'up');
});
