import { afterEach, expect, test } from 'vitest';
import type { DayReport } from '../../contract/office/reports.ts';
import { closeOffices, ferry, newId, numberOf, type TestOffice } from '../office/kit.ts';
import { of } from '../office/people-kit.ts';
import { as, atHost, linkIs, openHost, openWindowAt, until } from './kit.ts';
import { expectOrders } from './orders-kit.ts';

afterEach(closeOffices);

const DAY = '2026-11-21';
const [lineId = ''] = ferry().split('/');

const peak = (office: TestOffice) => {
  const at = office.machine.runtime.clock.nowMs();
  const measured = { what: 'queue' as const, value: '620', unit: '人', source: '候船厅', at };
  const scope = { lines: [lineId] };
  const word = { reason: '大客流', orderedBy: null, measured, secondSignature: of('shiftLeader') };
  return office.ok(
    'plans.order',
    { planId: 'peak', scope, until: at + 3_600_000, ...word },
    newId(),
    'manager',
  );
};
/** What an office's own day says, as its auditor reads it there. */
async function ownDay(office: TestOffice): Promise<DayReport> {
  await as(office, 'auditor');
  return office.ok('reports.day', { date: DAY }, undefined, 'auditor');
}
async function refundOne(office: TestOffice, ticketNumber: string): Promise<void> {
  const { tickets } = await office.ok('tickets.find', { text: ticketNumber });
  const backFen = tickets[0]?.refund.backFen;
  await office.ok('tickets.refund', { ticketNumbers: [ticketNumber], backFen, documentShown: true }, newId());
}

test('the host’s report of a plan is of the whole station: tickets and money are the sums of the windows’ days', async () => {
  const station = await openHost();
  const { host } = station;
  await host.openShift();
  const two = await openWindowAt(station, 2);
  const three = await openWindowAt(station, 3);
  const { key, id } = await peak(host);
  for (const window of [two, three]) await expectOrders(window, [id]);
  await host.sell(ferry(), [1]);
  const sold = await two.sell(ferry(), [2, 3]);
  await three.sell(ferry(), [4]);
  await refundOne(two, numberOf(sold));
  await atHost(station, two);
  await atHost(station, three);

  const days = [await ownDay(two), await ownDay(three)];
  const whole = await host.ok('reports.day', { date: DAY }, undefined, 'manager');
  const atOwn = whole.byWindow.find(({ window }) => window.endsWith('/01'));
  const report = await host.ok('plans.report', { order: key }, undefined, 'manager');
  const tickets = days.map(({ total }) => total.tickets);
  const money = days.map(({ total }) => total.fen);
  expect(tickets).toEqual([2, 1]);
  expect(report).toMatchObject({ of: 'station' });
  expect(report.totals.tickets).toBe(tickets.reduce((a, b) => a + b, atOwn?.tickets ?? 0));
  expect(report.totals.salesFen).toBe(money.reduce<number>((a, b) => a + b, atOwn?.fen ?? 0));
  const back = days.flatMap(({ after }) => after).filter(({ what }) => what === 'refund');
  expect(report.totals.refunded).toBe(1);
  expect(report.totals.refundedFen).toBe(back.reduce((sum, { backFen }) => sum + backFen, 0));
  expect(report.totals.netFen).toBe(whole.net.fen);
  expect(report.windows.map(({ window, tickets: n, refunded }) => [window.slice(-2), n, refunded])).toEqual([
    ['01', 1, 0],
    ['02', 2, 1],
    ['03', 1, 0],
  ]);

  // In contact a window shows the host's report; out of contact its own, which says that it is its own.
  await as(two, 'auditor');
  const asked = await two.ok('plans.report', { order: key }, undefined, 'auditor');
  expect({ of: asked.of, totals: asked.totals }).toEqual({ of: 'station', totals: report.totals });
  await host.office.stop();
  await linkIs(two, 'down');
  const own = await two.ok('plans.report', { order: key }, undefined, 'auditor');
  expect(own.of).toBe('window');
  expect(own.windows.map(({ window, data }) => [window.slice(-2), data])).toEqual([['02', 'here']]);
  expect(own.totals).toMatchObject({ tickets: 2, refunded: 1, salesFen: money[0] });
  expect(own.events[0]).toMatchObject({ what: 'ordered', window: report.events[0]?.window });
});

test('the report names the windows whose data are not in, and up to when those of every other one are', async () => {
  const station = await openHost();
  const { host } = station;
  const two = await openWindowAt(station, 2);
  const three = await openWindowAt(station, 3);
  const { key } = await peak(host);
  await two.sell(ferry(), [1]);
  await three.sell(ferry(), [2]);
  await atHost(station, three);
  const before = host.machine.runtime.clock.nowMs();
  await three.office.stop();
  const rows = await until(async () => {
    const { windows } = await host.ok('plans.report', { order: key }, undefined, 'manager');
    const [, second, third] = windows;
    return second?.data === 'current' && third?.data === 'away' ? windows : undefined;
  }, 'the windows as they are');
  expect(rows.map(({ window }) => window.slice(-2))).toEqual(['01', '02', '03']);
  expect(rows[1]).toMatchObject({ missing: 0, tickets: 1 });
  // What it wrote since then nobody here can say; what came of it before counts.
  expect(rows[2]).toMatchObject({ missing: null, tickets: 1 });
  expect(rows[2]?.upTo ?? 0).toBeGreaterThan(before - 60_000);
  expect(rows[2]?.upTo ?? 0).toBeLessThanOrEqual(host.machine.runtime.clock.nowMs());

  const asked = await host.ok('plans.exportReport', { order: key, format: 'csv' }, undefined, 'manager');
  const csv = Buffer.from(asked.base64, 'base64').toString();
  expect(csv).toContain('口径,全站');
  expect(csv).toMatch(/\/03,未连接,此后不明|\/03,"未连接,此后不明"/);
});
