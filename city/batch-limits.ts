import { batchLines } from '../contract/encoding/batch.ts';

/** Largest batch as it travels, and opened; and how many. */
export const batchLimits = {
  gzipBytes: 16 * 1024 * 1024,
  textBytes: 128 * 1024 * 1024,
  ...batchLines,
  /** Batches of one ledger that are under way or wait: its window sends two at a time, and so may a host that relays for it. */
  inTurn: 4,
} as const;
