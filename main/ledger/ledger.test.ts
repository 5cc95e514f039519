import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import Database from 'better-sqlite3';
import { entryBodies, entryEnvelopeSchema, isKnownKind } from '../../contract/entries.ts';
import { toHex } from '../../contract/encoding/bytes.ts';
import { refuse } from '../../contract/refusals.ts';
import { makeMachine, MORNING_MS, type Machine } from '../../tests/support/machine.ts';
import { departureOn, openWindow, type TestWindow } from '../../tests/support/window.ts';
import { LedgerConflictError } from './types.ts';

const DEPARTURE = departureOn('2026-11-21', '1130');
const machines: Machine[] = [];
const windows: TestWindow[] = [];

async function freshWindow(): Promise<TestWindow> {
  const machine = makeMachine();
  machines.push(machine);
  const window = await openWindow(machine);
  windows.push(window);
  return window;
}

async function restarted(window: TestWindow): Promise<TestWindow> {
  window.close();
  const again = await openWindow(window.machine.restart());
  windows.push(again);
  return again;
}

afterEach(() => {
  for (const window of windows.splice(0)) window.close();
  for (const machine of machines.splice(0)) machine.remove();
});

describe('journal', () => {
  test('a new ledger begins with its own name, window and signing key', async () => {
    const { ledger, vault } = await freshWindow();
    const [first] = ledger.entriesAfter(0, 10, 1e6);
    expect(JSON.parse(first?.canonical ?? '')).toMatchObject({
      seq: 1,
      kind: 'ledger.opened',
      ledgerId: ledger.ledgerId,
      window: 'zhujiajian-wugongzhi/03',
      body: { ordinal: 1, signingKey: vault.publicKey, stationCode: '3309', predecessor: null },
    });
    expect(ledger.head().seq).toBe(1);
  });

  test('a sale is one command of whole parts, every entry of it as the contract says', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { ranges: [[1, 40]] });
    const before = window.ledger.head().seq;
    const { commandId } = window.sell(DEPARTURE, [1, 2, 3]);
    const entries = window.ledger.entriesOf(commandId);
    expect(entries.map(({ kind }) => kind)).toEqual([
      'ticket.sold',
      'ticket.sold',
      'ticket.sold',
      'sale.money',
    ]);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4].map((n) => before + n));
    expect(entries.map(({ part }) => part)).toEqual([1, 2, 3, 4].map((n) => ({ n, of: 4 })));
    for (const entry of window.ledger
      .entriesAfter(0, 100, 1e6)
      .map(({ canonical }) => JSON.parse(canonical) as unknown)) {
      const envelope = entryEnvelopeSchema.parse(entry);
      expect(isKnownKind(envelope.kind)).toBe(true);
      if (isKnownKind(envelope.kind)) entryBodies[envelope.kind].parse(envelope.body);
    }
  });

  test('no name and no document number stands in an entry', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 10 });
    window.sell(DEPARTURE, [7]);
    const text = window.ledger
      .entriesAfter(0, 100, 1e6)
      .map(({ canonical }) => canonical)
      .join('\n');
    expect(text).toContain('ticket.sold');
    expect(text).not.toMatch(/330999\d{11}[\dX]/);
    expect(text).not.toMatch(/[\u4e00-\u9fff]/);
  });

  test('the journal goes on after a restart, with the same name and no gap', async () => {
    const window = await freshWindow();
    window.openShift();
    const { ledgerId } = window.ledger;
    const head = window.ledger.head();
    const again = await restarted(window);
    expect(again.ledger.ledgerId).toBe(ledgerId);
    expect(again.ledger.head()).toEqual({ seq: head.seq, hash: Buffer.from(head.hash) });
    again.takeLease(DEPARTURE, { count: 3 });
    expect(again.ledger.verify()).toEqual({ ok: true, count: head.seq + 2 });
  });

  test('the newest feed and enrolment are known', async () => {
    const window = await freshWindow();
    expect(window.ledger.latest('feed.applied')).toBeUndefined();
    const hash = '0'.repeat(64);
    window.write([{ kind: 'feed.applied', body: { version: 1, hash } }], { bodyMac: null, actor: 'office' });
    window.write([{ kind: 'feed.applied', body: { version: 2, hash } }], { bodyMac: null, actor: 'office' });
    expect(window.ledger.latest('feed.applied')?.body).toEqual({ version: 2, hash });
  });

  test('what the office does by itself leaves no command to answer', async () => {
    const window = await freshWindow();
    const { commandId } = window.write(
      [{ kind: 'clock.jumped', body: { fromMs: MORNING_MS, toMs: MORNING_MS + 5 } }],
      { bodyMac: null, actor: 'office' },
    );
    expect(window.ledger.command(commandId)).toBeUndefined();
    expect(window.ledger.openCommands()).toEqual([]);
    expect(window.ledger.entriesOf(commandId)).toHaveLength(1);
  });
});

describe('commands', () => {
  test('an accepted command is known by id, with its digest and its entries', async () => {
    const window = await freshWindow();
    const bodyMac = window.vault.commandMac('{"floatFen":100}');
    const { commandId, firstSeq, lastSeq } = window.write(
      [{ kind: 'session.signedIn', body: { clerkNumber: '1001' } }],
      { bodyMac, method: 'shifts.open' },
    );
    const stored = window.ledger.command(commandId);
    expect(stored).toMatchObject({
      commandId,
      method: 'shifts.open',
      firstSeq,
      lastSeq,
      atMs: MORNING_MS,
      seen: false,
    });
    expect(toHex(stored?.bodyMac ?? new Uint8Array())).toBe(toHex(bodyMac));
  });

  test('the same command id is never written twice', async () => {
    const window = await freshWindow();
    const { commandId } = window.write([{ kind: 'session.signedIn', body: { clerkNumber: '1001' } }]);
    const head = window.ledger.head();
    expect(() =>
      window.write([{ kind: 'session.signedOut', body: { clerkNumber: '1001' } }], { commandId }),
    ).toThrow(LedgerConflictError);
    expect(window.ledger.head()).toEqual(head);
    expect(window.ledger.verify().ok).toBe(true);
  });

  test('a command stays open over a restart until a page has seen its answer', async () => {
    const window = await freshWindow();
    const first = window.write([{ kind: 'session.signedIn', body: { clerkNumber: '1001' } }]).commandId;
    const second = window.write([{ kind: 'session.signedOut', body: { clerkNumber: '1001' } }]).commandId;
    const again = await restarted(window);
    expect(again.ledger.openCommands().map(({ commandId }) => commandId)).toEqual([first, second]);
    again.ledger.markSeen([first, 'no-such-command-id']);
    expect(again.ledger.openCommands().map(({ commandId }) => commandId)).toEqual([second]);
    expect(again.ledger.command(first)?.seen).toBe(true);
  });

  test('a command without entries is a defect', async () => {
    const window = await freshWindow();
    expect(() => window.write([])).toThrow(RangeError);
  });
});

describe('upload', () => {
  test('entries go up in order with their sealed rows, cut by count and by size but never to nothing', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 600 });
    for (let sale = 0; sale < 3; sale += 1)
      window.sell(
        DEPARTURE,
        Array.from({ length: 100 }, (_, n) => sale * 100 + n),
      );
    const all = window.ledger.entriesAfter(0, 10_000, 1e9);
    expect(all.map(({ seq }) => seq)).toEqual(
      Array.from({ length: window.ledger.head().seq }, (_, i) => i + 1),
    );
    expect(all.filter(({ row }) => row !== undefined)).toHaveLength(300);
    expect(all.every(({ kind, row }) => (kind === 'ticket.sold') === (row !== undefined))).toBe(true);
    expect(window.ledger.entriesAfter(5, 7, 1e9).map(({ seq }) => seq)).toEqual([6, 7, 8, 9, 10, 11, 12]);
    expect(window.ledger.entriesAfter(5, 100, 1)).toHaveLength(1);
    expect(window.ledger.entriesAfter(5, 100, 5_000).length).toBeGreaterThan(2);
    expect(window.ledger.entriesAfter(5, 100, 5_000).length).toBeLessThan(10);
    expect(window.ledger.entriesAfter(window.ledger.head().seq, 10, 1e6)).toEqual([]);
  });

  test('backlog, its tickets and its age follow sales and answers, and survive a restart', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 9 });
    window.machine.pass(60_000);
    window.sell(DEPARTURE, [1, 2]);
    expect(window.ledger.uploadState()).toMatchObject({
      ackSeq: 0,
      backlogEntries: 7,
      oldestAtMs: MORNING_MS,
    });
    const refusal = refuse('city.identityNumber');
    window.ledger.recordAnswer({
      ackSeq: 5,
      verdicts: [{ seq: 5, verdict: 'refused', refusal }],
      weekKeys: ['2026-W47'],
    });
    const state = {
      ackSeq: 5,
      backlogEntries: 2,
      oldestAtMs: MORNING_MS + 60_000,
      ackedWeeks: ['2026-W47'],
      refusedEntries: 1,
    };
    expect(window.ledger.uploadState()).toEqual(state);
    const again = await restarted(window);
    expect(again.ledger.uploadState()).toEqual(state);
    expect(again.ledger.verdictsOf([4, 5, 6])).toEqual(
      new Map([
        [4, { seq: 4, verdict: 'accepted' }],
        [5, { seq: 5, verdict: 'refused', refusal }],
      ]),
    );
    again.ledger.recordAnswer({
      ackSeq: 7,
      verdicts: [{ seq: 5, verdict: 'accepted' }],
      weekKeys: ['2026-W47'],
    });
    expect(again.ledger.uploadState()).toMatchObject({
      ackSeq: 7,
      backlogEntries: 0,
      oldestAtMs: null,
      refusedEntries: 0,
    });
  });

  test('an answer about entries that do not exist changes nothing', async () => {
    const window = await freshWindow();
    const before = window.ledger.uploadState();
    expect(() => window.ledger.recordAnswer({ ackSeq: 2, verdicts: [], weekKeys: [] })).toThrow(RangeError);
    expect(() =>
      window.ledger.recordAnswer({
        ackSeq: 1,
        verdicts: [{ seq: 9, verdict: 'held' }],
        weekKeys: ['2026-W47'],
      }),
    ).toThrow(RangeError);
    expect(window.ledger.uploadState()).toEqual(before);
  });
});

test('a clean stop leaves one file without a WAL', async () => {
  const window = await freshWindow();
  window.openShift();
  window.close();
  window.close();
  expect(existsSync(`${window.machine.folder}/ledger.db-wal`)).toBe(false);
  const database = new Database(`${window.machine.folder}/ledger.db`, { readonly: true });
  expect(database.prepare('SELECT count(*) AS n FROM journal').get()).toEqual({ n: 2 });
  database.close();
});
