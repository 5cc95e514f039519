import { afterEach, expect, test } from 'vitest';
import { closeOffices, ferry, minibus, newId, numberOf } from '../office/kit.ts';
import { openCabled } from './cable.ts';
import { atHost, openHost, openWindowAt, until } from './kit.ts';

afterEach(closeOffices);

test('a ticket voided at a window out of contact and refunded at another is listed for the manager with the money, until somebody has looked into it', async () => {
  const station = await openHost();
  const { host } = station;
  const seller = await openCabled(station, 2);
  const other = await openWindowAt(station, 3);
  const sale = await seller.office.sell(ferry(), [1]);
  const number = numberOf(sale);
  const fareFen = sale.tickets[0]?.fareFen ?? 0;
  await atHost(station, seller.office);
  const found = await until(async () => {
    const answer = await other.ask('tickets.find', { text: number });
    return answer.ok ? (await other.ok('tickets.find', { text: number })).tickets[0] : undefined;
  });
  // The seller's cable is pulled: it may still take its ticket back in the same shift.
  const alone = await seller.pull();
  const { backFen } = await other.ok(
    'tickets.refund',
    { ticketNumbers: [number], backFen: found.refund.backFen, documentShown: true },
    newId(),
  );
  expect(backFen).toBeLessThan(fareFen);
  await alone.ok(
    'tickets.void',
    { ticketNumbers: [number], backFen: fareFen, reason: '旅客改主意' },
    newId(),
  );
  const none = await host.ok('tickets.endedTwice', {}, undefined, 'manager');
  expect(none.tickets).toEqual([]);
  await atHost(station, await seller.putBack());

  const listed = await until(async () => {
    const now = await host.ok('tickets.endedTwice', {}, undefined, 'manager');
    return now.tickets.length > 0 ? now : undefined;
  }, 'the ticket is listed');
  expect(listed).toMatchObject({
    tooMuchFen: backFen,
    tickets: [{ ticketNumber: number, tooMuchFen: backFen, settled: null }],
  });
  expect(
    listed.tickets[0]?.ends.map(({ what, window, worthFen }) => [what, window.slice(-2), worthFen]),
  ).toEqual([
    ['refund', '03', backFen],
    ['void', '02', fareFen],
  ]);
  // The city's view counts the same; here a person looks into it, once.
  const settle = { ticketNumber: number, reason: '已追回' };
  expect((await other.refusal('tickets.settleTwice', settle, newId())).code).toBe('access.role');
  await host.ok('tickets.settleTwice', settle, newId(), 'manager');
  expect((await host.refusal('tickets.settleTwice', settle, newId(), 'manager')).code).toBe(
    'tickets.twiceSettled',
  );
  const after = await host.ok('tickets.endedTwice', {}, undefined, 'manager');
  expect(after).toMatchObject({ tooMuchFen: 0, tickets: [{ settled: { reason: '已追回' } }] });
  expect(host.books().verified).toMatchObject({ ok: true });
});

test('the seat of a ticket that two windows ended is sold once: in contact again the window that took it back has it no more', async () => {
  const station = await openHost();
  const seller = await openCabled(station, 2);
  const other = await openWindowAt(station, 3);
  const sale = await seller.office.sell(minibus(), [1, 2, 3, 4, 5, 6]);
  const number = numberOf(sale);
  await atHost(station, seller.office);
  const { backFen } = (await other.ok('tickets.find', { text: number })).tickets[0]?.refund ?? {};
  const alone = await seller.pull();
  await other.ok('tickets.refund', { ticketNumbers: [number], backFen, documentShown: true }, newId());
  const fareFen = sale.tickets[0]?.fareFen;
  await alone.ok(
    'tickets.void',
    { ticketNumbers: [number], backFen: fareFen, reason: '旅客改主意' },
    newId(),
  );
  const back = await seller.putBack();
  await atHost(station, back);
  const again = await until(async () => {
    const answer = await other.ask('sales.sell', await other.order(minibus(), [7]), newId());
    return answer.ok ? (answer.result as typeof sale) : undefined;
  }, 'the seat is sold again by the station');
  expect(again.tickets[0]?.seatNumber).toBe(sale.tickets[0]?.seatNumber);
  expect((await back.refusal('sales.sell', await back.order(minibus(), [8]), newId())).code).toBe(
    'seat.noneHeld',
  );
  await atHost(station, other);
  expect((await station.host.ok('station.conflicts', {}, undefined, 'manager')).seats).toEqual([]);
  for (const office of [station.host, back, other])
    expect(office.books().verified).toMatchObject({ ok: true });
});
