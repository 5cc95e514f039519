import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJcs, isTooDeep, jcs, jcsBytes } from './jcs.ts';

describe('RFC 8785', () => {
  test('strings are escaped as in section 3.2.2', () => {
    const string = '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/';
    expect(jcs({ string, literals: [null, true, false] })).toBe(
      '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    expect(jcs('\b\t\n\f\r\u0000\u001f\u007f')).toBe('"\\b\\t\\n\\f\\r\\u0000\\u001f\u007f"');
  });

  test('members are ordered by UTF-16 code units as in section 3.2.3', () => {
    const ordered = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(jcs(ordered)) as object)).toHaveLength(7);
    expect(jcs(ordered)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  test('structures nest, and the order is that of every level', () => {
    const value = {
      '1': { f: { f: 'hi', F: 5 }, '\n': 56 },
      '10': {},
      '': 'empty',
      a: {},
      '111': [{}],
      A: {},
    };
    expect(jcs(value)).toBe(
      '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{}],"A":{},"a":{}}',
    );
  });

  test('language and normal forms change nothing', () => {
    expect(jcs({ 'Unnormalized Unicode': 'A\u030a' })).toBe('{"Unnormalized Unicode":"A\u030a"}');
    const french = {
      peach: 'This',
      'p\u00e9ch\u00e9': 'is wrong',
      'p\u00eache': 'according',
      sin: 'to locale',
    };
    expect(Object.keys(JSON.parse(jcs(french)) as object)).toEqual([
      'peach',
      'p\u00e9ch\u00e9',
      'p\u00eache',
      'sin',
    ]);
  });

  test('integers are written plainly up to 2^53-1', () => {
    expect([0, -0, 1, -1, 1e15, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER].map(jcs)).toEqual([
      '0',
      '0',
      '1',
      '-1',
      '1000000000000000',
      '9007199254740991',
      '-9007199254740991',
    ]);
  });

  test('UTF-8 bytes of the text', () => {
    expect(Buffer.from(jcsBytes({ 名: '甲' })).toString('hex')).toBe('7b22e5908d223a22e794b2227d');
  });
});

test('what two encoders could disagree on throws', () => {
  const cases: unknown[] = [
    0.1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    -(2 ** 53),
    undefined,
    1n,
    Symbol('s'),
    () => 1,
    '\ud800',
    '\udc00x',
    { '\ud800': 1 },
    { a: undefined },
    [undefined],
    new Date(0),
    new Map(),
    new Uint8Array(2),
  ];
  for (const value of cases) expect(() => jcs(value)).toThrow(TypeError);
});

test.each([100, 101, 100_000])(
  'a value of %i levels is encoded or refused, however deep the caller stands',
  (levels) => {
    const arrays = '['.repeat(levels) + ']'.repeat(levels);
    const objects = `${'{"a":'.repeat(levels)}0${'}'.repeat(levels)}`;
    for (const text of [arrays, objects]) {
      const nested: unknown = JSON.parse(text);
      expect(isJcs(text, nested)).toBe(levels === 100);
      expect(isTooDeep(nested)).toBe(levels !== 100);
      if (levels === 100) expect(jcs(nested)).toBe(text);
      else expect(() => jcs(nested)).toThrow(TypeError);
    }
  },
);

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.maxSafeInteger(),
    fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 5 }),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('any'), { maxKeys: 6 }),
  ),
})).any;

test('any value reads back as itself, and order of members or a second round changes no byte', () => {
  fc.assert(
    fc.property(value, (original) => {
      const text = jcs(original);
      const read: unknown = JSON.parse(text);
      expect(read).toEqual(JSON.parse(JSON.stringify(original)));
      expect(jcs(read)).toBe(text);
      if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
        expect(jcs(Object.fromEntries(Object.entries(read).toReversed()))).toBe(text);
      }
    }),
  );
});

test('whether a text is canonical is said as by encoding its value again', () => {
  const odd = fc.constantFrom(
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '{"10":1,"9":2}',
    '{"a": 1}',
    '[1.0]',
    '[-0]',
    '[1e21]',
    '[0.5]',
    '[9007199254740993]',
    '["\\ud800"]',
    '["\\u0041"]',
    '["\\u001f"]',
    '["\\/"]',
    '{"__proto__":1}',
    '{"é":1,"e":2}',
    '{"\\ud800":1}',
    '["\ud800"]',
  );
  const text = fc.oneof(
    odd,
    value.map((some) => jcs(some)),
    value.map((some) => JSON.stringify(some)),
    fc.json(),
  );
  fc.assert(
    fc.property(text, (some) => {
      const parsed: unknown = JSON.parse(some);
      const again = (): string | undefined => {
        try {
          return jcs(parsed);
        } catch {
          return undefined;
        }
      };
      expect(isJcs(some, parsed)).toBe(again() === some);
    }),
    { numRuns: 2_000 },
  );
});
