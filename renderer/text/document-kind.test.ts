import { describe, expect, it } from 'vitest';
import { kindOfNumber, plainNumber } from './document-kind.ts';

describe('a typed document number', () => {
  it('tells its own kind', () => {
    expect(kindOfNumber('330999')).toBe('111');
    expect(kindOfNumber('810000199105200025')).toBe('hkmt-permit');
    expect(kindOfNumber('911')).toBe('553');
    expect(kindOfNumber('xyz310')).toBe('553');
    expect([kindOfNumber('e1'), kindOfNumber('EA1234567'), kindOfNumber('E')]).toEqual(['414', '414', '111']);
    expect(kindOfNumber('')).toBe('111');
  });

  it('is plain whatever the input method did to it', () => {
    expect(plainNumber('\uFF13\uFF13\uFF10\u3000999 19800112 011\uFF58')).toBe('33099919800112011X');
  });
});
