import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { isTicketNumber } from '../../contract/encoding/ticket-number.ts';
import type { SaleResult } from '../../contract/office.ts';
import { readBooks, readEntries } from './books.ts';
import { closeOffices, expectChinese, ferry, newId, restart, tryOffice, type TestOffice } from './kit.ts';
import { as, everybody, of, openStation } from './people-kit.ts';

afterEach(closeOffices);

const train = (window: TestOffice, role: 'clerk' | 'shiftLeader' | 'auditor' = 'clerk', session?: string) =>
  window.ask('session.signIn', { ...of(role), training: true }, undefined, session);

async function sellOne(window: TestOffice): Promise<SaleResult> {
  await window.openShift();
  return window.sell(ferry(), [1]);
}

describe('training', () => {
  test('sells as always, and nothing of it reaches the journal, the seats or the files of the real window', async () => {
    const window = await openStation();
    const before = window.books();
    expect(await train(window)).toMatchObject({ ok: true, result: { number: '0107' } });
    expect(await window.ok('session.info')).toMatchObject({ training: true, signedIn: { number: '0107' } });
    const sale = await sellOne(window);
    expect(sale.tickets).toHaveLength(1);
    expect(window.books()).toEqual(before);
    // Beside it a ledger that is no window of this station.
    const folder = join(window.machine.folder, 'training');
    expect(readBooks(folder).tickets).toBe(1);
    const [first] = readEntries(folder) as unknown as { window: string; ledgerId: string }[];
    expect(first?.window).toBe('training/03');
    expect(readEntries(window.machine.folder)).not.toContainEqual(
      expect.objectContaining({ ledgerId: first?.ledgerId }),
    );
    // Signing out wipes it, keys and all.
    await window.ok('session.signOut');
    expect(
      existsSync(folder)
        ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
        : [],
    ).toEqual([]);
    expect(await window.ok('session.info')).toMatchObject({ signedIn: null });
    expect((await window.ok('session.info')).training).toBeUndefined();
    await as(window, 'clerk');
    expect((await window.ok('sales.list', { limit: 5 })).tickets).toEqual([]);
    const departures = await window.ok('timetable.departures', { date: '2026-11-21' });
    expect(departures.departures.find(({ departureId }) => departureId === ferry())).toMatchObject({
      left: 250,
    });
  });

  test('prints sheets that nobody takes for tickets: marked all over, no sealed code, no number', async () => {
    const window = await openStation();
    await train(window);
    const sale = await sellOne(window);
    const ticketNumber = sale.tickets[0]?.ticketNumber ?? '';
    const { parts } = await window.ok('sales.paper', { ticketNumber });
    const lines = parts.flatMap((part) => (part.kind === 'line' ? [part.text] : []));
    expect(lines.filter((text) => text.includes('培训'))).toHaveLength(4);
    expect(parts.filter(({ kind }) => kind === 'qr')).toEqual([]);
    expect(lines.join('\n')).not.toContain(ticketNumber);
    expect(lines.flatMap((text) => text.match(/\d{20}/g) ?? []).filter(isTicketNumber)).toEqual([]);
    expect(lines.join('\n')).toContain('不能乘船乘车');
  });

  test('is for those who sell and those who teach them, with their own PIN', async () => {
    const window = await openStation();
    expect(await train(window, 'auditor')).toMatchObject({ refusal: { code: 'access.role' } });
    const wrong = { number: '0107', pin: '000000', training: true };
    expect((await window.refusal('session.signIn', wrong)).code).toBe('access.wrongPin');
    expect(await train(window, 'shiftLeader')).toMatchObject({ ok: true });
  });

  test('does not begin while a shift is open or somebody else is signed in, and nobody begins real work during it', async () => {
    const window = await openStation();
    await as(window, 'clerk');
    await window.openShift();
    await window.ok('session.signOut');
    const open = await train(window);
    expect(open).toMatchObject({ refusal: { code: 'training.shiftOpen' } });
    if (!open.ok) expectChinese(open.refusal);
    await as(window, 'clerk');
    await window.ok('shifts.close', { countedFen: 50_000 }, newId());
    expect(await train(window, 'shiftLeader', 'b')).toMatchObject({
      refusal: { code: 'training.othersHere' },
    });
    await window.ok('session.signOut');
    expect(await train(window)).toMatchObject({ ok: true });
    expect(await train(window, 'clerk', 'b')).toMatchObject({ refusal: { code: 'training.on' } });
    expect((await window.refusal('session.signIn', of('manager'), undefined, 'b')).code).toBe('training.on');
    await window.ok('session.signOut');
    await as(window, 'manager', 'b');
  });

  test('does not reach beyond itself: no people, no basic data, no own PIN, no batches', async () => {
    const window = await openStation();
    await train(window, 'shiftLeader');
    const before = window.books();
    for (const [method, params] of [
      ['people.list', {}],
      ['session.changePin', { pin: '864201', newPin: '739162' }],
      ['link.export', {}],
      ['trial.link', { up: false }],
    ] as const)
      expect((await window.refusal(method, params)).code, method).toBe('training.notHere');
    expect(window.books()).toEqual(before);
  });

  test('that was cut off by a kill is gone at the next start, and the real window is as it was', async () => {
    const window = await openStation();
    await train(window);
    await sellOne(window);
    const before = window.books();
    // What a kill would leave: the folder as it is, copied away and put back after the clean stop.
    const folder = join(window.machine.folder, 'training');
    const left = readdirSync(folder).filter((name) => /^(?:ledger\.db|keys\.json)$/.test(name));
    const kept = join(window.machine.folder, 'kept');
    const { mkdirSync } = await import('node:fs');
    mkdirSync(kept);
    for (const name of left) copyFileSync(join(folder, name), join(kept, name));
    await window.office.stop();
    mkdirSync(folder, { recursive: true });
    for (const name of left) copyFileSync(join(kept, name), join(folder, name));
    rmSync(kept, { recursive: true });
    expect(left.length).toBe(2);
    const later = await restart(window, { config: { staff: await everybody() } });
    expect(readdirSync(folder)).toEqual([]);
    expect(later.books()).toEqual(before);
  });

  test('is never taken for the real ledger: put in its place it is refused as foreign', async () => {
    const window = await openStation();
    await train(window);
    await sellOne(window);
    const { folder } = window.machine;
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(join(folder, 'training', 'ledger.db'));
    database.exec(`VACUUM INTO '${join(folder, 'copy.db')}'`);
    database.close();
    await window.office.stop();
    copyFileSync(join(folder, 'copy.db'), join(folder, 'ledger.db'));
    for (const name of ['ledger.db-wal', 'ledger.db-shm', 'copy.db'])
      rmSync(join(folder, name), { force: true });
    const { opened } = await tryOffice({ machine: window.machine.restart() });
    expect(opened).toMatchObject({ ok: false, refusal: { code: 'ledger.foreign' } });
  });
});

describe('training under plans', () => {
  test('is under the plans and states in force at the real window: what they forbid cannot be practised, what they ask for must be', async () => {
    const window = await openStation();
    await as(window, 'manager');
    const word = { scope: {}, until: null, reason: '练习', orderedBy: null, measured: null };
    const until = window.machine.runtime.clock.nowMs() + 3_600_000;
    const { pin, number } = of('shiftLeader');
    await window.ok(
      'plans.order',
      { planId: 'reader-down', ...word, until, secondSignature: { number, pin } },
      newId(),
    );
    await window.ok(
      'departures.setState',
      { scope: { departures: [ferry()] }, state: 'cancelled', reason: '大雾', orderedBy: null },
      newId(),
    );
    await window.ok('session.signOut');
    await train(window);
    await window.openShift();
    const before = window.books();
    const status = await window.ok('status.get');
    expect(status.inForce?.map(({ name }) => name)).toEqual([expect.stringContaining('读卡器')]);
    const stopped = await window.order(ferry(), [1]);
    expect((await window.refusal('sales.sell', stopped, newId())).code).toBe('rules.saleStopped');
    const other = await window.order(ferry('1320'), [1]);
    expect((await window.refusal('sales.sell', other, newId())).code).toBe('rules.secondReader');
    await window.ok('sales.sell', { ...other, secondSignature: { number, pin } }, newId());
    expect(window.books()).toEqual(before);
  });
});
