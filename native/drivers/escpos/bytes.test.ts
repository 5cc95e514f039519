import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import type { PrinterProfile, TicketSheet } from '../../../contract/device.ts';
import { decodeSheets, PICTURE } from '../../simulators/sheet-decoder.ts';
import { ASK_IN_ORDER, separation, sheetBytes } from './bytes.ts';
import { columnsOf, PROFILES } from '../../../contract/printer-profiles.ts';
import { fareText, partsOf } from './sheet.ts';
import { printableText } from '../../../contract/ticket-layout.ts';
import { columnsOfText } from './text.ts';

const ticket: TicketSheet = {
  kind: 'ticket',
  stationName: '朱家尖蜈蚣峙码头',
  lineName: '朱家尖—普陀山',
  fromName: '蜈蚣峙',
  toName: '普陀山',
  vesselName: '样例轮1',
  departureDate: '2026-11-21',
  departureTime: '09:30',
  seatLabel: '12号',
  ticketClassLabel: '全票',
  fareFen: 2500,
  holderName: '测试甲',
  maskedNumber: '110105********002X',
  documentKindLabel: '居民身份证',
  ticketNumber: '33092611210301000017',
  qr: 'SO1.eyJuIjoiMSJ9.c2ln',
  windowLabel: '3号窗口',
  clerkNumber: '0001',
  soldAt: '2026-11-21 09:12',
};

function bytesOf(sheet: TicketSheet, profile: PrinterProfile = PROFILES.generic80): Uint8Array {
  return sheetBytes(partsOf(sheet, profile), profile, sheet.glyphs ?? {});
}
function printed(
  sheet: TicketSheet,
  profile: PrinterProfile = PROFILES.generic80,
): { lines: string[]; qr: string[]; cut: boolean } {
  const sheets = decodeSheets(bytesOf(sheet, profile));
  expect(sheets).toHaveLength(1);
  const [first] = sheets;
  if (first === undefined) throw new Error('no sheet');
  return first;
}
const contains = (all: Uint8Array, part: Uint8Array): boolean => Buffer.from(all).includes(Buffer.from(part));

describe('a ticket on paper', () => {
  test.each([PROFILES.generic80, PROFILES.generic58])(
    '$paperWidthMm mm: everything the passenger needs, one QR, one cut',
    (profile) => {
      const { lines, qr, cut } = printed(ticket, profile);
      const text = lines.join('\n');
      for (const field of [
        '朱家尖蜈蚣峙码头',
        '蜈蚣峙 → 普陀山',
        '开航 2026-11-21 09:30',
        '样例轮1',
        '座位 12号',
        '全票',
        '票价 25.00元',
        '旅客 测试甲',
        '居民身份证 110105********002X',
        '票号 33092611210301000017',
        '3号窗口',
        '工号 0001',
      ]) {
        expect(text).toContain(field);
      }
      expect(qr).toEqual([ticket.qr]);
      expect(cut).toBe(true);
    },
  );

  test.each([PROFILES.generic80, PROFILES.generic58])(
    'no line is wider than $paperWidthMm mm paper',
    (profile) => {
      const long = {
        ...ticket,
        holderName: 'A VERY LONG NAME OF A PASSENGER '.repeat(3).trim(),
        stationName: '长名字站'.repeat(10),
      };
      for (const line of printed(long, profile).lines)
        expect(columnsOfText(line)).toBeLessThanOrEqual(columnsOf(profile));
      expect(printed(long, profile).lines.join('').replaceAll(' ', '')).toContain(
        long.holderName.replaceAll(' ', ''),
      );
    },
  );

  test('the question in print order is the very last thing, behind the cut', () => {
    const bytes = Buffer.from(bytesOf(ticket));
    expect(bytes.subarray(-ASK_IN_ORDER.length)).toEqual(Buffer.from(ASK_IN_ORDER));
    expect(bytes.subarray(-7, -3)).toEqual(Buffer.from([0x1d, 0x56, 0x42, 0x03]));
  });

  test('a full cut and no cutter at all are honoured', () => {
    expect(
      contains(
        bytesOf(ticket, { ...PROFILES.generic80, cutter: 'full' }),
        Uint8Array.of(0x1d, 0x56, 0x41, 3),
      ),
    ).toBe(true);
    expect(
      contains(bytesOf(ticket, { ...PROFILES.generic80, cutter: 'none' }), Uint8Array.of(0x1d, 0x56)),
    ).toBe(false);
  });

  test('a second print says so in large letters', () => {
    expect(printed({ ...ticket, copyMark: '补打 2' }).lines.join()).toContain('【补打 2】');
  });

  test('what is fed and cut off before it is not a sheet of its own', () => {
    const all = Buffer.concat([separation(PROFILES.generic80), bytesOf(ticket)]);
    expect(decodeSheets(all)).toEqual([printed(ticket)]);
  });
});

describe('money and rare characters', () => {
  test.each([
    [0, '0.00元'],
    [5, '0.05元'],
    [2500, '25.00元'],
    [100_000_000, '1000000.00元'],
  ])('%i fen are %s', (fen, text) => {
    expect(fareText(fen)).toBe(text);
  });

  test('a half-width yuan sign comes out as the full-width one that every Chinese font has', () => {
    const bytes = bytesOf({ ...ticket, seatLabel: '押金¥10' });
    expect(contains(bytes, Uint8Array.of(0xa3, 0xa4))).toBe(true);
    expect(contains(bytes, Uint8Array.of(0x81, 0x30, 0x84, 0x36))).toBe(false);
  });

  test('a character outside a GBK font is printed as 〓 and never as four rubbish bytes', () => {
    const bytes = bytesOf({ ...ticket, holderName: '测𠮷' });
    expect(contains(bytes, iconv.encode('𠮷', 'gb18030'))).toBe(false);
    expect(decodeSheets(bytes)[0]?.lines).toContain('旅客 测〓');
  });

  test('a GB18030 font gets the four bytes', () => {
    expect(
      printed({ ...ticket, holderName: '测𠮷' }, { ...PROFILES.generic80, font: 'gb18030' }).lines,
    ).toContain('旅客 测𠮷');
  });

  test('a character drawn by the office is printed as its picture, turned into columns', () => {
    // The top left dot of 24 × 24.
    const dot = `800000${'0'.repeat(138)}`;
    const bytes = bytesOf({ ...ticket, holderName: '测𠮷', glyphs: { 𠮷: dot } });
    const image = Uint8Array.from([0x1b, 0x2a, 33, 24, 0, 0x80, 0, 0, ...new Uint8Array(69)]);
    expect(contains(bytes, image)).toBe(true);
    expect(decodeSheets(bytes)[0]?.lines).toContain(`旅客 测${PICTURE}`);
  });

  test('every name comes back from the paper as it was, or with 〓 for what the font lacks', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 15 })
      .filter((text) => /^[^\p{C}\p{Z}]+$/u.test(text));
    fc.assert(
      fc.property(name, (holderName) => {
        const line = printed({ ...ticket, holderName }).lines.find((text) => text.startsWith('旅客 '));
        const expected = Array.from(printableText(holderName), (c) =>
          iconv.encode(c, 'gb18030').length === 4 || /\p{Co}/u.test(c) ? '〓' : c,
        );
        expect(line).toBe(`旅客 ${expected.join('')}`.trimEnd());
      }),
    );
  });
});
