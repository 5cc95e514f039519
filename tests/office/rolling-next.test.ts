import { afterEach, expect, test } from 'vitest';
import { GATE, standAtGate, staffOfAllRoles, type Gate } from './gate-kit.ts';
import { readEntries } from './books.ts';
import { closeOffices, ferry, newId, numberOf, openOffice, type TestOffice } from './kit.ts';
import { as } from './people-kit.ts';

afterEach(closeOffices);

const BOSS = 'boss';
const [lineId = '', date = ''] = ferry().split('/');
/** After the last of the timetable: nothing but what a test adds lies beyond. */
const FIRST = '23:10';
const SECOND = '23:20';
const CHILD = { number: 'T330000001', name: '样例小乙', birthDate: '20230501' };

/** The line rolls all day; two extra vessels late in the evening, of so many places. */
async function openEvening(first: number, second: number) {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  const scope = { lines: [lineId], dates: { from: date, to: date } };
  const rolling = { scope, state: 'rolling', reason: '大客流', orderedBy: null };
  await window.ok('departures.setState', rolling, newId(), BOSS);
  const add = async (departLocal: string, capacity: number): Promise<string> => {
    const asked = {
      pattern: ferry(),
      departLocal,
      vesselName: `样例轮 ${departLocal}`,
      vesselKind: null,
      capacity,
    };
    return (await window.ok('departures.addExtra', asked, newId(), BOSS)).departureId;
  };
  return { window, a: await add(FIRST, first), b: await add(SECOND, second) };
}
const release = (window: TestOffice, departureId: string, count: number | null = null) =>
  window.ok('gate.release', { departureId, count }, newId(), BOSS);
/** An adult with a free child; the adult's ticket. */
async function sellFamily(window: TestOffice, departureId: string): Promise<string> {
  const adult = await window.holder(2);
  const { holderRef } = await window.ok('holders.type', { documentKind: '117', ...CHILD });
  const passengers = [
    { holderRef: adult, ticketClass: 'full' },
    { holderRef, ticketClass: 'free_child', childBasis: 'age', carriedBy: adult },
  ];
  const { totalFen } = await window.ok('sales.quote', { departureId, passengers });
  const order = { departureId, passengers, payment: 'cash', totalFen, tenderedFen: totalFen };
  return numberOf(await window.ok('sales.sell', order, newId()));
}
const boardedPer = (window: TestOffice): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind, body } of readEntries(window.machine.folder))
    if (kind === 'ticket.boarded') {
      const id = String(body['departureId']);
      counts[id] = (counts[id] ?? 0) + 1;
    }
  return counts;
};

test('a sale for the day goes on to the next vessel when the chosen one is full; the clerk chooses nothing again', async () => {
  const { window, a, b } = await openEvening(2, 2);
  await window.sell(a, [1]);
  // Two who came together stay together.
  const order = await window.order(a, [2, 3]);
  const { passengers } = order as { passengers: unknown[] };
  const quote = await window.ok('sales.quote', { departureId: a, passengers });
  expect(quote.passedOn).toEqual({ departureId: b, departLocal: SECOND, vesselName: `样例轮 ${SECOND}` });
  const id = newId();
  const sold = await window.ok('sales.sell', order, id);
  expect(sold.departureId).toBe(b);
  // Asked again, the same command is the same sale.
  expect(await window.ok('sales.sell', order, id)).toEqual(sold);
  expect((await window.sell(a, [4])).departureId).toBe(a);
  // Both are full: nobody gets a place that is not there.
  const more = await window.order(a, [5]);
  expect((await window.refusal('sales.sell', more, newId())).code).toMatch(/^seat\./);
  expect(window.books().seats).toMatchObject({ [a]: { total: 2, sold: 2 }, [b]: { total: 2, sold: 2 } });
});

test('it goes on from a vessel that left, and from one that a gate stopped; elsewhere a full departure is refused as ever', async () => {
  const { window, a, b } = await openEvening(5, 5);
  await window.ok('gate.stopSale', { departureId: a }, newId(), BOSS);
  expect((await window.sell(a, [1])).departureId).toBe(b);
  await window.ok(
    'departures.setState',
    { scope: { departures: [a, b] }, state: 'normal', reason: '客流平稳', orderedBy: null },
    newId(),
    BOSS,
  );
  const fixed = await window.order(a, [2]);
  expect((await window.refusal('sales.sell', fixed, newId())).code).toMatch(/^(departure|sale)\./);
});

test('check-in and release go on to the next vessel, its gate opens by itself, and no vessel carries more than its licence', async () => {
  const { window, a, b } = await openEvening(2, 2);
  const tickets = [];
  for (const person of [1, 2, 3, 4]) tickets.push(numberOf(await window.sell(a, [person])));
  const gate: Gate = await standAtGate(window);
  await gate.open(a, '2 号检票口');
  expect((await release(window, a)).queue).toMatchObject({
    released: 2,
    room: 0,
    releasesTo: { departureId: b },
  });
  // The clerk says it at the same vessel; the next two go to the next one.
  const next = await release(window, a);
  expect(next.departure.departureId).toBe(b);
  expect(next.queue).toMatchObject({ released: 2, room: 0 });
  expect(next.queue?.releasesTo).toBeUndefined();
  expect((await window.refusal('gate.release', { departureId: a, count: null }, newId(), BOSS)).code).toBe(
    'release.noRoom',
  );
  const verdicts = [];
  for (const ticket of tickets) verdicts.push(await gate.present(a, ticket));
  expect(verdicts.map(({ admit, departureId }) => [admit, departureId])).toEqual([
    [true, a],
    [true, a],
    [true, b],
    [true, b],
  ]);
  expect(verdicts[2]?.gate).toBe('2 号检票口');
  const shown = await window.ok('gate.view', { departureId: a as never }, undefined, GATE);
  // Both are full by now: nobody is sent on.
  expect(shown.queue?.next).toBeUndefined();
  expect(boardedPer(window)).toEqual({ [a]: 2, [b]: 2 });
  const opened = readEntries(window.machine.folder).filter(({ kind }) => kind === 'gate.opened');
  expect(opened.map(({ body }) => body['departureId'])).toEqual([a, b]);
});

test('an adult with a child who no longer fit go whole to the next vessel, and the last place is left for one', async () => {
  const { window, a, b } = await openEvening(2, 3);
  const single = numberOf(await window.sell(a, [1]));
  const family = await sellFamily(window, b);
  const last = numberOf(await window.sell(a, [4]));
  const gate = await standAtGate(window);
  await gate.open(a);
  await release(window, a);
  await release(window, b);
  expect(await gate.present(a, single)).toMatchObject({ admit: true, departureId: a });
  const together = await gate.present(a, family);
  expect(together).toMatchObject({ admit: true, departureId: b });
  expect(together.children).toHaveLength(1);
  expect(await gate.present(a, last)).toMatchObject({ admit: true, departureId: a });
  expect(boardedPer(window)).toEqual({ [a]: 2, [b]: 2 });
});

test('a card laid where the vessel left is checked at the next one; the page hears from where it was passed on', async () => {
  const { window, a, b } = await openEvening(3, 3);
  const ticket = numberOf(await window.sell(a, [1]));
  const gate = await standAtGate(window);
  await gate.open(a);
  await release(window, a);
  await window.ok(
    'departures.leave',
    { departureId: a, leftAt: window.machine.runtime.clock.nowMs() },
    newId(),
    BOSS,
  );
  const shown = await window.ok('gate.view', { departureId: a as never }, undefined, GATE);
  expect(shown.queue?.next).toMatchObject({ departureId: b, departLocal: SECOND });
  expect(await gate.present(a, ticket)).toMatchObject({ admit: true, departureId: b });
  expect(boardedPer(window)).toEqual({ [b]: 1 });
});
