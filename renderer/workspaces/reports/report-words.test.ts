import { expect, it } from 'vitest';
import { z } from 'zod';
import { entryBodies } from '../../../contract/entries.ts';
import { kindWord, memberText, memberWord } from './report-words.ts';

it('every kind of entry that this program writes has a name in Chinese', () => {
  const kinds = Object.keys(entryBodies);
  expect(kinds.length).toBeGreaterThan(50);
  expect(kinds.filter((kind) => !/^\p{Script=Han}+$/u.test(kindWord(kind)))).toEqual([]);
});

it('a kind of a newer program stands for itself', () => {
  expect(kindWord('bus.parked')).toBe('bus.parked');
});

it('every member of an entry has a name in Chinese, money and instants are read as such', () => {
  const names = new Set(Object.values(entryBodies).flatMap((body) => Object.keys(body.shape)));
  expect(names.size).toBeGreaterThan(100);
  expect([...names].filter((name) => !/^\p{Script=Han}[\p{Script=Han}()]*$/u.test(memberWord(name)))).toEqual(
    [],
  );
  expect(memberText('totalFen', 4_500)).toBe('45.00 元');
  expect(memberText('departAt', Date.parse('2026-11-21T08:30:00+08:00'))).toBe('2026-11-21 08:30:00');
  expect(memberText('ticketCount', 3)).toBe('3');
});

/** Values of a closed list, also behind `optional`, `nullable` and lists. */
function valuesOf(schema: unknown): string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return valuesOf(schema.unwrap());
  return schema instanceof z.ZodArray ? valuesOf(schema.element) : [];
}

it('values of closed lists are read in Chinese, and an id by its beginning', () => {
  const raw = Object.values(entryBodies)
    .flatMap((body) => Object.entries(body.shape))
    .flatMap(([name, schema]) => valuesOf(schema).map((value) => [name, value] as const))
    .filter(([name, value]) => value !== 'true' && !/\p{Script=Han}/u.test(memberText(name, value)));
  expect(raw).toEqual([]);
  expect(memberText('payment', 'cash')).toBe('现金');
  expect(memberText('shiftId', '0123456789abcdef0123456789abcdef')).toBe('编号 01234567…');
  expect(memberText('unsoldProven', true)).toBe('是');
  expect(memberText('seats', { kind: 'numbered', ranges: [[1, 6]] })).toContain('1–6');
  // What a person wrote stands as it was written.
  expect(memberText('reason', '换新机')).toBe('换新机');
});
