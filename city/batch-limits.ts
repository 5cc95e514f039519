/** Largest batch as it travels, and opened. */
export const batchLimits = {
  gzipBytes: 16 * 1024 * 1024,
  textBytes: 128 * 1024 * 1024,
  entries: 50_000,
} as const;
