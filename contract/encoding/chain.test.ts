import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import { entryHash, identityDigest, ZERO_HASH } from './chain.ts';
import { jcs } from './jcs.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

// Made with another program: sha256(prev || utf8(text)).
const FIRST = '{"body":{"station":"普陀山"},"kind":"ledger.opened","seq":1,"v":1}';
const FIRST_HASH = '875a9ee7e79ddebf6520251a7543eeda6ab81d7f7f6348c9e8146f9ae0e71c6a';
const SECOND = '{"body":{"clerkNumber":"1001"},"kind":"session.signedIn","seq":2,"v":1}';
const SECOND_HASH = '1106c67923cd50aeb48894cc17aaa4b6465a86aa75d894025a92706f03ef1859';

test('the first entry hangs on 32 zero bytes, the next on its hash', () => {
  expect(ZERO_HASH).toEqual(new Uint8Array(32));
  const first = entryHash(sha256, ZERO_HASH, FIRST);
  expect(toHex(first)).toBe(FIRST_HASH);
  expect(toHex(entryHash(sha256, first, SECOND))).toBe(SECOND_HASH);
});

test('the canonical text of the vectors is what jcs writes', () => {
  expect(jcs({ v: 1, seq: 1, kind: 'ledger.opened', body: { station: '普陀山' } })).toBe(FIRST);
});

test('a hash before that is not 32 bytes is a defect', () => {
  for (const length of [0, 31, 33, 64])
    expect(() => entryHash(sha256, new Uint8Array(length), FIRST)).toThrow(TypeError);
});

test('any change of text or of the hash before gives another hash', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(31), (one, other, at) => {
      const changed = Uint8Array.from(ZERO_HASH);
      changed[at] = 1;
      expect(toHex(entryHash(sha256, changed, one))).not.toBe(toHex(entryHash(sha256, ZERO_HASH, one)));
      if (one !== other)
        expect(toHex(entryHash(sha256, ZERO_HASH, one))).not.toBe(toHex(entryHash(sha256, ZERO_HASH, other)));
    }),
  );
});

test('an identity is bound by salt, kind, name and number', () => {
  const salt = Uint8Array.from({ length: 16 }, (_, i) => i);
  const identity = { kind: '111', name: '测试甲', number: '330999199001010010' };
  const digest = (of: typeof identity, by = salt): string => toHex(identityDigest(sha256, by, of));
  expect(digest(identity)).toBe('317a23cb336147953217254c8930128eb17393294b7b09d85ca738a8aa159ec3');
  const others = [
    digest({ ...identity, kind: '553' }),
    digest({ ...identity, name: '测试乙' }),
    digest({ ...identity, number: '330999199001010011' }),
    digest(identity, new Uint8Array(16)),
  ];
  expect(new Set([digest(identity), ...others]).size).toBe(5);
  expect(() => digest(identity, new Uint8Array(15))).toThrow(TypeError);
});
