import type { Json } from '../../support/office-client.ts';
import { isRefused } from '../station/manager.ts';
import { until } from '../station/offices.ts';
import { clerks } from '../station/staff.ts';
import { layCard, sell } from '../station/till.ts';
import { withCrisisStation } from './station.ts';

const LINE = 'w-wgz-pts';
/** What each window sells while its reader is down. */
const TYPED = 5;

/**
 * A reader goes silent: the shift leader switches the plan for that window, every number is typed while a colleague reads aloud and
 * signs, the other window goes on reading cards, the gate checks by list; then the reader answers again and the plan ends.
 */
export function liveReaderDown(options: { folder: string; say(text: string): void }): Promise<void> {
  return withCrisisStation({ ...options, windows: 2, at: '09:00' }, async (station) => {
    const { manager, gate, tills, run, step, today, notes } = station;
    const [broken, well] = tills;
    if (!broken || !well) throw new Error('two windows are needed');
    const { departures } = await manager.call('timetable.departures', { date: today, lineId: LINE });
    const boat = departures.find(({ departLocal }: Json) => departLocal > '10:00');
    notes.vessels.push({ departureId: boat.departureId, capacity: boat.capacity });
    const sold = [await station.sellOne(broken, boat.departureId)];
    step('one typed before anything is wrong');

    const window = `${(await broken.page.call('session.info')).station.id}/${String(broken.window).padStart(2, '0')}`;
    const { key, id } = await run(manager, 'plans.order', {
      planId: 'reader-down',
      scope: { windows: [window] },
      until: station.nowMs() + 3_600_000,
      reason: '读卡器无应答',
      orderedBy: null,
      measured: { what: 'device', value: '3', unit: '分钟', source: '本机自检', at: station.nowMs() },
      secondSignature: station.signature,
    });
    await until('the window follows the plan', async () => {
      const { inForce = [] } = await broken.page.call('status.get');
      return inForce.some((each: Json) => each.id === id);
    });
    step('the plan is in force at one window');
    const typed = () => broken.page.call('holders.type', { documentKind: '111', ...station.person() });
    const alone = async (): Promise<unknown> => {
      const { holderRef } = await typed();
      return sell(broken, boat.departureId, { passengers: [{ holderRef, ticketClass: 'full' }] });
    };
    await until('a loosening begins by the window’s own clock', async () => {
      const { holderRef } = await typed();
      const quote = await broken.page.call('sales.quote', {
        departureId: boat.departureId,
        passengers: [{ holderRef, ticketClass: 'full' }],
      });
      return quote.passengers[0]?.needsReader === true;
    });
    await isRefused('typed without a second reader', 'rules.secondReader', alone);
    const colleague = clerks[1];
    for (let n = 0; n < TYPED; n += 1)
      sold.push(
        await station.sellOne(broken, boat.departureId, {
          secondSignature: { number: colleague?.number ?? '', pin: colleague?.pin ?? '' },
        }),
      );
    // The other window has its reader, and is asked for nobody.
    const { people } = await well.page.call('trial.people');
    const { holderRef } = await layCard(
      well,
      'p01',
      people.find(({ id: each }: Json) => each === 'p01').name,
    );
    sold.push((await sell(well, boat.departureId, { passengers: [{ holderRef, ticketClass: 'full' }] }))[0]);
    sold.push(await station.sellOne(well, boat.departureId));
    step(`${sold.length} tickets, ${TYPED} of them read aloud`);

    await run(manager, 'plans.end', {
      order: key,
      reason: '读卡器恢复',
      orderedBy: null,
      measured: null,
      secondSignature: station.signature,
    });
    await until(
      'the window follows its end',
      async () => ((await broken.page.call('status.get')).inForce ?? []).length === 0,
    );
    sold.push(await station.sellOne(broken, boat.departureId));
    const report = await until('the host has the tickets in the report of the plan', async () => {
      const made = await manager.call('plans.report', { order: key });
      return made.totals.identitiesTyped === TYPED && made;
    });
    if (report.endedAt === null || report.events.length < 2)
      notes.problems.push('the report lacks the end of the plan');

    await run(gate, 'gate.open', { departureId: boat.departureId });
    await until('the gate sees every ticket', async () => {
      const { tickets } = await gate.call('gate.passengers', {
        departureId: boat.departureId,
        which: 'missing',
      });
      return tickets.length === sold.length;
    });
    for (const text of sold) {
      const verdict = await run(gate, 'gate.present', { departureId: boat.departureId, text });
      if (!verdict.admit) notes.problems.push(`${String(text)}: ${verdict.refusal.code}`);
    }
    await run(gate, 'gate.stopSale', { departureId: boat.departureId });
    await run(gate, 'gate.close', { departureId: boat.departureId });
    step('everybody is aboard');
    await station.allSent();
  });
}
