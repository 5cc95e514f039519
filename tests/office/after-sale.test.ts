import { afterEach, describe, expect, test } from 'vitest';
import type { AfterSaleTicket, OfficeInput } from '../../contract/office.ts';
import { onPaper } from './books.ts';
import { standAtGate, staffOfAllRoles } from './gate-kit.ts';
import {
  closeOffices,
  expectRefused,
  ferry,
  newId,
  numberOf,
  openOffice,
  restart,
  type TestOffice,
} from './kit.ts';
import { as, of } from './people-kit.ts';

afterEach(closeOffices);

const BOSS = 'boss';
const HOUR = 3_600_000;

/** A clerk with a shift of 500 yuan on `page`, and the manager on a page of their own. */
async function openStation(): Promise<TestOffice> {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  return window;
}

const find = async (window: TestOffice, text: string): Promise<AfterSaleTicket> => {
  const { tickets } = await window.ok('tickets.find', { text });
  if (!tickets[0]) throw new Error('no ticket');
  return tickets[0];
};
const cancel = (window: TestOffice, departureId: string) =>
  window.ok(
    'departures.setState',
    { scope: { departures: [departureId] }, state: 'cancelled', reason: '机械故障', orderedBy: null },
    newId(),
    BOSS,
  );
const refund = (
  ticketNumber: string,
  backFen: number,
  over: Partial<OfficeInput<'tickets.refund'>> = {},
) => ({
  ticketNumbers: [ticketNumber],
  backFen,
  documentShown: true,
  ...over,
});

describe('a refund', () => {
  test('shows its fee first, gives the cash out of the drawer, and its place is sold again', async () => {
    const window = await openStation();
    // A coach of six: all its seats are sold.
    const coach = 'r-dhk-nbjc/2026-11-22/0540';
    const sale = await window.sell(coach, [1, 2, 3, 4, 5, 6]);
    const number = numberOf(sale, 2);
    const seat = sale.tickets[2]?.seatNumber;
    const before = await find(window, number);
    expect(before).toMatchObject({
      state: 'sold',
      seatNumber: seat,
      refund: { free: false, row: { id: 'ROAD_DEFAULT', version: 1, percent: 10, mark: 'C2' } },
    });
    const { feeFen, backFen } = before.refund;
    expect(feeFen + backFen).toBe(before.fareFen);
    expect(feeFen).toBe(before.fareFen / 10);
    const done = await window.ok('tickets.refund', refund(number, backFen), newId());
    expect(done).toMatchObject({ feeFen, backFen, tickets: [{ ticketNumber: number }] });
    expect(await find(window, number)).toMatchObject({
      state: 'refunded',
      refund: { refusal: { code: 'afterSale.refunded' } },
    });
    const { shift } = await window.ok('shifts.current');
    expect(shift).toMatchObject({ backCount: 1, backFen });

    // The very seat, and the very person, may be sold again.
    const again = await window.sell(coach, [3]);
    expect(again.tickets[0]?.seatNumber).toBe(seat);
    const closed = await window.ok(
      'shifts.close',
      { countedFen: 50_000 + 7 * before.fareFen - backFen },
      newId(),
    );
    expect(closed.differenceFen).toBe(0);
  });

  test('uses the rows that the ticket was sold under', async () => {
    const window = await openStation();
    await window.sell(ferry(), [1]);
    const { entries } = await window.ok('journal.page', { limit: 20 }, undefined, BOSS);
    expect(entries.find(({ kind }) => kind === 'ticket.sold')?.body).toMatchObject({
      feeSets: { refund: { id: 'FERRY_DEFAULT', version: 1 }, change: null },
    });
  });

  test('at the carrier’s fault is whole, also when it is late; afterwards the day adds up', async () => {
    const window = await openStation();
    const number = numberOf(await window.sell(ferry(), [1]));
    await cancel(window, ferry());
    window.machine.pass(4 * HOUR);
    const ticket = await find(window, number);
    expect(ticket).toMatchObject({
      departureState: 'cancelled',
      refund: { feeFen: 0, backFen: 3_000, free: true, row: null },
    });
    await window.ok('tickets.refund', refund(number, 3_000), newId());
    const { entries } = await window.ok('journal.page', { limit: 5 }, undefined, BOSS);
    const body = entries.find(({ kind }) => kind === 'ticket.refunded')?.body;
    expect(body).toMatchObject({ feeFen: 0, fee: null });
    expect(body?.['because']).toHaveLength(1);
    const day = await window.ok('reports.day', { date: '2026-11-21' }, undefined, BOSS);
    expect(day).toMatchObject({
      total: { tickets: 1, fen: 3_000 },
      after: [{ what: 'refund', tickets: 1, feeFen: 0, backFen: 3_000, cashFen: 3_000 }],
      net: { tickets: 0, fen: 0 },
      shifts: [{ cashBackFen: 3_000 }],
    });
  });

  test('is refused of a boarded ticket, twice, without the document, at another amount, and from an empty drawer', async () => {
    const window = await openStation();
    const sale = await window.sell(ferry(), [1, 2]);
    const [first, second] = [numberOf(sale), numberOf(sale, 1)];
    await cancelAndRestore(window);
    const { backFen } = (await find(window, second)).refund;
    await expectRefused(
      window,
      'afterSale.document',
      'tickets.refund',
      refund(second, backFen, { documentShown: false }),
    );
    await expectRefused(window, 'afterSale.quoteChanged', 'tickets.refund', refund(second, backFen - 1));
    await expectRefused(window, 'tickets.notFound', 'tickets.refund', refund('33092506150301000011', 1));
    const gate = await standAtGate(window);
    await gate.open(ferry());
    expect(await gate.present(ferry(), first)).toMatchObject({ admit: true });
    await expectRefused(window, 'afterSale.boarded', 'tickets.refund', refund(first, backFen));
    const commandId = newId();
    const done = await window.ok('tickets.refund', refund(second, backFen), commandId);
    expect(await window.ok('tickets.refund', refund(second, backFen), commandId)).toEqual(done);
    await expectRefused(window, 'afterSale.refunded', 'tickets.refund', refund(second, backFen));
    expect(await gate.present(ferry(), second)).toMatchObject({
      admit: false,
      refusal: { code: 'boarding.refunded' },
    });
  });

  test('above the station’s limit needs a second person; more than the drawer has cannot be given', async () => {
    const window = await openStation();
    const people = Array.from({ length: 18 }, (_, n) => n + 1);
    const sale = await window.sell(ferry('1220', '2026-11-22'), people);
    const numbers = sale.tickets.map(({ ticketNumber }) => ticketNumber);
    const back = 18 * 2_700;
    const all = { ticketNumbers: numbers, backFen: back, documentShown: true };
    expect(back).toBeLessThan(50_000);
    await window.ok('tickets.refund', { ...all, secondSignature: of('shiftLeader') }, newId());
    const more = await window.sell(ferry('1320', '2026-11-22'), [...people, 19, 20]);
    const dear = {
      ticketNumbers: more.tickets.map(({ ticketNumber }) => ticketNumber),
      backFen: 54_000,
      documentShown: true,
    };
    await expectRefused(window, 'afterSale.needsSecond', 'tickets.refund', dear);
    await window.ok('tickets.refund', { ...dear, secondSignature: of('shiftLeader') }, newId());
  });
});

/** A state that is lifted again leaves a right behind: refunds are free for a day. */
async function cancelAndRestore(window: TestOffice): Promise<void> {
  const { key } = await cancel(window, ferry());
  await window.ok('departures.undoState', { undoes: key, reason: '误设' }, newId(), BOSS);
}

test('a ticket of this shift is taken back as if unsold; after the shift or once a gate is open it is not', async () => {
  const window = await openStation();
  const sale = await window.sell(ferry('1720'), [1, 2]);
  const [first, second] = [numberOf(sale), numberOf(sale, 1)];
  const takeBack = (ticketNumber: string) => ({
    ticketNumbers: [ticketNumber],
    backFen: 3_000,
    reason: '日期错',
  });
  await window.ok('tickets.void', takeBack(first), newId());
  expect(await find(window, first)).toMatchObject({ state: 'void' });
  expect((await window.ok('shifts.current')).shift).toMatchObject({ backFen: 3_000 });
  const gate = await standAtGate(window);
  await gate.open(ferry('1720'));
  await expectRefused(window, 'void.checkInOpen', 'tickets.void', takeBack(second));
  await window.ok('shifts.close', { countedFen: 53_000 }, newId());
  await window.openShift();
  await expectRefused(window, 'void.otherShift', 'tickets.void', takeBack(second));
});

test('a ticket is printed again as copy n; a lost one is issued again with its place, and the old number is dead', async () => {
  const window = await openStation();
  const coach = 'r-dhk-nbjc/2026-11-22/0540';
  const sale = await window.sell(coach, [1, 2, 3, 4, 5, 6]);
  const lost = numberOf(sale, 1);
  onPaper(window.machine.folder, lost);
  expect(
    await window.ok('tickets.reprint', { ticketNumber: lost, reason: '字迹不清' }, newId()),
  ).toMatchObject({ copy: 2 });
  const { newTicketNumber } = await window.ok(
    'tickets.reissue',
    { ticketNumber: lost, documentShown: true },
    newId(),
  );
  expect(await find(window, lost)).toMatchObject({ state: 'replaced', replacedBy: newTicketNumber });
  const next = await find(window, newTicketNumber);
  expect(next).toMatchObject({
    state: 'sold',
    replaces: lost,
    seatNumber: sale.tickets[1]?.seatNumber,
    fareFen: sale.tickets[1]?.fareFen,
  });
  await expectRefused(window, 'tickets.notFound', 'tickets.reprint', {
    ticketNumber: '33092506150301000011',
    reason: '-',
  });
  await expectRefused(window, 'afterSale.replaced', 'tickets.refund', refund(lost, next.refund.backFen));
  // No place became free by it, and no cash moved.
  const { departures } = await window.ok('timetable.departures', {
    date: '2026-11-22',
    lineId: 'r-dhk-nbjc',
  });
  expect(departures.find(({ departureId }) => departureId === coach)).toMatchObject({ left: 0 });
  expect((await window.ok('shifts.current')).shift).toMatchObject({ backFen: 0, moreFen: 0 });
  // A second time somebody else signs too.
  const again = { ticketNumber: newTicketNumber, documentShown: true };
  await expectRefused(window, 'reissue.second', 'tickets.reissue', again);
  const third = await window.ok('tickets.reissue', { ...again, secondSignature: of('shiftLeader') }, newId());
  const { backFen } = (await find(window, third.newTicketNumber)).refund;
  await window.ok('tickets.refund', refund(third.newTicketNumber, backFen), newId());
  expect((await window.sell(coach, [2])).tickets[0]?.seatNumber).toBe(sale.tickets[1]?.seatNumber);
});

describe('a change', () => {
  test('for the own reason is not offered on a ferry without rows, and free once on the road', async () => {
    const window = await openStation();
    const boat = numberOf(await window.sell(ferry(), [1]));
    const to = ferry('1320');
    expect(await window.ok('tickets.changeQuote', { ticketNumbers: [boat], departureId: to })).toMatchObject({
      refusal: { code: 'change.notAllowed' },
    });
  });

  test('at the carrier’s fault is free: new number, new place, the old one sold to nobody who is stopped', async () => {
    const window = await openStation();
    const sale = await window.sell(ferry(), [1, 2]);
    const [first, second] = [numberOf(sale), numberOf(sale, 1)];
    await cancel(window, ferry());
    const asked = { ticketNumbers: [first, second], departureId: ferry('1320') };
    const quote = await window.ok('tickets.changeQuote', asked);
    expect(quote).toMatchObject({
      collectFen: 0,
      backFen: 0,
      feeFen: 0,
      tickets: [{ free: true }, { free: true }],
    });
    const change = { ...asked, collectFen: 0, backFen: 0, tenderedFen: 0, documentShown: true };
    await expectRefused(window, 'afterSale.balanceChanged', 'tickets.change', { ...change, backFen: 100 });
    const done = await window.ok('tickets.change', change, newId());
    const next = await find(window, done.tickets[0]?.newTicketNumber ?? '');
    expect(next).toMatchObject({
      departureId: ferry('1320'),
      state: 'sold',
      replaces: first,
      fareFen: 3_000,
    });
    expect(await find(window, first)).toMatchObject({ state: 'replaced' });
    await expectRefused(window, 'afterSale.replaced', 'tickets.change', change);
    const gate = await standAtGate(window);
    await gate.open(ferry('1320'));
    expect(await gate.present(ferry('1320'), first)).toMatchObject({
      admit: false,
      refusal: { code: 'boarding.replacedBy' },
    });
    expect(await gate.present(ferry('1320'), done.tickets[0]?.newTicketNumber ?? '')).toMatchObject({
      admit: true,
    });
    // The same person does not get a second ticket on the new departure.
    const { refusal } =
      (
        await window.ok('sales.quote', {
          departureId: ferry('1320'),
          passengers: [{ holderRef: await window.holder(1), ticketClass: 'full' }],
        })
      ).passengers[0] ?? {};
    expect(refusal?.code).toBe('holder.hasTicket');
  });
});

describe('the work list', () => {
  test('of a cancelled departure ends empty: moved in the order in which they bought, refunded, fetched', async () => {
    const window = await openStation();
    const gate = ferry();
    await window.sell(gate, [1, 2]);
    await window.sell(gate, [3]);
    const late = await window.sell(gate, [4, 5]);
    const worklist = () => window.ok('worklist.list', {}, undefined, BOSS);
    expect(await worklist()).toMatchObject({ departures: [], open: 0, passengersOpen: 0 });
    await cancel(window, gate);
    expect(await worklist()).toMatchObject({
      departures: [{ departureId: gate, state: 'cancelled', open: 5, passengersOpen: 5 }],
      passengersOpen: 5,
    });
    const seen = await window.ok('worklist.departure', { departureId: gate }, undefined, BOSS);
    expect(seen.rows).toHaveLength(5);
    expect(seen.targets.map(({ departureId }) => departureId)).toContain(ferry('1320'));
    const reached = { ticketNumber: numberOf(late), contact: 'reached' };
    await window.ok('worklist.note', reached, newId(), BOSS);
    const first = seen.rows.slice(0, 2).map(({ ticketNumber }) => ticketNumber);
    const moved = await window.ok(
      'worklist.move',
      { departureId: gate, toDepartureId: ferry('1320'), ticketNumbers: first },
      newId(),
      BOSS,
    );
    expect(moved).toMatchObject({ moved: 2, left: [], departure: { open: 3, moved: 2, noted: 1 } });
    const commandId = newId();
    const refunded = await window.ok('worklist.refund', { departureId: gate }, commandId, BOSS);
    expect(refunded).toMatchObject({
      refunded: 3,
      backFen: 9_000,
      left: [],
      departure: { open: 0, passengersOpen: 0, refunded: 3, moved: 2, owedTickets: 3, owedFen: 9_000 },
    });
    expect(await window.ok('worklist.refund', { departureId: gate }, commandId, BOSS)).toMatchObject({
      refunded: 3,
    });
    expect(await window.ok('worklist.refund', { departureId: gate }, newId(), BOSS)).toMatchObject({
      refunded: 0,
    });
    // Nothing left the drawer; whoever comes with the document fetches it, once.
    expect((await window.ok('shifts.current')).shift).toMatchObject({ backFen: 0 });
    const own = numberOf(late);
    expect(await find(window, own)).toMatchObject({ state: 'refunded', owedFen: 3_000 });
    const pay = { ticketNumbers: [own], backFen: 3_000, documentShown: true };
    await window.ok('tickets.payOut', pay, newId());
    await expectRefused(window, 'tickets.notOwed', 'tickets.payOut', pay);
    expect((await window.ok('shifts.current')).shift).toMatchObject({ backFen: 3_000 });
    expect(await worklist()).toMatchObject({ passengersOpen: 0, departures: [{ owedFen: 6_000 }] });
    const after = await restart(window, { config: { staff: await staffOfAllRoles() } });
    expect(after.books().verified).toMatchObject({ ok: true });
  });
});
