import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64url, fromHex, toBase64url, toHex } from './bytes.ts';

test('base64url is that of RFC 4648 without padding', () => {
  const vectors = [
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ] as const;
  for (const [text, encoded] of vectors) {
    expect(toBase64url(Buffer.from(text))).toBe(encoded);
    expect(Buffer.from(fromBase64url(encoded)).toString()).toBe(text);
  }
  expect(toBase64url(Uint8Array.of(0xfb, 0xff, 0xfe))).toBe('-__-');
});

test('any bytes go and come back, and the text is what Node writes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      expect(fromBase64url(toBase64url(bytes))).toEqual(Uint8Array.from(bytes));
      expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
      expect(fromHex(toHex(bytes))).toEqual(Uint8Array.from(bytes));
    }),
  );
});

test('padding, other alphabets, wrong lengths and spare bits that are set are refused', () => {
  for (const text of ['Zg==', 'Zm9+', 'Zm9/', 'Z', 'Zm9vY', 'Zh', 'Zm9', 'Zm 9', '中文']) {
    expect(() => fromBase64url(text), text).toThrow(TypeError);
  }
});

test('hex takes both cases and nothing else', () => {
  expect(fromHex('00fFAa')).toEqual(Uint8Array.of(0, 255, 170));
  for (const text of ['0', 'zz', '0x00', ' 00']) expect(() => fromHex(text), text).toThrow(TypeError);
});
