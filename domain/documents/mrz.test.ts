import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BusinessDate } from '../../contract/ids.ts';
import { continuesMrz, mrzCheckDigit, mrzLinesBegunBy, parseMrz, resemblesMrz } from './mrz.ts';

const today = '2026-11-21' as BusinessDate;
/** Specimens of ICAO 9303. */
const TD3 = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
const TD2 = ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'];
const TD1 = [
  'I<UTOD231458907<<<<<<<<<<<<<<<',
  '7408122F1204159UTO<<<<<<<<<<<6',
  'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
];
const anna = {
  issuer: 'UTO',
  name: 'ERIKSSON ANNA MARIA',
  nationality: 'UTO',
  birthDate: '1974-08-12',
  sex: 'female',
  validTo: '2012-04-15',
};

/** A passport made up here, its check digits computed. */
function passport(change: { number?: string; birth?: string; expiry?: string; names?: string } = {}): string {
  const { number = 'E12345678', birth = '900101', expiry = '300101', names = 'YANGLI<<YI' } = change;
  const field = (text: string) => text + mrzCheckDigit(text);
  const [id, born, until, optional] = [
    field(number.padEnd(9, '<')),
    field(birth),
    field(expiry),
    `${'<'.repeat(14)}<`,
  ];
  const second = `${id}CHN${born}M${until}${optional}`;
  return `${`P<CHN${names}`.padEnd(44, '<')}\n${second}${mrzCheckDigit(id + born + until + optional)}`;
}

describe('the specimens of ICAO 9303', () => {
  test.each([
    ['TD3', TD3, 'P', 'L898902C3'],
    ['TD2', TD2, 'I', 'D23145890'],
    ['TD1', TD1, 'I', 'D23145890'],
  ] as const)('%s', (format, lines, documentCode, number) => {
    const expected = { ok: true, value: { ...anna, format, documentCode, number } };
    expect(parseMrz(lines.join('\n'), today)).toEqual(expected);
    expect(parseMrz(lines.join('\r\n').toLowerCase(), today)).toEqual(expected);
    expect(parseMrz(lines.join(''), today)).toEqual(expected);
  });

  test('one wrong character is noticed wherever a check digit reaches', () => {
    for (const lines of [TD3, TD2]) {
      const second = lines[1] ?? '';
      for (let at = 0; at < second.length; at += 1) {
        // Nationality and sex stand outside every check digit.
        if ((at >= 10 && at < 13) || at === 20) continue;
        const wrong = second.slice(0, at) + (second[at] === '7' ? '8' : '7') + second.slice(at + 1);
        expect(parseMrz(`${lines[0]}\n${wrong}`, today)).toMatchObject({
          ok: false,
          refusal: { code: 'document.mrzCheck' },
        });
      }
    }
  });
});

describe('years of two digits', () => {
  test.each([
    ['261121', '2026-11-21'],
    ['261122', '1926-11-22'],
    ['000229', '2000-02-29'],
    ['270101', '1927-01-01'],
  ])('born %s is %s', (birth, date) => {
    expect(parseMrz(passport({ birth }), today)).toMatchObject({ value: { birthDate: date } });
  });

  test.each([
    ['761231', '2076-12-31'],
    ['770101', '1977-01-01'],
    ['251120', '2025-11-20'],
  ])('valid until %s is %s', (expiry, date) => {
    expect(parseMrz(passport({ expiry }), today)).toMatchObject({ value: { validTo: date } });
  });

  test('a day that does not exist is refused, an open one is not known', () => {
    expect(parseMrz(passport({ birth: '900230' }), today)).toMatchObject({
      refusal: { code: 'document.mrzCheck' },
    });
    expect(parseMrz(passport({ birth: '90<<<<' }), today)).toMatchObject({ value: { birthDate: null } });
  });
});

test('a long number of a card goes on in the optional field', () => {
  const number = 'D23145890734';
  const optional = `${number.slice(9)}${mrzCheckDigit(number)}`.padEnd(15, '<');
  const first = `I<UTO${number.slice(0, 9)}<${optional}`;
  const second = TD1[1]?.slice(0, 29) ?? '';
  const digit = mrzCheckDigit(
    first.slice(5) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18, 29),
  );
  expect(parseMrz([first, second + digit, TD1[2]].join('\n'), today)).toMatchObject({ value: { number } });
});

describe('lines that come one by one', () => {
  test('the first says how many there are, the others have its length', () => {
    expect([TD3, TD2, TD1].map(([first = '']) => mrzLinesBegunBy(first))).toEqual([2, 2, 3]);
    expect(mrzLinesBegunBy(TD3.join(''))).toBe(1);
    expect(continuesMrz(TD3[0] ?? '', TD3[1] ?? '')).toBe(true);
    expect(continuesMrz(TD3[0] ?? '', TD2[1] ?? '')).toBe(false);
  });

  test('ticket codes, ticket numbers and words are none', () => {
    for (const text of ['SO1.eyJuIjoiMSJ9.c2ln', '33092611210301000017', '普陀山', 'A'.repeat(44)]) {
      expect(mrzLinesBegunBy(text)).toBe(0);
      expect(resemblesMrz(text)).toBe(false);
    }
    expect(resemblesMrz(TD3[0]?.slice(0, 30) ?? '')).toBe(true);
    // Read from the middle on: a second line, of a passport whose optional data fill it, and of a card.
    expect(resemblesMrz('E123456784CHN9001011F3001014LBPOMKNAJKCPA938')).toBe(true);
    expect(resemblesMrz('7408122F1204159UTO<6')).toBe(true);
  });
});

test('rubbish is refused, never thrown at the clerk', () => {
  const character = fc.constantFrom('A', 'Z', '0', '9', '<', 'P', '\n', 'é');
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 100 }), (text) => {
      const parsed = parseMrz(text, today);
      expect(parsed.ok || parsed.refusal.code.startsWith('document.mrz')).toBe(true);
    }),
  );
});
