import { promisify } from 'node:util';
import { constants, gunzip, gunzipSync } from 'node:zlib';
import { decodeBatch, readBatchHead, type Batch, type SignedHead } from '../contract/encoding/batch.ts';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../contract/refusals.ts';
import { batchLimits } from './batch-limits.ts';

const unzip = promisify<Uint8Array, { maxOutputLength: number; chunkSize: number }, Buffer>(gunzip);
/** Least and most that is opened at a time: with zlib's own 16 KiB a large batch is some hundred trips to its thread. */
const UNZIP_BYTES = { least: 16 * 1024, most: 1024 * 1024 } as const;
/** The head's line is well within this of a gzip, packed or not; what is opened of it here is two megabytes at most. */
const HEAD_GZIP_BYTES = 2_048;

/** The head of a batch, before the rest is opened: anybody may send a gzip. Refuses `city.batchShape`, `request.tooLarge`. */
export function openHead(gzip: Uint8Array): Outcome<SignedHead> {
  if (gzip.length > batchLimits.gzipBytes) return refused('request.tooLarge');
  let text: string;
  try {
    const opened = gunzipSync(gzip.subarray(0, HEAD_GZIP_BYTES), { finishFlush: constants.Z_SYNC_FLUSH });
    const end = opened.indexOf('\n');
    text = textOf(opened.subarray(0, end < 0 ? opened.length : end + 1));
  } catch {
    return refused('city.batchShape', { line: 0, detail: 'gzip' });
  }
  const read = readBatchHead(text);
  return read.ok ? accepted(read.signed) : refused('city.batchShape', { line: 1, detail: read.why });
}

/**
 * A whole batch. Not more of it is looked at than its head names.
 * Refuses `city.batchShape`, `request.tooLarge`.
 */
export async function openBatch(gzip: Uint8Array, { head }: SignedHead): Promise<Outcome<Batch>> {
  let text: string;
  try {
    const opened = await unzip(gzip, {
      maxOutputLength: batchLimits.textBytes,
      chunkSize: Math.min(Math.max(UNZIP_BYTES.least, 8 * gzip.length), UNZIP_BYTES.most),
    });
    text = textOf(opened);
  } catch (error) {
    const isTooLarge = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    return isTooLarge ? refused('request.tooLarge') : refused('city.batchShape', { line: 0, detail: 'gzip' });
  }
  const { weekKeys } = batchLimits;
  const decoded = decodeBatch(text, { entries: head.to - head.from + 1, weekKeys });
  if (!decoded.ok) return refused('city.batchShape', { line: decoded.line, detail: decoded.why });
  return accepted(decoded.batch);
}

/** An entry that no text column takes, in words; undefined when there is none. */
export function unfitEntry({ entries, weekKeys }: Batch): Refusal | undefined {
  const at = entries.findIndex(({ entry }) => entry.includes('\0') || !entry.isWellFormed());
  const line = 2 + weekKeys.length + at;
  return at < 0 ? undefined : refuse('city.batchShape', { line, detail: 'characters' });
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}
