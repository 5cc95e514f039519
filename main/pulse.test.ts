import { expect, test } from 'vitest';
import { makeMachine } from '../tests/support/machine.ts';
import { createPulse } from './pulse.ts';
import { guardedTimers } from './shells/guarded-timers.ts';

test('a look that fails is not the last one', () => {
  const machine = makeMachine();
  const { log, random, timers } = machine.runtime;
  let told = 0;
  let swept = 0;
  const fail = (): never => {
    throw new Error('the disk cannot be read');
  };
  const pulse = createPulse(guardedTimers(timers, { log, random }), {
    tell: () => ((told += 1) === 1 ? fail() : undefined),
    sweep: () => ((swept += 1) === 1 ? fail() : undefined),
  });
  pulse.start();
  machine.pass(130_000);
  pulse.stop();
  expect(swept).toBe(2);
  expect(told).toBe(13);
  machine.pass(130_000);
  expect([told, swept]).toEqual([13, 2]);
  machine.remove();
});

test('a change that is told of while the status is told is told once more soon, and the beat goes on as one', () => {
  const machine = makeMachine();
  let told = 0;
  const pulse = createPulse(machine.runtime.timers, {
    tell() {
      told += 1;
      if (told === 1) pulse.soon();
    },
    sweep: () => undefined,
  });
  pulse.start();
  machine.pass(50);
  expect(told).toBe(1);
  machine.pass(50);
  expect(told).toBe(2);
  machine.pass(10_000);
  expect(told).toBe(3);
  pulse.stop();
  machine.remove();
});
