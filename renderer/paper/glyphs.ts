/** Draws characters that the printer's font lacks, with the fonts of this system, for the printer's 24 × 24 dots. */
import type { OfficeClient } from '../client/office-client.ts';

const DOTS = 24;
/** What one answer may carry. A printer without a Chinese font wants all of a list's characters. */
const MOST_AT_ONCE = 200;
/** Where a Chinese character stands on: an eighth of its height below the middle line of its box. */
const BASELINE = 21;
/** Fonts with rare characters first; the system falls back by itself to any other that has one. */
const FAMILIES =
  "'Noto Sans CJK SC', 'Source Han Sans SC', 'SimSun-ExtB', 'SimSun', 'Microsoft YaHei', 'PingFang SC', sans-serif";
/** Darker than this is a dot; thin strokes are grey on so small a grid. */
const DOT_BELOW = 150;
/** No font has this code point: what is drawn for it is what is drawn for every missing character. */
const UNASSIGNED = '\u{3fffd}';

/**
 * 24 rows of three bytes as 144 hex digits, leftmost dot first; undefined when no font of the system has the character. ASCII characters, which a
 * printer without a Chinese font needs in its large lines, take the middle half.
 */
export function drawGlyph(character: string): string | undefined {
  const context = pen();
  if (!context) return undefined;
  const drawn = dots(context, character);
  return /^0*$/.test(drawn) || drawn === dots(context, UNASSIGNED) ? undefined : drawn;
}

/** Answers the office whenever it wants characters. Returns the end of it. */
export function answerGlyphs(client: OfficeClient): () => void {
  return client.on('glyphs.wanted', ({ characters }) => {
    const drawings = characters.map((character) => [character, drawGlyph(character)] as const);
    const drawn = drawings.filter((one): one is readonly [string, string] => one[1] !== undefined);
    const missing = drawings.flatMap(([character, drawing]) => (drawing === undefined ? [character] : []));
    for (let from = 0; from < Math.max(drawn.length, missing.length); from += MOST_AT_ONCE)
      // A refusal means that nobody is signed in any more: the office prints without the drawings.
      void client.call('prints.glyphs', {
        glyphs: Object.fromEntries(drawn.slice(from, from + MOST_AT_ONCE)),
        missing: missing.slice(from, from + MOST_AT_ONCE),
      });
  });
}

function pen(): CanvasRenderingContext2D | null {
  const canvas = document.createElement('canvas');
  canvas.width = DOTS;
  canvas.height = DOTS;
  return canvas.getContext('2d', { willReadFrequently: true });
}

function dots(context: CanvasRenderingContext2D, character: string): string {
  context.fillStyle = '#fff';
  context.fillRect(0, 0, DOTS, DOTS);
  context.fillStyle = '#000';
  context.font = `${DOTS}px ${FAMILIES}`;
  context.textAlign = 'center';
  context.fillText(character, DOTS / 2, BASELINE, character < '\x80' ? DOTS / 2 : DOTS);
  const { data } = context.getImageData(0, 0, DOTS, DOTS);
  let hex = '';
  for (let at = 0; at < DOTS * DOTS; at += 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit += 1)
      digit = digit * 2 + ((data[(at + bit) * 4] ?? 255) < DOT_BELOW ? 1 : 0);
    hex += digit.toString(16);
  }
  return hex;
}
