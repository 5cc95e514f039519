/** Pictures across the paper, `1D 76 30`: lines that the printer cannot write and codes that it cannot make. */
import { qrCellDots, qrModules } from '../../../contract/encoding/qr-code.ts';
import { columnsOfText, printableText } from '../../../contract/ticket-layout.ts';
import { drawnRows, type FontAbility } from './text.ts';

/** A command of pictures holds no more, so that zeros fill up one that was cut off (`link.ts`) and a small buffer takes it whole. */
const PIECE_BYTES = 1000;
const GLYPH_DOTS = 24;
/** Where the drawing of an ASCII character begins, which is half as wide: it stands in the middle of its box. */
const HALF_FROM = 6;

/** Dots in rows from the top; all false at first. */
class Canvas {
  readonly #bytesPerRow: number;
  readonly #rows: number;
  readonly #dots: Uint8Array;

  constructor(width: number, height: number) {
    this.#bytesPerRow = Math.ceil(width / 8);
    this.#rows = height;
    this.#dots = new Uint8Array(this.#bytesPerRow * height);
  }

  /** A square of dark dots. */
  square(left: number, top: number, size: number): void {
    for (let y = top; y < top + size; y += 1)
      for (let x = left; x < left + size; x += 1) {
        const at = y * this.#bytesPerRow + (x >> 3);
        this.#dots[at] = (this.#dots[at] ?? 0) | (0x80 >> (x & 7));
      }
  }

  /** No byte of it is 10, with which orders in real time begin: every dark square is two dots wide at least. */
  bytes(): number[] {
    const rowsAPiece = Math.max(1, Math.floor(PIECE_BYTES / this.#bytesPerRow));
    const bytes: number[] = [];
    for (let from = 0; from < this.#rows; from += rowsAPiece) {
      const rows = Math.min(rowsAPiece, this.#rows - from);
      const [width, start] = [this.#bytesPerRow, from * this.#bytesPerRow];
      bytes.push(0x1d, 0x76, 0x30, 0, width & 0xff, width >> 8, rows & 0xff, rows >> 8);
      for (const byte of this.#dots.subarray(start, start + rows * width)) bytes.push(byte);
    }
    return bytes;
  }
}

/** A large line, each dot of its drawings doubled. Every character but the space is drawn: the layout saw to it. */
export function largeLine(text: string, glyphs: FontAbility['glyphs']): number[] {
  const shown = printableText(text);
  const canvas = new Canvas(columnsOfText(shown) * GLYPH_DOTS, 2 * GLYPH_DOTS);
  let left = 0;
  for (const character of shown) {
    const isHalf = columnsOfText(character) === 1;
    const [from, width] = isHalf ? [HALF_FROM, GLYPH_DOTS / 2] : [0, GLYPH_DOTS];
    const rows = (character === ' ' ? undefined : drawnRows(glyphs, character)) ?? new Uint8Array(0);
    for (let y = 0; y * 3 < rows.length; y += 1)
      for (let x = 0; x < width; x += 1)
        if ((((rows[y * 3 + ((from + x) >> 3)] ?? 0) >> (7 - ((from + x) & 7))) & 1) === 1)
          canvas.square(left + 2 * x, 2 * y, 2);
    left += 2 * width;
  }
  return canvas.bytes();
}

/** A QR code on paper so many dots wide: the one that the screen shows. */
export function qrPicture(payload: string, dots: number): number[] {
  const modules = qrModules(payload) ?? [];
  const cell = qrCellDots(modules.length, dots);
  const canvas = new Canvas(modules.length * cell, modules.length * cell);
  for (const [y, row] of modules.entries())
    for (const [x, isDark] of row.entries()) if (isDark) canvas.square(x * cell, y * cell, cell);
  return canvas.bytes();
}
