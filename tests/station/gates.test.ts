import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import type { GateVerdict } from '../../contract/office.ts';
import type { Role } from '../../contract/roles.ts';
import { MORNING_MS } from '../support/machine.ts';
import { adult } from '../support/people.ts';
import { standAtGate, type Gate } from '../office/gate-kit.ts';
import { readEntries } from '../office/books.ts';
import { closeOffices, ferry, newId, numberOf, restart, type TestOffice } from '../office/kit.ts';
import { linkIs, openHost, openWindowAt, until, windowOptions, type TestStation } from './kit.ts';

afterEach(closeOffices);

const SAILING = ferry();

interface GateOffice {
  office: TestOffice;
  gate: Gate;
  present(text: string): Promise<GateVerdict>;
}

/** An office of the station with a gate of its own, somebody of this role at it, its picture followed. */
async function gateAt(station: TestStation, window: number, role: Role): Promise<GateOffice> {
  const config = { gate: { name: `${window} 号检票口` } };
  const office = await openWindowAt(station, window, { config });
  const gate = await standAtGate(office, role, role);
  return {
    office,
    gate,
    present: (text) => office.ok('gate.present', { departureId: SAILING, text }, newId(), role),
  };
}
const view = (at: GateOffice, role: Role) =>
  at.office.ok('gate.view', { departureId: SAILING }, undefined, role);
const openGate = async (at: GateOffice, role: Role): Promise<void> => {
  await at.office.ok('gate.open', { departureId: SAILING }, newId(), role);
  await at.office.ok('gate.attend', { departureId: SAILING }, undefined, role);
};
const numbersAt = async (at: GateOffice, role: Role): Promise<string[]> => {
  const { tickets } = await at.office.ok(
    'gate.passengers',
    { departureId: SAILING, which: 'all' },
    undefined,
    role,
  );
  return tickets.map(({ ticketNumber }) => ticketNumber);
};
const knows = (at: GateOffice, role: Role, number: string) =>
  until(
    async () => ((await numbersAt(at, role)).includes(number) ? true : undefined),
    `${role} knows ${number}`,
  );

const doubledIs = (office: TestOffice, count: number) =>
  until(
    async () => ((await office.ok('status.get')).doubled === count ? true : undefined),
    `${count} double boardings in the bar`,
  );

/** A host that sells, and two gates in offices of their own. */
async function pier() {
  const station = await openHost();
  await station.host.openShift();
  const one = await gateAt(station, 2, 'gate');
  const other = await gateAt(station, 3, 'shiftLeader');
  return { station, one, other };
}

test('a ticket at two gates at once goes aboard at exactly one, and the other is told where', async () => {
  const { station, one, other } = await pier();
  const sale = await station.host.sell(SAILING, [1, 2, 3, 4, 5]);
  await openGate(one, 'gate');
  await openGate(other, 'shiftLeader');
  for (let n = 0; n < 5; n += 1) {
    const verdicts = await Promise.all([one.present(numberOf(sale, n)), other.present(numberOf(sale, n))]);
    expect(verdicts.filter(({ admit }) => admit)).toHaveLength(1);
    const refused = verdicts.find(({ admit }) => !admit);
    expect(refused?.refusal).toMatchObject({ code: 'boarding.aboard' });
    expect(refused?.refusal?.message).toMatch(/[23] 号检票口/);
    expect(verdicts.every(({ apart }) => !apart)).toBe(true);
  }
  // Names come with the picture, sealed on to each gate.
  await knows(one, 'gate', numberOf(sale));
  const { tickets } = await one.office.ok(
    'gate.passengers',
    { departureId: SAILING, which: 'aboard' },
    undefined,
    'gate',
  );
  await until(async () => {
    const now = await view(one, 'gate');
    return now.departure.counts.boarded === 5 ? now : undefined;
  }, 'everybody aboard at both gates');
  expect(tickets[0]?.name).toBe(adult(1).name);
  const boarded = [one, other].flatMap(({ office }) =>
    readEntries(office.machine.folder).filter(({ kind }) => kind === 'ticket.boarded'),
  );
  expect(boarded).toHaveLength(5);
});

test('a ticket that was sold a moment ago elsewhere is found at a gate, and one that was taken back goes aboard elsewhere', async () => {
  const { station, one, other } = await pier();
  await openGate(one, 'gate');
  await openGate(other, 'shiftLeader');
  const number = numberOf(await station.host.sell(SAILING, [7]));
  expect((await one.present(number)).admit).toBe(true);
  // The other gate takes it back and lets it in again, before any journal was pushed in peace.
  expect((await other.present(number)).refusal?.code).toBe('boarding.aboard');
  await other.office.ok(
    'gate.unboard',
    { departureId: SAILING, ticketNumber: number, reason: '走错检票口' },
    newId(),
    'shiftLeader',
  );
  expect(await other.present(number)).toMatchObject({ admit: true, apart: false });
  await until(async () => {
    const now = await view(one, 'gate');
    return now.departure.counts.boarded === 1 ? now : undefined;
  });
  expect((await one.present(number)).refusal?.code).toBe('boarding.aboard');
  // And back to where it first was: its office's own row ends before the new one begins.
  await one.office.ok(
    'gate.unboard',
    { departureId: SAILING, ticketNumber: number, reason: '换检票口' },
    newId(),
    'gate',
  );
  expect(await one.present(number)).toMatchObject({ admit: true });
  for (const { office } of [one, other])
    expect(readEntries(office.machine.folder).length).toBe(office.books().seq);
  expect((await view(one, 'gate')).conflicts).toEqual([]);
});

test('out of contact each gate goes by what it knew; a ticket let in twice is found, written down and shown to the manager', async () => {
  const { station, one, other } = await pier();
  const sale = await station.host.sell(SAILING, [1, 2]);
  await openGate(one, 'gate');
  await openGate(other, 'shiftLeader');
  for (const [at, role] of [
    [one, 'gate'],
    [other, 'shiftLeader'],
  ] as const)
    await knows(at, role, numberOf(sale, 1));
  await station.host.office.stop();
  await linkIs(one.office, 'down');
  await linkIs(other.office, 'down');
  expect((await view(one, 'gate')).picture.link).toBe('apart');
  // The same ticket at both gates, and a number that only a station in contact could know.
  expect(await one.present(numberOf(sale))).toMatchObject({ admit: true, apart: true });
  expect(await other.present(numberOf(sale))).toMatchObject({ admit: true, apart: true });
  expect((await other.present('11112222333344445555')).refusal?.code).toBe('boarding.unknownApart');
  const again = await openHost(
    { machine: station.host.machine.restart() },
    { listen: [`127.0.0.1:${station.port}`] },
  );
  await linkIs(one.office, 'up');
  await linkIs(other.office, 'up');
  const double = await until(async () => {
    const { doubles } = await again.host.ok('gate.doubles', {}, undefined, 'manager');
    return doubles[0];
  }, 'the double boarding at the manager’s');
  expect(double).toMatchObject({ ticketNumber: numberOf(sale), settled: false });
  const places = double.boardings.toSorted((a, b) => (a.gate < b.gate ? -1 : 1));
  expect(places.map(({ gate, apart, ended }) => ({ gate, apart, ended }))).toEqual([
    { gate: '2 号检票口', apart: true, ended: false },
    { gate: '3 号检票口', apart: true, ended: false },
  ]);
  const evidence = readEntries(again.host.machine.folder).filter(({ kind }) => kind === 'boarding.doubled');
  expect(evidence).toHaveLength(1);
  // Both gates hear of it. Two people may be aboard on it: the licence counts both.
  const seen = await until(async () => {
    const now = await view(one, 'gate');
    return now.conflicts.length === 1 ? now : undefined;
  }, 'the conflict at the first gate');
  expect(seen.conflicts[0]?.aboard).toHaveLength(2);
  // The bar of the manager and of both gates counts it until it is settled.
  const offices = [again.host, one.office, other.office];
  for (const office of offices) await doubledIs(office, 1);
  // The manager takes one of the two back, from the host.
  await again.host.ok(
    'gate.unboard',
    {
      departureId: SAILING,
      ticketNumber: numberOf(sale),
      reason: '已请下船',
      window: places[1]?.window,
    },
    newId(),
    'manager',
  );
  const { doubles } = await again.host.ok('gate.doubles', {}, undefined, 'manager');
  expect(doubles).toMatchObject([{ ticketNumber: numberOf(sale), settled: true }]);
  expect(doubles[0]?.boardings.filter(({ ended }) => ended)).toMatchObject([{ gate: '3 号检票口' }]);
  await until(async () => ((await view(other, 'shiftLeader')).conflicts.length === 0 ? true : undefined));
  for (const office of offices) await doubledIs(office, 0);
});

test('a gate that ended between the host’s yes and its own boarding does not keep the passenger ashore', async () => {
  const { station, other } = await pier();
  const options = await windowOptions(station, 4, { config: { gate: { name: '4 号检票口' } } });
  const dying = await openWindowAt(station, 4, { machine: options.machine as never });
  const number = numberOf(await station.host.sell(SAILING, [9]));
  await openGate(other, 'shiftLeader');
  await dying.office.stop();
  // What that gate had asked for when its machine died: the host's yes is durable, the boarding was never written.
  const { windows } = await station.host.ok('station.windows', {}, undefined, 'manager');
  const row = windows.find(({ window }) => window.endsWith('/04'));
  const database = new Database(`${station.host.machine.folder}/ledger.db`);
  database
    .prepare(`INSERT INTO station_claims VALUES (?, ?, ?, ?, '4 号检票口', 'qr', ?, ?)`)
    .run(number, row?.window, row?.ledgerId, SAILING, MORNING_MS, 1_000);
  database.close();
  const refused = await other.present(number);
  expect(refused.refusal?.message).toContain('4 号检票口');
  const again = await restart(dying, { ...options, machine: dying.machine.restart() });
  await linkIs(again, 'up');
  await until(async () => ((await other.present(number)).admit ? true : undefined), 'the claim given up');
});

test('the last gate to close freezes one list of everybody aboard, and any gate may count the heads', async () => {
  const { station, one, other } = await pier();
  const sale = await station.host.sell(SAILING, [1, 2, 3]);
  await openGate(one, 'gate');
  await openGate(other, 'shiftLeader');
  expect((await one.present(numberOf(sale, 0))).admit).toBe(true);
  expect((await other.present(numberOf(sale, 1))).admit).toBe(true);
  // Stopped at a gate: the host gives no seat of it any more.
  await one.office.ok('gate.stopSale', { departureId: SAILING }, newId(), 'gate');
  await until(() => {
    const kinds = readEntries(station.host.machine.folder).map(({ kind }) => kind);
    return kinds.includes('departure.leasesClosed') ? true : undefined;
  }, 'the host stops the sale');
  await until(async () => {
    const now = await view(one, 'gate');
    return now.others.some(({ state }) => state === 'open') && now.departure.counts.boarded === 2
      ? true
      : undefined;
  }, 'the other gate’s state');
  const first = await one.office.ok('gate.close', { departureId: SAILING }, newId(), 'gate');
  expect(first).toMatchObject({ manifest: null, departure: { state: 'closed' } });
  const still = await one.office.refusal('gate.close', { departureId: SAILING }, newId(), 'gate');
  expect(still.code).toBe('gate.othersOpen');
  await until(async () => {
    const now = await view(other, 'shiftLeader');
    return now.others.some(({ state }) => state === 'closed') && !now.departure.selling ? true : undefined;
  }, 'the first gate has closed');
  const last = await other.office.ok('gate.close', { departureId: SAILING }, newId(), 'shiftLeader');
  expect(last).toMatchObject({
    manifest: { version: 1, counts: { heads: 2 }, missing: 1 },
    listStale: false,
  });
  const shown = await until(async () => {
    const now = await view(one, 'gate');
    return now.manifest ? now : undefined;
  }, 'the list at the first gate');
  expect(shown.manifest?.hash).toBe(last.manifest?.hash);
  const page = await one.office.ok(
    'gate.page',
    { departureId: SAILING, reason: '交船方' },
    undefined,
    'gate',
  );
  expect(page.rows.map(({ name }) => name).toSorted()).toEqual([adult(1).name, adult(2).name].toSorted());
  expect(page.unnamed).toBe(0);
  const counted = await one.office.ok(
    'gate.reconcile',
    { departureId: SAILING, counted: 2 },
    newId(),
    'gate',
  );
  expect(counted).toMatchObject({ departure: { state: 'reconciled' }, reconciled: { difference: 0 } });
  await until(async () =>
    (await view(other, 'shiftLeader')).departure.state === 'reconciled' ? true : undefined,
  );
});
