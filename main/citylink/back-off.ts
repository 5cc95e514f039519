import type { Random } from '../runtime.ts';

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Waits between tries: 0.5 s, doubled up to 30 s, each moved by up to a quarter either way so that windows do not march in step. */
export interface BackOff {
  nextDelayMs(): number;
  reset(): void;
}

export function createBackOff(random: Pick<Random, 'bytes'>): BackOff {
  let stepMs = FIRST_MS;
  return {
    nextDelayMs() {
      const [high = 0, low = 0] = random.bytes(2);
      const share = (high * 256 + low) / 65_536;
      const delayMs = Math.round(stepMs * (0.75 + share / 2));
      stepMs = Math.min(stepMs * 2, LONGEST_MS);
      return delayMs;
    },
    reset() {
      stepMs = FIRST_MS;
    },
  };
}
