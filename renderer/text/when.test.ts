import { describe, expect, it } from 'vitest';
import { addDays, ageParts, clockText, dateOf, daysBetween, weekdayOf } from './when.ts';

const at = (text: string): number => Date.parse(text);

describe('time on the screen', () => {
  it('is Shanghai time wherever the machine thinks it stands', () => {
    expect(clockText(at('2026-11-21T00:21:07Z'))).toBe('08:21:07');
    expect(clockText(at('2026-11-21T15:55:00Z'))).toBe('23:55:00');
  });

  it('turns the business date at midnight in Shanghai', () => {
    expect(dateOf(at('2026-11-21T15:59:59Z'))).toBe('2026-11-21');
    expect(dateOf(at('2026-11-21T16:05:00Z'))).toBe('2026-11-22');
  });

  it('counts days over the end of a month and of a year', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(daysBetween('2026-12-30', '2027-01-02')).toBe(3);
    expect(weekdayOf('2026-11-21')).toBe(6);
  });

  it('says an age in the one unit that a person would use', () => {
    expect(ageParts(-5)).toEqual({ unit: 'seconds', count: 0 });
    expect(ageParts(59_999)).toEqual({ unit: 'seconds', count: 59 });
    expect(ageParts(60_000)).toEqual({ unit: 'minutes', count: 1 });
    expect(ageParts(3_600_000 * 25)).toEqual({ unit: 'days', count: 1 });
  });
});
