import { randomBytes } from 'node:crypto';
import pino from 'pino';
import type { CityRuntime } from '../runtime.ts';

/**
 * The city's runtime on the real machine. The log goes to stderr as JSON lines; stdout belongs to the ready line.
 * @param clockOffsetMs moves the wall clock of a trial, so that office and city agree on the time
 */
export function machineRuntime(level: string, clockOffsetMs: number): CityRuntime {
  const log = pino({ name: 'city', level }, pino.destination({ dest: 2, sync: true }));
  return {
    nowMs: () => Date.now() + clockOffsetMs,
    randomBytes: (count) => new Uint8Array(randomBytes(count)),
    breathe: () => new Promise((resolve) => void setImmediate(resolve)),
    log: {
      info: (fields, message) => log.info(fields, message),
      warn: (fields, message) => log.warn(fields, message),
      error: (fields, message) => log.error(fields, message),
    },
  };
}
