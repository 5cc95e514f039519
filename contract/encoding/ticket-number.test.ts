import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composeTicketNumber, isTicketNumber } from './ticket-number.ts';

const parts = { stationCode: '3309', businessDate: '2026-11-21', window: 3, ledgerOrdinal: 1, serial: 1 };

test('station, date, window, ordinal, serial and a Luhn digit', () => {
  expect(composeTicketNumber(parts)).toBe('33092611210301000018');
  expect(
    composeTicketNumber({ ...parts, stationCode: '0001', businessDate: '2026-01-01', window: 1 }),
  ).toMatch(/^000126010101010000\d{2}$/);
  expect(
    composeTicketNumber({
      stationCode: '9999',
      businessDate: '2099-12-31',
      window: 99,
      ledgerOrdinal: 99,
      serial: 99_999,
    }),
  ).toBe('99999912319999999994');
});

test('the check digit is Luhn: the known number 79927398713 has it', () => {
  // Leading zeros do not change a Luhn sum, so the known number fits into twenty digits.
  expect(isTicketNumber('00000000079927398713')).toBe(true);
  for (const digit of '012456789') expect(isTicketNumber(`0000000007992739871${digit}`)).toBe(false);
});

const anyParts = fc.record({
  stationCode: fc.stringMatching(/^\d{4}$/),
  businessDate: fc
    .date({ min: new Date(Date.UTC(2000, 0, 1)), max: new Date(Date.UTC(2099, 11, 31)), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  window: fc.integer({ min: 1, max: 99 }),
  ledgerOrdinal: fc.integer({ min: 1, max: 99 }),
  serial: fc.integer({ min: 1, max: 99_999 }),
});

test('one wrong digit is always found', () => {
  fc.assert(
    fc.property(anyParts, fc.nat(19), fc.integer({ min: 1, max: 9 }), (of, at, by) => {
      const number = composeTicketNumber(of);
      expect(isTicketNumber(number)).toBe(true);
      const wrong = String((Number(number[at]) + by) % 10);
      expect(isTicketNumber(number.slice(0, at) + wrong + number.slice(at + 1))).toBe(false);
    }),
  );
});

test('different parts never share a number', () => {
  fc.assert(
    fc.property(anyParts, anyParts, (one, other) => {
      const same = JSON.stringify(one) === JSON.stringify(other);
      expect(composeTicketNumber(one) === composeTicketNumber(other)).toBe(same);
    }),
  );
});

test('parts out of range are a defect, and what is not twenty digits is no ticket number', () => {
  for (const wrong of [
    { window: 0 },
    { window: 100 },
    { ledgerOrdinal: 0 },
    { serial: 100_000 },
    { serial: 1.5 },
    { stationCode: '33' },
    { businessDate: '26-11-21' },
  ]) {
    expect(() => composeTicketNumber({ ...parts, ...wrong })).toThrow(RangeError);
  }
  for (const text of [
    '',
    '3309261121030100001',
    '330926112103010000180',
    '3309261121030100001８',
    ' 33092611210301000018',
  ]) {
    expect(isTicketNumber(text)).toBe(false);
  }
});
