import type { Log, Random, Timers } from '../runtime.ts';

/**
 * Timers whose callbacks never end the process: what one throws (a disk that cannot be read, a defect) is logged with an incident
 * number, and the window sells on. A callback that is to come again sets its next timer before it does anything that may fail.
 */
export function guardedTimers(
  timers: Timers,
  { log, random }: { log: Pick<Log, 'error'>; random: Pick<Random, 'id'> },
): Timers {
  return {
    setTimeout: (fn, delayMs) =>
      timers.setTimeout(() => {
        try {
          fn();
        } catch (error) {
          const incident = random.id().slice(0, 8).toUpperCase();
          const stack = error instanceof Error ? error.stack : String(error);
          log.error({ incident, stack }, 'defect in a timer');
        }
      }, delayMs),
    clearTimeout: (handle) => timers.clearTimeout(handle),
  };
}
