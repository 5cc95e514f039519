import { describe, expect, test } from 'vitest';
import type { NativeClock } from '../clock.ts';
import { CodeSplitter, decodeCode } from './scanner.ts';

/** A clock whose timers run when told. */
function handClock(): NativeClock & { run(): void } {
  let waiting: (() => void)[] = [];
  return {
    monotonicMs: () => 0,
    after: (_delayMs, run) => {
      waiting.push(run);
      return () => (waiting = waiting.filter((item) => item !== run));
    },
    run: () => waiting.splice(0).forEach((item) => item()),
  };
}

function scan(...chunks: string[]): { codes: string[]; silence: () => void } {
  const clock = handClock();
  const codes: string[] = [];
  const splitter = new CodeSplitter(clock, (text) => codes.push(text));
  for (const chunk of chunks) splitter.push(Buffer.from(chunk, 'utf8'));
  return { codes, silence: () => clock.run() };
}

describe('codes from a serial scanner', () => {
  test.each(['\r', '\n', '\r\n'])('end with whatever suffix it is set to: %j', (suffix) => {
    expect(scan(`SO1.a.b${suffix}SO1.c.d${suffix}`).codes).toEqual(['SO1.a.b', 'SO1.c.d']);
  });

  test('come in pieces and are one', () => {
    expect(scan('SO1', '.a', '.b\r').codes).toEqual(['SO1.a.b']);
  });

  test('without a suffix end when the line falls silent', () => {
    const { codes, silence } = scan('SO1.a', '.b');
    expect(codes).toEqual([]);
    silence();
    expect(codes).toEqual(['SO1.a.b']);
  });

  test('that never end are thrown away whole, and the next one is read', () => {
    expect(scan('x'.repeat(5000), '\rSO1.a.b\r').codes).toEqual(['SO1.a.b']);
  });

  test('in GB18030, in UTF-8 and in full width are read', () => {
    expect(decodeCode(Uint8Array.of(0xd6, 0xd0, 0xce, 0xc4))).toBe('中文');
    expect(decodeCode(new TextEncoder().encode('中文'))).toBe('中文');
    expect(decodeCode(new TextEncoder().encode('ＳＯ１．ａ'))).toBe('SO1.a');
  });

  test('never carry half a character, whatever the bytes are', () => {
    expect(decodeCode(Uint8Array.of(0xe3, 0x33, 0x81, 0x30))).toBe('\ufffd\ufffd');
  });
});
