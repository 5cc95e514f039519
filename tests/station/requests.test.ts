import { afterEach, expect, test } from 'vitest';
import { machineClock } from '../../main/shells/clock.ts';
import { MORNING_MS } from '../support/machine.ts';
import { closeOffices, ferry, newId, numberOf } from '../office/kit.ts';
import { linkIs, openHost, openWindowAt, atHost } from './kit.ts';

afterEach(closeOffices);

const HOUR = 3_600_000;

test('a numbered request taken down out of contact is settled later at what it cost then, once', async () => {
  const real = machineClock(MORNING_MS - Date.now());
  let aheadMs = 0;
  const clock = { ...real, nowMs: () => real.nowMs() + aheadMs };
  const station = await openHost({ runtime: { clock } });
  const { host, port } = station;
  const seller = await openWindowAt(station, 2, { runtime: { clock } });
  // 10:00, the ferry leaves at 12:20: a tenth is kept. From 10:20 on there is nothing back at all.
  const sale = await seller.sell(ferry(), [1, 2]);
  const [asked, notAsked] = [numberOf(sale), numberOf(sale, 1)];
  await atHost(station, seller);
  const hostMachine = host.machine;
  await host.office.stop();
  await linkIs(seller, 'down');
  const find = async (text: string) => (await seller.ok('tickets.find', { text })).tickets[0];
  const then = await find(asked);
  expect(then).toMatchObject({ authority: 'outOfContact', refund: { free: false } });
  expect(then?.refund.backFen).toBeGreaterThan(0);
  const { requestNumber } = await seller.ok(
    'tickets.request',
    { ticketNumber: asked, act: 'refund' },
    newId(),
  );

  aheadMs = HOUR;
  await openHost({ runtime: { clock }, machine: hostMachine.restart() }, { listen: [`127.0.0.1:${port}`] });
  await linkIs(seller, 'up');
  // Who asked in time has the price of then; who did not is told that it is too late.
  expect((await find(notAsked))?.refund.refusal?.code).toMatch(/^(refund|afterSale)\./);
  const now = await find(asked);
  expect(now).toMatchObject({ state: 'refundPending', requestNumber, refund: then?.refund });
  const refund = { ticketNumbers: [asked], backFen: then?.refund.backFen, documentShown: true };
  const done = await seller.ok('tickets.refund', refund, newId());
  expect(done).toMatchObject({ backFen: then?.refund.backFen, feeFen: then?.refund.feeFen });
  expect((await seller.refusal('tickets.refund', refund, newId())).code).toBe('afterSale.refunded');
  const { requests } = await seller.ok('tickets.requests');
  expect(requests).toMatchObject([{ requestNumber, settled: true }]);
});
