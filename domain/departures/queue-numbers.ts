import { STANDBY_FROM } from '../../contract/rolling.ts';
import { localTimeOf } from '../time.ts';

const MOST_A_MINUTE = 99;

/** A sale for the line and day, or without a place. `last`: the number that this window gave last for it; 0 = none yet. */
export interface QueueSale {
  readonly kind: 'rolling' | 'standby';
  readonly last: number;
}

/**
 * The next numbers of a queue at one window: by the minute of the sale, and never before one that was given already, whatever the
 * clock does. `windowNumber` 1 to 99; `nowMs` UTC milliseconds.
 */
export function nextQueueNumbers(
  queue: QueueSale,
  windowNumber: number,
  count: number,
  nowMs: number,
): number[] {
  const offset = queue.kind === 'standby' ? STANDBY_FROM : 0;
  const last = queue.last - offset;
  let minute = minuteOf(nowMs);
  let n = 0;
  const lastMinute = last > 0 ? Math.floor(last / 1_000_000) * 60 + (Math.floor(last / 10_000) % 100) : -1;
  if (lastMinute >= minute) {
    minute = lastMinute;
    n = last % 100;
  }
  return Array.from({ length: count }, () => {
    n += 1;
    if (n > MOST_A_MINUTE) {
      minute += 1;
      n = 1;
    }
    return offset + (Math.floor(minute / 60) * 100 + (minute % 60)) * 10_000 + windowNumber * 100 + n;
  });
}

/** Where in the queue of its line a ticket with a fixed time stands, while the line rolls: with those sold at that time. */
export function queuePlaceOfFixed(departAtMs: number): number {
  return Number(localTimeOf(departAtMs).replace(':', '')) * 10_000;
}

function minuteOf(nowMs: number): number {
  const [hours = 0, minutes = 0] = localTimeOf(nowMs).split(':').map(Number);
  return hours * 60 + minutes;
}
