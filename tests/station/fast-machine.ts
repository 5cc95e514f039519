import { makeMachine, MORNING_MS, type Machine } from '../support/machine.ts';

/** A machine whose hours pass so many times as fast as those of this PC: pauses between two tries are short, sockets are real. */
export function fastMachine(speed: number, before: Machine = makeMachine()): Machine {
  const startedMs = performance.now();
  const passedMs = (): number => (performance.now() - startedMs) * speed;
  return {
    ...before,
    runtime: {
      ...before.runtime,
      clock: { nowMs: () => Math.floor(MORNING_MS + passedMs()), monotonicMs: passedMs },
      timers: {
        setTimeout: (fn, delayMs) => ({ id: setTimeout(fn, delayMs / speed) }),
        clearTimeout: ({ id }) => clearTimeout(id as NodeJS.Timeout),
      },
    },
    restart: () => fastMachine(speed, before.restart()),
  };
}
