import { expect, test } from 'vitest';
import type { LineRule } from '../city/line-proxy.ts';
import { newId, openOffice, tryOffice } from '../office/kit.ts';
import { beginCuts, cutEach, cutsOfFile, SPEED, type UnderTest } from './cut-kit.ts';
import { fastMachine } from './fast-machine.ts';
import { clerkOf, linkIs, openHost, until, windowOptions } from './kit.ts';
import { createWire, type Cut } from './wire.ts';

/** Said at the beginning of every contact. */
const AT_CONTACT = [
  'up window.hello',
  'down answer window.hello',
  'up records.sync',
  'down answer records.sync',
];
const OF_SEATS = [
  'up lease.request',
  'down answer lease.request',
  'up lease.return',
  'down answer lease.return',
  'up journal.push',
  'down answer journal.push',
  'up answers.taken',
  'down answer answers.taken',
  'down event city.answer',
  'down event lease.recall',
  'down event pool.changed',
];

const begin = cutsOfFile();

/** One sale, its seats given back afterwards: every kind of message about seats. Counts what was sold. */
async function sales({ station, window }: UnderTest) {
  const { departures } = await window.ok('timetable.departures', { date: '2026-11-22' });
  const wanted = departures.filter(({ capacity, state }) => capacity >= 30 && state === 'onSale');
  let turn = 0;
  let sold = 0;
  return {
    sold: () => sold,
    async cycle() {
      turn += 1;
      const departureId = wanted[turn % wanted.length]?.departureId ?? '';
      const passengers = [{ holderRef: await window.holder(turn), ticketClass: 'full' }];
      const quote = await window.ask('sales.quote', { departureId, passengers });
      if (quote.ok) {
        const { totalFen } = quote.result as { totalFen: number };
        const order = { departureId, passengers, payment: 'cash', totalFen, tenderedFen: totalFen };
        const answer = await window.ask('sales.sell', order, newId());
        if (answer.ok) sold += 1;
        else expect(answer.refusal.code).toBe('seat.noneHeld');
      } else expect(quote.refusal.code).toBe('seat.noneHeld');
      await station.host.ok('station.recall', { departureId, reason: '试验收回' }, undefined, 'manager');
    },
  };
}

test('cut at any byte of any message about seats between a window and its host, seats and records are where they should be', async () => {
  const under = await begin(beginCuts);
  const { cycle, sold } = await sales(under);
  const cuts = await cutEach(under, { atContact: AT_CONTACT, others: OF_SEATS }, cycle);
  expect(sold()).toBeGreaterThan(cuts / 3);
}, 3_600_000);

test('cut in the middle of the handshake, or of what is sealed after it, a window comes back', async () => {
  const under = await begin(beginCuts);
  const { wire, window, quiet, audit, line: proxy } = under;
  const { cycle } = await sales(under);
  await cycle();
  await quiet();
  const cuts: LineRule[] = [1, 300, 700, 1_100, 1_500].flatMap((bytes) => [
    { cutUpAfter: bytes },
    { cutDownAfter: bytes },
  ]);
  for (const [n, cut] of cuts.entries()) {
    proxy.rule = () => cut;
    wire.drop();
    await until(() => (proxy.cuts > n ? true : undefined), `a cut ${JSON.stringify(cut)}`);
    proxy.rule = () => ({});
    await linkIs(window, 'up');
    await cycle();
  }
  await quiet();
  expect(await audit()).toEqual([]);
}, 120_000);

test('a window whose enrolment is cut off enrols with the same code at its next start', async () => {
  const station = await openHost({ machine: fastMachine(SPEED) });
  const wire = createWire();
  const options = await windowOptions(station, 2, { runtime: { stationNet: wire.net } });
  for (const cut of ['up window.enrol', 'down answer window.enrol']) {
    const [way, ...kind] = cut.split(' ');
    wire.arm({ way: way as Cut['way'], kind: kind.join(' '), afterBytes: way === 'up' ? 100_000 : 40 });
    const tried = await tryOffice(options);
    expect(tried.opened).toMatchObject({ ok: false, refusal: { code: 'host.unavailable' } });
  }
  const window = await openOffice(options);
  await window.ok('session.signIn', clerkOf(2));
  await linkIs(window, 'up');
  const { windows } = await station.host.ok('station.windows', {}, undefined, 'manager');
  expect(windows.map(({ ordinal, state }) => [ordinal, state])).toEqual([[1, 'enrolled']]);
});
