import { createPrivateKey, createPublicKey, sign as signBytes, verify as verifyBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DepartureId, TicketNumber } from '../ids.ts';
import { decodeTicketQr, encodeTicketQr, type TicketQrPayload } from './ticket-qr.ts';

// RFC 8032 section 7.1, test 1.
const KEY = createPrivateKey({
  key: Buffer.from(
    '302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'hex',
  ),
  format: 'der',
  type: 'pkcs8',
});
const KEY_ID = '21fe31df';
const payload: TicketQrPayload = {
  n: '33092611210301000018' as TicketNumber,
  d: 'wugongzhi-putuoshan/2026-11-21/1130' as DepartureId,
  c: 'full',
  k: KEY_ID,
};
/** Signed with OpenSSL's command line. */
const CODE =
  'SO1.eyJjIjoiZnVsbCIsImQiOiJ3dWdvbmd6aGktcHV0dW9zaGFuLzIwMjYtMTEtMjEvMTEzMCIsImsiOiIyMWZlMzFkZiIsIm4iOiIzMzA5MjYxMTIxMDMwMTAwMDAxOCJ9' +
  '.UofSO-Q8EKvWpTmzCaev0BG8WJK-ICqqM3_MIcqEhX8NzmVQuXQPV0xPp1Flm7SiowXNSHMDPy1V6Iu1XohmAw';

const sign = (bytes: Uint8Array): Uint8Array => signBytes(null, bytes, KEY);
const verify = (keyId: string, bytes: Uint8Array, signature: Uint8Array): boolean =>
  keyId === KEY_ID && verifyBytes(null, bytes, createPublicKey(KEY), signature);

test('the code of a ticket is this text, and reads back', () => {
  expect(encodeTicketQr(payload, sign)).toBe(CODE);
  expect(decodeTicketQr(CODE, verify)).toEqual({ ok: true, payload });
});

test('nothing personal is in it', () => {
  const text = Buffer.from(CODE.split('.')[1] ?? '', 'base64url').toString();
  expect(Object.keys(JSON.parse(text) as object)).toEqual(['c', 'd', 'k', 'n']);
});

test('any one changed letter is refused', () => {
  const letters = 'ABCxyz019-_.';
  fc.assert(
    fc.property(fc.nat(CODE.length - 1), fc.nat(letters.length - 1), (at, which) => {
      const changed = CODE.slice(0, at) + (letters[which] ?? '') + CODE.slice(at + 1);
      if (changed !== CODE) expect(decodeTicketQr(changed, verify).ok).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('rubbish of any kind is refused and never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(decodeTicketQr(text, verify).ok).toBe(false);
    }),
  );
  const [, body, signature] = CODE.split('.');
  expect(decodeTicketQr(`SO2.${body}.${signature}`, verify)).toEqual({ ok: false, why: 'shape' });
  const more = Buffer.from(JSON.stringify({ ...payload, name: 'x' })).toString('base64url');
  expect(decodeTicketQr(`SO1.${more}.${signature}`, verify)).toEqual({ ok: false, why: 'payload' });
  expect(decodeTicketQr(CODE, () => false)).toEqual({ ok: false, why: 'signature' });
});
