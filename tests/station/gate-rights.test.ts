import { afterEach, expect, test } from 'vitest';
import { readEntries } from '../office/books.ts';
import { GATE, standAtGate } from '../office/gate-kit.ts';
import { closeOffices, expectChinese, ferry, newId, numberOf, type TestOffice } from '../office/kit.ts';
import { adult } from '../support/people.ts';
import { as, linkIs, openHost, openWindowAt, until, type TestStation } from './kit.ts';

afterEach(closeOffices);

const SAILING = ferry();
const right = ({ host }: TestStation, window: number, allowed: boolean) =>
  host.ok('station.gateRight', { window, allowed, reason: '检票口调整' }, newId(), 'manager');
const given = (station: TestStation) =>
  readEntries(station.host.machine.folder)
    .filter(({ kind }) => kind === 'names.keysGiven')
    .map(({ body }) => body);

/** Names of the passengers on the gate's list. */
async function namesAt(office: TestOffice): Promise<string[]> {
  const params = { departureId: SAILING, which: 'all' as const };
  const { tickets } = await office.ok('gate.passengers', params, undefined, GATE);
  return tickets.flatMap(({ name }) => (name ? [name] : []));
}

test('a window without the right to work as a gate gets neither list nor keys, and is told whom to ask', async () => {
  const station = await openHost();
  await station.host.openShift();
  const office = await openWindowAt(station, 2);
  const sale = await station.host.sell(SAILING, [1]);
  const gate = await standAtGate(office);
  // The first look at the host is under way while the gate opens; what is shown there is refused.
  await office.ask('gate.open', { departureId: SAILING }, newId(), GATE);
  const refusal = await until(async () => {
    const answer = await office.ask('gate.open', { departureId: SAILING }, newId(), GATE);
    return answer.ok || answer.refusal.code !== 'gate.noRight' ? undefined : answer.refusal;
  }, 'the refusal');
  expectChinese(refusal);
  expect(refusal.next).toContain('按 G 开通');
  expect(await namesAt(office)).toEqual([]);
  expect(given(station)).toEqual([]);

  await right(station, 2, true);
  await until(async () => {
    const answer = await office.ask('gate.open', { departureId: SAILING }, newId(), GATE);
    return answer.ok || answer.refusal.code === 'gate.openAlready' ? true : undefined;
  }, 'the gate opens');
  await office.ok('gate.attend', { departureId: SAILING }, undefined, GATE);
  expect((await gate.present(SAILING, numberOf(sale))).admit).toBe(true);
  expect(await namesAt(office)).toEqual([adult(1).name]);
});

test('each key to names that goes to a gate is one entry: who, which office, whose week, why; and not again', async () => {
  const station = await openHost();
  await station.host.openShift();
  const office = await openWindowAt(station, 2, { config: { gate: { name: '二号检票口' } } });
  await standAtGate(office);
  await station.host.sell(SAILING, [1]);
  await until(async () => ((await namesAt(office)).length === 1 ? true : undefined), 'the first name');
  expect(given(station)).toMatchObject([
    {
      window: 'zhujiajian-wugongzhi/02',
      signedIn: expect.arrayContaining([expect.stringMatching(/^\d{4}$/)]) as unknown,
      ofWindow: 'zhujiajian-wugongzhi/01',
      weeks: ['2026-W47'],
      why: 'gate',
    },
  ]);
  await station.host.sell(SAILING, [2]);
  await until(async () => ((await namesAt(office)).length === 2 ? true : undefined), 'the second name');
  expect(given(station)).toHaveLength(1);
  // The auditor reads it where every entry is read, and no name stands in it.
  const { entries } = await station.host.ok('journal.page', { limit: 200 }, undefined, 'manager');
  const [entry] = entries.filter(({ kind }) => kind === 'names.keysGiven');
  expect(entry).toBeDefined();
  expect(JSON.stringify(entry)).not.toContain(adult(1).name);
});

test('a right that is taken away ends what the gate is told and let do; nobody but a manager gives one', async () => {
  const station = await openHost();
  await station.host.openShift();
  const office = await openWindowAt(station, 2, { config: { gate: { name: '二号检票口' } } });
  const gate = await standAtGate(office);
  const sale = await station.host.sell(SAILING, [1, 2]);
  await gate.open(SAILING);
  expect((await gate.present(SAILING, numberOf(sale, 0))).admit).toBe(true);
  await right(station, 2, false);
  const verdict = await gate.present(SAILING, numberOf(sale, 1));
  expect(verdict).toMatchObject({ admit: false, refusal: { code: 'gate.noRight' } });
  const later = numberOf(await station.host.sell(SAILING, [3]));
  expect((await gate.present(SAILING, later)).admit).toBe(false);
  await linkIs(office, 'up');

  const ask = (params: object, who: string) =>
    station.host.refusal('station.gateRight', { allowed: true, reason: '试', ...params }, newId(), who);
  expect((await ask({ window: 1 }, 'manager')).code).toBe('gate.rightOfHost');
  expect((await ask({ window: 44 }, 'manager')).code).toBe('host.unknownWindow');
  const atWindow = await office.ask(
    'station.gateRight',
    { window: 2, allowed: true, reason: '自己开通' },
    newId(),
    GATE,
  );
  expect(atWindow).toMatchObject({ ok: false, refusal: { code: 'access.role' } });

  // Codes are the technician's too; the right that a code may bring is not.
  const technician = await as(station.host, 'technician');
  const withRight = await station.host.refusal(
    'station.code',
    { window: 2, gate: true },
    undefined,
    technician,
  );
  expect(withRight).toMatchObject({ code: 'access.role', field: 'gate' });
  await station.host.ok('station.code', { window: 2 }, undefined, technician);
  await station.host.ok('station.code', { window: 2, gate: false }, undefined, technician);
  const { windows } = await station.host.ok('station.windows', {}, undefined, 'manager');
  expect(windows.map(({ mayGate }) => mayGate)).toEqual([false]);
});

test('the right ends with the PC: who comes under its number is another machine', async () => {
  const station = await openHost();
  const office = await openWindowAt(station, 2, { config: { gate: { name: '二号检票口' } } });
  const mayGate = async () =>
    (await station.host.ok('station.windows', {}, undefined, 'manager')).windows.map((row) => row.mayGate);
  expect(await mayGate()).toEqual([true]);
  await office.office.stop();
  const secondSignature = { number: '0301', pin: '864201' };
  const params = { window: 2, unsoldProven: false, reason: '整机丢失', secondSignature };
  await station.host.ok('station.writeOff', params, newId(), 'manager');
  expect(await mayGate()).toEqual([false]);
  await station.host.ok('station.code', { window: 2, gate: true, reason: '新电脑' }, undefined, 'manager');
  expect(await mayGate()).toEqual([true]);
});
