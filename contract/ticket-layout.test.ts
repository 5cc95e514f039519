import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selfTestSheet, ticketSheet } from './device.ts';
import {
  columnsOfText,
  layOutSheet,
  printableText,
  sheetPartSchema,
  type SheetLine,
} from './ticket-layout.ts';

const ticket = ticketSheet.parse({
  kind: 'ticket',
  stationName: '朱家尖蜈蚣峙码头',
  lineName: '朱家尖—普陀山',
  fromName: '蜈蚣峙',
  toName: '普陀山',
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
  windowLabel: '03号窗口',
  clerkNumber: '0001',
  soldAt: '2026-11-21 09:12',
});
const linesOf = (change: Partial<typeof ticket>, columns = 32): SheetLine[] =>
  layOutSheet({ ...ticket, ...change }, { columns }).filter((part) => part.kind === 'line');
const namePart = (holderName: string, columns = 32): string[] => {
  const texts = linesOf({ holderName }, columns).map(({ text }) => text);
  const from = texts.findIndex((text) => text.startsWith('旅客'));
  return texts.slice(
    from,
    texts.findIndex((text) => text.startsWith('居民身份证')),
  );
};

describe('a long name', () => {
  test('of Latin words breaks at its spaces and goes on under itself', () => {
    expect(namePart('CHRISTOPHER ALEXANDER MAXIMILIAN SPECIMEN')).toEqual([
      '旅客 CHRISTOPHER ALEXANDER',
      '     MAXIMILIAN SPECIMEN',
    ]);
  });

  test('without a space breaks where the paper ends', () => {
    expect(namePart('阿'.repeat(20))).toEqual([`旅客 ${'阿'.repeat(13)}`, `     ${'阿'.repeat(7)}`]);
    expect(namePart('A'.repeat(60))).toEqual([
      `旅客 ${'A'.repeat(27)}`,
      `     ${'A'.repeat(27)}`,
      `     ${'A'.repeat(6)}`,
    ]);
  });

  test('is never cut: every sign of it is there, and no line is wider than the paper', () => {
    const name = fc
      .string({ unit: fc.constantFrom('甲', '𠮷', 'A', 'é', ' ', '·', '阿'), minLength: 1, maxLength: 60 })
      .filter((text) => text.trim() !== '');
    fc.assert(
      fc.property(name, fc.constantFrom(32, 48), (holderName, columns) => {
        const lines = layOutSheet({ ...ticket, holderName }, { columns }).filter(
          (part) => part.kind === 'line',
        );
        for (const { text, size } of lines) expect(columnsOfText(text) * size).toBeLessThanOrEqual(columns);
        expect(namePart(holderName, columns).join('').replaceAll(' ', '')).toBe(
          `旅客${holderName.replaceAll(' ', '')}`,
        );
      }),
    );
  });
});

describe('a large line', () => {
  const route = (change: Partial<typeof ticket>, columns = 32) =>
    linesOf(change, columns).filter(({ bold, align }) => bold && align === 'centre');

  test('shrinks when it does not fit large, and wraps when it does not fit at all', () => {
    expect(route({})).toMatchObject([{ size: 2, text: '蜈蚣峙 → 普陀山' }]);
    expect(route({ toName: '很长很长的地名' })).toMatchObject([{ size: 1 }]);
    expect(route({ fromName: '很长很长的地名又长', toName: '很长很长的地名又长' })).toMatchObject([
      { size: 1 },
      { size: 1 },
    ]);
  });

  test('with a drawn character keeps the normal size', () => {
    expect(route({ toName: '𠮷山', glyphs: { 𠮷: '0'.repeat(144) } }, 48)).toMatchObject([{ size: 1 }]);
  });
});

test('two values that do not fit side by side stand one below the other', () => {
  const texts = linesOf({ seatLabel: '上舱第十二排靠窗', ticketClassLabel: '残疾军人票(上舱)' }).map(
    ({ text }) => text,
  );
  expect(texts).toContain('座位 上舱第十二排靠窗');
  expect(texts).toContain('残疾军人票(上舱)'.padStart(25, ' '));
});

test('what the font lacks is 〓 where it is known, unless it is drawn', () => {
  const isMissing = (character: string): boolean => character === '𠮷' || character === '㐂';
  const parts = layOutSheet(
    { ...ticket, holderName: '测𠮷㐂', glyphs: { 㐂: '0'.repeat(144) } },
    { columns: 32, isMissing },
  );
  expect(parts).toContainEqual({ kind: 'line', text: '旅客 测〓㐂', align: 'left', size: 1, bold: false });
});

test('Chinese characters are never turned into others', () => {
  // U+F98E is a compatibility character that normalising would replace by 年.
  expect(printableText('\uf98e')).toBe('\uf98e');
  expect(printableText('e\u0301¥\ufe00')).toBe('é￥');
});

test('each part fits the contract, and the cut is the last', () => {
  for (const document of [ticket, selfTestSheet.parse({ kind: 'selfTest' })]) {
    const parts = layOutSheet(document, { columns: 48 });
    expect(parts.map((part) => sheetPartSchema.parse(part))).toEqual(parts);
    expect(parts.findIndex(({ kind }) => kind === 'cut')).toBe(parts.length - 1);
  }
});
