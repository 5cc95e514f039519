import { describe, expect, test } from 'vitest';
import {
  defaultDocumentKinds,
  documentKindRowSchema,
  documentKindsWith,
} from '../../contract/document-kinds.ts';
import type { BusinessDate } from '../../contract/ids.ts';
import { checkDocumentNumber } from './document-number.ts';
import { checkOffice, checkTypedBirth } from './further.ts';

const today = '2025-06-15' as BusinessDate;
const number = (code: string, text: string): string => {
  const kind = defaultDocumentKinds.find((one) => one.code === code);
  if (!kind) throw new Error(`no kind ${code}`);
  const checked = checkDocumentNumber(kind, text, today);
  return checked.ok ? checked.value.number : checked.refusal.code;
};

describe('the list of documents', () => {
  test('has at least the 26 kinds that stations publish, each once, and those refused elsewhere are off', () => {
    const on = defaultDocumentKinds.filter((kind) => kind.on);
    expect(on.length).toBeGreaterThanOrEqual(26);
    expect(new Set(defaultDocumentKinds.map(({ code }) => code)).size).toBe(defaultDocumentKinds.length);
    for (const kind of defaultDocumentKinds) expect(documentKindRowSchema.parse(kind)).toEqual(kind);
    const off = defaultDocumentKinds.filter((kind) => !kind.on).map(({ code }) => code);
    expect(off).toEqual(['cn-passport', '217', 'driving-licence', 'social-card']);
    expect(defaultDocumentKinds.filter(({ needsApproval }) => needsApproval).map(({ code }) => code)).toEqual(
      ['990'],
    );
  });

  test('documents with a citizen number are checked like the card itself', () => {
    for (const code of ['111', '112', '113', '154']) {
      expect(number(code, '11010519491231002x'), code).toBe('11010519491231002X');
      expect(number(code, '110105194912310021'), code).toBe('document.checkDigit');
    }
  });

  test('permits have the letters and digits of their form', () => {
    expect(number('516', 'h12345678')).toBe('H12345678');
    expect(number('516', 'M1234567801')).toBe('M1234567801');
    expect(number('516', 'H1234567')).toBe('document.format');
    expect(number('516', 'A12345678')).toBe('document.format');
    expect(number('511', '12345678')).toBe('12345678');
    expect(number('511', '1234567')).toBe('document.format');
    expect(number('117', 'T330012345')).toBe('T330012345');
    expect(number('117', '1330012345')).toBe('document.format');
  });

  test('a Chinese passport has one of its three forms, without the letters that look like figures; of another country none is asked', () => {
    for (const right of ['e12345678', 'EA1234567', 'G12345678'])
      expect(number('cn-passport', right)).toBe(right.toUpperCase());
    for (const wrong of ['EI1234567', 'EO1234567', 'E1234567', 'EA12345678', 'H12345678', 'GA1234567'])
      expect(number('cn-passport', wrong), wrong).toBe('document.format');
    expect(number('414', 'EI1234567')).toBe('EI1234567');
    const kind = defaultDocumentKinds.find(({ code }) => code === 'cn-passport');
    const refused = kind && checkDocumentNumber(kind, 'EI1234567', today);
    expect(refused && !refused.ok && refused.refusal.message).toContain('1位字母(不含 I、O)');
  });

  test('a form that nobody verified is a setting with its mark', () => {
    expect(number('512', '12345678')).toBe('12345678');
    expect(number('512', 'T2345678')).toBe('document.format');
    for (const code of ['511', '512', '117', '553', 'hkmt-permit'])
      expect(defaultDocumentKinds.find((kind) => kind.code === code)?.mark, code).toBe('M0');
    const [own] = documentKindsWith([
      { code: '512', on: true, format: { rule: 'text', min: 5, max: 18 } },
    ]).filter(({ code }) => code === '512');
    expect(own && checkDocumentNumber(own, 'T2345678', today).ok).toBe(true);
  });

  test('service cards are free text of a length, without what no card has', () => {
    expect(number('114', '南字第12345678号')).toBe('南字第12345678号');
    expect(number('114', '12345')).toBe('document.format');
    expect(number('118', '1234567890123456789')).toBe('document.format');
    expect(number('123', '浙<b>1')).toBe('document.format');
  });

  test('a refused form is said in words', () => {
    const kind = defaultDocumentKinds.find(({ code }) => code === '516');
    const refused = kind && checkDocumentNumber(kind, 'X', today);
    expect(refused && !refused.ok && refused.refusal.message).toContain('H加8位数字 或 M加8位数字');
  });
});

describe('what else is typed from a document', () => {
  test('a birth date is eight digits of a day that was', () => {
    expect(checkTypedBirth('20180607', today)).toEqual({ ok: true, value: '2018-06-07' });
    expect(checkTypedBirth('2018-06-07', today)).toEqual({ ok: true, value: '2018-06-07' });
    expect(checkTypedBirth('２０１８0607', today)).toEqual({ ok: true, value: '2018-06-07' });
    expect(checkTypedBirth('', today)).toEqual({ ok: true, value: null });
    for (const wrong of ['2018', '20180231', '20250616', '18000101', 'x'])
      expect(checkTypedBirth(wrong, today).ok, wrong).toBe(false);
  });

  test('an office is named where the kind is recorded with it, and holds nobody’s number', () => {
    const proof = { name: '临时身份证明', needsOffice: true };
    expect(checkOffice(proof, ' 样例 派出所 ')).toEqual({ ok: true, value: '样例 派出所' });
    for (const wrong of [undefined, '', '派', '派出所330999'])
      expect(checkOffice(proof, wrong).ok).toBe(false);
    expect(checkOffice({ name: '护照', needsOffice: false }, '样例派出所')).toEqual({
      ok: true,
      value: undefined,
    });
  });
});
