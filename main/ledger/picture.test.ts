import Database from 'better-sqlite3';
import fc from 'fast-check';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { EntryEnvelope } from '../../contract/entries.ts';
import type { LedgerId, TicketNumber, WindowId } from '../../contract/ids.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { makeMachine, readMigrationFiles, type Machine } from '../../tests/support/machine.ts';
import { adult } from '../../tests/support/people.ts';
import { departureOn, openWindow, type TestWindow } from '../../tests/support/window.ts';
import { LedgerConflictError, type PictureTicket, type RelayedEntry } from './types.ts';

const machines: Machine[] = [];
afterEach(() => {
  for (const machine of machines.splice(0)) machine.remove();
});

async function newWindow(seed: number, window?: string): Promise<TestWindow> {
  const machine = makeMachine({ seed });
  machines.push(machine);
  return openWindow(machine, window === undefined ? {} : { window: window as WindowId });
}

const SAILING = departureOn('2026-11-21', '1030');
const GATE = '1 号检票口';

/** A window that sold `heads` tickets of the sailing. */
async function seller(seed: number, window: string | undefined, heads: number) {
  const made = await newWindow(seed, window);
  made.openShift();
  made.takeLease(SAILING, { count: 40 });
  const { ticketNumbers } = made.sell(
    SAILING,
    Array.from({ length: heads }, (_, n) => n + seed * 100),
  );
  return { ...made, ticketNumbers };
}

/** Its whole journal as it would be relayed, rows included. */
function journalOf({ ledger }: Pick<TestWindow, 'ledger'>): RelayedEntry[] {
  return ledger
    .entriesAfter(0, 10_000, 100_000_000)
    .map(({ seq, canonical, row }) => ({ seq, entry: canonical, ...(row && { row }) }));
}

const board = (window: TestWindow, ticketNumber: TicketNumber, gate = GATE): void =>
  void window.write([
    { kind: 'ticket.boarded', body: { ticketNumber, departureId: SAILING, gate, method: 'document' } },
  ]);
const unboard = (window: TestWindow, ticketNumber: TicketNumber): void =>
  void window.write([
    { kind: 'ticket.unboarded', body: { ticketNumber, departureId: SAILING, gate: GATE, reason: '上错船' } },
  ]);

/** A refund of another window's ticket in bulk: it touches no drawer and no place. */
const refundOf = (ticketNumber: TicketNumber) => ({
  ticketNumber,
  departureId: SAILING,
  subject: 'passenger' as const,
  fareFen: 3_000 as never,
  feeFen: 300 as never,
  backFen: 2_700 as never,
  payment: 'cash' as const,
  fee: null,
  because: [],
  requestId: null,
  batchId: 'ef'.repeat(16),
  countersignedBy: null,
  leaseId: 'ab'.repeat(16),
  seatNumber: null,
  takes: 'none' as const,
  shiftId: null,
});

/** So many rows of tickets that ended twice, and a rebuild makes the very same. */
function expectSameAfterRebuild({ ledger, machine }: TestWindow, count: number): void {
  const rows = (): unknown[] => {
    const file = new Database(join(machine.folder, 'ledger.db'), { readonly: true });
    const all = file.prepare('SELECT * FROM station_ended_twice ORDER BY ticket_number, source').all();
    file.close();
    return all;
  };
  const before = rows();
  expect(before).toHaveLength(count);
  ledger.rebuild();
  expect(rows()).toEqual(before);
}

/** What two pictures must agree on; which of them owns a row is not part of it. */
const shared = (tickets: readonly PictureTicket[]): unknown =>
  tickets.map((ticket) => ({
    ...ticket,
    own: null,
    boardings: ticket.boardings
      .map((boarding) => ({ ...boarding, own: null }))
      .toSorted((a, b) => (a.window < b.window ? -1 : 1)),
  }));

/** Makes a ledger's file what a program with the first migration alone would have left. */
function rewindToFirstMigration(path: string): void {
  const now = new Database(path);
  now.pragma('journal_mode = DELETE');
  const [first] = readMigrationFiles();
  if (!first) throw new Error('no migration');
  const old = new Database(`${path}.old`);
  old.exec(first.sql);
  const tables = old
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all();
  old.exec(`ATTACH '${path}' AS now`);
  for (const { name } of tables) {
    const columns = old
      .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
      .all(name)
      .map((column) => column.name)
      .join();
    old.exec(`DELETE FROM ${name}; INSERT INTO ${name} (${columns}) SELECT ${columns} FROM now.${name}`);
  }
  old.exec("UPDATE meta SET value = 1 WHERE name IN ('schema', 'minReader')");
  old.close();
  now.close();
  renameSync(`${path}.old`, path);
}

describe('own tickets', () => {
  test('a ticket stands in the picture the moment it is sold, and is found by its document', async () => {
    const window = await seller(1, undefined, 3);
    const [first] = window.ticketNumbers;
    const { number } = adult(100);
    const token = window.vault.lookupToken('111', number);
    expect(window.ledger.picture.ticketsOfDocument(token, 5)).toEqual([
      expect.objectContaining({ ticketNumber: first, state: 'sold', heads: 1, own: true, boardings: [] }),
    ]);
    expect(window.ledger.picture.ticketsEnding(String(first).slice(-6), [SAILING], 5)).toHaveLength(1);
    expect(window.ledger.picture.counts([SAILING]).get(SAILING)).toMatchObject({ sold: 3, boarded: 0 });
    window.close();
  });

  test('the database itself refuses to let a ticket aboard twice', async () => {
    const window = await seller(1, undefined, 1);
    const ticketNumber = window.ticketNumbers[0] as TicketNumber;
    board(window, ticketNumber);
    expect(() => board(window, ticketNumber)).toThrow(LedgerConflictError);
    unboard(window, ticketNumber);
    expect(() => unboard(window, ticketNumber)).toThrow(LedgerConflictError);
    board(window, ticketNumber, '2 号检票口');
    expect(window.ledger.picture.ticket(ticketNumber)?.boardings).toMatchObject([{ gate: '2 号检票口' }]);
    window.close();
  });

  test('a ledger from before there was a picture has it after the first start', async () => {
    const window = await seller(1, undefined, 2);
    const before = window.ledger.picture.ticketsOfDeparture(SAILING);
    window.close();
    rewindToFirstMigration(join(window.machine.folder, 'ledger.db'));
    const again = await openWindow(window.machine.restart());
    expect(again.ledger.picture.ticketsOfDeparture(SAILING)).toEqual(before);
    again.close();
  });

  test('a rebuild gives the same picture, with what other windows relayed', async () => {
    const host = await seller(1, undefined, 2);
    const other = await seller(2, 'zhujiajian-wugongzhi/04', 3);
    board(host, host.ticketNumbers[0] as TicketNumber);
    board(other, host.ticketNumbers[1] as TicketNumber);
    host.ledger.picture.take(other.ledger.window, other.ledger.ledgerId, journalOf(other));
    // The host's own gate lets one of the other window's tickets aboard.
    board(host, other.ticketNumbers[0] as TicketNumber);
    const before = host.ledger.picture.ticketsOfDeparture(SAILING);
    expect(before).toHaveLength(5);
    host.ledger.rebuild();
    expect(host.ledger.picture.ticketsOfDeparture(SAILING)).toEqual(before);
    expect(host.ledger.picture.upTo(other.ledger.ledgerId)).toBe(other.ledger.head().seq);
    host.close();
    other.close();
  });
});

describe('tickets of other windows', () => {
  test('a relayed journal is taken once, however often it is sent', async () => {
    const host = await newWindow(1);
    const other = await seller(2, 'zhujiajian-wugongzhi/04', 3);
    const { picture } = host.ledger;
    const journal = journalOf(other);
    const { window, ledgerId } = other.ledger;
    expect(picture.take(window, ledgerId, journal.slice(0, 4))).toEqual({ ok: true, upTo: 4, taken: 4 });
    expect(picture.take(window, ledgerId, journal)).toMatchObject({ ok: true, taken: journal.length - 4 });
    expect(picture.take(window, ledgerId, journal)).toMatchObject({ ok: true, taken: 0 });
    expect(picture.counts([SAILING]).get(SAILING)).toMatchObject({ sold: 3 });
    host.close();
    other.close();
  });

  test('an entry that a newer program wrote in another shape is passed over, and what comes after it counts', async () => {
    const host = await newWindow(1);
    const other = await seller(2, 'zhujiajian-wugongzhi/04', 3);
    const { picture } = host.ledger;
    const journal = journalOf(other);
    const { window, ledgerId } = other.ledger;
    const newer = journal.map(({ seq, entry, ...row }) => {
      const whole = JSON.parse(entry) as Record<string, unknown>;
      return seq === 2 ? { seq, entry: jcs({ ...whole, v: 2, why: 'newer' }) } : { seq, entry, ...row };
    });
    expect(picture.take(window, ledgerId, newer)).toMatchObject({ ok: true, upTo: journal.length });
    expect(picture.ticketsOfDeparture(SAILING)).toHaveLength(3);
    host.close();
    other.close();
  });

  test('a ticket that this office ended and then another is listed the same after a rebuild', async () => {
    const host = await seller(1, undefined, 1);
    const other = await newWindow(2, 'zhujiajian-wugongzhi/04');
    const ticketNumber = host.ticketNumbers[0] as TicketNumber;
    const void_ = {
      ticketNumber,
      departureId: SAILING,
      backFen: 1_000 as never,
      payment: 'cash' as const,
      reason: '售错',
      leaseId: host.ledger.leasesOf(SAILING)[0]?.leaseId ?? '',
      seatNumber: null,
      shiftId: host.ledger.openShift()?.shiftId ?? '',
    };
    host.write([{ kind: 'ticket.voided', body: void_ }]);
    other.write([{ kind: 'ticket.voided', body: { ...void_, takes: 'none' } }]);
    host.ledger.picture.take(other.ledger.window, other.ledger.ledgerId, journalOf(other));
    expectSameAfterRebuild(host, 2);
    host.close();
    other.close();
  });

  test('a ticket aboard here and ended there is listed while its boarding stands, the same after a rebuild', async () => {
    const host = await seller(1, undefined, 2);
    const other = await newWindow(2, 'zhujiajian-wugongzhi/04');
    const [stays, leaves] = host.ticketNumbers as [TicketNumber, TicketNumber];
    for (const ticketNumber of [stays, leaves]) {
      board(host, ticketNumber);
      other.write([{ kind: 'ticket.refunded', body: refundOf(ticketNumber) }]);
    }
    const listed = () =>
      host.ledger.picture
        .endedTwice(9)
        .map(({ ticketNumber, ends }) => [ticketNumber, ends.map(({ what }) => what).toSorted()]);
    expect(listed()).toEqual([]);
    host.ledger.picture.take(other.ledger.window, other.ledger.ledgerId, journalOf(other));
    expect(listed()).toEqual([
      [leaves, ['boarded', 'refund']],
      [stays, ['boarded', 'refund']],
    ]);
    unboard(host, leaves);
    expect(listed()).toEqual([[stays, ['boarded', 'refund']]]);
    expectSameAfterRebuild(host, 4);
    expect(listed()).toEqual([[stays, ['boarded', 'refund']]]);
    host.close();
    other.close();
  });

  test('a ticket that ended is not good again because another window took a request back later', async () => {
    const host = await seller(1, undefined, 1);
    const other = await newWindow(2, 'zhujiajian-wugongzhi/04');
    const third = await newWindow(3, 'zhujiajian-wugongzhi/05');
    const ticketNumber = host.ticketNumbers[0] as TicketNumber;
    const request = { requestNumber: 'R0501-0001', requestId: 'ab'.repeat(16), ticketNumber };
    other.write([{ kind: 'ticket.refunded', body: refundOf(ticketNumber) }]);
    third.write([
      {
        kind: 'refund.requested',
        body: { ...request, act: 'refund', shiftId: 'cd'.repeat(16) },
      },
    ]);
    third.write([{ kind: 'refund.withdrawn', body: { ...request, reason: '不退了' } }]);
    const { picture } = host.ledger;
    for (const { ledger } of [other, third])
      picture.take(ledger.window, ledger.ledgerId, journalOf({ ledger }));
    expect(picture.stateOf(ticketNumber)).toBe('refunded');
    expect(picture.ticket(ticketNumber)?.state).toBe('refunded');
    for (const window of [host, other, third]) window.close();
  });

  test('a hole in a journal, and an entry under another name, are not taken', async () => {
    const host = await newWindow(1);
    const other = await seller(2, 'zhujiajian-wugongzhi/04', 3);
    const { picture } = host.ledger;
    const journal = journalOf(other);
    const { window, ledgerId } = other.ledger;
    picture.take(window, ledgerId, journal.slice(0, 2));
    expect(picture.take(window, ledgerId, journal.slice(4))).toEqual({
      ok: false,
      why: 'gap',
      upTo: 2,
      seq: 5,
    });
    expect(picture.take('zhujiajian-wugongzhi/09' as WindowId, ledgerId, journal).ok).toBe(false);
    expect(picture.take(window, 'ab'.repeat(16) as LedgerId, journal)).toMatchObject({
      ok: false,
      why: 'shape',
    });
    expect(picture.take(window, ledgerId, [{ seq: 3, entry: '{"rubbish":' }])).toMatchObject({ ok: false });
    expect(picture.upTo(ledgerId)).toBe(2);
    host.close();
    other.close();
  });

  test('a document is found once its row was opened, and its sealed row and digest are there', async () => {
    const host = await newWindow(1);
    const other = await seller(2, 'zhujiajian-wugongzhi/04', 1);
    const { picture } = host.ledger;
    const { window, ledgerId } = other.ledger;
    picture.take(window, ledgerId, journalOf(other));
    const { number } = adult(200);
    const token = host.vault.lookupToken('111', number);
    expect(picture.ticketsOfDocument(token, 5)).toEqual([]);
    const week = other.vault.weeks()[0] as string;
    const blind = picture.blindRows(ledgerId, week, 10);
    const opened = blind.map(({ seq, row }) => {
      const plain = other.vault.open(row);
      if (!plain.ok) throw new Error(plain.refusal.code);
      return { seq, token: host.vault.lookupToken(plain.value.kind, plain.value.number) };
    });
    picture.giveTokens(ledgerId, opened);
    expect(picture.blindRows(ledgerId, week, 10)).toEqual([]);
    const [found] = picture.ticketsOfDocument(token, 5);
    expect(found).toMatchObject({ ticketNumber: other.ticketNumbers[0], own: false, window });
    const own = other.ledger.picture.ticket(found?.ticketNumber ?? '');
    if (!found || !own) throw new Error('no ticket');
    expect(picture.digestOf(found)).toBe(other.ledger.picture.digestOf(own));
    expect(picture.relayedRow(found)).toEqual(other.ledger.sealedRow(found.seq));
    host.close();
    other.close();
  });

  test('a ticket let aboard by two offices is listed with both, until one takes it back', async () => {
    const host = await seller(1, undefined, 1);
    const other = await seller(2, 'zhujiajian-wugongzhi/04', 1);
    const ticketNumber = host.ticketNumbers[0] as TicketNumber;
    board(host, ticketNumber);
    board(other, ticketNumber, '2 号检票口');
    const { picture } = host.ledger;
    const take = (): unknown => picture.take(other.ledger.window, other.ledger.ledgerId, journalOf(other));
    take();
    expect(picture.conflicts(SAILING)).toMatchObject([
      { ticketNumber, boardings: [{ gate: GATE }, { gate: '2 号检票口' }] },
    ]);
    expect(picture.counts([SAILING]).get(SAILING)).toMatchObject({ sold: 2, boarded: 1 });
    unboard(other, ticketNumber);
    take();
    expect(picture.conflicts()).toEqual([]);
    expect(picture.ticket(ticketNumber)?.boardings).toMatchObject([{ gate: GATE, own: true }]);
    host.close();
    other.close();
  });

  test('a refund at another window takes a ticket out of those sold, also when its sale is heard of later', async () => {
    const host = await newWindow(1);
    const other = await seller(2, 'zhujiajian-wugongzhi/04', 2);
    const third = await newWindow(3, 'zhujiajian-wugongzhi/05');
    const { picture } = host.ledger;
    const opening = third.ledger.entriesAfter(0, 1, 1_000_000)[0];
    const envelope = JSON.parse(opening?.canonical ?? '') as EntryEnvelope;
    // The kind is not written by this program yet; its journal form is.
    const refund = jcs({
      ...envelope,
      seq: 2,
      kind: 'ticket.refunded',
      body: { ticketNumber: other.ticketNumbers[0] },
    });
    picture.take(third.ledger.window, third.ledger.ledgerId, [
      { seq: 1, entry: opening?.canonical ?? '' },
      { seq: 2, entry: refund },
    ]);
    picture.take(other.ledger.window, other.ledger.ledgerId, journalOf(other));
    expect(picture.ticketsOfDeparture(SAILING).map(({ state }) => state)).toEqual(['refunded', 'sold']);
    expect(picture.counts([SAILING]).get(SAILING)).toMatchObject({ sold: 1 });
    for (const window of [host, other, third]) window.close();
  });

  test('journals of several windows give the same picture in any order and any pieces', async () => {
    const sellers = await Promise.all([
      seller(2, 'zhujiajian-wugongzhi/04', 3),
      seller(3, 'zhujiajian-wugongzhi/05', 2),
    ]);
    const [a, b] = sellers;
    if (!a || !b) throw new Error('two sellers');
    board(a, b.ticketNumbers[0] as TicketNumber);
    board(b, b.ticketNumbers[0] as TicketNumber);
    board(b, a.ticketNumbers[1] as TicketNumber);
    unboard(b, a.ticketNumbers[1] as TicketNumber);
    board(a, a.ticketNumbers[1] as TicketNumber);
    const journals = sellers.map((window) => ({ window, journal: journalOf(window) }));
    const reference = await newWindow(7, 'zhujiajian-wugongzhi/07');
    for (const { window, journal } of journals)
      reference.ledger.picture.take(window.ledger.window, window.ledger.ledgerId, journal);
    const wanted = shared(reference.ledger.picture.ticketsOfDeparture(SAILING));
    let seed = 10;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 6 })), { maxLength: 12 }),
        async (pieces) => {
          seed += 1;
          const host = await newWindow(seed, 'zhujiajian-wugongzhi/09');
          const take = (which: number, count: number): void => {
            const { window, journal } = journals[which] ?? { window: a, journal: [] };
            const at = host.ledger.picture.upTo(window.ledger.ledgerId);
            host.ledger.picture.take(
              window.ledger.window,
              window.ledger.ledgerId,
              journal.slice(Math.max(0, at - 1), at + count),
            );
          };
          for (const [isFirst, count] of pieces) take(isFirst ? 0 : 1, count);
          take(1, 1_000);
          take(0, 1_000);
          expect(shared(host.ledger.picture.ticketsOfDeparture(SAILING))).toEqual(wanted);
          expect(host.ledger.picture.conflicts()).toHaveLength(1);
          host.close();
        },
      ),
      { numRuns: 12 },
    );
    for (const window of [...sellers, reference]) window.close();
  });
});
