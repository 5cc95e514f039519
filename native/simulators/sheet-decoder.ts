/**
 * Reads ESC/POS bytes as a printer does and says what came on paper: lines of text, QR payloads, pictures, cuts.
 *
 * The simulated printer is driven by it, and a program that only has the bytes uses {@link decodeSheets} to count sheets.
 */
import iconv from 'iconv-lite';

/** One thing that happened while bytes were worked through. `bytes` are those it took. */
export type PrintStep = { bytes: Uint8Array } & (
  | { kind: 'line'; text: string }
  | { kind: 'qr'; payload: string }
  /** `1D 76 30`: rows of dots from the top, so many bytes a row, most significant bit left. */
  | { kind: 'raster'; bytesPerRow: number; dots: Uint8Array }
  | { kind: 'cut' }
  /** `1B 70`: the cash drawer opens. */
  | { kind: 'drawer' }
  /** `1D 72 n`: to be answered in print order. */
  | { kind: 'question' }
  /** Style, reset, text that is not yet a line, and commands that put nothing on paper. */
  | { kind: 'quiet' }
);

/** Stands for a character that came as a picture. */
export const PICTURE = '▦';

/** Bytes that follow a two-byte command and are not of variable length. */
const FIXED: Record<number, Record<number, number>> = {
  0x1b: {
    0x40: 0,
    0x32: 0,
    0x61: 1,
    0x21: 1,
    0x45: 1,
    0x2d: 1,
    0x64: 1,
    0x4a: 1,
    0x74: 1,
    0x33: 1,
    0x4d: 1,
    0x70: 3,
    0x24: 2,
  },
  0x1c: { 0x26: 0, 0x2e: 0, 0x21: 1, 0x2d: 1, 0x53: 2 },
  0x1d: {
    0x21: 1,
    0x61: 1,
    0x42: 1,
    0x4c: 2,
    0x57: 2,
    0x72: 1,
    0x48: 1,
    0x68: 1,
    0x77: 1,
    0x49: 1,
    0x24: 2,
    0x0c: 0,
  },
};

/** Bytes that were worked through are let go of so many at a time: a tape of a day is read in one piece. */
const LET_GO_BYTES = 4_096;

export class PrintInterpreter {
  #pending: number[] = [];
  /** How many of `#pending` were worked through. */
  #done = 0;
  #line: string[] = [];
  #qrStored = '';

  push(bytes: Uint8Array): void {
    for (const byte of bytes) this.#pending.push(byte);
  }

  /** As after power off: what was not worked through is lost. */
  reset(): void {
    this.#pending = [];
    this.#done = 0;
    this.#line = [];
    this.#qrStored = '';
  }

  /** Bytes that came and were not worked through. */
  get waiting(): number {
    return this.#pending.length - this.#done;
  }

  /** True in the middle of a command whose other bytes have not come yet. */
  get inCommand(): boolean {
    return this.waiting > 0;
  }

  /** Works through one command or character; `undefined` when more bytes are needed. */
  step(): PrintStep | undefined {
    const size = this.#nextSize();
    if (size === undefined || this.#pending.length - this.#done < size) return undefined;
    const bytes = Uint8Array.from(this.#pending.slice(this.#done, this.#done + size));
    this.#done += size;
    if (this.#done >= LET_GO_BYTES) {
      this.#pending.splice(0, this.#done);
      this.#done = 0;
    }
    return { bytes, ...this.#meaning(bytes) };
  }

  #next(count: number): number[] {
    return this.#pending.slice(this.#done, this.#done + count);
  }

  /** Size of what comes next; `undefined` when not even that can be told. */
  #nextSize(): number | undefined {
    const [first, second, third, fourth, fifth] = this.#next(5);
    if (first === undefined) return undefined;
    if (first === 0x10) return second === undefined ? undefined : second === 0x04 ? 3 : 2;
    if (first >= 0x81) {
      if (second === undefined) return undefined;
      return second >= 0x30 && second <= 0x39 ? 4 : 2;
    }
    const fixed = FIXED[first];
    if (fixed === undefined) return 1;
    if (second === undefined) return undefined;
    if (first === 0x1b && second === 0x2a) {
      if (third === undefined || fourth === undefined || fifth === undefined) return undefined;
      return 5 + (fourth + fifth * 256) * (third >= 32 ? 3 : 1);
    }
    if (first === 0x1d && second === 0x56) return third === undefined ? undefined : third >= 0x41 ? 4 : 3;
    if (first === 0x1d && second === 0x28) {
      if (fourth === undefined || fifth === undefined) return undefined;
      return 5 + fourth + fifth * 256;
    }
    if (first === 0x1d && second === 0x76) return this.#rasterSize();
    return 2 + (fixed[second] ?? 0);
  }

  #rasterSize(): number | undefined {
    const [, , , , xLow, xHigh, yLow, yHigh] = this.#next(8);
    if (xLow === undefined || xHigh === undefined || yLow === undefined || yHigh === undefined)
      return undefined;
    return 8 + (xLow + xHigh * 256) * (yLow + yHigh * 256);
  }

  #meaning(
    bytes: Uint8Array,
  ):
    | { kind: 'line'; text: string }
    | { kind: 'qr'; payload: string }
    | { kind: 'raster'; bytesPerRow: number; dots: Uint8Array }
    | { kind: 'cut' | 'drawer' | 'question' | 'quiet' } {
    const [first = 0, second = 0] = bytes;
    if (first === 0x0a) return { kind: 'line', text: this.#takeLine() };
    if (first >= 0x20 && first !== 0x7f) {
      this.#line.push(iconv.decode(Buffer.from(bytes), 'gb18030'));
      return { kind: 'quiet' };
    }
    if (first === 0x1b && second === 0x40) this.#line = [];
    if (first === 0x1b && second === 0x2a) this.#line.push(PICTURE);
    if (first === 0x1b && second === 0x64) return { kind: 'line', text: this.#takeLine() };
    if (first === 0x1b && second === 0x70) return { kind: 'drawer' };
    if (first === 0x1d && second === 0x56) return { kind: 'cut' };
    if (first === 0x1d && second === 0x72) return { kind: 'question' };
    if (first === 0x1d && second === 0x76) {
      const bytesPerRow = (bytes[4] ?? 0) + (bytes[5] ?? 0) * 256;
      return { kind: 'raster', bytesPerRow, dots: bytes.slice(8) };
    }
    if (first === 0x1d && second === 0x28 && bytes[2] === 0x6b) return this.#qrCommand(bytes);
    return { kind: 'quiet' };
  }

  #qrCommand(bytes: Uint8Array): { kind: 'qr'; payload: string } | { kind: 'quiet' } {
    if (bytes[6] === 0x50) this.#qrStored = new TextDecoder().decode(bytes.subarray(8));
    return bytes[6] === 0x51 && this.#qrStored !== ''
      ? { kind: 'qr', payload: this.#qrStored }
      : { kind: 'quiet' };
  }

  #takeLine(): string {
    const text = this.#line.join('');
    this.#line = [];
    return text;
  }
}

/** Rows from the top, each of the same number of bytes, most significant bit left. */
export interface Picture {
  rows: Uint8Array[];
}

/** What came on one piece of paper. */
export interface Sheet {
  /** Lines of text without the empty ones, spaces at the end cut off. */
  lines: string[];
  /** QR payloads in print order; a ticket has one, unless its printer gets it as a picture. */
  qr: string[];
  /** Pictures across the paper in print order; pieces of one width that touch are one. Absent where there are none. */
  pictures?: Picture[];
  /** False for what hangs out of the printer after the last cut. */
  cut: boolean;
}

/** Collects steps into sheets. */
export class SheetCollector {
  #lines: string[] = [];
  #qr: string[] = [];
  #pictures: Picture[] = [];
  /** The picture that the next piece would touch. */
  #open: Picture | undefined;

  /** A cut sheet when this step ended one. Paper that was cut with nothing on it is not a sheet. */
  add(step: PrintStep): Sheet | undefined {
    if (step.kind === 'line' && step.text.trim() !== '') this.#lines.push(step.text.trimEnd());
    if (step.kind === 'qr') this.#qr.push(step.payload);
    if (step.kind === 'raster') this.#addPiece(step.bytesPerRow, step.dots);
    else this.#open = undefined;
    return step.kind === 'cut' ? this.take(true) : undefined;
  }

  #addPiece(bytesPerRow: number, dots: Uint8Array): void {
    if (bytesPerRow === 0) return;
    if (this.#open?.rows[0]?.length !== bytesPerRow) this.#pictures.push((this.#open = { rows: [] }));
    for (let at = 0; at < dots.length; at += bytesPerRow)
      this.#open.rows.push(dots.slice(at, at + bytesPerRow));
  }

  take(cut: boolean): Sheet | undefined {
    const sheet: Sheet = { lines: this.#lines, qr: this.#qr, cut };
    if (this.#pictures.length > 0) sheet.pictures = this.#pictures;
    this.#lines = [];
    this.#qr = [];
    this.#pictures = [];
    this.#open = undefined;
    return sheet.lines.length + sheet.qr.length + (sheet.pictures?.length ?? 0) === 0 ? undefined : sheet;
  }
}

/** All sheets in the bytes of a printer's tape, the uncut rest last. */
export function decodeSheets(tape: Uint8Array): Sheet[] {
  const interpreter = new PrintInterpreter();
  const collector = new SheetCollector();
  const sheets: Sheet[] = [];
  interpreter.push(tape);
  for (let step = interpreter.step(); step !== undefined; step = interpreter.step()) {
    const sheet = collector.add(step);
    if (sheet !== undefined) sheets.push(sheet);
  }
  const rest = collector.take(false);
  if (rest !== undefined) sheets.push(rest);
  return sheets;
}
