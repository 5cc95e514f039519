import { afterEach, expect, test } from 'vitest';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import type { WindowId } from '../../contract/ids.ts';
import { carriedRecordBytes, type StationRecord } from '../../contract/station-records.ts';
import { makeMachine, type Machine } from '../../tests/support/machine.ts';
import { departureOn, openWindow, type TestWindow } from '../../tests/support/window.ts';
import { accepted } from '../../contract/refusals.ts';
import { LedgerConflictError, LedgerWriteError } from '../ledger/types.ts';
import { createRecords } from './records.ts';

const machines: Machine[] = [];
afterEach(() => {
  for (const machine of machines.splice(0)) machine.remove();
});
const windowId = (n: number) => `zhujiajian-wugongzhi/0${n}` as WindowId;

async function officeOf(seed: number, window: WindowId): Promise<TestWindow> {
  const machine = makeMachine({ seed });
  machines.push(machine);
  return openWindow(machine, { window });
}
function recordsOf({ ledger, vault }: TestWindow, window: WindowId) {
  const machine = makeMachine({ seed: 9 });
  machines.push(machine);
  const { log, random } = machine.runtime;
  return createRecords({ ledger, vault, window, log, random, isAlone: false });
}

/** A record of this office's own, signed with its own key, that names `window` as its own. */
function left({ ledger, vault }: TestWindow, seq: number, window: WindowId): StationRecord {
  const record = {
    v: 1 as const,
    window,
    ledgerId: ledger.ledgerId,
    seq,
    at: 1_000,
    kind: 'departure.left',
    actor: '0301',
    body: { departureId: departureOn('2026-11-21', '1030'), leftAt: 1_000, by: '0301' },
    key: vault.publicKey,
    alg: 'Ed25519' as const,
  };
  const signature = toBase64url(vault.sign(carriedRecordBytes(record)));
  return { issuer: ledger.ledgerId, n: seq, text: jcs({ ...record, signature }) };
}

test('a window speaks in its own name: what it signs in that of another does not count, whether it enrolled or was heard of', async () => {
  const host = await officeOf(1, windowId(1));
  const [two, four] = [await officeOf(2, windowId(2)), await officeOf(4, windowId(4))];
  const linkKey = toBase64url(new Uint8Array(32));
  const enrolled = { window: windowId(2), signingKey: two.vault.publicKey, linkKey };
  const { ledgerId } = two.ledger;
  host.write([{ kind: 'station.windowEnrolled', body: { ...enrolled, ledgerId, ordinal: 1 } }]);
  const records = recordsOf(host, windowId(1));
  const heard: string[] = [];
  records.onFresh((fresh) => heard.push(...fresh.map(({ issuer, n }) => `${issuer}-${n}`)));

  records.take([left(two, 5, windowId(3))], ledgerId);
  expect(heard).toEqual([]);
  expect(records.refused()).toHaveLength(1);
  // Of an office that never enrolled here the first word says whose its ledger is.
  records.take([left(two, 6, windowId(2)), left(four, 7, windowId(4)), left(four, 8, windowId(3))], ledgerId);
  expect(heard).toEqual([`${ledgerId}-6`, `${four.ledger.ledgerId}-7`]);
  expect(records.refused()).toHaveLength(2);
  for (const office of [host, two, four]) office.close();
});

test('a record that a defect keeps from being followed is refused and told; what comes after it counts, and it does not come back', async () => {
  const [host, four] = [await officeOf(1, windowId(1)), await officeOf(4, windowId(4))];
  const records = recordsOf(host, windowId(1));
  const followed: number[] = [];
  records.hear(['departure.left'], ({ seq }) => {
    if (seq === 7) throw new LedgerConflictError('planted');
    followed.push(seq);
    return accepted(null);
  });
  const { ledgerId } = four.ledger;
  records.take([left(four, 7, windowId(4)), left(four, 8, windowId(4))], ledgerId);
  records.look();
  expect(followed).toEqual([8]);
  expect(records.refused()).toMatchObject([{ what: `${ledgerId}-7`, refusal: { code: 'defect' } }]);
  // A disk that takes nothing is no defect: the record is followed when it does again.
  let isFull = true;
  records.hear(['departure.left'], ({ seq }) => {
    if (isFull) throw new LedgerWriteError('SQLITE_FULL');
    followed.push(seq);
    return accepted(null);
  });
  records.take([left(four, 9, windowId(4))], ledgerId);
  expect(followed).toEqual([8]);
  isFull = false;
  records.look();
  expect(followed).toEqual([8, 9]);
  for (const office of [host, four]) office.close();
});
