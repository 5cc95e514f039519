import type { Clock, Random, TimerHandle, Timers } from '../runtime.ts';
import { randomBytes } from 'node:crypto';

/** This PC's clocks. `offsetMs` moves the wall clock only: a trial can be shown as it is at five to midnight. */
export function machineClock(offsetMs = 0): Clock {
  return { nowMs: () => Date.now() + offsetMs, monotonicMs: () => performance.now() };
}

export const machineTimers: Timers = {
  setTimeout: (fn, delayMs): TimerHandle => ({ id: setTimeout(fn, delayMs) }),
  clearTimeout: (handle) => clearTimeout(handle.id as NodeJS.Timeout),
};

export const strongRandom: Random = {
  bytes(count) {
    const bytes = new Uint8Array(count);
    bytes.set(randomBytes(count));
    return bytes;
  },
  id: () => randomBytes(16).toString('hex'),
};

/** `--clock`: how far the wall clock is moved so that it shows this instant now; undefined when it is no instant with a zone. */
export function offsetTo(instant: string, nowMs: number = Date.now()): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(instant))
    return undefined;
  const wantedMs = Date.parse(instant);
  return Number.isNaN(wantedMs) ? undefined : wantedMs - nowMs;
}
