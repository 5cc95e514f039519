import { RefusedError, type Json, type OfficeClient } from '../../support/office-client.ts';
import { isRefused } from '../station/manager.ts';
import { until } from '../station/offices.ts';
import { clerks, manager as boss } from '../station/staff.ts';
import { layCard, sell } from '../station/till.ts';
import { withCrisisStation } from './station.ts';

const LINE = 'w-wgz-pts';
/** What each window sells while its reader is down. */
const TYPED = 5;
/** Who goes aboard by the list while the plan is in force at the gate. */
const BY_LIST = 4;

/**
 * A reader goes silent: the host sees it and suggests the plan, the shift leader switches it for that window and the gate, the manager
 * signs with them, every number is typed while a colleague reads aloud and signs, the other window goes on reading cards, the gate
 * checks by the list; then the reader answers again and the plan ends.
 */
export function liveReaderDown(options: { folder: string; say(text: string): void }): Promise<void> {
  return withCrisisStation({ ...options, windows: 2, at: '09:00' }, async (station) => {
    const { manager, leader, gate, tills, run, step, today, notes } = station;
    const [broken, well] = tills;
    if (!broken || !well) throw new Error('two windows are needed');
    const { departures } = await manager.call('timetable.departures', { date: today, lineId: LINE });
    const boat = departures.find(({ departLocal }: Json) => departLocal > '10:00');
    notes.vessels.push({ departureId: boat.departureId, capacity: boat.capacity });
    const sold = [await station.sellOne(broken, boat.departureId)];
    step('one typed before anything is wrong');

    const nameOf = async (page: OfficeClient): Promise<string> => {
      const { window: own, station: at } = await page.call('session.info');
      return `${at.id}/${String(own).padStart(2, '0')}`;
    };
    const window = await nameOf(broken.page);
    const gateWindow = await nameOf(gate);
    await broken.page.call('trial.readerPower', { on: false });
    await until('the page says that the reader is gone', async () => {
      const { devices } = await broken.page.call('status.get');
      return devices.some(({ kind, state }: Json) => kind === 'id-reader' && state !== 'ready');
    });
    step('the reader of one window answers nothing');
    const suggested = await until('the host suggests the plan', async () => {
      const { suggestions } = await leader.call('plans.suggest', { bulletin: {} });
      return suggestions.find(({ planId }: Json) => planId === 'reader-down');
    });
    if (suggested.sees !== 'readerSilent' || suggested.inForce || !suggested.windows.includes(window))
      notes.problems.push(`another suggestion: ${JSON.stringify(suggested)}`);
    step(`the host suggests the plan after ${suggested.seen} minutes of silence`);
    const signedByManager = { number: boss.number, pin: boss.pin };
    const { key, id } = await run(leader, 'plans.order', {
      planId: 'reader-down',
      scope: { windows: [window, gateWindow] },
      until: station.nowMs() + 3_600_000,
      reason: '读卡器无应答',
      orderedBy: null,
      measured: {
        what: 'device',
        value: String(suggested.seen),
        unit: '分钟',
        source: '站级主机所见',
        at: station.nowMs(),
      },
      secondSignature: signedByManager,
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

    await run(gate, 'gate.open', { departureId: boat.departureId });
    await until('the gate sees every ticket', async () => {
      const { tickets } = await gate.call('gate.passengers', {
        departureId: boat.departureId,
        which: 'missing',
      });
      return tickets.length === sold.length;
    });
    const atGate = { departureId: boat.departureId };
    await until('the gate checks by the list', async () => {
      const { eased } = await gate.call('gate.view', atGate);
      return eased?.check === 'list';
    });
    await isRefused('by the list without a signature', 'rules.evidence', async () => {
      const { admit, refusal } = await run(gate, 'gate.present', { ...atGate, text: sold[0], check: 'list' });
      if (!admit) throw new RefusedError(refusal);
    });
    for (const text of sold.slice(0, BY_LIST)) {
      const verdict = await run(gate, 'gate.present', { ...atGate, text, check: 'list', signed: true });
      if (!verdict.admit || verdict.method !== 'list')
        notes.problems.push(`by the list: ${String(text)}: ${verdict.refusal?.code ?? verdict.method}`);
    }
    step(`${BY_LIST} went aboard by the list`);

    await broken.page.call('trial.readerPower', { on: true });
    await until('the reader answers again', async () => {
      const { devices } = await broken.page.call('status.get');
      return devices.some(({ kind, state }: Json) => kind === 'id-reader' && state === 'ready');
    });
    await run(leader, 'plans.end', {
      order: key,
      reason: '读卡器恢复',
      orderedBy: null,
      measured: null,
      secondSignature: signedByManager,
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

    await until('the gate follows its end', async () => {
      const { eased } = await gate.call('gate.view', atGate);
      return eased === undefined;
    });
    await isRefused('by the list when no plan is in force', 'rules.listNotAllowed', () =>
      run(gate, 'gate.present', { ...atGate, text: sold[BY_LIST], check: 'list', signed: true }).then(
        ({ admit, refusal }: Json) => {
          if (!admit) throw new RefusedError(refusal);
        },
      ),
    );
    await until('the gate sees the last ticket', async () => {
      const { tickets } = await gate.call('gate.passengers', { ...atGate, which: 'missing' });
      return tickets.length === sold.length - BY_LIST;
    });
    for (const text of sold.slice(BY_LIST)) {
      const verdict = await run(gate, 'gate.present', { ...atGate, text });
      if (!verdict.admit) notes.problems.push(`${String(text)}: ${verdict.refusal.code}`);
    }
    await run(gate, 'gate.stopSale', { departureId: boat.departureId });
    await run(gate, 'gate.close', { departureId: boat.departureId });
    step('everybody is aboard');
    await station.allSent();
  });
}
