import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BAUD_RATES, COMMANDS, encodeCommand, FrameFinder, type CommandName } from '../drivers/sdt/frame.ts';
import { asHeardAt } from './line-speed.ts';

const others = BAUD_RATES.flatMap((sent) =>
  BAUD_RATES.filter((heard) => heard !== sent).map((heard) => [sent, heard] as const),
);

describe('bytes heard at another speed than they were sent', () => {
  test('at the same speed they are the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(...BAUD_RATES), (bytes, rate) => {
        expect(asHeardAt(bytes, rate, rate)).toEqual(bytes);
      }),
    );
  });

  test('a listener that is three in a hundred too fast or too slow still hears all, as real ones do', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(0.97, 1.03), (bytes, off) => {
        expect(asHeardAt(bytes, 115_200, 115_200 * off)).toEqual(bytes);
      }),
    );
  });

  test('heard at half the speed, two bits become one and bytes run together', () => {
    // 0x00 is nine bits of low line, four and a half at half the speed: start and three zeros; the rest is the line at rest.
    expect([...asHeardAt(Uint8Array.of(0x00), 115_200, 57_600)]).toEqual([0xf8]);
    // 0x55 alternates: each second bit is seen.
    expect(asHeardAt(new Uint8Array(100).fill(0x55), 115_200, 57_600).length).toBeLessThan(60);
  });

  test('heard at twice the speed, one byte becomes two', () => {
    // Start and the first four zeros make a byte of zeros, and the stop bit that should follow is low; then the line is high.
    expect([...asHeardAt(Uint8Array.of(0xf0), 57_600, 115_200)]).toEqual([0x00]);
    expect(asHeardAt(new Uint8Array(100).fill(0x55), 57_600, 115_200).length).toBeGreaterThan(150);
  });

  test('twelve times too slow a listener gets about a twelfth of the bytes', () => {
    const bytes = Uint8Array.from({ length: 1200 }, (_unused, at) => (at * 37) & 0xff);
    const heard = asHeardAt(bytes, 115_200, 9600);
    expect(heard.length).toBeGreaterThan(60);
    expect(heard.length).toBeLessThan(140);
  });

  test.each(others)('sent at %i and heard at %i no command is one', (sent, heard) => {
    for (const name of Object.keys(COMMANDS) as CommandName[]) {
      const bytes = asHeardAt(encodeCommand(name), sent, heard);
      expect(bytes.length).toBeGreaterThan(0);
      expect(new FrameFinder(2).push(bytes)).toEqual([]);
    }
  });
});
