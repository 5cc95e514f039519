import { afterEach, expect, test } from 'vitest';
import type { OfficeOutput } from '../../contract/office.ts';
import { childDeviceLauncher } from '../../main/shells/device-process.ts';
import { liveMachine } from '../office/live.ts';
import { closeOffices, ferry, newId, type TestOffice } from '../office/kit.ts';
import { of } from '../office/people-kit.ts';
import { DEVICE_ENTRY } from '../hardware/rig.ts';
import { readPlanFiles, type Machine } from '../support/machine.ts';
import { openHost, openWindowAt, until } from './kit.ts';

afterEach(closeOffices);

const MINUTE_MS = 60_000;

/** A machine on which time can be let go by; with the clock of another one where that is given. */
function patientMachine(sameClock?: Machine): { machine: Machine; later(minutes: number): void } {
  let skipMs = 0;
  const machine = liveMachine();
  const { clock } = (sameClock ?? machine).runtime;
  return {
    machine: {
      ...machine,
      runtime: {
        ...machine.runtime,
        clock: {
          ...clock,
          nowMs: () => clock.nowMs() + skipMs,
          monotonicMs: () => clock.monotonicMs() + skipMs,
        },
      },
    },
    later(minutes) {
      skipMs += minutes * MINUTE_MS;
    },
  };
}
const suggest = (host: TestOffice): Promise<OfficeOutput<'plans.suggest'>> =>
  host.ok('plans.suggest', { bulletin: {} }, undefined, 'manager');
const inShort = ({ suggestions }: OfficeOutput<'plans.suggest'>) =>
  suggestions.map(({ planId, sees, windows }) => [planId, sees, windows.map((each) => each.slice(-2))]);

test('a reader that is silent at one window suggests the plan at the host, names the window, and nothing is put in force', async () => {
  const station = await openHost();
  const { machine, later } = patientMachine();
  const reader = { id: 'reader', kind: 'id-reader' as const, driver: 'sdt', path: '/dev/no-such-reader' };
  const two = await openWindowAt(station, 2, {
    machine,
    config: { devices: [reader] as never },
    runtime: { devices: childDeviceLauncher({ entryPath: DEVICE_ENTRY }) },
  });
  expect(inShort(await suggest(station.host))).toEqual([]);
  await until(async () => {
    const { devices } = await two.ok('status.get');
    return devices.some(({ state }) => state === 'absent' || state === 'fault') ? true : undefined;
  }, 'the silent reader');
  await until(async () => {
    const { seen } = await suggest(station.host);
    return seen.some(({ what }) => what === 'reader') ? true : undefined;
  }, 'the host hears of the reader');
  expect(inShort(await suggest(station.host))).toEqual([]);
  later(3);
  await two.sell(ferry(), [1]);
  const told = await until(async () => {
    const now = await suggest(station.host);
    return now.suggestions.length > 0 ? now : undefined;
  }, 'the suggestion');
  expect(inShort(told)).toEqual([['reader-down', 'readerSilent', ['02']]]);
  expect(told.of).toBe('station');
  expect(told.seen).toMatchObject([{ what: 'reader', minutes: 3 }]);
  expect((await station.host.ok('status.get')).plans).toEqual([]);
  expect((await two.ok('status.get')).plans).toEqual([]);
});

test('a window that goes silent while its clerk works is seen at the host and after some minutes suggests that the link is lost', async () => {
  const { machine, later } = patientMachine();
  const station = await openHost({ machine });
  const two = await openWindowAt(station, 2);
  await until(async () => {
    const { windows } = await station.host.ok('windows.list', {}, undefined, 'manager');
    return windows.some(({ here, signedIn }) => !here && signedIn.length > 0) ? true : undefined;
  }, 'somebody at the window');
  await two.office.stop();
  const { seen } = await until(async () => {
    const now = await suggest(station.host);
    return now.seen.length > 0 ? now : undefined;
  }, 'the silent window');
  expect(seen).toMatchObject([{ what: 'window', minutes: 0 }]);
  expect(inShort(await suggest(station.host))).toEqual([]);
  later(5);
  expect(inShort(await suggest(station.host))).toEqual([['link-lost', 'linkLost', ['02']]]);
});

test('people who wait with queue numbers suggest by the plan’s own figure, whichever window sold to them', async () => {
  const plans = readPlanFiles().map((file) => ({
    ...file,
    text: file.text.replace('people: 500', 'people: 3'),
  }));
  // A loosening begins by the clock of who ordered it: here all have the same one.
  const { machine } = patientMachine();
  const station = await openHost({ plans, machine });
  const { host } = station;
  const two = await openWindowAt(station, 2, patientMachine(machine));
  const three = await openWindowAt(station, 3, patientMachine(machine));
  const at = host.machine.runtime.clock.nowMs();
  const measured = { what: 'queue' as const, value: '620', unit: '人', source: '候船厅', at };
  const scope = { lines: [ferry().split('/')[0]] };
  const said = { reason: '大客流', orderedBy: null, measured, secondSignature: of('shiftLeader') };
  await host.ok('plans.order', { planId: 'peak', scope, until: at + 3_600_000, ...said }, newId(), 'manager');
  for (const window of [two, three])
    await until(
      async () => ((await window.ok('status.get')).plans.length > 0 ? true : undefined),
      'the order',
    );
  const waiting = (people: number) =>
    until(async () => {
      const now = await suggest(host);
      return now.queue === people ? now.suggestions : undefined;
    }, `${people} people who wait`);
  await two.sell(ferry(), [1, 2]);
  expect(await waiting(2)).toEqual([]);
  await three.sell(ferry(), [3]);
  expect(await waiting(3)).toMatchObject([
    { planId: 'peak', sees: 'queueAtLeast', seen: 3, threshold: 3, inForce: true },
  ]);
});
