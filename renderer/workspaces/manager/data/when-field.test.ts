import { expect, test } from 'vitest';
import { instantShown, instantTyped } from './when-field.ts';

test('a typed time is Shanghai’s, a bare day its first minute, nothing means at once', () => {
  expect(instantTyped('2026-12-01 06:00')).toBe(Date.UTC(2026, 10, 30, 22, 0));
  expect(instantTyped('２０２６-12-01')).toBe(Date.UTC(2026, 10, 30, 16, 0));
  expect(instantTyped('  ')).toBeNull();
  expect(instantShown(Date.UTC(2026, 10, 30, 22, 0))).toBe('2026-12-01 06:00');
});

test.each(['2026-02-30', '2026-12-01 25:00', '12-01', 'morgen'])('%s is no time', (text) => {
  expect(instantTyped(text)).toBeUndefined();
});
