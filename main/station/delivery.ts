import type { Timers } from '../runtime.ts';

/** Who asks for everything to be at the host waits at most so long. */
const PATIENCE_MS = 1_500;

/** Waits for a window's entries to be at its host. */
export function createDelivery(timers: Timers) {
  const waiting = new Set<{ seq: number; done: (isThere: boolean) => void }>();
  return {
    /** False when entry `seq` is not there within a moment. */
    wait: (seq: number): Promise<boolean> =>
      new Promise((resolve) => {
        const timer = timers.setTimeout(() => one.done(false), PATIENCE_MS);
        const one = {
          seq,
          done(isThere: boolean): void {
            timers.clearTimeout(timer);
            waiting.delete(one);
            resolve(isThere);
          },
        };
        waiting.add(one);
      }),
    isAwaited: (): boolean => waiting.size > 0,
    reached(seq: number): void {
      for (const one of waiting) if (one.seq <= seq) one.done(true);
    },
  };
}
