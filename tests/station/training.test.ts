import { afterEach, expect, test } from 'vitest';
import { closeOffices, ferry, newId } from '../office/kit.ts';
import { of } from '../office/people-kit.ts';
import { openHost, openWindowAt } from './kit.ts';
import { order } from './orders-kit.ts';

afterEach(closeOffices);

test('who trains while the host puts a plan in force is under it at once, and nothing of the training reaches the station', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  await two.ok('shifts.close', { countedFen: 50_000 }, newId());
  await two.ok('session.signOut');
  await two.ok('session.signIn', { ...of('clerk'), training: true });
  await two.openShift();
  await two.ok('sales.sell', await two.order(ferry(), [1]), newId());
  const next = await two.order(ferry(), [2]);
  expect((await two.refusal('plans.list')).code).toBe('training.notHere');
  await order(station.host);
  await expect
    .poll(async () => {
      const answer = await two.ask('sales.sell', next, newId());
      return answer.ok ? 'sold' : answer.refusal.code;
    })
    .toBe('rules.saleStopped');
  expect((await two.ok('status.get')).inForce).toHaveLength(1);
  // The real journal has what it heard, and no ticket.
  const { kinds, tickets } = two.books();
  expect([kinds.includes('plan.heard'), tickets]).toEqual([true, 0]);
  const { departures } = await station.host.ok('timetable.departures', { date: '2026-11-21' });
  expect(departures.find(({ departureId }) => departureId === ferry())?.left).toBe(250);
});
