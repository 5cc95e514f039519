import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSheets, PrintInterpreter } from './sheet-decoder.ts';

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );
const CUT = [0x1d, 0x56, 0x42, 0x03];

describe('reading a printer tape', () => {
  test('each cut ends a sheet, and what hangs out is told apart', () => {
    expect(decodeSheets(bytes('one\n', CUT, 'two\n', CUT, 'rest\n'))).toEqual([
      { lines: ['one'], qr: [], cut: true },
      { lines: ['two'], qr: [], cut: true },
      { lines: ['rest'], qr: [], cut: false },
    ]);
  });

  test('paper cut with nothing on it is not a sheet', () => {
    expect(decodeSheets(bytes(CUT, '\n\n', CUT))).toEqual([]);
  });

  test('Chinese in two and in four bytes', () => {
    expect(decodeSheets(bytes([0xd6, 0xd0, 0xce, 0xc4, 0x95, 0x34, 0xb2, 0x35, 0x0a]))).toMatchObject([
      { lines: ['中文𠮷'] },
    ]);
  });

  test('a reset throws away the line that was not yet printed', () => {
    expect(decodeSheets(bytes('lost', [0x1b, 0x40], 'kept\n'))).toMatchObject([{ lines: ['kept'] }]);
  });

  test('a QR is on paper when it is printed, not when it is stored', () => {
    const store = [0x1d, 0x28, 0x6b, 5, 0, 0x31, 0x50, 0x30, 0x68, 0x69];
    const print = [0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30];
    expect(decodeSheets(bytes(store, CUT))).toEqual([]);
    expect(decodeSheets(bytes(store, print, CUT))).toMatchObject([{ qr: ['hi'] }]);
  });

  test('pictures and real-time questions in between do no harm', () => {
    const raster = [0x1d, 0x76, 0x30, 0, 2, 0, 2, 0, 0x0a, 0x0a, 0x1d, 0x56];
    expect(decodeSheets(bytes('a', [0x10, 0x04, 0x01], raster, 'b\n'))).toMatchObject([{ lines: ['ab'] }]);
  });

  test('however the bytes arrive, the paper is the same, and any bytes are read without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 20 }), (tape, size) => {
        const kinds = (chunk: number): string[] => {
          const interpreter = new PrintInterpreter();
          const seen: string[] = [];
          for (let at = 0; at < tape.length; at += chunk) {
            interpreter.push(tape.subarray(at, at + chunk));
            for (let step = interpreter.step(); step !== undefined; step = interpreter.step())
              seen.push(JSON.stringify(step));
          }
          return seen;
        };
        expect(kinds(size)).toEqual(kinds(400));
      }),
    );
  });
});

test('a raster picture comes whole, also when it is sent in pieces', () => {
  const piece = (...dots: number[]): number[] => [0x1d, 0x76, 0x30, 0, 2, 0, dots.length / 2, 0, ...dots];
  const cut = [0x1d, 0x56, 0x42, 3];
  const together = [...piece(0x10, 0x04, 0xff, 0), ...piece(1, 2)];
  const apart = [...piece(1, 2), 0x1b, 0x4a, 6, ...piece(3, 4)];
  expect(decodeSheets(Uint8Array.from([...together, 0x0a, ...apart, ...cut]))).toEqual([
    {
      lines: [],
      qr: [],
      cut: true,
      pictures: [
        { rows: [Uint8Array.of(0x10, 4), Uint8Array.of(0xff, 0), Uint8Array.of(1, 2)] },
        { rows: [Uint8Array.of(1, 2)] },
        { rows: [Uint8Array.of(3, 4)] },
      ],
    },
  ]);
});
