/**
 * Text for the printer: GB18030, two columns a Chinese character, one an ASCII one.
 *
 * The half-width ¥ (U+00A5) has only a four-byte code, which cheap fonts print as rubbish, so it becomes the full-width ￥
 * (A3 A4). Money on a ticket is printed as `85.00元`.
 */
import iconv from 'iconv-lite';
import type { PrinterProfile } from '../../../contract/device.ts';
import { GETA, isAscii, printableText } from '../../../contract/ticket-layout.ts';

export { columnsOfText } from '../../../contract/ticket-layout.ts';

/** What a line is made of once its characters are known to be printable. */
export type Cell =
  | { kind: 'text'; text: string }
  /** 24 rows of 24 dots, three bytes a row; as wide as two columns. */
  | { kind: 'glyph'; rows: Uint8Array };

export interface FontAbility {
  font: PrinterProfile['font'];
  /** Drawn characters, as 144 hex digits. */
  glyphs: Readonly<Record<string, string>>;
}

export function encodeText(text: string): Uint8Array {
  return iconv.encode(text, 'gb18030');
}

/** Two bars: 〓 of a printer that has none. */
export const GETA_ROWS = Uint8Array.from(
  Array.from({ length: 24 }, (_unused, y) =>
    (y >= 4 && y < 9) || (y >= 15 && y < 20) ? [0x3f, 0xff, 0xfc] : [0, 0, 0],
  ).flat(),
);

/** The office's drawing of a character: 24 rows of 24 dots, three bytes a row. */
export function drawnRows(glyphs: FontAbility['glyphs'], character: string): Uint8Array | undefined {
  const drawn = Object.hasOwn(glyphs, character) ? glyphs[character] : undefined;
  return drawn === undefined ? undefined : Uint8Array.from(Buffer.from(drawn, 'hex'));
}

/**
 * Turns text into cells, one a character, replacing what the font lacks by the office's drawing or by 〓. ASCII is always the printer's own:
 * its drawings are for large lines.
 */
export function cellsOf(text: string, font: FontAbility): Cell[] {
  return Array.from(printableText(text), (character): Cell => {
    if (isAscii(character)) return { kind: 'text', text: character };
    const rows = drawnRows(font.glyphs, character) ?? (font.font === 'raster' ? GETA_ROWS : undefined);
    if (rows !== undefined) return { kind: 'glyph', rows };
    return { kind: 'text', text: isPrinted(character, font.font === 'gb18030') ? character : GETA };
  });
}

/** A font of GBK lacks four-byte codes; no font has the private-use characters that some cards carry. */
function isPrinted(character: string, fourByte: boolean): boolean {
  if (/\p{Co}/u.test(character)) return false;
  return fourByte || encodeText(character).length < 4;
}
