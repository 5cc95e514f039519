/**
 * Text for the printer: GB18030, two columns a Chinese character, one an ASCII one.
 *
 * The half-width ¥ (U+00A5) has only a four-byte code, which cheap fonts print as rubbish, so it becomes the full-width ￥
 * (A3 A4). Money on a ticket is printed as `85.00元`.
 */
import iconv from 'iconv-lite';
import { GETA, printableText } from '../../../contract/ticket-layout.ts';

export { columnsOfText } from '../../../contract/ticket-layout.ts';

/** What a line is made of once its characters are known to be printable. */
export type Cell =
  | { kind: 'text'; text: string }
  /** 24 rows of 24 dots, three bytes a row; as wide as two columns. */
  | { kind: 'glyph'; rows: Uint8Array };

export interface FontAbility {
  /** Has glyphs for four-byte GB18030 codes. */
  fourByte: boolean;
  /** Drawn characters, as 144 hex digits. */
  glyphs: Readonly<Record<string, string>>;
}

export function encodeText(text: string): Uint8Array {
  return iconv.encode(text, 'gb18030');
}

/** Turns text into cells, one a character, replacing what the font lacks by the office's drawing or by 〓. */
export function cellsOf(text: string, font: FontAbility): Cell[] {
  return Array.from(printableText(text), (character): Cell => {
    const drawn = Object.hasOwn(font.glyphs, character) ? font.glyphs[character] : undefined;
    if (drawn !== undefined) return { kind: 'glyph', rows: Uint8Array.from(Buffer.from(drawn, 'hex')) };
    return { kind: 'text', text: isPrinted(character, font.fourByte) ? character : GETA };
  });
}

/** A font of GBK lacks four-byte codes; no font has the private-use characters that some cards carry. */
function isPrinted(character: string, fourByte: boolean): boolean {
  if (/\p{Co}/u.test(character)) return false;
  return fourByte || encodeText(character).length < 4;
}
