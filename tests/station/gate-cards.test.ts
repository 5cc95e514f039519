import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { GateVerdict } from '../../contract/office.ts';
import type { Role } from '../../contract/roles.ts';
import { childDeviceLauncher } from '../../main/shells/device-process.ts';
import { trialPeople } from '../../main/trial-people.ts';
import { DEVICE_ENTRY } from '../hardware/rig.ts';
import { standAtGate, type Gate } from '../office/gate-kit.ts';
import { readEntries } from '../office/books.ts';
import { closeOffices, ferry, newId, numberOf, type TestOffice } from '../office/kit.ts';
import { startBench, type Bench } from '../office/live.ts';
import { openHost, openWindowAt, until, type TestStation } from './kit.ts';

let benches: Bench[] = [];
beforeAll(async () => {
  const folders = ['one', 'other'].map((name) => mkdtempSync(join(tmpdir(), `station-cards-${name}-`)));
  benches = await Promise.all(folders.map((folder) => startBench(folder)));
});
afterAll(() => Promise.all(benches.map((bench) => bench.stop())));
afterEach(closeOffices);

const SAILING = ferry();

interface CardGate {
  bench: Bench;
  office: TestOffice;
  gate: Gate;
}

/** A gate in an office of its own, with a reader of its own. */
async function gateAt(station: TestStation, window: number, role: Role, bench: Bench): Promise<CardGate> {
  const office = await openWindowAt(station, window, {
    config: { gate: { name: `${window} 号检票口` }, devices: bench.devices },
    runtime: { devices: childDeviceLauncher({ entryPath: DEVICE_ENTRY }) },
  });
  const gate = await standAtGate(office, role, role);
  await office.ok('gate.open', { departureId: SAILING }, newId(), role);
  await office.ok('gate.attend', { departureId: SAILING }, undefined, role);
  await until(async () => {
    const { devices } = await office.ok('status.get');
    return devices.find(({ deviceId }) => deviceId === 'reader')?.state === 'ready' || undefined;
  }, 'the reader');
  return { bench, office, gate };
}

/** The card goes on the reader and comes off again. */
async function lay(
  { bench, gate }: CardGate,
  card: ReturnType<typeof trialPeople>[number]['card'],
): Promise<GateVerdict> {
  const before = gate.verdicts().length;
  const lifted = (): number => gate.events.filter(({ event }) => event === 'reader.cardRemoved').length;
  const liftedBefore = lifted();
  await bench.simulators.tell({ command: 'layCard', person: card });
  await until(() => gate.verdicts().length > before || undefined, 'a verdict');
  await bench.simulators.tell({ command: 'removeCard' });
  await until(() => lifted() > liftedBefore || undefined, 'the card to be lifted');
  const verdict = gate.verdicts().at(-1);
  if (!verdict) throw new Error('no verdict');
  return verdict;
}

test('the same card laid at two gates admits once, and the second gate says where its holder went aboard', async () => {
  const [here, there] = benches;
  const person = trialPeople(2026).find(({ id }) => id === 'p01');
  if (!here || !there || !person) throw new Error('two readers and a card are wanted');
  const station = await openHost();
  await station.host.openShift();
  const { card, name } = person;
  const { holderRef } = await station.host.ok('holders.type', {
    documentKind: '111',
    number: card.number,
    name,
  });
  const passengers = [{ holderRef, ticketClass: 'full' as const }];
  const { totalFen } = await station.host.ok('sales.quote', { departureId: SAILING, passengers });
  const sale = await station.host.ok(
    'sales.sell',
    { departureId: SAILING, passengers, payment: 'cash', totalFen, tenderedFen: totalFen },
    newId(),
  );
  const one = await gateAt(station, 2, 'gate', here);
  const other = await gateAt(station, 3, 'shiftLeader', there);
  // Names are sealed on to each gate with the picture: until they are there a card is a stranger's.
  for (const [{ office }, page] of [
    [one, 'gate'],
    [other, 'shiftLeader'],
  ] as const)
    await until(async () => {
      const asked = { departureId: SAILING, which: 'all' } as const;
      const { tickets } = await office.ok('gate.passengers', asked, undefined, page);
      return tickets[0]?.name === name || undefined;
    }, 'the name at the gate');
  expect(await lay(one, card)).toMatchObject({
    admit: true,
    apart: false,
    method: 'document',
    ticket: { ticketNumber: numberOf(sale) },
  });
  const second = await lay(other, card);
  expect(second).toMatchObject({ admit: false, refusal: { code: 'boarding.aboard' } });
  expect(second.refusal?.message).toContain('2 号检票口');
  const boarded = [one, other].flatMap(({ office }) =>
    readEntries(office.machine.folder).filter(({ kind }) => kind === 'ticket.boarded'),
  );
  expect(boarded).toHaveLength(1);
});
