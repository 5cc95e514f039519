import { createHash, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { planSignedBytes, type Plan, type SignedPlan } from '../../contract/contingency.ts';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { entryBodies, type NewEntry } from '../../contract/entries.ts';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import { recordSignedBytes, type PlanRecord, type SignedRecord } from '../../contract/orders.ts';
import { createStateBook } from '../departures/state-book.ts';
import { acceptRecord, type Trust } from './accept-record.ts';
import { knownFromEntries } from './from-entries.ts';
import { fillNotice } from './plan-check.ts';
import { end, ferry, here, keyOf, morning, only, order, plan, there } from './sample.ts';

const window4 = 'pier/04' as WindowId;

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const window = { id: '11111111', ...generateKeyPairSync('ed25519') };
const authority = { id: '22222222', ...generateKeyPairSync('ed25519') };
const stranger = { id: '33333333', ...generateKeyPairSync('ed25519') };
type Key = { id: string; publicKey: KeyObject };
const isOf = (key: Key, bytes: Uint8Array, signature: string): boolean =>
  verify(null, bytes, key.publicKey, Buffer.from(signature, 'base64url'));
/** Issuer id of the authority. */
const above = 'c'.repeat(32) as LedgerId;
const trust: Trust = {
  isIssuers(issuer, keyId, bytes, signature) {
    const key = issuer === above ? authority : window;
    return key.id === keyId && isOf(key, bytes, signature);
  },
  isAuthority: (issuer) => issuer === above,
  approvers: (keyId) =>
    keyId === authority.id
      ? [{ kind: 'authority', name: '县', signed: (bytes, signature) => isOf(authority, bytes, signature) }]
      : [],
  station: 'pier',
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
      'plan.signerUnknown',
    ],
    [
      'a plan whose text its signer did not sign',
      () => {
        const changed = { ...document, text: document.text.replace('样例预案', '改过预案') };
        const named = { ...record, plan: { ...record.plan, hash: sha256Hex(changed.text) } };
        return acceptRecord(signedRecord(named), changed, trust);
      },
      'plan.textAltered',
    ],
    [
      'a window that signs in the role of the authority',
      () =>
        acceptRecord(signedRecord({ ...record, by: { number: '0001', role: 'authority' } }), document, trust),
      'order.role',
    ],
    [
      'a second signature in the role of the authority',
      () =>
        acceptRecord(
          signedRecord({ ...record, countersignedBy: { number: '0001', role: 'authority' } }),
          document,
          trust,
        ),
      'order.role',
    ],
    [
      'signers whom its plan does not allow',
      () => acceptRecord(signedRecord({ ...record, countersignedBy: null }), document, trust),
      'order.role',
    ],
  ] as const)('does not count with %s', (_, take, code) => {
    expect(codeOf(take())).toBe(code);
  });

  const commanded = {
    ...record,
    issuer: above,
    window: 'pier/00' as WindowId,
    by: { number: '0009', role: 'authority' as const },
    countersignedBy: null,
  };
  const theirs = (of: PlanRecord) => signedRecord(of, authority);

  test('of the authority counts without the station’s signers', () => {
    expect(acceptRecord(theirs(commanded), document, trust)).toMatchObject({ ok: true });
  });

  test.each([
    [
      'by another key',
      () => acceptRecord(signedRecord(commanded, stranger), document, trust),
      'order.signature',
    ],
    ['by a window’s key', () => acceptRecord(signedRecord(commanded), document, trust), 'order.signature'],
    [
      'for another station',
      () => acceptRecord(theirs({ ...commanded, window: 'other/00' as WindowId }), document, trust),
      'authority.otherStation',
    ],
    [
      'as if a window had given it',
      () => acceptRecord(theirs({ ...commanded, window: 'pier/03' as WindowId }), document, trust),
      'authority.otherStation',
    ],
    [
      'in a role of the station',
      () => acceptRecord(theirs({ ...commanded, by: { number: '0009', role: 'manager' } }), document, trust),
      'order.role',
    ],
    ['without its plan', () => acceptRecord(theirs(commanded), null, trust), 'plan.tampered'],
  ] as const)('of the authority does not count signed %s', (_, take, code) => {
    expect(codeOf(take())).toBe(code);
  });

  test('with an approved plan of a later vocabulary counts as unread', () => {
    const later = ordered({ ...fog, vocabulary: 2, effects: [{ effect: 'drones' }] });
    const taken = acceptRecord(signedRecord(later.record), later.document, trust);
    expect(taken).toEqual({ ok: true, value: { record: later.record, plan: null } });
  });
});

describe('a journal', () => {
  const { document, record } = ordered(fog);
  const started: NewEntry = {
    kind: 'plan.ordered',
    body: { signed: { ...signedRecord(record), record }, plan: document },
  };
  const over = end(7, keyOf({ record }), morning).record;
  const ended: NewEntry = { kind: 'plan.heard', body: { signed: signedRecord(over), plan: null } };
  const set = {
    key: { issuer: here, n: 3 },
    at: morning,
    scope: only(ferry),
    state: 'paused',
    supersedes: [],
  } as const;
  const paused: NewEntry = {
    kind: 'departure.stateSet',
    body: { ...set, supersedes: [], reason: '雾', orderedBy: null, by: '0001' },
  };
  const heard: NewEntry = {
    kind: 'departure.stateHeard',
    body: {
      change: { what: 'undone', key: { issuer: there, n: 9 }, at: morning, undoes: set.key },
      from: window4,
    },
  };
  const undone: NewEntry = {
    kind: 'departure.stateUndone',
    body: { key: { issuer: here, n: 12 }, at: morning, undoes: set.key, reason: '误', by: '0001' },
  };
  const other: NewEntry = { kind: 'session.signedIn', body: { clerkNumber: '1001' } };

  test('gives its orders, its states, and the next free number of its own', () => {
    const known = knownFromEntries([other, started, paused, ended, heard], here, trust);
    expect(known.records).toEqual([{ record, plan: fog }, { record: over }]);
    expect(known.changes).toMatchObject([{ what: 'set', state: 'paused' }, { what: 'undone' }]);
    expect(known.nextN).toBe(8);
    expect(known.refused).toEqual([]);
    expect(knownFromEntries([undone], here, trust).nextN).toBe(13);
    expect(knownFromEntries([other], here, trust).nextN).toBe(1);
  });

  test('takes a change of another office once, whether or not the program there passed on who did it', () => {
    const { key, at, scope, state } = set;
    const change = { what: 'set' as const, key: { ...key, issuer: there }, at, scope, state, supersedes: [] };
    const bare: NewEntry = { kind: 'departure.stateHeard', body: { change, from: window4 } };
    const told: NewEntry = {
      kind: 'departure.stateHeard',
      body: { change: { ...change, reason: '雾', orderedBy: null, by: '0001' }, from: window4 },
    };
    const { changes } = knownFromEntries([bare, told], here, trust);
    expect(changes).toEqual([change, change]);
    expect(createStateBook(changes).history(ferry)).toHaveLength(1);
  });

  test('names records that do not count, and does not use their numbers again', () => {
    const forged: NewEntry = {
      kind: 'plan.ended',
      body: { signed: { ...signedRecord(over, stranger), record: over } },
    };
    expect(knownFromEntries([started, forged], here, trust)).toMatchObject({
      records: [{ record }],
      refused: [{ record: over, refusal: { code: 'order.signature' } }],
      nextN: 8,
    });
  });
});

test('a notice keeps the fields that nobody knows visible for the person who fills them', () => {
  expect(fillNotice('{lines}自{from}起,{reason}', { lines: '普陀山线', from: '07:36' })).toBe(
    '普陀山线自07:36起,{reason}',
  );
});
