import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { PERSONAL, REDACTED, withoutNumbers } from '../log-mask.ts';
import type { Log } from '../runtime.ts';

export { REDACTED, withoutNumbers } from '../log-mask.ts';

/** A log file is set aside at this size; so many old ones are kept. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const KEPT_FILES = 5;
const LOG_NAME = 'office.log';

export interface OfficeLog extends Log {
  close(): void;
}

/**
 * The office's log: JSON lines in `DIR/logs/office.log`, written before the call returns. Personal members are taken
 * out by name; what still looks like a document number is taken out of every line.
 */
export function openLog(folder: string, nowMs: () => number, maxFileBytes = MAX_FILE_BYTES): OfficeLog {
  const file = rotatingFile(join(folder, 'logs'), maxFileBytes);
  const logger = pino(
    {
      base: null,
      timestamp: () => `,"at":"${new Date(nowMs()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'message',
      redact: {
        paths: PERSONAL.flatMap((member) => [member, `*.${member}`, `*.*.${member}`]),
        censor: REDACTED,
      },
    },
    { write: (line: string) => file.write(withoutNumbers(line)) },
  );
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    close: () => file.close(),
  };
}

function rotatingFile(folder: string, maxFileBytes: number): { write(line: string): void; close(): void } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, LOG_NAME);
  const aged = (age: number): string => join(folder, `office.${age}.log`);
  let descriptor: number | undefined;
  let sizeBytes = 0;

  const open = (): number => {
    descriptor = openSync(path, 'a', 0o600);
    sizeBytes = fstatSync(descriptor).size;
    return descriptor;
  };
  const close = (): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  const rotate = (): void => {
    close();
    rmSync(aged(KEPT_FILES), { force: true });
    for (let age = KEPT_FILES - 1; age >= 1; age -= 1) renameIfThere(aged(age), aged(age + 1));
    renameIfThere(path, aged(1));
  };
  return {
    write(line) {
      // A full disk must not stop the sale of which the line tells: the ledger says it in its own way.
      try {
        if (sizeBytes > maxFileBytes) rotate();
        // Opening sets the size: it comes before the size is read.
        const file = descriptor ?? open();
        sizeBytes += writeSync(file, line);
      } catch {
        close();
      }
    },
    close,
  };
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
