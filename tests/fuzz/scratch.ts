import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder in memory where there is such a place: fuzzers look for wrong answers, not for lost writes. */
export function scratchFolder(): string {
  const given = process.env['SO_FUZZ_FOLDER'];
  const base = given ?? (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());
  return mkdtempSync(join(base, 'so-fuzz-'));
}
