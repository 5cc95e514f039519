import { afterEach, expect, test } from 'vitest';
import { standAtGate } from '../office/gate-kit.ts';
import { closeOffices, ferry, newId, numberOf, type TestOffice } from '../office/kit.ts';
import { as, atHost, openHost, openWindowAt, until } from './kit.ts';
import { expectOrders, order, word } from './orders-kit.ts';

afterEach(closeOffices);

const history = (office: TestOffice, departureId = ferry()) =>
  office.ok('departures.history', { departureId });

test('a clerk reads who set a state at another window, why and on whose word, and who took it back', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  const three = await openWindowAt(station, 3);
  await as(two, 'manager');
  const at = two.machine.runtime.clock.nowMs();
  const orderedBy = { organisation: '海事处', reference: '样例 7 号', at };
  const set = { scope: { departures: [ferry()] }, state: 'cancelled', reason: '机械故障', orderedBy };
  const { key } = await two.ok('departures.setState', set, newId(), 'manager');
  const span = await until(async () => (await history(three)).spans[0], 'the state at the other window');
  expect(span).toMatchObject({ by: '0001', reason: '机械故障', orderedBy, to: null, ended: null });
  expect(span.window).toMatch(/\/02$/);

  await as(station.host, 'manager');
  await station.host.ok('departures.undoState', { undoes: key, reason: '已修好' }, newId(), 'manager');
  const over = await until(async () => {
    const [now] = (await history(three)).spans;
    return now?.ended ? now : undefined;
  }, 'the undoing at the other window');
  expect(over.ended).toMatchObject({ by: '0001', reason: '已修好', at: over.to });
  expect(over.ended?.window).toMatch(/\/01$/);

  const { rows } = await station.host.ok('plans.history', {}, undefined, 'manager');
  expect(rows.map(({ what, by, reason, until: to }) => [what, by, reason, to])).toEqual([
    ['undo', '0001', '已修好', null],
    ['state', '0001', '机械故障', over.to],
  ]);
});

test('an order stands in the history of every departure that it touches, at every window, with its end', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  const { id, key } = await order(station.host);
  await expectOrders(two, [id]);
  const [held] = (await history(two)).orders;
  expect(held).toMatchObject({
    orderId: id,
    name: '大雾 · 三级',
    by: '0001',
    countersignedBy: '0301',
    reason: '能见度不足',
    orderedBy: { organisation: '海事处' },
    restricts: true,
    over: false,
    ended: null,
  });
  expect(held?.loosensUntil).toBeGreaterThan(held?.from ?? 0);
  await station.host.ok('plans.end', { order: key, ...word }, newId(), 'manager');
  await expectOrders(two, []);
  const [over] = (await history(two)).orders;
  expect(over).toMatchObject({ over: true, ended: { by: '0001', reason: '雾散' } });
  // A coach is not touched by fog.
  const { departures } = await two.ok('timetable.departures', { date: '2026-11-21' });
  const coach = departures.find(({ mode }) => mode === 'road');
  expect((await history(two, coach?.departureId)).orders).toEqual([]);
});

test('the host’s preview counts the tickets of every window with the fare at which each was sold, and names who does not answer', async () => {
  const station = await openHost();
  const { host } = station;
  const two = await openWindowAt(station, 2);
  const three = await openWindowAt(station, 3);
  const sold = [await two.sell(ferry(), [1, 2]), await three.sell(ferry(), [3])];
  await atHost(station, two);
  await atHost(station, three);
  const scope = { departures: [ferry()] };
  const cancel = { what: 'setState', scope, state: 'cancelled' };
  const look = (of: unknown = cancel) => host.ok('plans.preview', { of }, undefined, 'manager');
  const total = sold.reduce((sum, { totalFen }) => sum + totalFen, 0);
  expect(await look()).toMatchObject({
    of: 'station',
    tickets: 3,
    passengers: 3,
    refundableFen: total,
    unread: 0,
    silent: [],
  });
  // One that was given back is nobody's any more.
  const number = numberOf(sold[1] as never);
  const { tickets } = await three.ok('tickets.find', { text: number });
  const backFen = tickets[0]?.refund.backFen;
  await three.ok('tickets.refund', { ticketNumbers: [number], backFen, documentShown: true }, newId());
  await atHost(station, three);
  await expect.poll(async () => (await look()).tickets).toBe(2);
  expect((await look()).refundableFen).toBe(sold[0]?.totalFen);

  await three.office.stop();
  const seen = await until(async () => {
    const now = await look();
    return now.silent.length > 0 ? now : undefined;
  }, 'the window that does not answer');
  expect(seen.silent.map(({ window }) => window.slice(-2))).toEqual(['03']);
  expect(seen.data.map(({ window, data }) => [window.slice(-2), data])).toEqual([
    ['01', 'here'],
    ['02', 'current'],
    ['03', 'away'],
  ]);
});

test('the preview says the rules that hold now beside those that would hold', async () => {
  const station = await openHost();
  const { host } = station;
  const peak = { what: 'order', planId: 'peak', scope: { lines: [ferry().split('/')[0]] }, until: null };
  const looked = async () => {
    const until = host.machine.runtime.clock.nowMs() + 3_600_000;
    return (await host.ok('plans.preview', { of: { ...peak, until } }, undefined, 'manager')).rules;
  };
  const plain = await looked();
  expect(plain.map(({ now, after }) => [now.passengers, now.state, after.passengers])).toEqual([
    ['fixed', 'normal', 'rolling'],
  ]);
  expect(plain[0]?.departures).toBeGreaterThan(1);
  await order(host);
  const inFog = await looked();
  // The fog goes on whatever is ordered beside it: what is not sold now is not sold then.
  expect(
    new Set(inFog.map(({ now, after }) => `${now.passengers} ${now.freeRefund} ${after.passengers}`)),
  ).toEqual(new Set(['nothing true nothing']));
});

test('a list of sold tickets marks those that ended or were let aboard, at whichever office', async () => {
  const station = await openHost();
  const { host } = station;
  await host.openShift();
  const two = await openWindowAt(station, 2);
  const three = await openWindowAt(station, 3);
  const sale = await two.sell(ferry(), [1, 2, 3, 4, 5]);
  const [refunded = '', aboard = '', taken = '', again = '', good = ''] = sale.tickets.map(
    ({ ticketNumber }): string => ticketNumber,
  );
  await atHost(station, two);
  const found = await until(async () => {
    const answer = await three.ask('tickets.find', { text: refunded });
    return answer.ok ? three.ok('tickets.find', { text: refunded }) : undefined;
  });
  const backFen = found.tickets[0]?.refund.backFen;
  await three.ok('tickets.refund', { ticketNumbers: [refunded], backFen, documentShown: true }, newId());
  const gate = await standAtGate(host);
  await gate.open(ferry());
  expect((await gate.present(ferry(), aboard)).admit).toBe(true);
  const back = { ticketNumbers: [taken], backFen: sale.tickets[2]?.fareFen, reason: '售错' };
  await two.ok('tickets.void', back, newId());
  await two.ok('tickets.reissue', { ticketNumber: again, documentShown: true }, newId());

  const ends = async () => {
    const { tickets } = await two.ok('sales.list', { limit: 20 });
    return new Map<string, string | undefined>(
      tickets.map(({ ticketNumber, end }) => [ticketNumber, end?.what]),
    );
  };
  await expect.poll(async () => (await ends()).get(refunded)).toBe('refunded');
  const now = await ends();
  expect([aboard, taken, again, good].map((number) => now.get(number))).toEqual([
    'boarded',
    'void',
    'reissued',
    undefined,
  ]);
  const { tickets } = await two.ok('sales.list', { limit: 20, ticketNumber: aboard });
  expect(tickets[0]?.end).toMatchObject({ what: 'boarded', window: expect.stringMatching(/\/01$/) });
  // Without the host the list comes at once, with what is known here.
  await host.office.stop();
  const alone = await until(async () => {
    const { station: link } = await two.ok('status.get');
    return link?.state === 'down' ? ends() : undefined;
  }, 'the list without the host');
  expect([refunded, taken, good].map((number) => alone.get(number))).toEqual(['refunded', 'void', undefined]);
});
