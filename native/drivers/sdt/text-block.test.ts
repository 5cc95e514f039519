import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulatedPerson, type SimulatedPersonInput } from '../../../contract/simulators.ts';
import { readAnswerData } from '../../simulators/id-reader.ts';
import { encodeTextBlock } from '../../simulators/text-block.ts';
import { encodeAnswer } from './frame.ts';
import { decodeTextBlock } from './text-block.ts';

const block = (person: SimulatedPersonInput): Uint8Array => encodeTextBlock(simulatedPerson.parse(person));
const xor = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum ^ byte, 0);
const check = (bytes: Uint8Array): number => encodeAnswer(0x90, readAnswerData(bytes, false)).at(-1) ?? -1;

const mainland = {
  kind: 'residentId',
  name: '测试甲',
  sex: '2',
  birthDate: '1949-12-31',
  address: '测试省测试市样例路1号',
  number: '11010519491231002X',
} as const satisfies SimulatedPersonInput;
const hongKong = {
  kind: 'hkMoTwPermit',
  name: '测试乙',
  birthDate: '1990-01-01',
  address: '测试省测试市样例路2号',
  number: '830000199001010039',
  validTo: '2024-12-31',
} as const satisfies SimulatedPersonInput;
const foreigner2017 = {
  kind: 'foreignerPermit2017',
  latinName: 'SPECIMEN, TEST',
  chineseName: '样例丙',
  number: 'UTO110090010111',
  nationality: 'UTO',
  birthDate: '1990-01-01',
  validTo: '2027-12-31',
} as const satisfies SimulatedPersonInput;
const foreigner2023 = {
  kind: 'foreignerPermit2023',
  latinName: 'SPECIMEN, TEST',
  chineseName: '样例丙',
  number: '91112419900101001X',
  nationality: 'CAN',
  birthDate: '1990-01-01',
  validTo: '2033-12-31',
} as const satisfies SimulatedPersonInput;

describe('the four layouts', () => {
  test.each([
    [mainland, 0x92, 0x3b],
    [hongKong, 0x50, 0xf9],
    [foreigner2017, 0x84, 0x2d],
    [foreigner2023, 0x89, 0x20],
  ])('$kind has the published sums', (person, textXor, frameCheck) => {
    const bytes = block(person);
    expect(xor(bytes)).toBe(textXor);
    expect(check(bytes)).toBe(frameCheck);
  });

  test('a mainland card that never runs out', () => {
    expect(decodeTextBlock(block(mainland))).toEqual({
      kind: 'residentId',
      name: '测试甲',
      number: '11010519491231002X',
      sex: 'female',
      birthDate: '1949-12-31',
      validFrom: '2020-01-01',
      validTo: 'longTerm',
    });
  });

  test('a permit of a resident of Hong Kong, Macau or Taiwan', () => {
    expect(decodeTextBlock(block(hongKong))).toMatchObject({
      kind: 'hkMoTwPermit',
      name: '测试乙',
      number: '830000199001010039',
      sex: 'male',
      validTo: '2024-12-31',
    });
  });

  test('a foreigner of the 2017 card is named in Chinese, the Latin name beside it', () => {
    expect(decodeTextBlock(block(foreigner2017))).toMatchObject({
      kind: 'foreignerPermit2017',
      name: '样例丙',
      latinName: 'SPECIMEN, TEST',
      number: 'UTO110090010111',
      nationality: 'UTO',
      birthDate: '1990-01-01',
    });
  });

  test('a foreigner without a Chinese name is named in Latin letters', () => {
    expect(decodeTextBlock(block({ ...foreigner2017, chineseName: '' }))).toMatchObject({
      name: 'SPECIMEN, TEST',
    });
  });

  test('a long Latin name of the 2023 card is put together from its two places, a space at the seam included', () => {
    const latinName = 'SPECIMEN, TESTTESTTESTTEST MIDDLEN ALONGNAME';
    expect(latinName[34]).toBe(' ');
    expect(decodeTextBlock(block({ ...foreigner2023, latinName }))).toMatchObject({
      kind: 'foreignerPermit2023',
      latinName,
      nationality: 'CAN',
    });
  });
});

describe('blocks that are not what they should be', () => {
  test('the address, the authority and the ethnic group stay in the driver', () => {
    const told = JSON.stringify(decodeTextBlock(block(mainland)));
    expect(told).not.toContain('样例');
    expect(told).not.toContain('分局');
    expect(told).not.toContain('ethnic');
  });

  test.each([
    ['no number', 122, 36],
    ['no name', 0, 30],
    ['no birth date', 36, 16],
  ])('%s: not a document', (_what, offset, length) => {
    const bytes = block(mainland);
    for (let at = offset; at < offset + length; at += 2) bytes.set([0x20, 0], at);
    expect(decodeTextBlock(bytes)).toBeUndefined();
  });

  test('a validity that is not a date is left open, and the card still read', () => {
    const bytes = block(mainland);
    bytes.set(new TextEncoder().encode('x'), 188);
    expect(decodeTextBlock(bytes)).toMatchObject({ validFrom: null, name: '测试甲' });
  });

  test('any 256 bytes are a document or not, and never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 300 }), (bytes) => {
        const document = decodeTextBlock(bytes);
        expect(document === undefined || bytes.length === 256).toBe(true);
      }),
    );
  });
});
