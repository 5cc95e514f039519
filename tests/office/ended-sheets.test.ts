import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceSettings } from '../../contract/device.ts';
import { trialStaff } from '../../main/trial-station.ts';
import { eventually } from '../hardware/rig.ts';
import { everybody } from '../station/staff.ts';
import { readEntries, writeInto } from './books.ts';
import { closeOffices, expectRefused, ferry, newId, numberOf, type OpenOptions } from './kit.ts';
import { openLive, startBench, type Bench, type LiveOffice } from './live.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench(mkdtempSync(join(tmpdir(), 'station-office-ended-')));
});
afterAll(() => bench.stop());
/** Sheets that were on the paper before this test began. */
let before = 0;
beforeEach(async () => {
  before = bench.paper().length;
  await cable('out');
});
afterEach(async () => {
  await closeOffices();
  await cable('in');
});

const cable = (state: 'in' | 'out') => bench.simulators.tell({ command: 'cable', device: 'printer', state });
const paper = (): string[] =>
  bench
    .paper()
    .slice(before)
    .map(({ lines }) => lines.join('\n').replaceAll(' ', ''));
/** Tickets that came out with this number. */
const sheetsOf = (ticketNumber: string): string[] =>
  paper().filter((text) => text.includes(ticketNumber) && !text.includes('退改签凭证'));
const drawers = (): number => bench.simulators.events.all.filter(({ event }) => event === 'drawer').length;

const withDrawer = (): DeviceSettings[] =>
  bench.devices.map((device) =>
    device.kind === 'printer'
      ? {
          ...device,
          profile: {
            paperWidthMm: 80,
            cutter: 'partial',
            status: 'realtime',
            font: 'gbk',
            confirmTimeoutMs: 3000,
            drawer: 'pin2',
          },
        }
      : device,
  );

/** A window that sells, and a manager on a page of their own. */
async function open(options: OpenOptions & { signedIn?: boolean } = {}): Promise<LiveOffice> {
  const window = await openLive(bench, {
    config: { staff: await everybody(), devices: withDrawer() },
    ...options,
  });
  if (options.signedIn === false) await window.signIn();
  const manager = trialStaff.find(({ roles }) => roles[0] === 'manager');
  await window.ok('session.signIn', { number: manager?.number, pin: manager?.pin }, undefined, 'manager');
  return window;
}

const takeBack = (ticketNumber: string) => ({
  ticketNumbers: [ticketNumber],
  reason: '旅客不走了',
  backFen: 3_000,
});
const shown = async (window: LiveOffice, ticketNumber: string) =>
  (await window.ok('sales.list', { limit: 1, ticketNumber })).tickets[0]?.print;
const ENDED = { state: 'cancelled', copy: 1, reason: expect.stringMatching(/票已.*不再出票/) };

/** The cable is back: the sheets of these came out once, that of `ended` never; nothing waits and no paper is counted for it. */
async function expectOnlySheetsOf(window: LiveOffice, ended: string, others: readonly string[]) {
  await cable('in');
  for (const other of others) await window.print(other, 'confirmed', 20_000);
  await window.device('printer', 'ready', 20_000);
  // What was done with the ticket can be printed all the same, and comes after whatever waited.
  await window.ok('tickets.slip', { ticketNumbers: [ended] });
  await eventually(
    'the slip is on paper',
    () => paper().some((text) => text.includes('退改签凭证') && text.includes(ended)),
    15_000,
  );
  expect(sheetsOf(ended)).toEqual([]);
  expect(others.map((other) => sheetsOf(other).length)).toEqual(others.map(() => 1));
  expect(await shown(window, ended)).toEqual(ENDED);
  expect(await window.ok('status.get')).toMatchObject({ printsToSettle: 0 });
  const { printsWaiting, prints } = await window.ok('recovery.summary');
  expect({ printsWaiting, prints }).toEqual({ printsWaiting: 0, prints: [] });
  const { byWindow } = await window.ok('reports.day', { date: '2026-11-21' }, undefined, 'manager');
  expect(byWindow[0]?.sheets).toEqual({
    failed: 1,
    ...(others.length > 0 ? { confirmed: others.length } : {}),
  });
  expect(
    readEntries(window.machine.folder)
      .filter(({ kind, body }) => kind === 'print.outcome' && body['ticketNumber'] === ended)
      .map(({ body }) => [body['copy'], body['outcome'], body['reason']]),
  ).toEqual([[1, 'failed', 'ticketEnded']]);
  expect(window.books().verified).toMatchObject({ ok: true });
}

describe('a sheet that waits for the printer when its ticket ends', () => {
  test('never comes out after the ticket was taken back, the drawer stays shut, and the slip of it is printed', async () => {
    const window = await open();
    await window.device('printer', 'absent');
    const opened = drawers();
    const ended = numberOf(await window.sell(ferry(), [1]));
    expect(await shown(window, ended)).toMatchObject({ state: 'waiting' });
    await window.ok('tickets.void', takeBack(ended), newId());
    // It stands in nobody's way while the printer is still away.
    expect(await shown(window, ended)).toEqual(ENDED);
    expect(window.books().sheets).toEqual({ settled: 1 });
    await expectRefused(window, 'print.notUnknown', 'prints.settle', {
      ticketNumber: ended,
      found: 'printAgain',
    });
    await expectRefused(window, 'print.nothingToSpoil', 'prints.settle', {
      ticketNumber: ended,
      found: 'spoil',
    });
    await expectOnlySheetsOf(window, ended, []);
    expect(drawers()).toBe(opened);
  });

  test('never comes out after a refund, and others of its sale do', async () => {
    const window = await open();
    const sale = await window.sell(ferry(), [2, 3]);
    const [ended, other] = [numberOf(sale), numberOf(sale, 1)];
    const { tickets } = await window.ok('tickets.find', { text: ended });
    const backFen = tickets[0]?.refund.backFen;
    await window.ok('tickets.refund', { ticketNumbers: [ended], backFen, documentShown: true }, newId());
    await expectOnlySheetsOf(window, ended, [other]);
  });

  test('never comes out after a change: only the new ticket does', async () => {
    const window = await open();
    const ended = numberOf(await window.sell(ferry(), [4]));
    const state = {
      scope: { departures: [ferry()] },
      state: 'cancelled',
      reason: '机械故障',
      orderedBy: null,
    };
    await window.ok('departures.setState', state, newId(), 'manager');
    const { tickets } = await window.ok(
      'tickets.change',
      {
        ticketNumbers: [ended],
        departureId: ferry('1320'),
        collectFen: 0,
        backFen: 0,
        tenderedFen: 0,
        documentShown: true,
      },
      newId(),
    );
    await expectOnlySheetsOf(window, ended, [tickets[0]?.newTicketNumber ?? '']);
  });

  test('never comes out after the ticket was issued again: only the new one does', async () => {
    const window = await open();
    const ended = numberOf(await window.sell(ferry(), [5]));
    const { newTicketNumber } = await window.ok(
      'tickets.reissue',
      { ticketNumber: ended, documentShown: true },
      newId(),
    );
    await expectOnlySheetsOf(window, ended, [newTicketNumber]);
  });

  test('never comes out after a restart either, also where an older program left it waiting', async () => {
    const window = await open();
    const ended = numberOf(await window.sell(ferry(), [6]));
    await window.ok('tickets.void', takeBack(ended), newId());
    await window.office.stop();
    const again = await open({ machine: window.machine.restart(), signedIn: false });
    await expectOnlySheetsOf(again, ended, []);
    await again.office.stop();
    writeInto(again.machine.folder, (ledger) => {
      ledger.exec(`UPDATE effects SET state = 'queued'`);
    });
    before = bench.paper().length;
    const third = await open({ machine: again.machine.restart(), signedIn: false });
    await third.device('printer', 'ready', 20_000);
    expect(await third.print(ended, 'cancelled')).toEqual(ENDED);
    await third.ok('tickets.slip', { ticketNumbers: [ended] });
    await eventually('the slip is on paper', () => paper().length > 0, 15_000);
    expect(sheetsOf(ended)).toEqual([]);
    expect(third.books().sheets).toEqual({ settled: 1 });
  });
});

test('a sheet waits on while a request for its ticket waits, and is cancelled when another office ended the ticket', async () => {
  const window = await open();
  const sale = await window.sell(ferry(), [7, 8]);
  const [held, ended] = [numberOf(sale), numberOf(sale, 1)];
  writeInto(window.machine.folder, (ledger) => {
    ledger.exec(`INSERT INTO station_ticket_states (ticket_number, source, state, at_ms, seq)
                 VALUES ('${held}', 0, 'refundPending', 0, 1), ('${ended}', 0, 'sold', 9, 9), ('${ended}', 1, 'refunded', 0, 1)`);
  });
  await cable('in');
  await window.print(held, 'confirmed', 20_000);
  expect(sheetsOf(held)).toHaveLength(1);
  expect(await shown(window, ended)).toEqual(ENDED);
  expect(sheetsOf(ended)).toEqual([]);
});
