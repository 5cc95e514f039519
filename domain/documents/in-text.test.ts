import { describe, expect, test } from 'vitest';
import type { BusinessDate } from '../../contract/ids.ts';
import { citizenNumber } from '../../tests/support/people.ts';
import { hasDocumentNumber } from './in-text.ts';

const today = '2026-11-21' as BusinessDate;
const number = citizenNumber('19600111', 137);
const wide = Array.from(number, (digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0)).join(
  '',
);

describe('a text that somebody typed', () => {
  test.each([
    ['a citizen number', `旅客证件${number}要求退票`],
    ['with a small x', citizenNumber('19600111', 137).toLowerCase()],
    ['in groups', `${number.slice(0, 6)} ${number.slice(6, 14)} ${number.slice(14)}`],
    ['in groups with hyphens', `号${number.slice(0, 6)}-${number.slice(6, 14)}-${number.slice(14)}`],
    ['in wide digits', `证件${wide}`],
    ['a passport', '护照E12345678'],
    ['a newer passport', '护照 ea1234567 遗失'],
    ['a permit for Hong Kong and Macao', 'H12345678'],
    ['a permit with its count of issues', 'm1234567801,'],
    ['a residence card of 2017', 'FRA110012345678'],
  ])('has a document number: %s', (_what, text) => {
    expect(hasDocumentNumber(text, today)).toBe(true);
  });

  test.each([
    ['plain words', '旅客临时改变行程'],
    ['a ticket number', '换成 33092611210301000018 号票'],
    ['eighteen digits that are nobody’s', '流水 123456789012345678'],
    ['a wrong check digit', `${number.slice(0, 17)}${number.endsWith('1') ? '2' : '1'}`],
    ['a call back', '海事处 0580-2260123、13800001234'],
    ['a reference with a date', '浙海事〔2026〕第 118 号 E20261121'],
    ['a departure and a seat', 'w-wgz-pts/2026-11-21/1220 第 12 座,10:30'],
    ['a digest', 'e1234567-89ab-4cde-8f01-23456789abcd'],
    ['nothing', ''],
  ])('has none: %s', (_what, text) => {
    expect(hasDocumentNumber(text, today)).toBe(false);
  });
});
