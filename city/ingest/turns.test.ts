import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('work under one key is done in the order in which it came, a failure before it or not; another key does not wait', async () => {
  const inTurn = createTurns(4);
  const done: string[] = [];
  const first = Promise.withResolvers<string>();
  const a = inTurn('ledger', () => first.promise.then(() => done.push('a')));
  const b = inTurn('ledger', () => Promise.reject(new Error('b fails')));
  const c = inTurn('ledger', async () => done.push('c'));
  const isB = expect(b).rejects.toThrow('b fails');
  await inTurn('other', async () => done.push('other'));
  expect(done).toEqual(['other']);
  first.resolve('now');
  await Promise.all([a, isB, c]);
  expect(done).toEqual(['other', 'a', 'c']);
  await inTurn('ledger', async () => done.push('d'));
  expect(done).toEqual(['other', 'a', 'c', 'd']);
});

test('what is too much under one key is not done and not kept; there is room again when something is done', async () => {
  const inTurn = createTurns(2);
  const first = Promise.withResolvers<string>();
  const a = inTurn('ledger', () => first.promise);
  const b = inTurn('ledger', () => Promise.resolve('b'));
  expect(inTurn('ledger', () => Promise.resolve('c'))).toBeUndefined();
  expect(await inTurn('other', () => Promise.resolve('other'))).toBe('other');
  first.resolve('a');
  expect(await Promise.all([a, b])).toEqual(['a', 'b']);
  expect(await inTurn('ledger', () => Promise.resolve('d'))).toBe('d');
});
