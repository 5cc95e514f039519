import { batchLimits } from './batch-builder.ts';

const FIRST_ENTRIES = 500;
const STEP = 4;

/**
 * How many entries go at once: few at first, more while all goes well and there is more to send, fewer when a batch does not
 * get through. What did not get through is approached again slowly, so that a slow line is not tried in vain every other time.
 */
export interface BatchSize {
  entries(): number;
  /** Of the batch after a full one that gets through. */
  next(): number;
  /** A batch of `count` entries got through. */
  worked(count: number): void;
  /** A batch of `count` entries did not get through: cut, timed out, or too large for somebody on the way. */
  failed(count: number): void;
}

export function createBatchSize(): BatchSize {
  let size = FIRST_ENTRIES;
  let ceiling: number = batchLimits.entries;
  const next = (): number => Math.min(size * STEP, ceiling);
  return {
    entries: () => size,
    next,
    worked(count) {
      if (count < size) return;
      if (size >= ceiling) ceiling = Math.min(Math.ceil(ceiling * 1.25), batchLimits.entries);
      size = next();
    },
    failed(count) {
      ceiling = Math.max(1, Math.floor(count / 2));
      size = Math.max(1, Math.floor(count / STEP));
    },
  };
}
