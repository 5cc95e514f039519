import { expect, test } from 'vitest';
import { defaultDocumentKinds, saidKind } from './document-kinds.ts';

test('a kind is said again in a refusal, a number that was given for one is not', () => {
  for (const { code } of defaultDocumentKinds) expect(saidKind(code)).toBe(code);
  expect(saidKind('made-up-2')).toBe('made-up-2');
  expect(saidKind('965020965020')).toBe('?');
  expect(saidKind('e12345678')).toBe('?');
});
