import type { Json } from '../../support/office-client.ts';
import { isRefused } from '../station/manager.ts';
import { until } from '../station/offices.ts';
import { withCrisisStation, type CrisisStation } from './station.ts';

const LINE = 'w-wgz-pts';

/**
 * A crowd: the line rolls, extra boats are put in, every window sells tickets for the day until they are full, people are let go to
 * the berth in queue order, a boat breaks down and its passengers are moved or refunded, and in the evening the plan ends.
 */
export function livePeak(options: { folder: string; say(text: string): void }): Promise<void> {
  return withCrisisStation({ ...options, windows: 2, at: '09:00' }, async (station) => {
    const { manager, gate, tills, run, step, today, notes } = station;
    const until18 = station.nowMs() + 8 * 3_600_000;
    const { key, id } = await run(manager, 'plans.order', {
      planId: 'peak',
      scope: { lines: [LINE] },
      until: until18,
      reason: '大客流',
      orderedBy: null,
      measured: { what: 'queue', value: '620', unit: '人', source: '候船厅', at: station.nowMs() },
      secondSignature: station.signature,
    });
    // Clocks differ by seconds, and a loosening begins by each office's own.
    for (const page of [gate, ...tills.map((till) => till.page)])
      await until('the line rolls at every office', async () => {
        const { departures } = await page.call('timetable.departures', { date: today, lineId: LINE });
        return departures.at(-1)?.notice?.state === 'rolling';
      });
    step('the line rolls at every window');
    const { departures } = await manager.call('timetable.departures', { date: today, lineId: LINE });
    const pattern = departures.at(-1).departureId as string;
    const boat = async (departLocal: string, name: string, seats: number) => {
      return { id: await station.extra(pattern, departLocal, name, seats), seats };
    };
    const boats = [
      await boat('10:05', '加班一号', 7),
      await boat('10:25', '加班二号', 5),
      await boat('10:45', '加班三号', 6),
    ] as const;
    step('three extra boats');

    const sold: string[] = [];
    for (const [n, { id: departureId, seats }] of boats.entries()) {
      // Both windows sell one after the other, as the queue before them does; of the last boat two places stay free. Beyond a boat's
      // places the sale would go on to the next boat by itself.
      for (let left = n === 2 ? seats - 2 : seats, dry = 0; dry < tills.length && left > 0;)
        for (const till of tills) {
          const number = left > 0 ? await station.sellOne(till, departureId) : undefined;
          if (number === undefined) dry += 1;
          else {
            sold.push(number);
            left -= 1;
            dry = 0;
          }
        }
    }
    step(`${sold.length} tickets for the day`);
    await until('the gate sees the whole queue', async () => {
      const { queue } = await gate.call('gate.view', { departureId: boats[0].id });
      return queue?.waiting === sold.length;
    });
    await boardBoat(station, boats[0].id, sold);
    await run(manager, 'notices.publish', {
      board: '蜈蚣峙—普陀山滚动发班,请按流水号检票',
      broadcast: '各位旅客请注意,普陀山方向滚动发班,请按流水号检票上船。',
      text: '',
      departures: [],
      orderId: id,
      until: null,
    });
    await boardBoat(station, boats[1].id, sold);

    // The third boat breaks down: those who have its places are served before anybody else.
    await run(manager, 'departures.setState', {
      scope: { departures: [boats[2].id] },
      state: 'cancelled',
      reason: '机械故障',
      orderedBy: null,
    });
    const work = await until('the work list has them', async () => {
      const list = await manager.call('worklist.list');
      return list.open > 0 && list;
    });
    notes.listedAtPeak = work.open;
    const { rows } = await manager.call('worklist.departure', { departureId: boats[2].id });
    const fourth = await station.extra(pattern, '11:05', '加班四号', 10);
    const numbers: string[] = rows.map(({ ticketNumber }: Json) => ticketNumber);
    const half = Math.ceil(numbers.length / 2);
    // New tickets are made out in a shift: the shift leader opens one at the host.
    await run(station.leader, 'shifts.open', { floatFen: 0 });
    const moved = await run(manager, 'worklist.move', {
      departureId: boats[2].id,
      toDepartureId: fourth,
      ticketNumbers: numbers.slice(0, half),
      secondSignature: station.signature,
    });
    if (moved.moved !== half)
      notes.problems.push(`moved ${moved.moved} of ${half}: ${JSON.stringify(moved.left)}`);
    const refunded = await run(manager, 'worklist.refund', {
      departureId: boats[2].id,
      secondSignature: station.signature,
    });
    step(`${moved.moved} moved, ${refunded.refunded} refunded`);
    const { open } = await manager.call('worklist.list');
    if (open !== 0) notes.problems.push(`still on the work list: ${open}`);

    const { tickets } = await manager.call('sales.list', { limit: 50 });
    const waiting = [...sold, ...tickets.map(({ ticketNumber }: Json) => ticketNumber)];
    // Whoever was moved goes with it, and whoever still waits with a ticket for the day.
    await boardBoat(station, fourth, waiting, 'release.nobody');
    await run(manager, 'plans.end', {
      order: key,
      reason: '客流回落',
      orderedBy: null,
      measured: null,
      secondSignature: station.signature,
    });
    await station.allSent();
  });
}

/** Lets people go until the boat is full and lets them aboard; whoever is not called is turned away. */
async function boardBoat(
  station: CrisisStation,
  boat: string,
  sold: readonly string[],
  thenRefused = 'release.over',
): Promise<void> {
  const { gate, run, notes, step } = station;
  await run(gate, 'gate.open', { departureId: boat });
  const last = sold.at(-1) ?? '';
  const early = await run(gate, 'gate.present', { departureId: boat, text: last });
  // On the last boat whoever was moved may have been called before.
  if (early.admit && thenRefused === 'release.over') notes.problems.push('the last of the queue went first');
  const { queue: before } = await gate.call('gate.view', { departureId: boat });
  await isRefused('more than the licence was let go', 'release.over', () =>
    run(gate, 'gate.release', { departureId: boat, count: before.room + 1 }),
  );
  const { queue } = await run(gate, 'gate.release', { departureId: boat, count: null });
  if (thenRefused === 'release.nobody')
    await isRefused('somebody was let go who does not wait', thenRefused, () =>
      run(gate, 'gate.release', { departureId: boat, count: 1 }),
    );
  let admitted = 0;
  for (const ticketNumber of sold) {
    const verdict = await until('the gate has heard of the ticket', async () => {
      const said = await run(gate, 'gate.present', { departureId: boat, text: ticketNumber });
      return said.refusal?.code !== 'boarding.unknown' && said;
    });
    if (verdict.admit) admitted += 1;
    else if (!/^boarding\.(notYourTurn|aboard|full|refunded|replaced)/.test(verdict.refusal.code))
      notes.problems.push(`${ticketNumber}: ${verdict.refusal.code}`);
  }
  // Whoever was moved may have been called with another boat already.
  if (admitted < queue.released) notes.problems.push(`let go ${queue.released}, aboard ${admitted}`);
  await sail(station, boat);
  step(`${boat} has left with ${admitted}`);
}

async function sail({ gate, run }: CrisisStation, departureId: string): Promise<void> {
  await run(gate, 'gate.stopSale', { departureId });
  await run(gate, 'gate.close', { departureId });
  // By the gate's own clock: those of other offices differ by seconds.
  const { at } = await gate.call('board.current');
  await run(gate, 'departures.leave', { departureId, leftAt: at });
}
