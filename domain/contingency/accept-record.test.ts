import { createHash, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { planSignedBytes, type Plan, type SignedPlan } from '../../contract/contingency.ts';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { entryBodies } from '../../contract/entries.ts';
import { recordSignedBytes, type PlanRecord, type SignedRecord } from '../../contract/orders.ts';
import { acceptRecord, type Trust } from './accept-record.ts';
import { end, keyOf, morning, order, plan } from './sample.ts';

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const window = { id: '11111111', ...generateKeyPairSync('ed25519') };
const authority = { id: '22222222', ...generateKeyPairSync('ed25519') };
const stranger = { id: '33333333', ...generateKeyPairSync('ed25519') };
const keys = new Map<string, KeyObject>([window, authority, stranger].map((key) => [key.id, key.publicKey]));
const trust: Trust = {
  verify(keyId, bytes, signature) {
    const key = keys.get(keyId);
    return key !== undefined && verify(null, bytes, key, signature);
  },
  keyOfIssuer: () => window.id,
  mayApprove: (keyId) => keyId === authority.id,
  sha256Hex,
};

function signedPlan(of: Plan | object, by = authority): SignedPlan {
  const text = jcs(of);
  const signature = toBase64url(sign(null, planSignedBytes(text), by.privateKey));
  return { alg: 'Ed25519', keyId: by.id, text, signature };
}
function signedRecord(record: PlanRecord, by = window): SignedRecord {
  const signature = toBase64url(sign(null, recordSignedBytes(record), by.privateKey));
  return { alg: 'Ed25519', keyId: by.id, signature, record };
}
function ordered(of: object, by = authority) {
  const document = signedPlan(of, by);
  const { record } = order(1, plan([{ effect: 'queueNumbers', issue: true }]));
  return { document, record: { ...record, plan: { ...record.plan, hash: sha256Hex(document.text) } } };
}
const fog = plan([{ effect: 'queueNumbers', issue: true }], { loosensAtMostMin: null });
const codeOf = (outcome: ReturnType<typeof acceptRecord>) => (outcome.ok ? 'accepted' : outcome.refusal.code);

describe('a record from another window', () => {
  const { document, record } = ordered(fog);

  test('counts when issuer, plan and signers are genuine', () => {
    const taken = acceptRecord(signedRecord(record), document, trust);
    expect(taken).toEqual({ ok: true, value: { record, plan: fog } });
    const over = end(2, keyOf({ record }), morning).record;
    expect(acceptRecord(signedRecord(over), null, trust)).toEqual({ ok: true, value: { record: over } });
  });

  test('fits the journal', () => {
    const signed = signedRecord(record);
    expect(entryBodies['plan.ordered'].parse({ signed, plan: document })).toEqual({ signed, plan: document });
    expect(entryBodies['plan.heard'].parse({ signed, plan: document })).toEqual({ signed, plan: document });
  });

  test.each([
    ['a wrong key', () => acceptRecord(signedRecord(record, stranger), document, trust), 'order.signature'],
    [
      'a changed record',
      () => acceptRecord({ ...signedRecord(record), record: { ...record, until: 1 } }, document, trust),
      'order.signature',
    ],
    [
      'a signature that is none',
      () => acceptRecord({ ...signedRecord(record), signature: 'AA' }, document, trust),
      'order.signature',
    ],
    ['no plan', () => acceptRecord(signedRecord(record), null, trust), 'plan.tampered'],
    [
      'another plan than it names',
      () => acceptRecord(signedRecord(record), signedPlan({ ...fog, version: 2 }), trust),
      'plan.tampered',
    ],
    [
      'a plan that nobody approved',
      () => {
        const own = ordered(fog, stranger);
        return acceptRecord(signedRecord(own.record), own.document, trust);
      },
      'plan.signature',
    ],
    [
      'signers whom its plan does not allow',
      () => acceptRecord(signedRecord({ ...record, countersignedBy: null }), document, trust),
      'order.role',
    ],
  ] as const)('does not count with %s', (_, take, code) => {
    expect(codeOf(take())).toBe(code);
  });

  test('with an approved plan of a later vocabulary counts as unread', () => {
    const later = ordered({ ...fog, vocabulary: 2, effects: [{ effect: 'drones' }] });
    const taken = acceptRecord(signedRecord(later.record), later.document, trust);
    expect(taken).toEqual({ ok: true, value: { record: later.record, plan: null } });
  });
});
