import { afterEach, expect, test } from 'vitest';
import type { AfterSaleTicket } from '../../contract/office.ts';
import { closeOffices, newId, numberOf, type TestOffice } from '../office/kit.ts';
import { atHost, linkIs, openHost, openWindowAt, until } from './kit.ts';

afterEach(closeOffices);

/** A minibus of six numbered seats, of the next day. */
const DAY = new Date(Date.now() + 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);

async function coachOf(office: TestOffice): Promise<{ departureId: string; left: number }> {
  const { departures } = await office.ok('timetable.departures', { date: DAY });
  const coach = departures
    .filter(({ mode, state }) => mode === 'road' && state === 'onSale')
    .toSorted((a, b) => a.capacity - b.capacity)[0];
  if (!coach) throw new Error('no coach tomorrow');
  return coach;
}
const find = async (office: TestOffice, text: string): Promise<AfterSaleTicket> => {
  const { tickets } = await office.ok('tickets.find', { text });
  if (!tickets[0]) throw new Error('no ticket');
  return tickets[0];
};
const refundOf = (ticket: AfterSaleTicket) => ({
  ticketNumbers: [ticket.ticketNumber],
  backFen: ticket.refund.backFen,
  documentShown: true,
});

test('a ticket of one window is refunded at another with the host’s permit: once, its seat sold again, its seller told', async () => {
  const station = await openHost();
  const seller = await openWindowAt(station, 2);
  const other = await openWindowAt(station, 3);
  const { departureId } = await coachOf(seller);
  const sale = await seller.sell(departureId, [1, 2]);
  const number = numberOf(sale);
  await atHost(station, seller);

  // Found by its number, and by the document, at a window that never heard of it.
  const found = await until(async () => {
    const answer = await other.ask('tickets.find', { text: number });
    return answer.ok ? find(other, number) : undefined;
  });
  expect(found).toMatchObject({
    state: 'sold',
    window: '02',
    authority: 'host',
    holderName: expect.any(String),
  });
  const { tickets } = await other.ok('tickets.find', { holderRef: await other.holder(1) });
  expect(tickets.map(({ ticketNumber }) => ticketNumber)).toEqual([number]);

  const done = await other.ok('tickets.refund', refundOf(found), newId());
  expect(done.backFen).toBe(found.refund.backFen);
  // At once at the same window, and at its seller's, which holds a stale sheet.
  expect((await other.refusal('tickets.refund', refundOf(found), newId())).code).toBe('afterSale.refunded');
  expect((await seller.refusal('tickets.refund', refundOf(found), newId())).code).toMatch(
    /^afterSale\.(permitTaken|refunded)$/,
  );
  await until(
    async () => ((await find(seller, number)).state === 'refunded' ? true : undefined),
    'the seller hears',
  );
  // Whoever was refunded may buy again at the seller's window.
  const again = await seller.ok('sales.quote', {
    departureId,
    passengers: [{ holderRef: await seller.holder(1), ticketClass: 'full' }],
  });
  expect(again.passengers[0]?.refusal).toBeUndefined();
  // The host has its seat back and gives it anew: one ticket a seat, whoever sells it.
  const { seats } = await station.host.ok('station.conflicts', {}, undefined, 'manager');
  expect(seats).toEqual([]);
  expect(station.host.books().verified).toMatchObject({ ok: true });
  expect(other.books().verified).toMatchObject({ ok: true });
  expect(seller.books().verified).toMatchObject({ ok: true });
});

test('the same refund asked at two windows at once is given at one of them', async () => {
  const station = await openHost();
  const seller = await openWindowAt(station, 2);
  const other = await openWindowAt(station, 3);
  const { departureId } = await coachOf(seller);
  const number = numberOf(await seller.sell(departureId, [1]));
  await atHost(station, seller);
  const ticket = await find(other, number);
  const answers = await Promise.all([
    seller.ask('tickets.refund', refundOf(ticket), newId()),
    other.ask('tickets.refund', refundOf(ticket), newId()),
  ]);
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  const [refused] = answers.filter(({ ok }) => !ok);
  expect(refused && !refused.ok && refused.refusal.code).toBe('afterSale.permitTaken');
});

test('out of contact a refund becomes a numbered request that may be withdrawn, and a void is done', async () => {
  const station = await openHost();
  const seller = await openWindowAt(station, 2);
  const { departureId } = await coachOf(seller);
  const sale = await seller.sell(departureId, [1, 2]);
  const [first, second] = [numberOf(sale), numberOf(sale, 1)];
  await atHost(station, seller);
  await station.host.office.stop();
  await linkIs(seller, 'down');

  const ticket = await find(seller, first);
  expect(ticket.authority).toBe('outOfContact');
  expect((await seller.refusal('tickets.refund', refundOf(ticket), newId())).code).toBe(
    'afterSale.needsPermit',
  );
  const { requestNumber } = await seller.ok(
    'tickets.request',
    { ticketNumber: first, act: 'refund' },
    newId(),
  );
  expect(requestNumber).toMatch(/^R02\d\d-0001$/);
  expect(await find(seller, first)).toMatchObject({ state: 'refundPending', requestNumber });
  expect(
    (await seller.refusal('tickets.request', { ticketNumber: first, act: 'refund' }, newId())).code,
  ).toBe('tickets.requested');
  const takeBack = { ticketNumbers: [second], backFen: sale.tickets[1]?.fareFen, reason: '售错' };
  await seller.ok('tickets.void', takeBack, newId());
  expect(await find(seller, second)).toMatchObject({ state: 'void' });
  const { requests } = await seller.ok('tickets.requests');
  expect(requests).toMatchObject([{ requestNumber, ticketNumber: first, settled: false }]);
  await seller.ok('tickets.withdraw', { requestNumber, reason: '旅客改主意' }, newId());
  expect(await find(seller, first)).toMatchObject({ state: 'sold', requestNumber: null });
});
