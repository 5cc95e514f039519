import { afterEach, expect, test } from 'vitest';
import { standAtGate } from '../office/gate-kit.ts';
import { closeOffices, ferry, newId, numberOf, type TestOffice } from '../office/kit.ts';
import { openHost, openWindowAt } from './kit.ts';
import { expectOrders, order, word } from './orders-kit.ts';

afterEach(closeOffices);

const lineId = ferry().split('/')[0] ?? '';
const SOON = { timeout: 25_000 };
const give = (office: TestOffice) => office.ok('queue.give', { lineId }, newId());
const queueAt = async (office: TestOffice) =>
  (await office.ok('queue.list')).queues.find((queue) => queue.lineId === lineId);

test('queue numbers of two windows are one queue at every office, and a call at the host is heard at both', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  const three = await openWindowAt(station, 3);
  const { id } = await order(station.host);
  for (const window of [two, three]) await expectOrders(window, [id]);
  const labels = [await give(two), await give(three), await give(two)].map(({ label }) => label);
  expect(new Set(labels).size).toBe(3);
  for (const office of [station.host, two, three])
    await expect.poll(async () => (await queueAt(office))?.waiting, SOON).toBe(3);
  const called = await station.host.ok('queue.call', { lineId, count: 2 }, newId(), 'manager');
  for (const office of [two, three])
    await expect
      .poll(async () => queueAt(office), SOON)
      .toMatchObject({ through: called.through, waiting: 1, given: 3 });
});

test('a review signed at the host restarts the timer at a window', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  const { id, key } = await order(station.host);
  await expectOrders(two, [id]);
  const timer = async (office: TestOffice) => (await office.ok('status.get')).inForce?.[0]?.review;
  const { dueAt } = await station.host.ok('plans.review', { order: key, note: '仍有雾' }, newId(), 'manager');
  await expect.poll(async () => timer(two), SOON).toMatchObject({ dueAt, last: { note: '仍有雾' } });
});

test('who was let aboard before the check at a window is on the open list of the host, which makes the check good', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2, { config: { gate: { name: '2 号检票口' } } });
  const text = numberOf(await two.sell(ferry(), [1]));
  const gate = await standAtGate(two, 'gate', 'gate');
  await gate.open(ferry());
  const { id, key } = await order(station.host, { planId: 'system-down' });
  await expectOrders(two, [id]);
  // A loosening holds from the instant that was signed; this window's clock may be a little behind the host's.
  const eased = async () =>
    (await two.ok('gate.view', { departureId: ferry() as never }, undefined, 'gate')).eased?.check;
  await expect.poll(eased, SOON).toBe('deferred');
  const shown = { departureId: ferry(), text, check: 'deferred', signed: true };
  const verdict = await two.ok('gate.present', shown, newId(), 'gate');
  expect(verdict.refusal).toBeUndefined();
  await station.host.ok('plans.end', { order: key, ...word }, newId(), 'manager');
  const open = async (office: TestOffice, session: string) =>
    (await office.ok('gate.unchecked', {}, undefined, session)).tickets.map(
      ({ ticketNumber }) => ticketNumber,
    );
  await expect.poll(async () => open(station.host, 'manager'), SOON).toEqual([text]);
  const made = { departureId: ferry(), ticketNumber: text, result: 'matches', note: '' };
  await station.host.ok('gate.check', made, newId(), 'manager');
  expect(await open(station.host, 'manager')).toEqual([]);
  await expect.poll(async () => open(two, 'gate'), SOON).toEqual([]);
});
