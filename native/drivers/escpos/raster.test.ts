import iconv from 'iconv-lite';
import jsQR from 'jsqr';
import { describe, expect, test } from 'vitest';
import type { PrinterProfile, TicketSheet } from '../../../contract/device.ts';
import { columnsOf, PROFILES } from '../../../contract/printer-profiles.ts';
import {
  decodeSheets,
  PICTURE,
  PrintInterpreter,
  type Picture,
  type PrintStep,
  type Sheet,
} from '../../simulators/sheet-decoder.ts';
import { sheetBytes } from './bytes.ts';
import { partsOf } from './sheet.ts';

const TICKET: TicketSheet = {
  kind: 'ticket',
  stationName: '朱家尖蜈蚣峙码头',
  lineName: '朱家尖—普陀山',
  fromName: '蜈蚣峙',
  toName: '普陀山 A',
  departureDate: '2026-11-21',
  departureTime: '09:30',
  seatLabel: '押金¥10',
  ticketClassLabel: '全票',
  fareFen: 2500,
  holderName: '测𠮷',
  maskedNumber: '110105********002X',
  documentKindLabel: '居民身份证',
  ticketNumber: '33092611210301000017',
  qr: 'SO1.eyJuIjoiMSJ9.c2ln',
  windowLabel: '3号窗口',
  clerkNumber: '0001',
  soldAt: '2026-11-21 09:12',
};
const RASTER: PrinterProfile = { ...PROFILES.generic80, font: 'raster', qr: 'raster' };

/** A drawing of its own for each character: no dots but a pattern of its code. ASCII ones stand in the middle half. */
function drawing(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const row = (n: number): string =>
    code < 0x80
      ? `0${((code * 31 + n * 7) & 0x3f).toString(16).padStart(2, '0')}fc0`.slice(0, 6)
      : ((code * 2_654_435 + n * 40_503) & 0xffffff).toString(16).padStart(6, '0');
  return Array.from({ length: 24 }, (_unused, n) => row(n)).join('');
}
const drawingsOf = (text: string): Record<string, string> =>
  Object.fromEntries(Array.from(new Set(text), (character) => [character, drawing(character)]));

/** Every character that stands on the ticket in the printer's own way: those that any page could be asked for. */
const EVERYTHING = drawingsOf(
  `${JSON.stringify(TICKET)}→￥日期开航座位票价元旅客号据工售请凭本及有效检补打证人件【】—`.replaceAll(
    '¥',
    '',
  ),
);

function bytesOf(change: Partial<TicketSheet> = {}, profile: PrinterProfile = RASTER): Uint8Array {
  const sheet = { ...TICKET, glyphs: EVERYTHING, ...change };
  return sheetBytes(partsOf(sheet, profile), profile, sheet.glyphs ?? {});
}
function stepsOf(bytes: Uint8Array): PrintStep[] {
  const interpreter = new PrintInterpreter();
  interpreter.push(bytes);
  const steps: PrintStep[] = [];
  for (let step = interpreter.step(); step; step = interpreter.step()) steps.push(step);
  return steps;
}
function printed(change: Partial<TicketSheet> = {}, profile: PrinterProfile = RASTER): Required<Sheet> {
  const [sheet, ...others] = decodeSheets(bytesOf(change, profile));
  if (!sheet || others.length > 0) throw new Error('not one sheet');
  return { pictures: [], ...sheet };
}
const isText = ({ bytes: [first = 0] }: PrintStep): boolean => first >= 0x20 && first !== 0x7f;
const isDark = ({ rows }: Picture, x: number, y: number): boolean =>
  (((rows[y]?.[x >> 3] ?? 0) >> (7 - (x & 7))) & 1) === 1;
const has = (bytes: Uint8Array, ...part: number[]): boolean => Buffer.from(bytes).includes(Buffer.from(part));

/** What a camera reads. */
function qrOf(picture: Picture): string | undefined {
  const [width, height] = [(picture.rows[0]?.length ?? 0) * 8 + 80, picture.rows.length + 80];
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      if (isDark(picture, x - 40, y - 40) && x >= 40 && y >= 40)
        pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
  const read = jsQR as unknown as (data: Uint8ClampedArray, w: number, h: number) => { data: string } | null;
  return read(pixels, width, height)?.data;
}

describe('a printer without a Chinese font', () => {
  test('gets nothing but ASCII as text: every other character is its picture', () => {
    const bytes = bytesOf();
    for (const step of stepsOf(bytes)) if (isText(step)) expect(step.bytes[0]).toBeLessThan(0x80);
    const { lines } = printed();
    expect(lines).toContain(`${PICTURE}${PICTURE} 2026-11-21 09:30`);
    expect(lines).toContain(`${PICTURE}${PICTURE} ${PICTURE}${PICTURE}`);
    expect(lines).toContain(`${PICTURE}${PICTURE} 25.00${PICTURE}`);
  });

  test('is not told of a Chinese mode', () => {
    expect(has(bytesOf(), 0x1c, 0x26)).toBe(false);
    expect(has(bytesOf({}, PROFILES.generic80), 0x1c, 0x26)).toBe(true);
  });

  test.each(['¥', '￥'])('gets %s as the picture of the full-width one', (sign) => {
    const only = drawingsOf('￥');
    const bytes = bytesOf({ seatLabel: `${sign}10`, glyphs: only });
    const columns = Array.from({ length: 24 }, (_unused, x) =>
      [0, 1, 2].map((third) => {
        let byte = 0;
        for (let y = third * 8; y < third * 8 + 8; y += 1) {
          const row = Buffer.from((only['￥'] ?? '').slice(y * 6, y * 6 + 6), 'hex');
          byte = (byte << 1) | (((row[x >> 3] ?? 0) >> (7 - (x & 7))) & 1);
        }
        return byte;
      }),
    ).flat();
    expect(has(bytes, 0x1b, 0x2a, 33, 24, 0, ...columns)).toBe(true);
    expect(has(bytes, 0xa3, 0xa4)).toBe(false);
  });

  test('where nothing is drawn there are pictures of 〓, of this driver’s own', () => {
    const bytes = bytesOf({ glyphs: {} });
    expect(Buffer.from(bytes).includes(iconv.encode('〓', 'gb18030'))).toBe(false);
    for (const step of stepsOf(bytes)) if (isText(step)) expect(step.bytes[0]).toBeLessThan(0x80);
    const images = stepsOf(bytes)
      .filter(({ bytes: [first, second] }) => first === 0x1b && second === 0x2a)
      .map((step) => Buffer.from(step.bytes).toString('hex'));
    expect(new Set(images).size).toBe(1);
    expect(/^0*$/.test((images[0] ?? '').slice(10))).toBe(false);
    expect(printed({ glyphs: {} }).qr).toEqual([]);
  });

  test('a large line is one picture of doubled dots, its ASCII characters half as wide', () => {
    const [title] = printed().pictures;
    const text = '蜈蚣峙 → 普陀山 A';
    expect(title?.rows).toHaveLength(48);
    expect(title?.rows[0]).toHaveLength((18 * 24) / 8);
    if (!title) return;
    let left = 0;
    for (const character of text) {
      const isHalf = character < '\x80';
      for (let y = 0; y < 48; y += 1) {
        for (let x = 0; x < (isHalf ? 24 : 48); x += 1) {
          const dot = (x >> 1) + (isHalf ? 6 : 0);
          const row = Buffer.from(drawing(character).slice((y >> 1) * 6, (y >> 1) * 6 + 6), 'hex');
          const expected = character !== ' ' && (((row[dot >> 3] ?? 0) >> (7 - (dot & 7))) & 1) === 1;
          if (isDark(title, left + x, y) !== expected) throw new Error(`${character} at ${x} ${y}`);
        }
      }
      left += isHalf ? 24 : 48;
    }
  });

  test('a large line of ASCII alone stays text of double size', () => {
    const list = sheetBytes(
      partsOf({ kind: 'list', title: 'LIST', fields: [], rows: [], foot: [] }, RASTER),
      RASTER,
      {},
    );
    expect(has(list, 0x1d, 0x21, 0x11, 0x1b, 0x45, 1, ...Buffer.from('LIST'))).toBe(true);
  });

  test('a large line of which a character is not drawn has normal size', () => {
    const { A: _a, ...glyphs } = EVERYTHING;
    const { lines } = printed({ glyphs });
    expect(lines).toContain(`${PICTURE.repeat(3)} ${PICTURE} ${PICTURE.repeat(3)} A`);
  });
});

describe('a printer without QR codes of its own', () => {
  test.each([58, 80] as const)('gets the ticket’s as a picture that is read on %i mm', (paperWidthMm) => {
    for (const length of [8, 120, 330, 700]) {
      const qr = `SO1.${'Ab-9'.repeat(200)}`.slice(0, length);
      const sheet = printed({ qr, glyphs: {} }, { ...RASTER, paperWidthMm });
      const picture = sheet.pictures.at(-1) ?? { rows: [] };
      expect(sheet.qr).toEqual([]);
      expect(qrOf(picture)).toBe(qr);
      expect((picture.rows[0]?.length ?? 0) * 8).toBeLessThanOrEqual(columnsOf({ paperWidthMm }) * 12);
    }
  });

  test('native stays what it was, also without a Chinese font', () => {
    for (const profile of [
      { ...RASTER, qr: 'native' as const },
      { ...PROFILES.generic80, font: 'raster' as const },
    ])
      expect(printed({}, profile).qr).toEqual([TICKET.qr]);
    expect(printed({ glyphs: {} }, { ...PROFILES.generic80, qr: 'raster' }).lines).toContain('旅客 测〓');
  });
});

describe('pictures on the line', () => {
  test('no command is longer than what a driver that comes later fills up, whatever the ticket', () => {
    for (const step of stepsOf(bytesOf({ qr: 'x'.repeat(700) })))
      expect(step.bytes.length).toBeLessThanOrEqual(1024);
  });

  test('hold nothing that a printer could take for a question or an order in real time', () => {
    // Every column is 10 04 01 of the one and 10 14 01 of the other.
    const rows = (dark: number[]): string =>
      Array.from({ length: 24 }, (_unused, y) => (dark.includes(y) ? 'ffffff' : '000000')).join('');
    const glyphs = { ...EVERYTHING, 测: rows([3, 13, 23]), 全: rows([3, 11, 13, 23]) };
    const bytes = Buffer.from(bytesOf({ glyphs }));
    for (const second of [0x04, 0x05, 0x14]) expect(bytes.includes(Buffer.from([0x10, second]))).toBe(false);
  });
});
