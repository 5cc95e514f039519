import { read, utils } from '@e965/xlsx';
import { afterEach, expect, test } from 'vitest';
import { trialStaff } from '../../main/trial-station.ts';
import { hashPin } from '../../main/access/pin.ts';
import { readEntries, writeInto } from './books.ts';
import { closeOffices, ferry, newId, openWindow, stationConfig, type TestOffice } from './kit.ts';

afterEach(closeOffices);

const DAY = '2026-11-21';

/** A window whose list has the trial's whole staff; the clerk sells, the others look on from pages of their own. */
async function windowWithStaff(): Promise<TestOffice> {
  const staff = (await stationConfig()).staff;
  const more = await Promise.all(
    trialStaff
      .filter(({ number }) => !staff.some((person) => person.number === number))
      .map(async ({ number, name, pin, roles }) => ({
        number,
        name,
        role: roles[0],
        pin: await hashPin(pin, new Uint8Array(16)),
      })),
  );
  const window = await openWindow({ config: { staff: [...staff, ...more] } });
  for (const number of ['0001', '0901', '0301']) {
    const person = trialStaff.find((one) => one.number === number);
    if (!person) throw new Error(`no ${number}`);
    await window.ok('session.signIn', { number, pin: person.pin }, undefined, number);
  }
  return window;
}

test('the day report adds up by line, departure, clerk, class and window, with the shift and its difference', async () => {
  const window = await windowWithStaff();
  await window.sell(ferry('1220'), [1, 2, 3]);
  await window.sell(ferry('1320'), [4]);
  await window.sell(ferry('1220', '2026-11-22'), [5]);
  const closed = await window.ok('shifts.close', { countedFen: 50_000 }, newId());
  const report = await window.ok('reports.day', { date: DAY }, undefined, '0001');
  expect(report.total.tickets).toBe(5);
  expect(report.total.fen).toBe(closed.salesFen);
  for (const part of [report.byLine, report.byDeparture, report.byClerk, report.byClass, report.byWindow]) {
    expect(part.reduce((sum, { tickets }) => sum + tickets, 0)).toBe(5);
    expect(part.reduce((sum, { fen }) => sum + fen, 0)).toBe(closed.salesFen);
  }
  expect(report.byDeparture.map(({ departLocal, tickets }) => [departLocal, tickets])).toEqual([
    ['2026-11-21 12:20', 3],
    ['2026-11-21 13:20', 1],
    ['2026-11-22 12:20', 1],
  ]);
  expect(report.byClerk).toMatchObject([{ clerkNumber: '0107', name: '测试丙', tickets: 5 }]);
  expect(report.shifts).toMatchObject([
    { clerkNumber: '0107', tickets: 5, floatFen: 50_000, closed: { differenceFen: 0 - closed.salesFen } },
  ]);
});

test('the report goes out as a spreadsheet and as text, and the journal says who took it', async () => {
  const window = await windowWithStaff();
  await window.sell(ferry(), [1, 2]);
  const sheet = await window.ok('reports.export', { date: DAY, format: 'xlsx' }, undefined, '0901');
  const book = read(Buffer.from(sheet.base64, 'base64'));
  expect(book.SheetNames).toEqual(['按航线', '按班次', '按售票员', '按票种', '按窗口', '退改签', '交接班']);
  const lines = utils.sheet_to_json<(string | number)[]>(book.Sheets['按航线'] ?? {}, { header: 1 });
  expect(lines.at(-1)?.slice(0, 2)).toEqual(['合计', 2]);
  const text = await window.ok('reports.export', { date: DAY, format: 'csv' }, undefined, '0001');
  expect(Buffer.from(text.base64, 'base64').toString()).toContain('0107,测试丙,2,');
  const taken = readEntries(window.machine.folder).filter(({ kind }) => kind === 'report.exported');
  expect(taken.map(({ actor, body }) => [actor, body])).toEqual([
    ['0901', { date: DAY, format: 'xlsx', clerkNumber: '0901' }],
    ['0001', { date: DAY, format: 'csv', clerkNumber: '0001' }],
  ]);
});

test('the auditor turns over the journal page by page and finds every entry once, newest first', async () => {
  const window = await windowWithStaff();
  for (let n = 1; n <= 6; n += 1) await window.sell(ferry(), [n]);
  const seen: number[] = [];
  for (let before: number | undefined; ;) {
    const page = await window.ok(
      'journal.page',
      { limit: 7, ...(before === undefined ? {} : { before }) },
      undefined,
      '0901',
    );
    seen.push(...page.entries.map(({ seq }) => seq));
    if (page.next === null) break;
    before = page.next;
  }
  const written = readEntries(window.machine.folder).map(({ seq }) => seq);
  expect(seen).toEqual(written.toReversed());
  const sold = await window.ok('journal.page', { limit: 4, kind: 'ticket.sold' }, undefined, '0901');
  expect(sold.entries.map(({ kind, actor, hasIdentity }) => [kind, actor, hasIdentity])).toEqual(
    Array.from({ length: 4 }, () => ['ticket.sold', '0107', true]),
  );
  const none = await window.ok('journal.page', { limit: 4, actor: '0999' }, undefined, '0901');
  expect(none).toEqual({ entries: [], next: null });
});

test('reading the journal through finds the entry that somebody changed, and sales go on meanwhile', async () => {
  const window = await windowWithStaff();
  for (let n = 1; n <= 3; n += 1) await window.sell(ferry(), [n]);
  const good = await window.ok('journal.verify', {}, undefined, '0901');
  expect(good).toMatchObject({ ok: true, count: good.headSeq });
  expect(good.headHash).toMatch(/^[0-9a-f]{64}$/);
  const ticket = readEntries(window.machine.folder).find(({ kind }) => kind === 'ticket.sold');
  if (!ticket) throw new Error('nothing was sold');
  writeInto(window.machine.folder, (database) => {
    database
      .prepare(`UPDATE journal SET entry = replace(entry, '"fareFen":', '"fareFen":1') WHERE seq = ?`)
      .run(ticket.seq);
  });
  const bad = await window.ok('journal.verify', {}, undefined, '0901');
  expect(bad).toMatchObject({ ok: false, wrong: { seq: ticket.seq, why: 'the hash is not right' } });
  await window.sell(ferry(), [9]);
});

test('a clerk sees neither the report nor the journal', async () => {
  const window = await windowWithStaff();
  const asked: [string, unknown][] = [
    ['reports.day', { date: DAY }],
    ['reports.export', { date: DAY, format: 'csv' }],
    ['journal.page', { limit: 1 }],
    ['journal.verify', {}],
  ];
  for (const [method, params] of asked)
    expect((await window.refusal(method, params)).code, method).toBe('access.role');
});
