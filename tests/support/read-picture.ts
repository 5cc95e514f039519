import jsQR from 'jsqr';
import type { Picture } from '../../native/simulators/sheet-decoder.ts';

/** White paper around the picture, in dots: a camera needs it. */
const MARGIN = 40;

/** The QR code that a camera reads in a picture on paper. */
export function readPicture({ rows }: Picture): string | undefined {
  const [width, height] = [(rows[0]?.length ?? 0) * 8 + 2 * MARGIN, rows.length + 2 * MARGIN];
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (const [y, row] of rows.entries())
    for (let x = 0; x < row.length * 8; x += 1) {
      if ((((row[x >> 3] ?? 0) >> (7 - (x & 7))) & 1) === 0) continue;
      const at = ((y + MARGIN) * width + x + MARGIN) * 4;
      pixels.fill(0, at, at + 3);
    }
  const read = jsQR as unknown as (data: Uint8ClampedArray, w: number, h: number) => { data: string } | null;
  return read(pixels, width, height)?.data;
}
