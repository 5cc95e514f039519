import { inflateRawSync } from 'node:zlib';
import { accepted, refused, type Outcome } from '../../../contract/refusals.ts';

/** A workbook of 120,000 rows unfolds to about 60 MB. */
const MOST_UNFOLDED_BYTES = 120_000_000;
const MOST_PARTS = 2_000;
const END_OF_DIRECTORY = 0x06_05_4b_50;
const DIRECTORY_ENTRY = 0x02_01_4b_50;
const LOCAL_HEADER = 0x04_03_4b_50;

/**
 * Looks at a ZIP before a spreadsheet library does: its parts are unfolded here with a hard limit, so that a small file that
 * unfolds to gigabytes is refused (`data.importBomb`) at the cost of the limit, whatever its directory says about sizes.
 */
export function guardZip(bytes: Uint8Array): Outcome<{ parts: string[] }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const broken = (detail: string) => refused('data.importBroken', { detail });
  let end = bytes.length - 22;
  const earliest = Math.max(0, bytes.length - 22 - 65_535);
  while (end >= earliest && view.getUint32(end, true) !== END_OF_DIRECTORY) end -= 1;
  if (end < earliest || bytes.length < 22) return broken('没有目录');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > MOST_PARTS) return refused('data.importBomb');
  const parts: string[] = [];
  const starts = new Set<number>();
  let unfolded = 0;
  for (let n = 0; n < count; n += 1) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== DIRECTORY_ENTRY) return broken('目录不完整');
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const packed = view.getUint32(at + 20, true);
    const nameLength = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    parts.push(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)));
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if ((flags & 1) !== 0) return refused('data.importKind');
    // Parts that share their bytes are how a bomb stays small.
    if (starts.has(local)) return refused('data.importBomb');
    starts.add(local);
    if (local + 30 > bytes.length || view.getUint32(local, true) !== LOCAL_HEADER)
      return broken('文件头不对');
    const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (begin + packed > bytes.length) return broken('内容不完整');
    if (method === 0) unfolded += packed;
    else if (method === 8) {
      try {
        unfolded += inflateRawSync(bytes.subarray(begin, begin + packed), {
          maxOutputLength: MOST_UNFOLDED_BYTES - unfolded + 1,
        }).length;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
          return refused('data.importBomb');
        return broken('压缩内容不对');
      }
    } else return broken('压缩方式不认识');
    if (unfolded > MOST_UNFOLDED_BYTES) return refused('data.importBomb');
  }
  return accepted({ parts });
}
