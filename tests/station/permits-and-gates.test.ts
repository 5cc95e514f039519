import { afterEach, expect, test } from 'vitest';
import type { GateVerdict } from '../../contract/office.ts';
import { readEntries } from '../office/books.ts';
import { GATE, standAtGate } from '../office/gate-kit.ts';
import { closeOffices, ferry, newId, numberOf, type TestOffice } from '../office/kit.ts';
import { openWired } from './cable.ts';
import { atHost, linkIs, openHost, openWindowAt, until } from './kit.ts';

afterEach(closeOffices);

const SAILING = ferry();
const GATE_CONFIG = { gate: { name: '2 号检票口' } };

/** A host that sells, a gate in an office of its own, and a window whose line is cut. */
async function pier() {
  const station = await openHost();
  await station.host.openShift();
  const gate = await openWindowAt(station, 2, { config: GATE_CONFIG });
  const at = await standAtGate(gate);
  await at.open(SAILING);
  const counter = await openWired(station, 3);
  return { station, host: station.host, at, counter };
}

const find = async (office: TestOffice, text: string) =>
  until(async () => {
    const answer = await office.ask('tickets.find', { text });
    return answer.ok ? (await office.ok('tickets.find', { text })).tickets[0] : undefined;
  }, 'the ticket is found');

const refundOf = async (office: TestOffice, number: string) => ({
  ticketNumbers: [number],
  backFen: (await find(office, number)).refund.backFen,
  documentShown: true,
});

const kindsOf = (office: TestOffice, kind: string) =>
  readEntries(office.machine.folder).filter((entry) => entry.kind === kind);

/** A host that sells, and a gate whose cable can be cut. */
async function wiredGate() {
  const station = await openHost();
  const { host } = station;
  await host.openShift();
  const gate = await openWired(station, 2, { config: GATE_CONFIG });
  const at = await standAtGate(gate.office);
  await at.open(SAILING);
  return { station, host, gate, at };
}

const REFUSED = { code: 'boarding.permitOut', message: expect.stringMatching(/3 号窗口办理退票/) };
const refusalOf = (verdict: GateVerdict) => verdict.refusal;

test('a ticket that a window has refunded goes aboard nowhere, from the moment of its permit and before the host has heard of the refund', async () => {
  const { station, host, at, counter } = await pier();
  const number = numberOf(await host.sell(SAILING, [1]));
  const refund = await refundOf(counter.office, number);
  // The permit comes, and the word of what was done with it stays behind.
  counter.wire.arm({ way: 'up', kind: 'records.sync', afterBytes: 0 });
  await counter.office.ok('tickets.refund', refund, newId());
  await counter.off();
  expect(refusalOf(await at.present(SAILING, number))).toMatchObject(REFUSED);
  // The gate of the host's own office says the same.
  const own = await standAtGate(host, 'shiftLeader', 'hostGate');
  await host.ok('gate.open', { departureId: SAILING }, newId(), 'hostGate');
  const here = await host.ok('gate.present', { departureId: SAILING, text: number }, newId(), 'hostGate');
  expect(refusalOf(here)).toMatchObject(REFUSED);
  expect(own.verdicts()).toEqual([]);
  await atHost(station, await counter.on());
  expect(refusalOf(await at.present(SAILING, number))?.code).toBe('boarding.refunded');
});

test('a permit that no command used goes back by itself: after a refusal at the counter at once, after a switch-off at the next contact', async () => {
  const { host, at, counter } = await pier();
  const sale = await host.sell(SAILING, [1, 2]);
  const [first, second] = [numberOf(sale), numberOf(sale, 1)];
  const refund = await refundOf(counter.office, first);
  const wrong = { ...refund, backFen: refund.backFen - 1 };
  expect((await counter.office.refusal('tickets.refund', wrong, newId())).code).toBe(
    'afterSale.quoteChanged',
  );
  await until(() => (kindsOf(host, 'permit.returned').length > 0 ? true : undefined), 'the permit is back');
  expect(await at.present(SAILING, first)).toMatchObject({ admit: true, apart: false });

  // The host's yes is lost on its way, and the counter goes dark.
  const lost = await refundOf(counter.office, second);
  counter.wire.arm({ way: 'down', kind: 'answer office.ask tickets.permit', afterBytes: 0 });
  expect((await counter.office.refusal('tickets.refund', lost, newId())).code).toBe('afterSale.needsPermit');
  await counter.off();
  expect(kindsOf(host, 'permit.given')).toHaveLength(2);
  expect(refusalOf(await at.present(SAILING, second))).toMatchObject(REFUSED);
  await counter.on();
  await until(async () => ((await at.present(SAILING, second)).admit ? true : undefined), 'it goes aboard');
});

test('a ticket of several that one command wanted is free again when another of them is refused', async () => {
  const { host, at, counter } = await pier();
  const sale = await host.sell(SAILING, [1, 2]);
  const [good, aboard] = [numberOf(sale), numberOf(sale, 1)];
  const { backFen } = await refundOf(counter.office, good);
  expect((await at.present(SAILING, aboard)).admit).toBe(true);
  const both = { ticketNumbers: [good, aboard], backFen: 2 * backFen, documentShown: true };
  expect((await counter.office.refusal('tickets.refund', both, newId())).code).toBe('afterSale.boarded');
  await until(() => (kindsOf(host, 'permit.returned').length > 0 ? true : undefined), 'the permit is back');
  expect((await at.present(SAILING, good)).admit).toBe(true);
});

test('a ticket that the host has let a gate take aboard is refunded nowhere, before the boarding itself is heard of', async () => {
  const { station, host, gate, at } = await wiredGate();
  const counter = await openWindowAt(station, 3);
  const number = numberOf(await host.sell(SAILING, [1]));
  const refund = await refundOf(counter, number);
  gate.wire.arm({ way: 'up', kind: 'journal.push', afterBytes: 0 });
  expect(await at.present(SAILING, number)).toMatchObject({ admit: true, apart: false });
  await gate.off();
  expect((await counter.refusal('tickets.refund', refund, newId())).code).toBe('afterSale.boarded');
  expect((await host.refusal('tickets.refund', refund, newId())).code).toBe('afterSale.boarded');
  await gate.on();
  expect((await counter.refusal('tickets.refund', refund, newId())).code).toBe('afterSale.boarded');
});

test('tickets shown at a gate and refunded at a counter in the same instant end at exactly one of the two', async () => {
  const { station, host, at, counter } = await pier();
  const people = [1, 2, 3, 4, 5, 6];
  const sale = await host.sell(SAILING, people);
  const refunds = await Promise.all(people.map((_, n) => refundOf(counter.office, numberOf(sale, n))));
  for (const [n, refund] of refunds.entries()) {
    const refunded = counter.office.ask('tickets.refund', refund, newId());
    if (n % 2 === 0) await refunded;
    const verdict = at.present(SAILING, numberOf(sale, n));
    expect([(await verdict).admit, (await refunded).ok].filter(Boolean)).toHaveLength(1);
  }
  await atHost(station, counter.office);
  expect((await host.ok('tickets.endedTwice', {}, undefined, 'manager')).tickets).toEqual([]);
});

test('a ticket let aboard at a gate out of contact and refunded elsewhere is listed with the money, until its boarding is taken back or somebody has looked into it', async () => {
  const { station, host, gate, at } = await wiredGate();
  const sale = await host.sell(SAILING, [1, 2]);
  const numbers = [numberOf(sale), numberOf(sale, 1)];
  for (const number of numbers)
    await until(async () => {
      const { tickets } = await gate.office.ok(
        'gate.passengers',
        { departureId: SAILING, which: 'all' },
        undefined,
        GATE,
      );
      return tickets.some(({ ticketNumber }) => ticketNumber === number) ? true : undefined;
    }, 'the gate knows the ticket');
  const counter = await openWindowAt(station, 3);
  const refunds = [];
  for (const number of numbers) refunds.push(await refundOf(counter, number));
  // The gate's question is lost, and it goes by what it knows.
  const { port } = station;
  const hostMachine = host.machine;
  await host.office.stop();
  await linkIs(gate.office, 'down');
  for (const number of numbers)
    expect(await at.present(SAILING, number)).toMatchObject({ admit: true, apart: true });
  await gate.off();
  const again = await openHost({ machine: hostMachine.restart() }, { listen: [`127.0.0.1:${port}`] });
  await linkIs(counter, 'up');
  for (const refund of refunds) await counter.ok('tickets.refund', refund, newId());
  await atHost(again, counter);
  const listed = () => again.host.ok('tickets.endedTwice', {}, undefined, 'manager');
  expect((await listed()).tickets).toEqual([]);

  const back = await gate.on();
  const found = await until(async () => {
    const now = await listed();
    return now.tickets.length === 2 ? now : undefined;
  }, 'both tickets are listed');
  const backFen = refunds[0]?.backFen ?? 0;
  expect(found.tooMuchFen).toBe(2 * backFen);
  expect(
    found.tickets
      .find(({ ticketNumber }) => ticketNumber === numbers[0])
      // Each PC has a clock of its own here.
      ?.ends.map(({ what, window, worthFen }) => [what, window.slice(-2), worthFen])
      .toSorted(),
  ).toEqual([
    ['boarded', '02', sale.tickets[0]?.fareFen],
    ['refund', '03', backFen],
  ]);
  // One was not aboard after all; of the other the money is fetched back.
  await standAtGate(back);
  const off = { departureId: SAILING, ticketNumber: numbers[0], reason: '没有上船' };
  await back.ok('gate.unboard', off, newId(), GATE);
  await until(async () => ((await listed()).tickets.length === 1 ? true : undefined), 'one is left');
  const settle = { ticketNumber: numbers[1], reason: '已追回' };
  await again.host.ok('tickets.settleTwice', settle, newId(), 'manager');
  expect(await listed()).toMatchObject({
    tooMuchFen: 0,
    tickets: [{ ticketNumber: numbers[1], settled: { reason: '已追回' } }],
  });
});
