import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeMachine } from '../../tests/support/machine.ts';
import { machineTimers } from './clock.ts';
import { guardedTimers } from './guarded-timers.ts';

test('a callback that throws is a defect with an incident number in the log; the timers after it come', async () => {
  const machine = makeMachine();
  const { log, random } = machine.runtime;
  const timers = guardedTimers(machineTimers, { log, random });
  let came = 0;
  timers.setTimeout(() => {
    throw new Error('the disk cannot be read');
  }, 0);
  timers.setTimeout(() => (came += 1), 1);
  timers.clearTimeout(timers.setTimeout(() => (came += 100), 1));
  await pause(20);
  expect(came).toBe(1);
  expect(machine.logged).toMatchObject([{ level: 'error', message: 'defect in a timer' }]);
  expect(machine.logged[0]?.fields['incident']).toMatch(/^[0-9A-F]{8}$/);
  expect(machine.logged[0]?.fields['stack']).toContain('guarded-timers.test.ts');
  machine.remove();
});
