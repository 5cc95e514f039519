import { execFileSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeTicketQr } from '../../contract/encoding/ticket-qr.ts';
import type { HolderView, OfficeEventData } from '../../contract/office.ts';
import { trialPeople } from '../../main/trial-people.ts';
import { eventually, pause } from '../hardware/rig.ts';
import { adult } from '../support/people.ts';
import { readEntries } from './books.ts';
import { closeOffices, expectChinese, expectRefused, ferry, newId, numberOf } from './kit.ts';
import { liveMachine, openLive, startBench, type Bench } from './live.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench(mkdtempSync(join(tmpdir(), 'station-office-bench-')));
});
afterAll(() => bench.stop());
afterEach(async () => {
  await closeOffices();
  await bench.simulators.printerFaults({});
  await bench.simulators.readerFaults({});
  await bench.simulators.tell({ command: 'removeCard' });
});

const people = trialPeople(2026);
const person = (id: string) => {
  const found = people.find((one) => one.id === id);
  if (!found) throw new Error(id);
  return found;
};

/** Sheets that were on the paper before this test began. */
let before = 0;
beforeEach(() => {
  before = bench.paper().length;
});

/** Text of all sheets of this test that bear this number, oldest first. */
const sheetsOf = (ticketNumber: string): string[] =>
  bench
    .paper()
    .slice(before)
    .map(({ lines }) => lines.join('\n').replaceAll(' ', ''))
    .filter((text) => text.includes(ticketNumber));

describe('a card on the reader', () => {
  test('becomes a passenger, a ticket, and a sheet with masked number and signed code', async () => {
    const window = await openLive(bench);
    await window.device('reader', 'ready');
    const { name, card } = person('p01');
    const read = window.heard.next('card', ({ event }) => event === 'reader.card');
    await bench.simulators.tell({ command: 'layCard', person: card });
    const holder = (await read).data as HolderView;
    const masked = `${card.number.slice(0, 6)}********${card.number.slice(-4)}`;
    expect(holder).toEqual({
      holderRef: holder.holderRef,
      documentKind: '111',
      name,
      masked,
      capture: 'chip',
      kindName: '身份证',
    });

    const order = {
      departureId: ferry(),
      passengers: [{ holderRef: holder.holderRef, ticketClass: 'full' }],
      payment: 'cash',
    };
    const sale = await window.ok('sales.sell', { ...order, totalFen: 3_000, tenderedFen: 5_000 }, newId());
    const ticketNumber = numberOf(sale);
    await window.print(ticketNumber, 'confirmed');
    const [sheet, ...others] = bench
      .paper()
      .slice(before)
      .filter(({ lines }) => lines.join('').replaceAll(' ', '').includes(ticketNumber));
    expect(others).toEqual([]);
    const text = sheet?.lines.join('\n') ?? '';
    expect(text).toContain(masked);
    expect(text).not.toContain(card.number);
    expect(text).toContain(name);

    const signingKey = String(readEntries(window.machine.folder)[0]?.body['signingKey']);
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: signingKey }, format: 'jwk' });
    const code = decodeTicketQr(sheet?.qr[0] ?? '', (_id, bytes, signature) =>
      verify(null, bytes, key, signature),
    );
    expect(code).toMatchObject({ ok: true, payload: { n: ticketNumber, d: ferry(), c: 'full' } });
  });

  test('that cannot be read is refused in Chinese, nothing is filled in, and the next card is read', async () => {
    const window = await openLive(bench);
    await window.device('reader', 'ready');
    const books = window.books();
    const unreadable = window.heard.next('unreadable', ({ event }) => event === 'reader.unreadable');
    await bench.simulators.tell({ command: 'layUnreadableCard' });
    const { refusal } = (await unreadable).data as OfficeEventData<'reader.unreadable'>;
    expect(refusal.code).toBe('document.unreadable');
    expectChinese(refusal);
    expect(window.books()).toEqual(books);
    expect(window.heard.all.map(({ event }) => event)).not.toContain('reader.card');
    const read = window.heard.next('card', ({ event }) => event === 'reader.card');
    await bench.simulators.tell({ command: 'removeCard' });
    await bench.simulators.tell({ command: 'layCard', person: person('p02').card });
    expect((await read).data).toMatchObject({ name: person('p02').name });
  });

  test('with a wrong number in its chip is refused like a typed one; an expired one is read and not sold on', async () => {
    const window = await openLive(bench);
    await window.device('reader', 'ready');
    const { card } = person('p03');
    const wrong = card.number.slice(0, 17) + (card.number.endsWith('1') ? '2' : '1');
    const refused = window.heard.next('unreadable', ({ event }) => event === 'reader.unreadable');
    await bench.simulators.tell({ command: 'layCard', person: { ...card, number: wrong } as never });
    const { refusal } = (await refused).data as OfficeEventData<'reader.unreadable'>;
    expect(refusal.code).toBe('document.checkDigit');
    expect(JSON.stringify(window.heard.all)).not.toContain(wrong);
    await bench.simulators.tell({ command: 'removeCard' });

    const read = window.heard.next('card', ({ event }) => event === 'reader.card');
    await bench.simulators.tell({ command: 'layCard', person: person('p11').card });
    const { holderRef } = (await read).data as HolderView;
    const order = {
      departureId: ferry(),
      passengers: [{ holderRef, ticketClass: 'full' }],
      payment: 'cash',
      totalFen: 3_000,
      tenderedFen: 3_000,
    };
    await expectRefused(window, 'document.expired', 'sales.sell', order);
  });

  test('that lies there while nobody is signed in is not read, and fills the form after the sign-in', async () => {
    const window = await openLive(bench, { signedIn: false });
    await window.device('reader', 'paused');
    await bench.simulators.tell({ command: 'layCard', person: person('p04').card });
    await pause(700);
    expect(window.heard.all.map(({ event }) => event)).not.toContain('reader.card');
    const read = window.heard.next('card', ({ event }) => event === 'reader.card');
    await window.signIn();
    expect((await read).data).toMatchObject({ name: person('p04').name });
    await window.ok('session.signOut');
    await window.device('reader', 'paused');
  });
});

test('a printer that is not there: the office opens and sells, and prints by itself when the port appears', async () => {
  await bench.simulators.tell({ command: 'cable', device: 'printer', state: 'out' });
  const window = await openLive(bench);
  expect((await window.device('printer', 'absent')).text).toMatch(/打印机没有接上/);
  const sale = await window.sell(ferry(), [1, 2]);
  const numbers = sale.tickets.map(({ ticketNumber }) => ticketNumber);
  await pause(300);
  expect(window.books().sheets).toEqual({ queued: 2 });
  expect(await window.ok('status.get')).toMatchObject({ printsToSettle: 0 });
  await bench.simulators.tell({ command: 'cable', device: 'printer', state: 'in' });
  for (const number of numbers)
    expect(await window.print(number, 'confirmed', 20_000)).toMatchObject({ copy: 1 });
  expect(numbers.map((number: string) => sheetsOf(number).length)).toEqual([1, 1]);
});

test('ports that never exist stop nothing, and what was queued is printed by the office after', async () => {
  const nowhere = bench.devices.map((device) => ({
    ...device,
    path: `${device.path}-nowhere`,
  })) as Bench['devices'];
  const window = await openLive({ devices: nowhere });
  for (const id of ['reader', 'printer'])
    expect((await window.device(id, 'absent')).text).toMatch(/没有接上/);
  const ticketNumber = numberOf(await window.sell(ferry(), [3]));
  await window.office.stop();
  const again = await openLive(bench, { machine: window.machine.restart(), signedIn: false });
  await again.signIn();
  await again.print(ticketNumber, 'confirmed', 20_000);
  expect(sheetsOf(ticketNumber)).toHaveLength(1);
});

describe('a sheet whose fate nobody knows', () => {
  test('when the device process is killed is said so, and printed by nobody until the clerk has looked', async () => {
    const window = await openLive(bench);
    await window.device('printer', 'ready');
    await bench.simulators.printerFaults({ lineMs: 60 });
    const sale = await window.sell(ferry(), [1, 2]);
    const [first, second] = [numberOf(sale), numberOf(sale, 1)];
    await window.print(first, 'sending');
    await pause(200);
    process.kill(window.pids.at(-1) ?? 0, 'SIGKILL');
    expect(await window.print(first, 'unknown')).toMatchObject({ copy: 1, reason: '打印时设备程序中断' });
    await bench.simulators.printerFaults({});
    // The process comes back and the other passenger's sheet with it; the first one waits for a word.
    await window.print(second, 'confirmed', 20_000);
    expect(window.books().sheets).toEqual({ unknown: 1, confirmed: 1 });
    expect(await window.ok('status.get')).toMatchObject({ printsToSettle: 1 });

    await expectRefused(window, 'print.notUnknown', 'prints.settle', {
      ticketNumber: second,
      found: 'printAgain',
    });
    await expectRefused(window, 'print.unknownTicket', 'prints.settle', {
      ticketNumber: '33092611210301999990',
      found: 'inHand',
    });
    const id = newId();
    await window.ok('prints.settle', { ticketNumber: first, found: 'printAgain' }, id);
    await window.print(first, 'confirmed');
    // The same word said twice is one sheet.
    expect(await window.ok('prints.settle', { ticketNumber: first, found: 'printAgain' }, id)).toMatchObject({
      print: { copy: 2 },
    });
    await pause(300);
    const sheets = sheetsOf(first);
    expect(sheets.at(-1)).toContain('补打2');
    expect(sheets.filter((text) => text.includes('补打'))).toHaveLength(1);
    const outcomes = readEntries(window.machine.folder).filter(
      ({ kind, body }) => kind === 'print.outcome' && body['ticketNumber'] === first,
    );
    expect(outcomes.map(({ body }) => [body['copy'], body['outcome']])).toEqual([
      [1, 'unknown'],
      [1, 'spoiled'],
      [2, 'confirmed'],
    ]);
    expect(window.books()).toMatchObject({ tickets: 2, verified: { ok: true } });
  });

  test('is in hand when the clerk says so, and nothing more is printed', async () => {
    const window = await openLive(bench);
    await window.device('printer', 'ready');
    await bench.simulators.printerFaults({ mute: true, lineMs: 60 });
    const ticketNumber = numberOf(await window.sell(ferry(), [3]));
    await window.print(ticketNumber, 'sending');
    process.kill(window.pids.at(-1) ?? 0, 'SIGKILL');
    await window.print(ticketNumber, 'unknown');
    await bench.simulators.printerFaults({});
    expect(await window.ok('prints.settle', { ticketNumber, found: 'inHand' }, newId())).toMatchObject({
      print: { state: 'settled', copy: 1 },
    });
    const sheetsBefore = sheetsOf(ticketNumber).length;
    await window.device('printer', 'ready', 20_000);
    await pause(300);
    expect(sheetsOf(ticketNumber)).toHaveLength(sheetsBefore);
    expect(window.books().sheets).toEqual({ settled: 1 });
    await expectRefused(window, 'print.notUnknown', 'prints.settle', { ticketNumber, found: 'printAgain' });
  });

  test('is waste paper when the clerk says so: nothing more is printed, the day counts it, and the ticket is sold all the same', async () => {
    const window = await openLive(bench);
    await window.device('printer', 'ready');
    const sale = await window.sell(ferry(), [7, 8]);
    const [smudged, good] = [numberOf(sale), numberOf(sale, 1)];
    await window.print(good, 'confirmed');
    const sheetsBefore = sheetsOf(smudged).length;
    const id = newId();
    const spoil = { ticketNumber: smudged, found: 'spoil' };
    const answer = { print: { state: 'spoiled', copy: 1 } };
    expect(await window.ok('prints.settle', spoil, id)).toEqual(answer);
    expect(await window.ok('prints.settle', spoil, id), 'the same word said twice').toEqual(answer);
    await expectRefused(window, 'print.nothingToSpoil', 'prints.settle', spoil);
    await expectRefused(window, 'print.notUnknown', 'prints.settle', { ...spoil, found: 'printAgain' });
    expect(window.books()).toMatchObject({
      tickets: 2,
      sheets: { spoiled: 1, confirmed: 1 },
      verified: { ok: true },
    });
    expect(sheetsOf(smudged)).toHaveLength(sheetsBefore);
    const { tickets } = await window.ok('sales.list', { limit: 10, ticketNumber: smudged });
    expect(tickets).toMatchObject([{ print: { state: 'spoiled', copy: 1 } }]);
    // A passenger who wants another one after all has it from the after-sale page, as the second of its ticket.
    const again = { ticketNumber: smudged, reason: '票面不清' };
    expect(await window.ok('tickets.reprint', again, newId())).toMatchObject({ copy: 2 });
    await window.print(smudged, 'confirmed');
  });

  test('that nobody can find is waste paper too, and no longer stands between the clerk and the end of the shift', async () => {
    const window = await openLive(bench);
    await window.device('printer', 'ready');
    await bench.simulators.printerFaults({ lineMs: 60 });
    const ticketNumber = numberOf(await window.sell(ferry(), [9]));
    await window.print(ticketNumber, 'sending');
    await expectRefused(window, 'print.nothingToSpoil', 'prints.settle', { ticketNumber, found: 'spoil' });
    process.kill(window.pids.at(-1) ?? 0, 'SIGKILL');
    await window.print(ticketNumber, 'unknown');
    await bench.simulators.printerFaults({});
    expect(await window.ok('status.get')).toMatchObject({ printsToSettle: 1 });
    // The passenger does not wait for another one: the sale is taken back as if it had not been.
    const back = { ticketNumbers: [ticketNumber], reason: '旅客不等了', backFen: 3_000 };
    await window.ok('tickets.void', back, newId());
    await expectRefused(window, 'print.ended', 'prints.settle', { ticketNumber, found: 'printAgain' });
    await window.ok('prints.settle', { ticketNumber, found: 'spoil' }, newId());
    expect(await window.ok('status.get')).toMatchObject({ printsToSettle: 0 });
    const outcomes = readEntries(window.machine.folder).filter(({ kind }) => kind === 'print.outcome');
    expect(outcomes.map(({ body }) => [body['copy'], body['outcome']])).toEqual([
      [1, 'unknown'],
      [1, 'spoiled'],
    ]);
  });

  test('is unknown after the power went and the office ended in the middle of it, and the next is cut free of it', async () => {
    const window = await openLive(bench);
    await window.device('printer', 'ready');
    await bench.simulators.printerFaults({ lineMs: 60 });
    const sale = await window.sell(ferry(), [4, 5]);
    const [first, second] = [numberOf(sale), numberOf(sale, 1)];
    await window.print(first, 'sending');
    await pause(400);
    await bench.simulators.tell({ command: 'power', device: 'printer', state: 'off' });
    await window.office.stop();
    expect(window.books().sheets).toEqual({ unknown: 1, queued: 1 });
    await bench.simulators.printerFaults({});
    await bench.simulators.tell({ command: 'power', device: 'printer', state: 'on' });
    const again = await openLive(bench, { machine: window.machine.restart(), signedIn: false });
    await again.signIn();
    await again.print(second, 'confirmed', 20_000);
    expect(again.books().sheets).toEqual({ unknown: 1, confirmed: 1 });
    const { tickets: listed } = await again.ok('sales.list', { limit: 1, ticketNumber: first });
    expect(listed[0]?.print.state).toBe('unknown');
    // What hung out of the printer is cut off first: no passenger gets half of another's ticket.
    const [ticket, ...others] = sheetsOf(second);
    expect(others).toEqual([]);
    expect(ticket?.match(/船名/g)).toHaveLength(1);
    expect(ticket?.match(/→/g)).toHaveLength(1);
  });
});

test('a disk that refuses the outcome of a sheet costs nothing: it is written when there is room', async () => {
  process.on('SIGXFSZ', () => undefined);
  const machine = liveMachine();
  const window = await openLive(bench, { machine });
  await window.device('printer', 'ready');
  await bench.simulators.printerFaults({ lineMs: 60 });
  const sale = await window.sell(ferry(), [6, 7]);
  const [first, second] = [numberOf(sale), numberOf(sale, 1)];
  await window.print(first, 'sending');
  const largest = Math.max(
    ...['ledger.db', 'ledger.db-wal'].map((name) => statSync(join(machine.folder, name)).size),
  );
  const limit = (bytes: number | 'unlimited'): void =>
    void execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${bytes}:`]);
  limit(largest);
  try {
    await eventually(
      'the first sheet is on paper',
      () =>
        bench
          .paper()
          .slice(before)
          .some(({ cut }) => cut),
      15_000,
    );
    await eventually(
      'the disk refused its outcome',
      () => machine.logged.some(({ message }) => message === 'disk failed while printing'),
      10_000,
    );
    expect(window.books().sheets).toEqual({ sending: 1, queued: 1 });
    expect((await window.ask('status.get')).ok).toBe(true);
  } finally {
    limit('unlimited');
  }
  await bench.simulators.printerFaults({});
  await window.print(second, 'confirmed', 20_000);
  expect(window.books().sheets).toEqual({ confirmed: 2 });
  expect([first, second].map((number) => sheetsOf(number).length)).toEqual([1, 1]);
});

test('names and numbers of typed passengers go to paper masked, and to no other device', async () => {
  const window = await openLive(bench);
  await window.device('printer', 'ready');
  const ticketNumber = numberOf(await window.sell(ferry(), [8]));
  await window.print(ticketNumber, 'confirmed');
  const [text] = sheetsOf(ticketNumber);
  const { name, number } = adult(8);
  expect(text).toContain(name);
  expect(text).not.toContain(number);
});
