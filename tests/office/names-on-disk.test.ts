import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { needlesOf, readHaystacks, searchLeaks, type Haystack } from '../leaks/search.ts';
import { citizenNumber } from '../support/people.ts';
import { onPaper } from './books.ts';
import { GATE, staffOfAllRoles, standAtGate } from './gate-kit.ts';
import { closeOffices, expectRefused, ferry, newId, numberOf, openOffice, restart } from './kit.ts';
import type { TestOffice } from './kit.ts';
import { as } from './people-kit.ts';

/** Folders beside the data folder: of the second copy, and of lists that were asked for. */
const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'station-office-names-'));
  folders.push(folder);
  return folder;
};
afterEach(async () => {
  await closeOffices();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const people = Array.from('甲乙丙丁戊', (given, n) => ({
  name: `欧阳测试${given}`,
  number: citizenNumber(`19${60 + n}0${1 + n}1${n}`, 100 + n * 37),
}));
const [first, second] = people;
if (!first || !second) throw new Error('nobody');
const needles = people.flatMap((person, n) => needlesOf(person, `person ${n}`));
const SAILING = ferry();
const BOSS = 'boss';
const TECHNICIAN = 'technician';

async function openStation(backup?: string): Promise<TestOffice> {
  const staff = await staffOfAllRoles();
  const window = await openOffice({
    config: { staff, ...(backup === undefined ? {} : { backup: { folder: backup } }) },
  });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  await as(window, 'technician', TECHNICIAN);
  return window;
}

/** Sells each of the people a ticket. */
async function sellAll(window: TestOffice): Promise<string[]> {
  const tickets = [];
  for (const person of people) {
    const { holderRef } = await window.ok('holders.type', { documentKind: '111', ...person });
    const passengers = [{ holderRef, ticketClass: 'full' }];
    const { totalFen } = await window.ok('sales.quote', { departureId: SAILING, passengers });
    const order = { departureId: SAILING, passengers, payment: 'cash', totalFen, tenderedFen: totalFen };
    tickets.push(numberOf(await window.ok('sales.sell', order, newId())));
  }
  return tickets;
}

const logOf = (window: TestOffice): Haystack => ({
  name: 'log',
  bytes: Buffer.from(JSON.stringify(window.machine.logged)),
});

describe('what somebody types into a command', () => {
  test('is refused with a document number in it, or the name of a passenger whom it is about, and nothing is written', async () => {
    const window = await openStation();
    const [ticketNumber = '', other = ''] = await sellAll(window);
    const number = `旅客证件 ${first.number} 污损`;
    const name = `${first.name}的票污损`;
    for (const reason of [number, name]) {
      const refusal = await expectRefused(window, 'text.personal', 'tickets.reprint', {
        ticketNumber,
        reason,
      });
      expect(refusal.field).toBe('reason');
      expect(JSON.stringify(refusal)).not.toContain(reason);
    }
    const state = { scope: { departures: [SAILING] }, state: 'cancelled', reason: '机械故障' };
    const orderedBy = { organisation: '海事处', reference: number, at: window.machine.runtime.clock.nowMs() };
    const ordered = await window.refusal('departures.setState', { ...state, orderedBy }, newId(), BOSS);
    expect(ordered).toMatchObject({ code: 'text.personal', field: 'reference' });
    // Of others nobody can tell a name from a word.
    onPaper(window.machine.folder, other);
    await window.ok('tickets.reprint', { ticketNumber: other, reason: '票面被雨打湿' }, newId());

    const gate = await standAtGate(window);
    await gate.open(SAILING);
    await gate.present(SAILING, ticketNumber);
    const unboard = { departureId: SAILING, ticketNumber, reason: `${first.name} 上错船` };
    expect((await window.refusal('gate.unboard', unboard, newId(), GATE)).code).toBe('text.personal');
    // A copy of the list is no command and is journalled all the same.
    const page = { departureId: SAILING, reason: number, expected: true };
    expect((await window.refusal('gate.page', page, undefined, GATE)).code).toBe('text.personal');
    // A number typed at the gate is looked up and kept nowhere.
    expect((await gate.present(SAILING, first.number)).admit).toBe(false);

    expect(searchLeaks(needles, [...readHaystacks(window.machine.folder), logOf(window)])).toEqual([]);
  });

  test('is answered again where it was taken before', async () => {
    const window = await openStation();
    const [ticketNumber = ''] = await sellAll(window);
    const commandId = newId();
    const asked = { ticketNumber, reason: '票面被雨打湿' };
    onPaper(window.machine.folder, ticketNumber);
    const done = await window.ok('tickets.reprint', asked, commandId);
    expect(await window.ok('tickets.reprint', asked, commandId)).toEqual(done);
  });
});

test('refunds, new tickets, boarding, lists, copies and a restart leave no name and no number in any byte of the folders', async () => {
  const copies = newFolder();
  const lists = newFolder();
  const window = await openStation(copies);
  const [refunded = '', reprinted = '', reissued = '', aboard = '', voided = ''] = await sellAll(window);
  const found = (await window.ok('tickets.find', { text: refunded })).tickets[0];
  if (!found) throw new Error('no ticket');
  const { backFen } = found.refund;
  await window.ok('tickets.refund', { ticketNumbers: [refunded], backFen, documentShown: true }, newId());
  onPaper(window.machine.folder, reprinted);
  await window.ok('tickets.reprint', { ticketNumber: reprinted, reason: '票面被雨打湿' }, newId());
  await window.ok('tickets.reissue', { ticketNumber: reissued, documentShown: true }, newId());
  const taken = { ticketNumbers: [voided], backFen: found.fareFen, reason: '买错日期' };
  await window.ok('tickets.void', taken, newId());

  const gate = await standAtGate(window);
  await gate.open(SAILING);
  expect((await gate.present(SAILING, aboard)).admit).toBe(true);
  const list = { departureId: SAILING, reason: '海事检查', expected: true };
  const shown = await window.ok('gate.page', list, undefined, GATE);
  expect(shown.rows.map(({ name }) => name)).toContain(second.name);
  const exported = await window.ok('gate.export', { ...list, form: 'xlsx', folder: lists }, undefined, GATE);
  await window.ok('backups.make', {}, undefined, TECHNICIAN);

  // A technician and an auditor read the journal and the log: people of the station stand there, passengers do not.
  const { entries } = await window.ok('journal.page', { limit: 100 }, undefined, TECHNICIAN);
  const { lines } = await window.ok('logs.tail', { limit: 200 }, undefined, TECHNICIAN);
  const read = [{ name: 'journal and log', bytes: Buffer.from(JSON.stringify([entries, lines])) }];

  const running = readHaystacks(window.machine.folder);
  const again = await restart(window);
  await again.office.stop();
  const stopped = readHaystacks(window.machine.folder);
  const kept = [...running, ...stopped, ...readHaystacks(copies)];
  expect(kept.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['ledger.db (values)', 'ledger.db-wal', expect.stringMatching(/^\d+-03-ledger-/)]),
  );
  expect(searchLeaks(needles, [...kept, ...read, logOf(window)])).toEqual([]);
  // The list that was asked for is where somebody put it, and nothing of it beside it.
  expect(readHaystacks(lists).map(({ name }) => name)).toEqual([exported.name]);
});
