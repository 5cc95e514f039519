import { afterEach, describe, expect, test } from 'vitest';
import type { Refusal } from '../../contract/refusals.ts';
import { writeInto } from './books.ts';
import { closeOffices, expectRefused, ferry, newId, numberOf, openWindow, type TestOffice } from './kit.ts';

afterEach(closeOffices);

/** The sheet of a ticket, as a printer or a restart left it. */
function sheetIs(window: TestOffice, ticketNumber: string, copy: number, state: string): void {
  writeInto(window.machine.folder, (ledger) => {
    ledger
      .prepare<[string, number, string, string]>(
        `INSERT INTO effects (kind, ticket_number, copy, sheet_id, state, queued_at_ms, changed_at_ms)
         VALUES ('print', ?, ?, ?, ?, 1, 1)
         ON CONFLICT (ticket_number, copy) DO UPDATE SET state = excluded.state`,
      )
      .run(ticketNumber, copy, newId().replaceAll('-', ''), state);
  });
}
const shown = async (window: TestOffice, ticketNumber: string) =>
  (await window.ok('sales.list', { limit: 1, ticketNumber })).tickets[0]?.print;
const toSettle = async (window: TestOffice): Promise<number> =>
  (await window.ok('status.get')).printsToSettle;
const reprint = (ticketNumber: string) => ({ ticketNumber, reason: '字迹不清' });

describe('a ticket is printed again', () => {
  test.each([
    ['queued', 'print.underWay'],
    ['sending', 'print.underWay'],
    ['unknown', 'print.unsettled'],
    ['failed', 'print.unsettled'],
  ] as const)('not while its sheet is %s: %s says what to do first', async (state, code) => {
    const window = await openWindow();
    const ticketNumber = numberOf(await window.sell(ferry(), [1]));
    sheetIs(window, ticketNumber, 1, state);
    const refusal: Refusal = await expectRefused(window, code, 'tickets.reprint', reprint(ticketNumber));
    expect(refusal.next).toContain('F9');
    // The page after the sale says so before the key is pressed.
    const { tickets } = await window.ok('tickets.find', { text: ticketNumber });
    expect(tickets[0]?.reprint.refusal).toEqual(refusal);
    expect(tickets[0]?.copies).toBe(1);
  });

  test.each(['confirmed', 'settled', 'spoiled'])('when its sheet is %s', async (state) => {
    const window = await openWindow();
    const ticketNumber = numberOf(await window.sell(ferry(), [1]));
    sheetIs(window, ticketNumber, 1, state);
    expect((await window.ok('tickets.find', { text: ticketNumber })).tickets[0]?.reprint).toEqual({});
    expect(await window.ok('tickets.reprint', reprint(ticketNumber), newId())).toMatchObject({
      copy: 2,
      print: { state: 'waiting', copy: 2 },
    });
    await expectRefused(window, 'print.underWay', 'tickets.reprint', reprint(ticketNumber));
  });
});

/** A ledger in which an older program printed a second sheet while nobody had said what became of the first. */
async function stuck(): Promise<{ window: TestOffice; ticketNumber: string }> {
  const window = await openWindow();
  const ticketNumber = numberOf(await window.sell(ferry(), [1]));
  sheetIs(window, ticketNumber, 1, 'unknown');
  sheetIs(window, ticketNumber, 2, 'confirmed');
  return { window, ticketNumber };
}

describe('a sheet of unknown fate behind a newer one', () => {
  test('is what the pages show and ask about, and the clerk’s word on it is the end of it', async () => {
    const { window, ticketNumber } = await stuck();
    expect(await toSettle(window)).toBe(1);
    expect(await shown(window, ticketNumber)).toMatchObject({ state: 'unknown', copy: 1 });
    expect((await window.ok('recovery.summary')).prints).toMatchObject([
      { ticketNumber, print: { state: 'unknown', copy: 1 } },
    ]);
    await expectRefused(window, 'print.unsettled', 'tickets.reprint', reprint(ticketNumber));
    const settle = { ticketNumber, copy: 1, found: 'inHand' };
    const id = newId();
    expect(await window.ok('prints.settle', settle, id)).toMatchObject({
      print: { state: 'confirmed', copy: 2 },
    });
    expect(await window.ok('prints.settle', settle, id)).toMatchObject({ print: { copy: 2 } });
    await expectRefused(window, 'print.notUnknown', 'prints.settle', settle);
    expect(await toSettle(window)).toBe(0);
    expect(window.books()).toMatchObject({ sheets: { settled: 1, confirmed: 1 }, verified: { ok: true } });
    expect((await window.ok('recovery.summary')).prints).toEqual([]);
    expect(await window.ok('tickets.reprint', reprint(ticketNumber), newId())).toMatchObject({ copy: 3 });
  });

  test('is found by the ticket alone, as pages of before ask', async () => {
    const { window, ticketNumber } = await stuck();
    await window.ok('prints.settle', { ticketNumber, found: 'spoil' }, newId());
    expect(window.books().sheets).toEqual({ spoiled: 1, confirmed: 1 });
    expect(await shown(window, ticketNumber)).toMatchObject({ state: 'confirmed', copy: 2 });
  });

  test('is not printed a third time while the newer one stands; where that is waste too, it is', async () => {
    const { window, ticketNumber } = await stuck();
    const again = { ticketNumber, copy: 1, found: 'printAgain' };
    const refusal = await expectRefused(window, 'print.newerSheet', 'prints.settle', again);
    expect(refusal.message).toContain('2');
    await window.ok('prints.settle', { ticketNumber, copy: 2, found: 'spoil' }, newId());
    expect(await window.ok('prints.settle', again, newId())).toMatchObject({
      print: { state: 'waiting', copy: 3 },
    });
    expect(window.books().sheets).toEqual({ spoiled: 2, queued: 1 });
  });

  test('is asked about before the newer one when nobody knows of both, each by itself', async () => {
    const { window, ticketNumber } = await stuck();
    sheetIs(window, ticketNumber, 2, 'failed');
    expect(await toSettle(window)).toBe(2);
    expect(
      (await window.ok('recovery.summary')).prints.map(({ print }) => [print.copy, print.state]),
    ).toEqual([
      [1, 'unknown'],
      [2, 'failed'],
    ]);
    await window.ok('prints.settle', { ticketNumber, copy: 2, found: 'inHand' }, newId());
    expect(await shown(window, ticketNumber)).toMatchObject({ state: 'unknown', copy: 1 });
    await window.ok('prints.settle', { ticketNumber, copy: 1, found: 'spoil' }, newId());
    expect(await toSettle(window)).toBe(0);
    // The word on an older sheet does not change what is said of the newest.
    expect(await shown(window, ticketNumber)).toEqual({ state: 'settled', copy: 2 });
    await expectRefused(window, 'print.unknownTicket', 'prints.settle', {
      ticketNumber,
      copy: 3,
      found: 'inHand',
    });
  });
});
