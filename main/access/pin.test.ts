import { expect, test } from 'vitest';
import { hashPin, isPin } from './pin.ts';

test('a PIN is known again by its hash, also when the keyboard was in full width', async () => {
  const stored = await hashPin('246810', new Uint8Array(16));
  expect(await isPin('246810', stored)).toBe(true);
  expect(await isPin('２４６８１０', stored)).toBe(true);
  expect(await isPin('246811', stored)).toBe(false);
});

test.each([
  ['nothing', ''],
  ['a cost that is no power of two', 'scrypt$15$8$1$AAAA$AAAA'],
  ['a cost of nought', 'scrypt$0$0$0$AAAA$AAAA'],
  ['a cost that would take all memory', 'scrypt$8388608$999$999$AAAA$AAAA'],
  ['a salt that is no base64url', 'scrypt$16$8$1$A$AAAA'],
  ['a key that is no base64url', 'scrypt$16$8$1$AAAA$AAAAB'],
])('a hash with %s is never right, and signing in does not break on it', async (_what, stored) => {
  expect(await isPin('246810', stored)).toBe(false);
});
