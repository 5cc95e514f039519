import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentKindsWith } from '../../contract/document-kinds.ts';
import type { BusinessDate } from '../../contract/ids.ts';
import { checkCitizenNumber, citizenCheckDigit } from './citizen-number.ts';
import { checkDocumentNumber } from './document-number.ts';
import { maskNumber } from './mask.ts';
import { checkName } from './name.ts';

const today = '2025-06-15' as BusinessDate;
const kindOf = (code: string) => {
  const kind = documentKindsWith().find((one) => one.code === code);
  if (!kind) throw new Error(`no document kind ${code}`);
  return kind;
};
const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }): string | undefined =>
  outcome.refusal?.code;
/** A synthetic number: region and rest given, check digit computed. */
const made = (first17: string): string => first17 + citizenCheckDigit(first17);

const births = fc
  .date({ min: new Date('1880-01-01T00:00:00Z'), max: new Date('2025-06-15T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const numbers = fc
  .tuple(
    fc.constantFrom('11', '33', '46', '54', '65', '71', '82'),
    fc.integer({ min: 0, max: 9999 }),
    births,
    fc.integer({ min: 0, max: 999 }),
  )
  .map(([province, county, birth, sequence]) =>
    made(
      `${province}${String(county).padStart(4, '0')}${birth.replaceAll('-', '')}${String(sequence).padStart(3, '0')}`,
    ),
  );

describe('citizen numbers', () => {
  test('the worked examples of GB 11643 have their check digits', () => {
    for (const [first17, digit] of [
      ['11010519491231002', 'X'],
      ['44052418800101001', '4'],
      ['81000019900101001', '9'],
      ['82000019900101002', '9'],
      ['83000019900101003', '9'],
    ] as const) {
      expect(citizenCheckDigit(first17)).toBe(digit);
    }
  });

  test('the example number gives birth date and sex', () => {
    expect(checkCitizenNumber('11010519491231002X', today)).toEqual({
      ok: true,
      value: { number: '11010519491231002X', birthDate: '1949-12-31', sex: 'female' },
    });
    expect(checkCitizenNumber(made('33090219900307123'), today)).toMatchObject({ value: { sex: 'male' } });
  });

  test('full-width figures, spaces and a small x are what an input method leaves behind', () => {
    expect(checkCitizenNumber(' 110105 19491231 002x\u3000', today)).toMatchObject({
      value: { number: '11010519491231002X' },
    });
    expect(checkCitizenNumber('11010519491231002ｘ', today)).toMatchObject({
      value: { number: '11010519491231002X' },
    });
  });

  test.each([
    ['110105491231002', 'document.length', '15'],
    ['', 'document.length', '0'],
    ['11010519491231002', 'document.length', '17'],
    ['110105194912310O2X', 'document.characters', '前 17 位'],
    ['11010519491X310021', 'document.characters', '前 17 位'],
    ['测试甲', 'document.characters', '前 17 位'],
    [made('16010519491231002'), 'document.province', '16'],
    [made('91139819901231002'), 'document.province', '91'],
    [made('11010519490231002'), 'document.birthDate', '1949-02-31'],
    [made('11010520250229002'), 'document.birthDate', '2025-02-29'],
    [made('11010518791231002'), 'document.birthDate', '1879-12-31'],
    [made('11010520250616002'), 'document.birthFuture', '2025-06-16'],
    ['110105194912310021', 'document.checkDigit', '校验位'],
  ])('%s is refused as %s and the words say why', (text, code, words) => {
    const checked = checkCitizenNumber(text, today);
    expect(codeOf(checked)).toBe(code);
    expect(checked.ok ? '' : checked.refusal.message + checked.refusal.next).toContain(words);
    expect(checked.ok ? '' : checked.refusal.field).toBe('number');
  });

  test('a child born today may travel, and an unknown county is never a reason to refuse', () => {
    expect(checkCitizenNumber(made('33999920250615001'), today).ok).toBe(true);
    expect(checkCitizenNumber(made('33090218800101001'), today).ok).toBe(true);
  });

  test('every number with its own check digit is accepted', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        expect(checkCitizenNumber(number, today)).toMatchObject({ ok: true, value: { number } });
      }),
    );
  });

  test('one wrong digit or two neighbours swapped never pass', () => {
    fc.assert(
      fc.property(
        numbers,
        fc.integer({ min: 0, max: 16 }),
        fc.integer({ min: 1, max: 9 }),
        (number, place, by) => {
          const digit = (Number(number.charAt(place)) + by) % 10;
          expect(checkCitizenNumber(number.slice(0, place) + digit + number.slice(place + 1), today).ok).toBe(
            false,
          );
          const swapped =
            number.slice(0, place) +
            number.charAt(place + 1) +
            number.charAt(place) +
            number.slice(place + 2);
          if (swapped !== number) expect(checkCitizenNumber(swapped, today).ok).toBe(false);
        },
      ),
    );
  });

  test('rubbish is refused, never thrown at the clerk', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 64 }), (text) => {
        const checked = checkCitizenNumber(text, today);
        expect(checked.ok || checked.refusal.code.startsWith('document.')).toBe(true);
      }),
    );
  });
});

describe('numbers of other documents', () => {
  test('a permit for residents of Hong Kong, Macao or Taiwan opens with 81, 82 or 83', () => {
    expect(checkDocumentNumber(kindOf('hkmt-permit'), '810000199001010019', today)).toEqual({
      ok: true,
      value: { number: '810000199001010019', birthDate: '1990-01-01' },
    });
    expect(codeOf(checkDocumentNumber(kindOf('hkmt-permit'), '11010519491231002X', today))).toBe(
      'document.province',
    );
    expect(codeOf(checkDocumentNumber(kindOf('hkmt-permit'), '8100001990', today))).toBe('document.length');
  });

  test('a permanent residence card of 2023 gives the birth date, one of 2017 does not', () => {
    expect(checkDocumentNumber(kindOf('553'), '911398199012310021', today)).toMatchObject({
      value: { birthDate: '1990-12-31' },
    });
    expect(checkDocumentNumber(kindOf('553'), 'kaz110090123105', today)).toEqual({
      ok: true,
      value: { number: 'KAZ110090123105', birthDate: null },
    });
    expect(codeOf(checkDocumentNumber(kindOf('553'), '911398199012310022', today))).toBe(
      'document.checkDigit',
    );
    expect(codeOf(checkDocumentNumber(kindOf('553'), made('91139819901331002'), today))).toBe(
      'document.birthDate',
    );
    expect(codeOf(checkDocumentNumber(kindOf('553'), '11010519491231002X', today))).toBe(
      'document.residenceNumber',
    );
  });

  test('a citizen number says the birth date of its holder', () => {
    expect(checkDocumentNumber(kindOf('111'), '11010519491231002X', today)).toEqual({
      ok: true,
      value: { number: '11010519491231002X', birthDate: '1949-12-31' },
    });
  });
});

describe('names', () => {
  test.each([
    [' 测试甲 ', '测试甲'],
    ['样 例　乙', '样例乙'],
    ['阿依古丽・测试', '阿依古丽·测试'],
    ['阿依古丽 · 测试', '阿依古丽·测试'],
    ['𠮷𰻝丙', '𠮷𰻝丙'],
    ['ＳＡＭＰＬＥ　Ａｎｎ', 'SAMPLE Ann'],
    ['Anne-Marie  O’Test Jr.', "Anne-Marie O'Test Jr."],
    ['Rene\u0301 Exemple', 'René Exemple'],
  ])('%j is the name %j', (typed, name) => {
    expect(checkName(typed)).toEqual({ ok: true, value: name });
  });

  test.each([
    '',
    '   ',
    '测',
    '测试1',
    '测试１',
    '测试\u0000甲',
    '测试\n甲',
    '测试\u202e甲',
    '·测试',
    '测试·',
    '测试甲?',
    '😀😀',
    'a'.repeat(61),
  ])('%j is no name on a card', (typed) => {
    const checked = checkName(typed);
    expect(codeOf(checked)).toBe('document.name');
    expect(checked.ok ? '' : checked.refusal.field).toBe('name');
  });

  test('a name once checked stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
        const once = checkName(text);
        if (once.ok) expect(checkName(once.value)).toEqual(once);
        else expect(once.refusal.code).toBe('document.name');
      }),
      { numRuns: 500 },
    );
  });
});

describe('passport numbers', () => {
  test('are up to nine letters and digits, in capitals, and say nothing of the birth date', () => {
    expect(checkDocumentNumber(kindOf('414'), ' e12345678 ', today)).toEqual({
      ok: true,
      value: { number: 'E12345678', birthDate: null },
    });
    for (const wrong of ['', 'E123', 'E1234567890', 'E1234-678', '护照12345']) {
      expect(codeOf(checkDocumentNumber(kindOf('414'), wrong, today))).toBe('document.passportNumber');
    }
  });
});

describe('masking', () => {
  const usual = { first: 6, last: 4 };

  test('a citizen number shows its first six and last four', () => {
    expect(maskNumber('11010519491231002X', '111', usual)).toBe('110105********002X');
    expect(maskNumber('11010519491231002X', '111', { first: 1, last: 4 })).toBe('1*************002X');
    expect(maskNumber('911398199012310021', '553', usual)).toBe('911398********0021');
  });

  test('other documents hide the last two of up to ten characters, else the last four', () => {
    expect(maskNumber('E12345678', '414', usual)).toBe('E123456**');
    expect(maskNumber('1234567801', '511', usual)).toBe('12345678**');
    expect(maskNumber('H1234567801', '516', usual)).toBe('H123456****');
    expect(maskNumber('KAZ110090123105', '553', usual)).toBe('KAZ11009012****');
    expect(maskNumber('7', '414', usual)).toBe('*');
  });

  test('no setting shows the month and day of birth', () => {
    fc.assert(
      fc.property(
        numbers,
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 0, max: 4 }),
        (number, first, last) => {
          const masked = maskNumber(number, '111', { first, last });
          expect(masked).toHaveLength(18);
          expect(masked.slice(10, 14)).toBe('****');
        },
      ),
    );
    expect(maskNumber('1101054912', '111', usual)).toBe('**********');
  });
});
