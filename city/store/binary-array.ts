/** Type numbers of PostgreSQL's catalogue (pg_type.dat). */
const INT8 = 20;
const TEXT = 25;

export type Cell = string | number | null | undefined;

/** Dimensions, null flag, element type, length and lower bound: five numbers of 4 bytes. */
const HEAD_BYTES = 20;
const FIRST_BYTES = 16_384;

/**
 * A `bigint[]` or `text[]` as PostgreSQL sends and takes it in binary (`array_send` in its source), written an element at a time:
 * many rows go over at a fraction of what quoting each element as text costs on both sides, and none of them is kept meanwhile.
 */
export class BinaryColumn {
  private out = Buffer.allocUnsafe(FIRST_BYTES);
  private at = HEAD_BYTES;
  private count = 0;
  private hasNull = false;
  private readonly elementType: number;

  constructor(type: 'bigint' | 'text') {
    this.elementType = type === 'bigint' ? INT8 : TEXT;
  }

  /**
   * `undefined` is null; a NUL in a text becomes U+FFFD, as `storable` has it.
   * @throws {TypeError} for a number in a column of texts, and the other way round; for a number that is no safe integer
   */
  push(value: Cell): void {
    this.count += 1;
    if (value === null || value === undefined) {
      this.hasNull = true;
      this.room(4);
      this.at = this.out.writeInt32BE(-1, this.at);
    } else if (this.elementType === TEXT) this.text(value);
    else this.number(value);
  }

  private number(value: string | number): void {
    if (!Number.isSafeInteger(value)) throw new TypeError('a bigint column takes whole numbers');
    this.room(12);
    this.at = this.out.writeInt32BE(8, this.at);
    // Two halves: a BigInt for each number would cost more than all the rest.
    const high = Math.floor((value as number) / 4_294_967_296);
    this.at = this.out.writeInt32BE(high, this.at);
    this.at = this.out.writeUInt32BE((value as number) - high * 4_294_967_296, this.at);
  }

  private text(value: string | number): void {
    if (typeof value !== 'string') throw new TypeError('a text column takes texts');
    // A UTF-16 unit takes three bytes at most, and so does U+FFFD.
    this.room(4 + 3 * value.length);
    const written = this.out.write(
      value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value,
      this.at + 4,
    );
    this.out.writeInt32BE(written, this.at);
    this.at += 4 + written;
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.out.length, this.at + bytes));
    this.out.copy(larger, 0, 0, this.at);
    this.out = larger;
  }

  finish(): Buffer {
    let at = this.out.writeInt32BE(1, 0);
    at = this.out.writeInt32BE(this.hasNull ? 1 : 0, at);
    at = this.out.writeInt32BE(this.elementType, at);
    at = this.out.writeInt32BE(this.count, at);
    this.out.writeInt32BE(1, at);
    return this.out.subarray(0, this.at);
  }
}

/**
 * A whole array at once.
 * @returns undefined where only the declared type could tell what is meant: no element that is not null, mixed kinds, no integer
 */
export function binaryArray(values: readonly Cell[]): Buffer | undefined {
  const some = values.filter((value) => value !== null && value !== undefined);
  const isText = some.every((value) => typeof value === 'string');
  if (some.length === 0 || !(isText || some.every((value) => Number.isSafeInteger(value)))) return undefined;
  const column = new BinaryColumn(isText ? 'text' : 'bigint');
  for (const value of values) column.push(value);
  return column.finish();
}
