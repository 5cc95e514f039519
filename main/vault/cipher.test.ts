import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmacOf } from './cipher.ts';

test('a digest under a key is what Node makes of it, for any key of a block and any text', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.array(fc.string({ unit: 'grapheme', maxLength: 8_000 }), { minLength: 2, maxLength: 3 }),
      (key, texts) => {
        const mac = hmacOf(key);
        for (const text of texts) {
          const expected = createHmac('sha256', key).update(text).digest('hex');
          expect(Buffer.from(mac(text)).toString('hex')).toBe(expected);
        }
      },
    ),
    { numRuns: 200 },
  );
  const long = '旅客'.repeat(20_000);
  const key = new Uint8Array(32).fill(7);
  expect(Buffer.from(hmacOf(key)(long))).toEqual(createHmac('sha256', key).update(long).digest());
  expect(() => hmacOf(new Uint8Array(65))).toThrow(TypeError);
});
