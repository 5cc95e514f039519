import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlate, maskPlate, platesMeant } from './plate.ts';

const plate = (text: string) => {
  const checked = checkPlate(text);
  return checked.ok ? checked.value : checked.refusal.code;
};

test('a plate has one written form: no dot, no blank, capitals, half width', () => {
  expect(['浙L·12345', ' 浙l 12345', '浙Ｌ１２３４５', '浙L-12345'].map(plate)).toEqual(
    Array(4).fill('浙L12345'),
  );
});

test('new-energy plates have six behind the letter, some plates say what the vehicle is for', () => {
  expect(['浙LD12345', '浙LF1234挂', '浙L1234学', '浙L1234警'].map(plate)).toEqual([
    '浙LD12345',
    'vehicle.plate',
    '浙L1234学',
    '浙L1234警',
  ]);
});

test('what is no plate is refused', () => {
  for (const wrong of [
    '',
    '浙',
    '浙L',
    '浙L1234',
    '浙L1234567',
    '浙I12345',
    '舟L12345',
    'L12345',
    '浙L1O345',
    '浙L12345号',
  ])
    expect(plate(wrong), wrong).toBe('vehicle.plate');
});

test('the province may be typed by its pinyin or left out', () => {
  expect(platesMeant('zheL12345', undefined)).toEqual(['浙L12345']);
  expect(platesMeant('jinA12345', undefined)).toEqual(['津A12345', '晋A12345', '冀NA12345', '吉NA12345']);
  expect(platesMeant('L12345', '浙L')).toEqual(['浙L12345']);
  expect(platesMeant('D12345', '浙L')).toEqual(['浙LD12345', '浙D12345']);
  expect(platesMeant('12345', '浙L')).toEqual(['浙L12345']);
  expect(platesMeant('沪A12345', '浙L')).toEqual(['沪A12345']);
  expect(platesMeant('zhe', undefined)).toEqual(['浙']);
  expect(platesMeant('', '浙L')).toEqual([]);
});

test('whatever is typed, what is meant never throws and a whole plate means itself', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), (text) => {
      for (const one of platesMeant(text, '浙L')) expect(one.length).toBeGreaterThan(0);
      const checked = checkPlate(text);
      if (checked.ok) expect(platesMeant(text, '浙L')).toEqual([checked.value]);
    }),
  );
});

test('in lists a plate shows its ends', () => {
  expect(maskPlate('浙L12345')).toBe('浙L***45');
});
