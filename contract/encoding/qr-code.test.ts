import fc from 'fast-check';
import jsQR from 'jsqr';
import { expect, test } from 'vitest';
import { qrCellDots, qrModules } from './qr-code.ts';

/** Reads a code as a camera would: four pixels a module and a quiet zone. */
function read(modules: readonly boolean[][]): { text: string; version: number } | undefined {
  const scale = 4;
  const size = (modules.length + 8) * scale;
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      if (modules[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4] !== true) continue;
      pixels.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  }
  const read = jsQR as unknown as (
    data: Uint8ClampedArray,
    width: number,
    height: number,
  ) => { data: string; version: number } | null;
  const found = read(pixels, size, size);
  return found ? { text: found.data, version: found.version } : undefined;
}

test('every length that a ticket code can have is read back, in the smallest version', () => {
  for (const length of [1, 14, 15, 120, 213, 214, 330, 512, 700]) {
    const text = 'SO1.Ab-9'.repeat(90).slice(0, length);
    const modules = qrModules(text) ?? [];
    expect(read(modules)).toMatchObject({ text });
  }
  expect(qrModules('x'.repeat(14))).toHaveLength(21);
  expect(qrModules('x'.repeat(15))).toHaveLength(25);
});

test('any printable text comes back as it was', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('SO1.abcXYZ_-09')), minLength: 1, maxLength: 300 }),
      (text) => {
        expect(read(qrModules(text) ?? [])?.text).toBe(text);
      },
    ),
    { numRuns: 25 },
  );
});

test('more than a code holds is no code', () => {
  expect(qrModules('x'.repeat(2_000))).toBeUndefined();
});

test('a code is as large as the printer makes its own, and smaller where the paper is too narrow', () => {
  expect([qrCellDots(33, 576), qrCellDots(97, 576), qrCellDots(97, 384), qrCellDots(0, 384)]).toEqual([
    5, 5, 3, 5,
  ]);
});
