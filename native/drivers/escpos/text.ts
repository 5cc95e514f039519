/**
 * Text for the printer: GB18030, two columns a Chinese character, one an ASCII one.
 *
 * The half-width ¥ (U+00A5) has only a four-byte code, which cheap fonts print as rubbish, so it becomes the full-width ￥
 * (A3 A4). Money on a ticket is printed as `85.00元`.
 */
import iconv from 'iconv-lite';

/** Printed for a character that neither the font nor the office has. */
export const GETA = '〓';

/** What a line is made of once its characters are known to be printable. */
export type Cell =
  | { kind: 'text'; text: string; columns: number }
  /** 24 rows of 24 dots, three bytes a row. */
  | { kind: 'glyph'; rows: Uint8Array; columns: 2 };

export interface FontAbility {
  /** Has glyphs for four-byte GB18030 codes. */
  fourByte: boolean;
  /** Drawn characters, as 144 hex digits. */
  glyphs: Readonly<Record<string, string>>;
}

export function encodeText(text: string): Uint8Array {
  return iconv.encode(text, 'gb18030');
}

export function columnsOfText(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

function columnsOfCharacter(character: string): number {
  return (character.codePointAt(0) ?? 0) < 0x80 ? 1 : 2;
}

/** Turns text into cells, one a character, replacing what the font lacks by the office's drawing or by 〓. */
export function cellsOf(text: string, font: FontAbility): Cell[] {
  const cells: Cell[] = [];
  for (const original of text.normalize('NFC')) {
    const character = original === '¥' ? '￥' : original;
    const drawn = font.glyphs[character];
    if (encodeText(character).length < 4 || (font.fourByte && drawn === undefined)) {
      cells.push({ kind: 'text', text: character, columns: columnsOfCharacter(character) });
    } else if (drawn === undefined) {
      cells.push({ kind: 'text', text: GETA, columns: 2 });
    } else {
      cells.push({ kind: 'glyph', rows: Uint8Array.from(Buffer.from(drawn, 'hex')), columns: 2 });
    }
  }
  return cells;
}

/** Breaks cells into lines of at most `columns`; a line is never empty unless the text is. */
export function wrapCells(cells: readonly Cell[], columns: number): Cell[][] {
  const lines: Cell[][] = [[]];
  let used = 0;
  for (const cell of cells) {
    if (used + cell.columns > columns) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)?.push(cell);
    used += cell.columns;
  }
  return lines;
}
