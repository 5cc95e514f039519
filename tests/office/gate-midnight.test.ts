import { afterEach, expect, test } from 'vitest';
import { machineClock } from '../../main/shells/clock.ts';
import { MORNING_MS } from '../support/machine.ts';
import { standAtGate, staffOfAllRoles } from './gate-kit.ts';
import { closeOffices, ferry, newId, openOffice } from './kit.ts';
import { as } from './people-kit.ts';

afterEach(closeOffices);

test('a boat of the late evening stays on the gate’s list past midnight, and one of the small hours is there before it', async () => {
  const real = machineClock(MORNING_MS - Date.now());
  let aheadMs = 0;
  const clock = { ...real, nowMs: () => real.nowMs() + aheadMs };
  const window = await openOffice({ config: { staff: await staffOfAllRoles() }, runtime: { clock } });
  await as(window, 'manager', 'boss');
  const pattern = { pattern: ferry(), vesselName: '样例轮', vesselKind: null, capacity: 30 };
  const add = (more: object) =>
    window.ok('departures.addExtra', { ...pattern, departLocal: '23:40', ...more }, newId(), 'boss');
  const late = (await add({})).departureId;
  const early = (await add({ pattern: ferry('1220', '2026-11-22'), departLocal: '00:50' })).departureId;
  const listed = async () =>
    (await window.ok('gate.departures', {}, undefined, 'gate')).departures.map(
      ({ departureId }) => departureId,
    );
  // The clock of the test is at ten in the morning.
  aheadMs = 13 * 3_600_000;
  await standAtGate(window);
  expect(await listed()).toEqual(expect.arrayContaining([late, early]));
  aheadMs = 14.25 * 3_600_000;
  await standAtGate(window);
  expect(await listed()).toEqual(expect.arrayContaining([late, early]));
});

test('a boat that left late, past midnight, is noted with its time; one of another day is not', async () => {
  const real = machineClock(MORNING_MS - Date.now());
  let aheadMs = 0;
  const clock = { ...real, nowMs: () => real.nowMs() + aheadMs };
  const window = await openOffice({ config: { staff: await staffOfAllRoles() }, runtime: { clock } });
  await as(window, 'manager', 'boss');
  const extra = {
    pattern: ferry(),
    departLocal: '23:40',
    vesselName: '样例轮',
    vesselKind: null,
    capacity: 30,
  };
  const { departureId } = await window.ok('departures.addExtra', extra, newId(), 'boss');
  aheadMs = 14.25 * 3_600_000;
  await standAtGate(window);
  const leftAt = clock.nowMs() - 60_000;
  const yesterday = { departureId, leftAt: leftAt - 2 * 86_400_000 };
  expect((await window.refusal('departures.leave', yesterday, newId(), 'gate')).code).toBe(
    'departure.leftTime',
  );
  await window.ok('departures.leave', { departureId, leftAt }, newId(), 'gate');
});
