import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { GateVerdict } from '../../contract/office.ts';
import { trialPeople } from '../../main/trial-people.ts';
import { eventually } from '../hardware/rig.ts';
import { GATE, staffOfAllRoles, standAtGate, type Gate } from './gate-kit.ts';
import { closeOffices, ferry, newId, numberOf } from './kit.ts';
import { openLive, startBench, type Bench, type LiveOffice } from './live.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench(mkdtempSync(join(tmpdir(), 'station-gate-bench-')));
});
afterAll(() => bench.stop());
afterEach(async () => {
  await closeOffices();
  await bench.simulators.tell({ command: 'removeCard' });
});

const person = (id: string) => {
  const found = trialPeople(2026).find((one) => one.id === id);
  if (!found) throw new Error(id);
  return found;
};
const SAILING = ferry('1220');

/** Sells to people by their cards' numbers, as typed documents: the same document is the same passenger. */
async function sellTo(window: LiveOffice, ids: readonly string[]) {
  const passengers = [];
  for (const id of ids) {
    const { card, name } = person(id);
    const { holderRef } = await window.ok('holders.type', { documentKind: '111', number: card.number, name });
    passengers.push({ holderRef, ticketClass: 'full' });
  }
  const { totalFen } = await window.ok('sales.quote', { departureId: SAILING, passengers });
  const order = { departureId: SAILING, passengers, payment: 'cash', totalFen, tenderedFen: totalFen };
  return window.ok('sales.sell', order, newId());
}

async function lay(gate: Gate, id: string): Promise<GateVerdict> {
  const before = gate.verdicts().length;
  await bench.simulators.tell({ command: 'layCard', person: person(id).card });
  await eventually('a verdict', () => gate.verdicts().length > before);
  const lifted = (): number => gate.events.filter(({ event }) => event === 'reader.cardRemoved').length;
  const liftedBefore = lifted();
  await bench.simulators.tell({ command: 'removeCard' });
  await eventually('the card to be lifted', () => lifted() > liftedBefore);
  const verdict = gate.verdicts().at(-1);
  if (!verdict) throw new Error('no verdict');
  return verdict;
}

describe('a document laid on the reader', () => {
  test('is the right person, ticket and sailing: aboard at once, once, and strangers are not', async () => {
    const window = await openLive(bench, { config: { staff: await staffOfAllRoles() } });
    const gate = await standAtGate(window);
    await window.device('reader', 'ready');
    const sale = await sellTo(window, ['p01', 'p02']);
    await gate.open(SAILING);
    const { name, card } = person('p01');
    const verdict = await lay(gate, 'p01');
    expect(verdict).toMatchObject({
      admit: true,
      method: 'document',
      gate: '03号窗口',
      document: { name },
      ticket: { ticketNumber: numberOf(sale), name, toName: '普陀山客运码头' },
      counts: { sold: 2, boarded: 1 },
    });
    expect(await lay(gate, 'p01')).toMatchObject({
      admit: false,
      refusal: { code: 'boarding.aboard' },
      counts: { boarded: 1 },
    });
    expect(await lay(gate, 'p03')).toMatchObject({
      admit: false,
      refusal: { code: 'boarding.documentWithoutTicket' },
      ticket: null,
      document: { name: person('p03').name },
    });
    expect(await lay(gate, 'p02')).toMatchObject({ admit: true, counts: { boarded: 2, missing: 0 } });
    // A card at the gate is not the till's, and no number leaves the office.
    expect(window.events.some(({ event }) => event === 'reader.card')).toBe(false);
    expect(JSON.stringify([gate.events, window.machine.logged])).not.toContain(card.number);
  });

  test('goes to the till again once nobody stands at the gate', async () => {
    const window = await openLive(bench, { config: { staff: await staffOfAllRoles() } });
    const gate = await standAtGate(window);
    await window.device('reader', 'ready');
    await gate.open(SAILING);
    await window.ok('gate.attend', { departureId: null }, undefined, GATE);
    const read = window.heard.next('card', ({ event }) => event === 'reader.card');
    await bench.simulators.tell({ command: 'layCard', person: person('p01').card });
    await read;
    expect(gate.verdicts()).toEqual([]);
    await window.ok('gate.attend', { departureId: SAILING }, undefined, GATE);
    await window.ok('session.signOut', {}, undefined, GATE);
    await bench.simulators.tell({ command: 'removeCard' });
    const again = window.heard.next('card', ({ event }) => event === 'reader.card');
    await bench.simulators.tell({ command: 'layCard', person: person('p02').card });
    await again;
    expect(gate.verdicts()).toEqual([]);
  });
});

test('the passenger list comes out of the receipt printer, names and masked numbers, with its outcome told', async () => {
  const window = await openLive(bench, { config: { staff: await staffOfAllRoles() } });
  const gate = await standAtGate(window);
  await window.device('printer', 'ready');
  const sale = await sellTo(window, ['p01', 'p02']);
  await window.print(numberOf(sale, 1), 'confirmed');
  await gate.open(SAILING);
  for (const n of [0, 1]) await gate.present(SAILING, numberOf(sale, n));
  await window.ok('gate.stopSale', { departureId: SAILING }, newId(), GATE);
  await window.ok('gate.close', { departureId: SAILING }, newId(), GATE);
  const { jobId } = await window.ok(
    'gate.print',
    { departureId: SAILING, reason: '交船方' },
    undefined,
    GATE,
  );
  await eventually('the list', () => gate.events.some(({ event }) => event === 'gate.printed'));
  const printed = gate.events.find(({ event }) => event === 'gate.printed')?.data;
  expect(printed).toMatchObject({ jobId, departureId: SAILING, outcome: 'confirmed' });
  const paper = bench.paper().at(-1)?.lines.join('\n') ?? '';
  expect(paper).toContain('旅客名单');
  for (const id of ['p01', 'p02']) {
    expect(paper).toContain(person(id).name);
    expect(paper).not.toContain(person(id).card.number);
  }
  expect(paper.replaceAll(/\s/g, '')).toContain('成人2人,儿童0人,免票0人,婴儿0人,共2人;车辆0辆');
});
