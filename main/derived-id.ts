import { createHash } from 'node:crypto';

/** 128 bits, hex, out of what is given: the same parts have the same id, however often and wherever it is made. */
export const idFrom = (...parts: string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
