import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OfficeEventData, OfficeOutput } from '../../contract/office.ts';
import { trialStaff } from '../../main/trial-station.ts';
import { everybody } from '../station/staff.ts';
import { readEntries } from './books.ts';
import { closeOffices, expectChinese, expectRefused, ferry, newId, numberOf } from './kit.ts';
import { openLive, startBench, type Bench, type LiveOffice } from './live.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench(mkdtempSync(join(tmpdir(), 'station-office-test-sheet-')));
});
afterAll(() => bench.stop());
afterEach(async () => {
  await closeOffices();
  await bench.simulators.printerFaults({});
});
/** Sheets that were on the paper before this test began. */
let before = 0;
beforeEach(() => {
  before = bench.paper().length;
});
const sheets = (): string[] =>
  bench
    .paper()
    .slice(before)
    .map(({ lines }) => lines.join('\n'));

const signInAs = async (window: LiveOffice, role: string): Promise<void> => {
  const person = trialStaff.find(({ roles }) => roles[0] === role);
  await window.ok('session.signIn', { number: person?.number, pin: person?.pin }, undefined, role);
};
/** A window that sells, with a technician and a manager at pages of their own. */
async function open(): Promise<LiveOffice> {
  const window = await openLive(bench, { config: { staff: await everybody() } });
  await signInAs(window, 'technician');
  await signInAs(window, 'manager');
  await window.device('printer', 'ready');
  return window;
}

/** Asks for a test sheet and waits for what becomes of it. */
async function testSheet(window: LiveOffice, id = newId()): Promise<OfficeEventData<'printer.tested'>> {
  const heard = new Promise<OfficeEventData<'printer.tested'>>((resolve) => {
    window.office.subscribe('technician', ({ event, data }) => {
      if (event === 'printer.tested') resolve(data as OfficeEventData<'printer.tested'>);
    });
  });
  await window.ok('printer.testSheet', { deviceId: 'printer' }, id, 'technician');
  return heard;
}
const paper = async (
  window: LiveOffice,
): Promise<OfficeOutput<'reports.day'>['byWindow'][number]['sheets']> => {
  const { byWindow } = await window.ok('reports.day', { date: '2026-11-21' }, undefined, 'manager');
  return byWindow[0]?.sheets ?? {};
};
const tested = (window: LiveOffice) =>
  readEntries(window.machine.folder).filter(({ kind }) => kind === 'printer.tested');

test('the technician’s test sheet shows width, font and QR, is no ticket, and its paper adds up with the tickets', async () => {
  const window = await open();
  const ticketNumber = numberOf(await window.sell(ferry(), [1]));
  await window.print(ticketNumber, 'confirmed');
  const id = newId();
  const outcome = await testSheet(window, id);
  expect(outcome).toMatchObject({ deviceId: 'printer', outcome: 'confirmed' });
  const [, text = ''] = sheets();
  expect(text).toContain('打印机自检');
  expect(text).toMatch(/测试页 作废[\s\S]*不能乘船乘车/);
  expect(bench.paper().at(-1)).toMatchObject({ qr: ['STATION-OFFICE SELF TEST'], cut: true });
  // Asked again with the same word, as by a page that did not see the answer: nothing more is printed.
  expect(await window.ok('printer.testSheet', { deviceId: 'printer' }, id, 'technician')).toEqual({
    sheetId: outcome.sheetId,
    deviceId: 'printer',
  });
  await window.print(numberOf(await window.sell(ferry(), [2])), 'confirmed');
  expect(sheets()).toHaveLength(3);
  expect(await paper(window)).toEqual({ confirmed: 2, test: 1 });
  expect(tested(window).map(({ actor, body }) => [actor, body['outcome']])).toEqual([
    [trialStaff.find(({ roles }) => roles[0] === 'technician')?.number, 'sending'],
    ['office', 'confirmed'],
  ]);
  expect(window.books()).toMatchObject({ tickets: 2, verified: { ok: true } });
  const { base64 } = await window.ok(
    'reports.export',
    { date: '2026-11-21', format: 'csv' },
    undefined,
    'manager',
  );
  expect(Buffer.from(base64, 'base64').toString()).toContain('已出票 2; 测试页 1');
});

test('a printer that is not ready is refused in words; no paper is used, and nothing is written', async () => {
  const window = await open();
  await bench.simulators.printerFaults({ paper: 'out' });
  await window.device('printer', 'attention');
  const books = window.books();
  for (const [deviceId, code, word] of [
    ['printer', 'print.printerNotReady', '缺纸'],
    ['reader', 'print.noSuchPrinter', '打印机'],
    ['printer-9', 'print.noSuchPrinter', '打印机'],
  ] as const) {
    const refusal = await window.refusal('printer.testSheet', { deviceId }, newId(), 'technician');
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(word);
    expectChinese(refusal);
  }
  expect(window.books()).toEqual(books);
  await expectRefused(window, 'access.role', 'printer.testSheet', { deviceId: 'printer' });
});

test('a sheet that did not go out uses no paper; one of unknown fate does, and one that the office’s end cut off', async () => {
  const window = await open();
  // The cover was opened a moment ago, and nobody has asked the printer since.
  await bench.simulators.printerFaults({ coverOpen: true });
  const failed = await window.ask('printer.testSheet', { deviceId: 'printer' }, newId(), 'technician');
  if (failed.ok) await expect.poll(() => tested(window).at(-1)?.body['outcome']).toBe('failed');
  expect(sheets()).toEqual([]);
  expect((await paper(window))['test']).toBeUndefined();
  await bench.simulators.printerFaults({});
  await window.device('printer', 'ready');

  await bench.simulators.printerFaults({ paperOutAfterLines: 4 });
  expect(await testSheet(window)).toMatchObject({ outcome: 'unknown', reason: '打印机缺纸' });
  expect(await paper(window)).toMatchObject({ test: 1 });
  await bench.simulators.printerFaults({ lineMs: 150 });
  await window.device('printer', 'ready');
  await window.ok('printer.testSheet', { deviceId: 'printer' }, newId(), 'technician');
  await window.office.stop();
  const again = await openLive(bench, {
    machine: window.machine.restart(),
    signedIn: false,
    config: { staff: await everybody() },
  });
  await signInAs(again, 'manager');
  expect(await paper(again)).toMatchObject({ test: 2 });
});
