/** Appends bytes to a file, for the simulated printer's tape. */
import { appendFileSync } from 'node:fs';

/** Each call is on the file when it returns, so that a program that reads the file later misses nothing. */
export function appendBytesTo(path: string): (bytes: Uint8Array) => void {
  appendFileSync(path, '');
  return (bytes) => appendFileSync(path, bytes);
}
