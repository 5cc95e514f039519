import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as XLSX from '@e965/xlsx';
import { afterEach, describe, expect, test } from 'vitest';
import { encodeTicketQr } from '../../contract/encoding/ticket-qr.ts';
import { instantOf } from '../../domain/time.ts';
import { adult } from '../support/people.ts';
import { readEntries } from './books.ts';
import { GATE, staffOfAllRoles, standAtGate, type Gate } from './gate-kit.ts';
import {
  closeOffices,
  expectChinese,
  ferry,
  newId,
  numberOf,
  openWindow,
  restart,
  type TestOffice,
} from './kit.ts';

afterEach(closeOffices);

const SAILING = ferry('1220');
const LATER = ferry('1320');
/** Sale of the 12:20 has ended by itself; the ship is late and still at the pier. */
const CLOSING_MS = instantOf('2026-11-21', '12:22');

async function pier(): Promise<{ window: TestOffice; gate: Gate }> {
  const window = await openWindow({
    config: { staff: await staffOfAllRoles(), gate: { name: '1 号检票口' } },
  });
  return { window, gate: await standAtGate(window) };
}

const refusedAt = async (window: TestOffice, method: string, params: unknown, session = GATE) => {
  const refusal = await window.refusal(
    method,
    params,
    ['gate.page', 'gate.export', 'gate.print'].includes(method) ? undefined : newId(),
    session,
  );
  expectChinese(refusal);
  return refusal;
};
const kindsOf = (window: TestOffice): string[] =>
  readEntries(window.machine.folder)
    .map(({ kind }) => kind)
    .filter((kind) => /^(gate|ticket\.(un)?boarded|boarding|manifest|sailing)/.test(kind));

describe('at the gate', () => {
  test('a typed number finds the person, the ticket and the sailing; one who may is aboard', async () => {
    const { window, gate } = await pier();
    const sale = await window.sell(SAILING, [1, 2]);
    await gate.open(SAILING);
    const verdict = await gate.present(SAILING, numberOf(sale).slice(-6));
    expect(verdict).toMatchObject({
      admit: true,
      gate: '1 号检票口',
      method: 'typed',
      ticket: {
        ticketNumber: numberOf(sale),
        name: adult(1).name,
        departLocal: '12:20',
        toName: '普陀山客运码头',
      },
      counts: { sold: 2, boarded: 1, missing: 1, licence: 250 },
    });
    expect(verdict.ticket?.masked).toMatch(/^330999\*{8}/);
    expect(JSON.stringify([gate.events, verdict])).not.toContain(adult(1).number);
  });

  test('a ticket admits once: at a second gate of the office it is told where and when it went aboard', async () => {
    const { window, gate } = await pier();
    const second = await standAtGate(window, 'shiftLeader', 'gate-2');
    const sale = await window.sell(SAILING, [1]);
    await gate.open(SAILING);
    await window.ok('gate.attend', { departureId: SAILING }, undefined, 'gate-2');
    const number = numberOf(sale);
    expect((await gate.present(SAILING, number)).admit).toBe(true);
    const again = await second.present(SAILING, number);
    expect(again).toMatchObject({
      admit: false,
      refusal: { code: 'boarding.aboard', message: '此票已检:10:00,1 号检票口' },
      counts: { boarded: 1 },
    });
    expect(kindsOf(window)).toEqual(['gate.opened', 'ticket.boarded', 'boarding.refused']);
  });

  test('the same command gives the same answer, also after a restart, and boards nobody twice', async () => {
    const { window, gate } = await pier();
    const sale = await window.sell(SAILING, [1]);
    await gate.open(SAILING);
    const id = newId();
    const first = await gate.present(SAILING, numberOf(sale), id);
    expect(await gate.present(SAILING, numberOf(sale), id)).toEqual(first);
    const next = await restart(window, {
      config: { staff: await staffOfAllRoles(), gate: { name: '1 号检票口' } },
    });
    const again = await standAtGate(next);
    expect(await again.present(SAILING, numberOf(sale), id)).toEqual(first);
    expect(next.books().kinds.filter((kind) => kind === 'ticket.boarded')).toHaveLength(1);
  });

  test('a code is checked by its seal and against the ticket; a changed one is refused', async () => {
    const { window, gate } = await pier();
    const sale = await window.sell(SAILING, [1]);
    await gate.open(SAILING);
    const paper = await window.ok('sales.paper', { ticketNumber: numberOf(sale) });
    const qr = paper.parts.find((part) => part.kind === 'qr');
    if (qr?.kind !== 'qr') throw new Error('no code on the paper');
    const forged = encodeTicketQr(
      { n: numberOf(sale) as never, d: LATER as never, c: 'full', k: '00000000' },
      () => new Uint8Array(64),
    );
    const broken = `${qr.payload.slice(0, -4)}AAAA`;
    expect(await gate.present(SAILING, broken)).toMatchObject({
      admit: false,
      refusal: { code: 'scanner.ticketQr' },
    });
    expect(await gate.present(SAILING, forged)).toMatchObject({
      admit: false,
      refusal: { code: 'boarding.unknown' },
    });
    expect(await gate.present(SAILING, qr.payload)).toMatchObject({ admit: true, method: 'qr' });
  });

  test('the wrong sailing, an unknown number and too few digits are told apart', async () => {
    const { window, gate } = await pier();
    const later = await window.sell(LATER, [1]);
    await gate.open(SAILING);
    expect(await gate.present(SAILING, numberOf(later))).toMatchObject({
      admit: false,
      refusal: { code: 'boarding.otherDeparture' },
      ticket: { departLocal: '13:20' },
    });
    expect(await gate.present(SAILING, '9'.repeat(20))).toMatchObject({
      admit: false,
      refusal: { code: 'boarding.unknown' },
      ticket: null,
    });
    expect((await gate.present(SAILING, `0000${'9'.repeat(16)}`)).refusal?.code).toBe('boarding.training');
    expect((await refusedAt(window, 'gate.present', { departureId: SAILING, text: '12' })).code).toBe(
      'boarding.digits',
    );
    const second = await standAtGate(window, 'shiftLeader', 'gate-2');
    await second.open(LATER);
    expect(await gate.present(SAILING, numberOf(later))).toMatchObject({
      refusal: { code: 'boarding.otherGate' },
    });
  });

  test('last digits that several tickets have are not guessed', async () => {
    const { window, gate } = await pier();
    const people = Array.from({ length: 20 }, (_, n) => n);
    const sale = await window.sell(SAILING, people);
    for (let n = 1; n < 6; n += 1)
      await window.sell(
        SAILING,
        people.map((m) => m + n * 20),
      );
    await gate.open(SAILING);
    const numbers = Array.from({ length: 9 }, (_, n) => numberOf(sale, n));
    const suffix = numbers[0]?.slice(-4) ?? '';
    expect(await gate.present(SAILING, suffix)).toMatchObject({ admit: true });
    expect(numbers.filter((number) => number.endsWith(suffix))).toHaveLength(1);
  });

  test('a boarding taken back can be made again, and the reason stands in the journal', async () => {
    const { window, gate } = await pier();
    const ticketNumber = numberOf(await window.sell(SAILING, [1]));
    await gate.open(SAILING);
    await gate.present(SAILING, ticketNumber);
    const back = { departureId: SAILING, ticketNumber, reason: '上错船' };
    const ticket = await window.ok('gate.unboard', back, newId(), GATE);
    expect(ticket.aboard).toEqual([]);
    expect((await refusedAt(window, 'gate.unboard', back)).code).toBe('boarding.notAboard');
    expect((await gate.present(SAILING, ticketNumber)).admit).toBe(true);
    expect(kindsOf(window)).toEqual(['gate.opened', 'ticket.boarded', 'ticket.unboarded', 'ticket.boarded']);
  });

  test('a clerk has no business at the gate, and gate and auditor none at the till', async () => {
    const { window } = await pier();
    expect((await refusedAt(window, 'gate.open', { departureId: SAILING }, 'page')).code).toBe('access.role');
    await standAtGate(window, 'auditor', 'auditor');
    await window.ok('gate.view', { departureId: SAILING }, undefined, 'auditor');
    expect((await refusedAt(window, 'gate.close', { departureId: SAILING }, 'auditor')).code).toBe(
      'access.role',
    );
    expect((await refusedAt(window, 'shifts.open', { floatFen: 0 })).code).toBe('access.role');
  });
});

test('who comes late is called late from the station’s own minute on, is let aboard while the ship waits, and no longer than that', async () => {
  const window = await openWindow({
    config: {
      staff: await staffOfAllRoles(),
      gate: { name: '1 号检票口', lateFromMin: 15, boardUntilMin: 4 },
    },
  });
  const gate = await standAtGate(window);
  const sale = await window.sell(SAILING, [1, 2]);
  const { departure } = await gate.open(SAILING);
  expect(departure.lateFrom).toBe(departure.departAt - 15 * 60_000);
  window.machine.setWallClock(departure.departAt + 3 * 60_000);
  expect((await gate.present(SAILING, numberOf(sale))).admit).toBe(true);
  window.machine.setWallClock(departure.departAt + 5 * 60_000);
  const late = await gate.present(SAILING, numberOf(sale, 1));
  expect(late).toMatchObject({ admit: false, refusal: { code: 'boarding.departed' } });
  expect(late.counts).toMatchObject({ boarded: 1, missing: 1 });
});

describe('closing the gate', () => {
  test('is refused while the departure is sold, and says when sale ends', async () => {
    const { window, gate } = await pier();
    await window.sell(SAILING, [1]);
    await gate.open(SAILING);
    const refusal = await refusedAt(window, 'gate.close', { departureId: SAILING });
    expect(refusal.code).toBe('gate.stillSelling');
    expect(refusal.next).toMatch(/^\d\d:\d\d 停售后再停检/);
    expect((await refusedAt(window, 'gate.page', { departureId: SAILING, reason: '出航' })).code).toBe(
      'manifest.none',
    );
  });

  test('freezes the list: hash and counts by category, those missing beside', async () => {
    const { window, gate } = await pier();
    const sale = await window.sell(SAILING, [1, 2, 3]);
    await gate.open(SAILING);
    for (const n of [0, 1]) await gate.present(SAILING, numberOf(sale, n));
    window.machine.setWallClock(CLOSING_MS);
    const late = await window.ok(
      'gate.passengers',
      { departureId: SAILING, which: 'missing' },
      undefined,
      GATE,
    );
    expect(late.tickets.map(({ name }) => name)).toEqual([adult(3).name]);
    const closed = await window.ok('gate.close', { departureId: SAILING }, newId(), GATE);
    expect(closed).toMatchObject({
      departure: { state: 'closed', counts: { sold: 3, boarded: 2, missing: 1 } },
      manifest: { version: 1, missing: 1, counts: { heads: 2, adults: 2, children: 0, vehicles: 0 } },
    });
    expect((await gate.present(SAILING, numberOf(sale, 2))).refusal?.code).toBe('boarding.gateClosed');
    // Reopened while the ship waits: the late one goes aboard, and the list is another.
    await gate.open(SAILING);
    expect((await gate.present(SAILING, numberOf(sale, 2))).admit).toBe(true);
    const again = await window.ok('gate.close', { departureId: SAILING }, newId(), GATE);
    expect(again.manifest).toMatchObject({ version: 2, missing: 0, counts: { heads: 3 } });
    expect(again.manifest?.hash).not.toBe(closed.manifest?.hash);
  });

  test('heads counted after sailing are compared; a difference needs its reason', async () => {
    const { window, gate } = await pier();
    const sale = await window.sell(SAILING, [1]);
    await gate.open(SAILING);
    const count = { departureId: SAILING, counted: 1 };
    expect((await refusedAt(window, 'gate.reconcile', count)).code).toBe('sailing.notClosed');
    await gate.present(SAILING, numberOf(sale));
    window.machine.setWallClock(CLOSING_MS);
    await window.ok('gate.close', { departureId: SAILING }, newId(), GATE);
    const refusal = await refusedAt(window, 'gate.reconcile', { ...count, counted: 2 });
    expect(refusal.message).toBe('清点 2 人,检票 1 人,多 1 人');
    const view = await window.ok(
      'gate.reconcile',
      { ...count, counted: 2, reason: '船员家属一人,另行登记' },
      newId(),
      GATE,
    );
    expect(view).toMatchObject({
      departure: { state: 'reconciled' },
      reconciled: { counted: 2, boarded: 1, difference: 1 },
    });
    expect((await refusedAt(window, 'gate.open', { departureId: SAILING })).code).toBe('gate.reconciled');
  });
});

describe('the passenger list', () => {
  async function closedPier() {
    const { window, gate } = await pier();
    const sale = await window.sell(SAILING, [1, 2]);
    await gate.open(SAILING);
    for (const n of [0, 1]) await gate.present(SAILING, numberOf(sale, n));
    window.machine.setWallClock(CLOSING_MS);
    await window.ok('gate.close', { departureId: SAILING }, newId(), GATE);
    return window;
  }

  test('as Excel has the names, masked numbers as text, and is written where the person says and nowhere else', async () => {
    const window = await closedPier();
    const folder = mkdtempSync(join(tmpdir(), 'station-list-'));
    const before = readdirSync(window.machine.folder).toSorted();
    const written = await window.ok(
      'gate.export',
      { departureId: SAILING, form: 'xlsx', folder, reason: '交船方' },
      undefined,
      GATE,
    );
    expect(readdirSync(folder)).toEqual([written.name]);
    const book = XLSX.read(readFileSync(join(folder, written.name)));
    const rows = XLSX.utils.sheet_to_json<string[]>(book.Sheets['旅客名单'] as XLSX.WorkSheet, {
      header: 1,
    });
    const heading = rows.findIndex(([first]) => first === '序号');
    expect(rows.slice(heading + 1).map((row) => row[1])).toEqual([adult(1).name, adult(2).name]);
    expect(rows[heading + 1]?.[3]).toMatch(/^330999\*{8}[\dX]{4}$/);
    expect(rows[heading + 1]?.[7]).toMatch(/^\d{20}$/);
    expect(JSON.stringify(rows)).toContain('成人 2 人,儿童 0 人,免票 0 人,婴儿 0 人,共 2 人;车辆 0 辆');
    rmSync(folder, { recursive: true });
    expect(readdirSync(window.machine.folder).toSorted()).toEqual(before);
    const exported = readEntries(window.machine.folder).filter(({ kind }) => kind === 'manifest.exported');
    expect(exported.map(({ actor, body }) => [actor, body['form'], body['reason']])).toEqual([
      ['0201', 'xlsx', '交船方'],
    ]);
  });

  test('leaves no name in the data folder, the journal or the log', async () => {
    const window = await closedPier();
    const folder = mkdtempSync(join(tmpdir(), 'station-list-'));
    const input = { departureId: SAILING, reason: '交船方' };
    await window.ok('gate.export', { ...input, form: 'xlsx', folder }, undefined, GATE);
    const page = await window.ok('gate.page', input, undefined, GATE);
    expect(page.rows.map(({ name }) => name)).toEqual([adult(1).name, adult(2).name]);
    rmSync(folder, { recursive: true });
    const entries = JSON.stringify(readEntries(window.machine.folder));
    for (const n of [1, 2])
      for (const word of [adult(n).name, adult(n).number]) {
        expect(entries).not.toContain(word);
        expect(JSON.stringify(window.machine.logged)).not.toContain(word);
      }
  });

  test('is not written into the data folder, into a folder that is not there, or without a way to make a PDF', async () => {
    const window = await closedPier();
    const input = { departureId: SAILING, form: 'xlsx', reason: '交船方' };
    for (const folder of [
      window.machine.folder,
      `${window.machine.folder}/outbox`,
      `/tmp/../${window.machine.folder}`,
      '/nowhere/at/all',
      'relative',
    ]) {
      expect((await refusedAt(window, 'gate.export', { ...input, folder })).code).toBe('manifest.folder');
    }
    expect((await refusedAt(window, 'gate.export', { ...input, form: 'pdf', folder: tmpdir() })).code).toBe(
      'manifest.noPdf',
    );
    expect((await refusedAt(window, 'gate.print', { departureId: SAILING, reason: '交船方' })).code).toBe(
      'manifest.noPrinter',
    );
    expect(kindsOf(window)).not.toContain('manifest.exported');
  });
});

test('sale can be stopped before its time, so that the gate can close; then nobody sells the departure', async () => {
  const { window, gate } = await pier();
  const sale = await window.sell(SAILING, [1]);
  await gate.open(SAILING);
  await gate.present(SAILING, numberOf(sale));
  const order = await window.order(SAILING, [5]);
  await window.ok('gate.stopSale', { departureId: SAILING }, newId(), GATE);
  expect((await window.refusal('sales.sell', order, newId())).code).toBe('departure.saleStopped');
  expect((await refusedAt(window, 'gate.stopSale', { departureId: SAILING })).code).toBe('gate.notSelling');
  const closed = await window.ok('gate.close', { departureId: SAILING }, newId(), GATE);
  expect(closed.manifest?.counts.heads).toBe(1);
  const refusal = await window.refusal('sales.sell', order, newId());
  expect(refusal.code).toBe('departure.gateClosed');
  expectChinese(refusal);
});
