import { describe, expect, test } from 'vitest';
import { classify, readStatus } from './status.ts';

describe('bytes that a printer sends', () => {
  test('no byte is both an answer at once and an answer in print order', () => {
    for (let byte = 0; byte < 256; byte += 1) {
      const realtime = (byte & 0x93) === 0x12;
      const inOrder = (byte & 0x90) === 0;
      expect(realtime && inOrder).toBe(false);
      expect(classify(byte).kind).toBe(realtime ? 'realtime' : inOrder ? 'inOrder' : 'other');
    }
  });

  test.each([0x11, 0x13])('flow control %i is no answer', (byte) => {
    expect(classify(byte)).toEqual({ kind: 'other' });
  });

  test('so no answer is ever taken for flow control by the port', () => {
    const answers = Array.from({ length: 256 }, (_unused, byte) => byte).filter(
      (byte) => classify(byte).kind !== 'other',
    );
    expect(answers).toHaveLength(80);
    expect(answers).not.toContain(0x11);
    expect(answers).not.toContain(0x13);
  });

  test.each([
    [0x00, 'ok'],
    [0x03, 'nearEnd'],
    [0x0c, 'out'],
    [0x0f, 'out'],
  ] as const)('in print order %i: paper %s', (byte, paper) => {
    expect(classify(byte)).toEqual({ kind: 'inOrder', paper });
  });
});

describe('the four real-time answers together', () => {
  test.each([
    ['ready', [0x12, 0x12, 0x12, 0x12], { trouble: 'none', paper: 'ok' }],
    ['paper near its end', [0x12, 0x12, 0x12, 0x1e], { trouble: 'none', paper: 'nearEnd' }],
    ['paper out', [0x1a, 0x32, 0x12, 0x7e], { trouble: 'paperOut', paper: 'out' }],
    ['cover open', [0x1a, 0x16, 0x12, 0x12], { trouble: 'coverOpen', paper: 'ok' }],
    [
      'cover open, which also looks like no paper',
      [0x1a, 0x36, 0x12, 0x7e],
      { trouble: 'coverOpen', paper: 'out' },
    ],
    ['cutter stuck', [0x1a, 0x52, 0x1a, 0x12], { trouble: 'cutter', paper: 'ok' }],
    ['head too hot', [0x1a, 0x52, 0x52, 0x12], { trouble: 'overheated', paper: 'ok' }],
    ['jammed, and a person can clear it', [0x1a, 0x52, 0x16, 0x12], { trouble: 'recoverable', paper: 'ok' }],
    ['an error without a cause', [0x1a, 0x52, 0x12, 0x12], { trouble: 'printerError', paper: 'ok' }],
    ['broken, and hot as well', [0x1a, 0x52, 0x72, 0x12], { trouble: 'printerError', paper: 'ok' }],
    ['broken', [0x1a, 0x52, 0x32, 0x12], { trouble: 'printerError', paper: 'ok' }],
    ['offline', [0x1a, 0x12, 0x12, 0x12], { trouble: 'offline', paper: 'ok' }],
  ] as const)('%s', (_name, [b1, b2, b3, b4], status) => {
    expect(readStatus(b1, b2, b3, b4)).toEqual(status);
  });
});
