import jsQR from 'jsqr';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { TicketSheet } from '../../contract/device.ts';
import { columnsOf, PROFILES } from '../../contract/printer-profiles.ts';
import { layOutSheet } from '../../contract/ticket-layout.ts';
import { sheetBytes } from '../../native/drivers/escpos/bytes.ts';
import { partsOf } from '../../native/drivers/escpos/sheet.ts';
import { decodeSheets, PICTURE } from '../../native/simulators/sheet-decoder.ts';
import { fontHas } from '../../main/devices/printer-font.ts';
import { TICKET } from '../hardware/rig.ts';

/** By a name that the type checker does not follow: the page is checked with settings of its own. */
const { TicketPicture } = (await import(['../../renderer/paper', 'ticket-picture.tsx'].join('/'))) as {
  TicketPicture: (props: { paper: unknown; label: string }) => never;
};

const glyph = 'f'.repeat(144);
const unescape = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');

/** Lines of text, rules as hyphens, in the order in which they stand on the picture. */
function linesOfPicture(svg: string, columns: number): string[] {
  return [
    ...svg.matchAll(/<text[^>]*data-part="line"[^>]*>([^<]*)<\/text>|<line[^>]*data-part="(rule)"/g),
  ].map(([, text, rule]) => (rule === undefined ? unescape(text ?? '').trimEnd() : '-'.repeat(columns)));
}

/** What a camera reads in the squares of the QR. */
function qrOfPicture(svg: string): string | undefined {
  const path = /<path d="([^"]*)" data-part="qr"/.exec(svg)?.[1] ?? '';
  const squares = [...path.matchAll(/M([\d.]+) ([\d.]+)h(\d+)/g)].map(
    ([, x, y, cell]) => [Number(x), Number(y), Number(cell)] as const,
  );
  const [left, top] = [Math.min(...squares.map(([x]) => x)), Math.min(...squares.map(([, y]) => y))];
  const size = Math.max(...squares.map(([x, , cell]) => x - left + cell)) + 40;
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (const [x, y, cell] of squares) {
    for (let row = 0; row < cell; row += 1) {
      for (let column = 0; column < cell; column += 1) {
        const at = ((y - top + 20 + row) * size + (x - left + 20 + column)) * 4;
        pixels.fill(0, at, at + 3);
      }
    }
  }
  return (
    jsQR as unknown as (data: Uint8ClampedArray, width: number, height: number) => { data: string } | null
  )(pixels, size, size)?.data;
}

const tickets: [string, Partial<TicketSheet>][] = [
  ['an ordinary one', {}],
  [
    'a second print, with a vessel and a stock serial',
    { copyMark: '补打 2', vesselName: '样例轮1', stockSerial: 'A000123' },
  ],
  [
    'one with a long Latin name',
    {
      holderName: 'CHRISTOPHER ALEXANDER MAXIMILIAN SPECIMEN-EXAMPLE',
      documentKindLabel: '外国人永久居留身份证',
    },
  ],
  [
    'one with long places',
    { fromName: '很长很长很长的码头名称', toName: '另一个很长很长的码头名称', seatLabel: '上舱第十二排靠窗' },
  ],
  ['one with characters drawn and characters missing', { holderName: '测𠮷㐂', glyphs: { 𠮷: glyph } }],
  ['one with signs of markup', { lineName: '甲<乙>&"丙"' }],
];

describe.each([PROFILES.generic58, PROFILES.generic80])('on $paperWidthMm mm paper', (profile) => {
  test.each(tickets)('the picture of %s shows what is printed, line for line', (_what, change) => {
    const ticket: TicketSheet = { ...TICKET, ...change };
    const columns = columnsOf(profile);
    const parts = layOutSheet(ticket, {
      columns,
      isMissing: (character) => !fontHas(profile.font, character),
    });
    const svg = renderToStaticMarkup(
      createElement(TicketPicture, {
        paper: { paperWidthMm: profile.paperWidthMm, columns, parts },
        label: '票',
      }),
    );
    const [sheet] = decodeSheets(sheetBytes(partsOf(ticket, profile), profile, ticket.glyphs ?? {}));
    // A drawn character is a picture on paper, and itself on screen.
    const onScreen = linesOfPicture(svg, columns).map((line) => line.replaceAll(/[𠮷]/gu, PICTURE));
    expect(onScreen).toEqual(sheet?.lines);
    expect(qrOfPicture(svg)).toBe(sheet?.qr[0]);
    expect([...svg.matchAll(/data-part="cut"/g)]).toHaveLength(1);
  });
});
