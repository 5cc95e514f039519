/**
 * A QR code as a printer makes it from `1D 28 6B`: model 2, byte mode, error correction M, the smallest version that fits.
 * ISO/IEC 18004. For the picture on screen, and for paper where the printer makes none itself.
 */

/** Dots of a printer a module, where the paper is wide enough. */
export const QR_CELL_DOTS = 5;

/** Dots a module of a code so many modules wide, on paper so many dots wide. */
export function qrCellDots(modules: number, dots: number): number {
  return Math.max(1, Math.min(QR_CELL_DOTS, Math.floor(dots / Math.max(1, modules))));
}

/** Error-correction code words a block and number of blocks, level M, by version from 1. */
const WORDS_A_BLOCK = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28,
];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21];
const LEVEL_M = 0;

/** Rows of modules, true is dark. Undefined when the text is longer than version 25 holds (997 bytes). */
export function qrModules(text: string): boolean[][] | undefined {
  const bytes = [...new TextEncoder().encode(text)];
  for (let version = 1; version <= BLOCKS.length; version += 1) {
    const words = dataWords(bytes, version);
    if (words) return bestMask(version, interleaved(words, version));
  }
  return undefined;
}

/** Dark and light modules that carry data, by version. */
function rawBits(version: number): number {
  let bits = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const marks = Math.floor(version / 7) + 2;
    bits -= (25 * marks - 10) * marks - 55;
    if (version >= 7) bits -= 36;
  }
  return bits;
}

function dataWords(bytes: readonly number[], version: number): number[] | undefined {
  const room = (rawBits(version) >> 3) - (WORDS_A_BLOCK[version - 1] ?? 0) * (BLOCKS[version - 1] ?? 0);
  const countBits = version < 10 ? 8 : 16;
  if (4 + countBits + bytes.length * 8 > room * 8) return undefined;
  const bits: number[] = [];
  const put = (value: number, length: number): void => {
    for (let bit = length - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  put(0b0100, 4);
  put(bytes.length, countBits);
  for (const byte of bytes) put(byte, 8);
  put(0, Math.min(4, room * 8 - bits.length));
  while (bits.length % 8 !== 0) bits.push(0);
  const words: number[] = [];
  for (let at = 0; at < bits.length; at += 8)
    words.push(bits.slice(at, at + 8).reduce((word, bit) => word * 2 + bit, 0));
  for (let pad = 0xec; words.length < room; pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

/** Data cut into blocks, each with its correction words, in the order in which they stand in the code. */
function interleaved(data: readonly number[], version: number): number[] {
  const blocks = BLOCKS[version - 1] ?? 1;
  const correction = WORDS_A_BLOCK[version - 1] ?? 0;
  const total = rawBits(version) >> 3;
  const shortBlocks = blocks - (total % blocks);
  const shortData = Math.floor(total / blocks) - correction;
  const divisor = generator(correction);
  const cut: { words: number[]; check: number[] }[] = [];
  for (let block = 0, at = 0; block < blocks; block += 1) {
    const words = data.slice(at, at + shortData + (block < shortBlocks ? 0 : 1));
    at += words.length;
    cut.push({ words, check: remainder(words, divisor) });
  }
  const out: number[] = [];
  for (let n = 0; n <= shortData; n += 1)
    for (const { words } of cut) if (n < words.length) out.push(words[n] ?? 0);
  for (let n = 0; n < correction; n += 1) for (const { check } of cut) out.push(check[n] ?? 0);
  return out;
}

/** Product in GF(256) over 0x11D. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    if ((b >> bit) & 1) product ^= a;
  }
  return product;
}

function generator(degree: number): number[] {
  let result: number[] = [...Array.from({ length: degree - 1 }, () => 0), 1];
  let root = 1;
  for (let n = 0; n < degree; n += 1) {
    const factor = root;
    result = result.map((value, at) => times(value, factor) ^ (result[at + 1] ?? 0));
    root = times(root, 2);
  }
  return result;
}

function remainder(words: readonly number[], divisor: readonly number[]): number[] {
  let result = divisor.map(() => 0);
  for (const word of words) {
    const factor = word ^ (result[0] ?? 0);
    result = divisor.map((value, at) => (result[at + 1] ?? 0) ^ times(value, factor));
  }
  return result;
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function bestMask(version: number, words: readonly number[]): boolean[][] {
  let best: { modules: boolean[][]; penalty: number } | undefined;
  for (const [mask, hides] of MASKS.entries()) {
    const grid = new Grid(version);
    grid.drawPatterns(mask);
    grid.drawWords(words, hides);
    const penalty = penaltyOf(grid.modules);
    if (!best || penalty < best.penalty) best = { modules: grid.modules, penalty };
  }
  return best?.modules ?? [];
}

class Grid {
  readonly modules: boolean[][];
  readonly #taken: boolean[][];
  readonly #size: number;
  readonly #version: number;

  constructor(version: number) {
    this.#version = version;
    this.#size = version * 4 + 17;
    const empty = (): boolean[][] =>
      Array.from({ length: this.#size }, () => Array.from({ length: this.#size }, () => false));
    this.modules = empty();
    this.#taken = empty();
  }

  #set(x: number, y: number, isDark: boolean): void {
    const [row, taken] = [this.modules[y], this.#taken[y]];
    if (!row || !taken || x < 0 || x >= this.#size) return;
    row[x] = isDark;
    taken[x] = true;
  }

  drawPatterns(mask: number): void {
    const size = this.#size;
    for (let n = 0; n < size; n += 1) {
      this.#set(6, n, n % 2 === 0);
      this.#set(n, 6, n % 2 === 0);
    }
    for (const [x, y] of [
      [3, 3],
      [size - 4, 3],
      [3, size - 4],
    ] as const)
      this.#finder(x, y);
    const centres = this.#alignmentCentres();
    const last = centres.length - 1;
    for (const [i, x] of centres.entries()) {
      for (const [j, y] of centres.entries()) {
        const isFinder = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
        if (!isFinder) this.#alignment(x, y);
      }
    }
    this.#format(mask);
    this.#versionBits();
  }

  #finder(centreX: number, centreY: number): void {
    for (let dy = -4; dy <= 4; dy += 1) {
      for (let dx = -4; dx <= 4; dx += 1) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        this.#set(centreX + dx, centreY + dy, ring !== 2 && ring !== 4);
      }
    }
  }

  #alignment(centreX: number, centreY: number): void {
    for (let dy = -2; dy <= 2; dy += 1)
      for (let dx = -2; dx <= 2; dx += 1)
        this.#set(centreX + dx, centreY + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
  }

  #alignmentCentres(): number[] {
    if (this.#version === 1) return [];
    const count = Math.floor(this.#version / 7) + 2;
    const step = Math.floor((this.#version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
    return [6, ...Array.from({ length: count - 1 }, (_unused, n) => this.#size - 7 - (count - 2 - n) * step)];
  }

  #format(mask: number): void {
    const size = this.#size;
    const data = (LEVEL_M << 3) | mask;
    let rest = data;
    for (let n = 0; n < 10; n += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
    const bits = ((data << 10) | rest) ^ 0x5412;
    const bit = (n: number): boolean => ((bits >> n) & 1) === 1;
    for (let n = 0; n <= 5; n += 1) this.#set(8, n, bit(n));
    this.#set(8, 7, bit(6));
    this.#set(8, 8, bit(7));
    this.#set(7, 8, bit(8));
    for (let n = 9; n < 15; n += 1) this.#set(14 - n, 8, bit(n));
    for (let n = 0; n < 8; n += 1) this.#set(size - 1 - n, 8, bit(n));
    for (let n = 8; n < 15; n += 1) this.#set(8, size - 15 + n, bit(n));
    this.#set(8, size - 8, true);
  }

  #versionBits(): void {
    if (this.#version < 7) return;
    let rest = this.#version;
    for (let n = 0; n < 12; n += 1) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
    const bits = (this.#version << 12) | rest;
    for (let n = 0; n < 18; n += 1) {
      const [a, b, isDark] = [this.#size - 11 + (n % 3), Math.floor(n / 3), ((bits >> n) & 1) === 1];
      this.#set(a, b, isDark);
      this.#set(b, a, isDark);
    }
  }

  /** In pairs of columns from the right, up and down in turn, leaving out the timing column. */
  drawWords(words: readonly number[], hides: (x: number, y: number) => boolean): void {
    let at = 0;
    for (let right = this.#size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      const isUpward = ((right + 1) & 2) === 0;
      for (let step = 0; step < this.#size; step += 1) {
        const y = isUpward ? this.#size - 1 - step : step;
        for (const x of [right, right - 1]) {
          if (this.#taken[y]?.[x] !== false) continue;
          const isDark = (((words[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1;
          const row = this.modules[y];
          if (row) row[x] = isDark !== hides(x, y);
          at += 1;
        }
      }
    }
  }
}

/** How badly a reader would like it: long runs, blocks, false finders, imbalance. */
function penaltyOf(modules: readonly boolean[][]): number {
  const size = modules.length;
  const columns = Array.from({ length: size }, (_unused, x) => modules.map((row) => row[x] ?? false));
  let penalty = 0;
  for (const line of [...modules, ...columns]) {
    const text = line.map((isDark) => (isDark ? '1' : '0')).join('');
    for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) penalty += run.length - 2;
    penalty += 40 * [...text.matchAll(/(?=10111010000|00001011101)/g)].length;
  }
  let dark = 0;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const here = modules[y]?.[x];
      if (here) dark += 1;
      if (
        y > 0 &&
        x > 0 &&
        here === modules[y - 1]?.[x] &&
        here === modules[y]?.[x - 1] &&
        here === modules[y - 1]?.[x - 1]
      )
        penalty += 3;
    }
  }
  return penalty + Math.floor(Math.abs((dark * 20) / (size * size) - 10)) * 10;
}
