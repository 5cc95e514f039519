import type { Clock, Random, TimerHandle, Timers } from '../runtime.ts';
import { randomFillSync } from 'node:crypto';
import { toHex } from '../../contract/encoding/bytes.ts';

/** This PC's clocks. `offsetMs` moves the wall clock only: a trial can be shown as it is at five to midnight. */
export function machineClock(offsetMs = 0): Clock {
  return { nowMs: () => Date.now() + offsetMs, monotonicMs: () => performance.now() };
}

export const machineTimers: Timers = {
  setTimeout: (fn, delayMs): TimerHandle => ({ id: setTimeout(fn, delayMs) }),
  clearTimeout: (handle) => clearTimeout(handle.id as NodeJS.Timeout),
};

/** Strong bytes are asked of the system so many at a time: a question costs as much for 16 as for 4,096. */
const POOL_BYTES = 4_096;
const pool = new Uint8Array(POOL_BYTES);
let poolLeft = 0;

/** Takes fresh bytes out of the pool; what was given is overwritten there. */
function takeBytes(out: Uint8Array): void {
  if (out.length > POOL_BYTES / 4) return void randomFillSync(out);
  if (poolLeft < out.length) {
    randomFillSync(pool);
    poolLeft = POOL_BYTES;
  }
  const given = pool.subarray(poolLeft - out.length, poolLeft);
  out.set(given);
  given.fill(0);
  poolLeft -= out.length;
}

export const strongRandom: Random = {
  bytes(count) {
    const bytes = new Uint8Array(count);
    takeBytes(bytes);
    return bytes;
  },
  id() {
    const bytes = new Uint8Array(16);
    takeBytes(bytes);
    return toHex(bytes);
  },
};

/** `--clock`: how far the wall clock is moved so that it shows this instant now; undefined when it is no instant with a zone. */
export function offsetTo(instant: string, nowMs: number = Date.now()): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(instant))
    return undefined;
  const wantedMs = Date.parse(instant);
  return Number.isNaN(wantedMs) ? undefined : wantedMs - nowMs;
}
