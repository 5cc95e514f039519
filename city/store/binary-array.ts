/** Type numbers of PostgreSQL's catalogue (pg_type.dat). */
const INT8 = 20;
const TEXT = 25;

/** Dimensions, null flag, element type, length and lower bound: five numbers of 4 bytes. */
const HEAD_BYTES = 20;

/**
 * A `bigint[]` or `text[]` as PostgreSQL sends and takes it in binary (`array_send` in its source): many rows go over at a
 * fraction of what quoting each element as text costs on both sides.
 * @returns undefined where only the declared type could tell what is meant: no element that is not null, mixed kinds, no integer
 */
export function binaryArray(values: readonly (string | number | null)[]): Buffer | undefined {
  const kind = typeof values.find((value) => value !== null);
  if (kind === 'number') return numbers(values);
  return kind === 'string' ? texts(values) : undefined;
}

function numbers(values: readonly (string | number | null)[]): Buffer | undefined {
  const out = head(HEAD_BYTES + 12 * values.length, INT8, values);
  let at = HEAD_BYTES;
  for (const value of values) {
    if (value === null) {
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

function texts(values: readonly (string | number | null)[]): Buffer | undefined {
  let bytes = HEAD_BYTES;
  for (const value of values) {
    if (typeof value === 'number') return undefined;
    bytes += 4 + (value === null ? 0 : Buffer.byteLength(value));
  }
  const out = head(bytes, TEXT, values);
  let at = HEAD_BYTES;
  for (const value of values) {
    if (value === null) {
      at = out.writeInt32BE(-1, at);
      continue;
    }
    const written = out.write(value as string, at + 4);
    out.writeInt32BE(written, at);
    at += 4 + written;
  }
  return out;
}

function head(bytes: number, elementType: number, values: readonly unknown[]): Buffer {
  const out = Buffer.allocUnsafe(bytes);
  let at = out.writeInt32BE(1, 0);
  at = out.writeInt32BE(values.includes(null) ? 1 : 0, at);
  at = out.writeInt32BE(elementType, at);
  at = out.writeInt32BE(values.length, at);
  out.writeInt32BE(1, at);
  return out;
}
