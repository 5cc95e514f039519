import { expect, it } from 'vitest';
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
