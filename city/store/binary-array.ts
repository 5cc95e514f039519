/** Type numbers of PostgreSQL's catalogue (pg_type.dat). */
const INT8 = 20;
const TEXT = 25;

type Cell = string | number | null | undefined;

/** Dimensions, null flag, element type, length and lower bound: five numbers of 4 bytes. */
const HEAD_BYTES = 20;

/**
 * A `bigint[]` or `text[]` as PostgreSQL sends and takes it in binary (`array_send` in its source): many rows go over at a
 * fraction of what quoting each element as text costs on both sides. `undefined` is null; a NUL becomes U+FFFD, as {@link storable}
 * has it.
 * @returns undefined where only the declared type could tell what is meant: no element that is not null, mixed kinds, no integer
 */
export function binaryArray(values: readonly Cell[]): Buffer | undefined {
  const kind = typeof values.find((value) => value !== null && value !== undefined);
  if (kind === 'number') return numbers(values);
  return kind === 'string' ? texts(values) : undefined;
}

function numbers(values: readonly Cell[]): Buffer | undefined {
  const out = head(HEAD_BYTES + 12 * values.length, INT8, values);
  let at = HEAD_BYTES;
  for (const value of values) {
    if (value === null || value === undefined) {
      at = out.writeInt32BE(-1, at);
      continue;
    }
    if (!Number.isSafeInteger(value)) return undefined;
    at = out.writeInt32BE(8, at);
    // Two halves: a BigInt for each number would cost more than all the rest.
    const high = Math.floor((value as number) / 4_294_967_296);
    at = out.writeInt32BE(high, at);
    at = out.writeUInt32BE((value as number) - high * 4_294_967_296, at);
  }
  return out.subarray(0, at);
}

function texts(values: readonly Cell[]): Buffer | undefined {
  let bytes = HEAD_BYTES;
  for (const value of values) {
    if (typeof value === 'number') return undefined;
    // U+FFFD takes two bytes more than the NUL that it stands for.
    bytes += 4 + (value ? Buffer.byteLength(value) + 2 * nulsIn(value) : 0);
  }
  const out = head(bytes, TEXT, values);
  let at = HEAD_BYTES;
  for (const value of values) {
    if (value === null || value === undefined) {
      at = out.writeInt32BE(-1, at);
      continue;
    }
    const text = value as string;
    const written = out.write(nulsIn(text) > 0 ? text.replaceAll('\0', '\ufffd') : text, at + 4);
    out.writeInt32BE(written, at);
    at += 4 + written;
  }
  return out;
}

function nulsIn(text: string): number {
  return text.includes('\0') ? text.split('\0').length - 1 : 0;
}

function head(bytes: number, elementType: number, values: readonly unknown[]): Buffer {
  const out = Buffer.allocUnsafe(bytes);
  let at = out.writeInt32BE(1, 0);
  at = out.writeInt32BE(values.some((value) => value === null || value === undefined) ? 1 : 0, at);
  at = out.writeInt32BE(elementType, at);
  at = out.writeInt32BE(values.length, at);
  out.writeInt32BE(1, at);
  return out;
}
