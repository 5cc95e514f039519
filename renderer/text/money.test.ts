import { assert, property, integer } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { yuan } from '../../contract/refusals.ts';
import { parseYuan, typedYuan, withNotes } from './money.ts';

describe('cash as a clerk types it', () => {
  it('is read in yuan with at most two decimals', () => {
    expect(['50', '50.5', '50.50', '0', '.5', '1,000', ' 8 ', '50.'].map(parseYuan)).toEqual([
      5000, 5050, 5050, 0, 50, 100_000, 800, 5000,
    ]);
  });

  it('may be in full-width digits with a Chinese full stop', () => {
    expect(parseYuan('\uFF15\uFF10')).toBe(5000);
    expect(parseYuan('\uFF13\uFF15\u3002\uFF15')).toBe(3550);
    expect(parseYuan('\uFF13\uFF15\uFF0E\uFF15\uFF10')).toBe(3550);
  });

  it('is no sum when it is empty, negative, too exact or too large', () => {
    expect(['', '-5', '1.234', '5e3', '\u4E94\u5341', '..5', '999999999', '.'].map(parseYuan)).toEqual(
      Array.from({ length: 8 }, () => null),
    );
  });

  it('reads back whatever it shows, to the fen', () => {
    assert(
      property(
        integer({ min: 0, max: 1_000_000_000 }),
        (fen) => parseYuan(typedYuan(fen)) === fen && parseYuan(yuan(fen)) === fen,
      ),
    );
  });

  it('grows by a note for each note key', () => {
    expect(withNotes('+')).toBe('100');
    expect(withNotes('100+')).toBe('200');
    expect(withNotes('/')).toBe('50');
    expect(withNotes('50\u3001')).toBe('100');
    expect(withNotes('5*')).toBe('25');
    expect(withNotes('\uFF15\uFF0B')).toBe('105');
  });

  it('keeps what cannot be added to, without the note', () => {
    expect(withNotes('1.234+')).toBe('1.234');
    expect(withNotes('35.5')).toBe('35.5');
  });
});
