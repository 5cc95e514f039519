import { RefusedError, type Json, type OfficeClient } from '../../support/office-client.ts';
import { isRefused } from '../station/manager.ts';
import { until } from '../station/offices.ts';
import { parties, sell } from '../station/till.ts';
import { layLine, type Line } from './line.ts';
import { withCrisisStation, type CrisisStation } from './station.ts';

const SHORT_LINE = 'w-wgz-pts';
const FAST_LINE = 'w-wgz-mzh';
const HOUR_MS = 3_600_000;
/** Places of the morning boat, and of the one that its passengers are moved to. */
const MORNING_PLACES = 60;
const LATER_PLACES = 5;

/**
 * Fog below 500 m. The manager sees what the plan would do and puts it in force with a second person; every office that can be heard
 * stops at once, one window whose cable is out sells on and hears later; two departures are cancelled, passengers are refunded one
 * by one and in bulk, the short line sails first, others are moved to it, and the order ends.
 */
export async function liveFog(options: { folder: string; say(text: string): void }): Promise<void> {
  const lines: Line[] = [];
  await withCrisisStation(
    {
      ...options,
      windows: 2,
      at: '07:30',
      // The second window hangs on a cable that is pulled.
      async portOf(window, port) {
        if (window !== 3) return port;
        const line = await layLine(port);
        lines.push(line);
        return line.port;
      },
    },
    async (station) => {
      const [line] = lines;
      if (!line) throw new Error('the second window has no cable of its own');
      await fogDay(station, line);
    },
  );
  for (const line of lines) await line.close();
}

async function fogDay(station: CrisisStation, line: Line): Promise<void> {
  const { manager, leader, gate, tills, run, step, today, notes, signature } = station;
  const [near, far] = tills;
  if (!near || !far) throw new Error('two windows are wanted');
  // Tickets issued in bulk at the host belong to somebody's shift.
  await run(leader, 'shifts.open', { floatFen: 0 });
  const { departures } = await manager.call('timetable.departures', { date: today, lineId: SHORT_LINE });
  const pattern = departures.at(-1).departureId as string;
  const fast = `${FAST_LINE}/${today}/0830`;
  const morning = await station.extra(pattern, '09:10', '样例一号', MORNING_PLACES);
  const later = await station.extra(pattern, '10:40', '样例二号', LATER_PLACES);
  const sold = { fast: [] as string[], morning: [] as string[], later: [] as string[] };
  const sellAt = async (till: (typeof tills)[number], departureId: string): Promise<string> => {
    const number = await station.sellOne(till, departureId);
    if (number === undefined) throw new Error(`no place left of ${departureId}`);
    return number;
  };
  for (let n = 0; n < 4; n += 1) for (const till of tills) sold.morning.push(await sellAt(till, morning));
  for (const till of tills) for (let n = 0; n < 2; n += 1) sold.fast.push(await sellAt(till, fast));
  sold.later.push(await sellAt(near, later));
  await until('the host has every ticket', async () => {
    const shown = await Promise.all(
      [fast, morning, later].map((departureId) =>
        gate.call('gate.passengers', { departureId, which: 'all' }),
      ),
    );
    return shown.reduce((sum, { tickets }) => sum + tickets.length, 0) === 13;
  });
  step('13 tickets are sold before the fog');

  const { suggestions } = await manager.call('plans.suggest', { bulletin: { visibilityMetres: 420 } });
  if (suggestions[0]?.planId !== 'fog') notes.problems.push('420 m suggested no fog plan');
  line.cut();
  const until10 = station.nowMs() + 3 * HOUR_MS;
  const asked = { what: 'order', planId: 'fog', scope: {}, until: until10 };
  const seen = await until('the host knows that a window cannot be told', async () => {
    const preview = await manager.call('plans.preview', { of: asked });
    return preview.silent.length === 1 && preview;
  });
  if (seen.passengers !== 13) notes.problems.push(`the preview counted ${seen.passengers} passengers of 13`);
  const fog = {
    planId: 'fog',
    scope: {},
    until: until10,
    reason: '能见度不足',
    orderedBy: { organisation: '海事处', reference: '电话 07:36', at: station.nowMs() },
    measured: { what: 'visibility', value: '420', unit: 'm', source: '市气象台', at: station.nowMs() },
  };
  await isRefused('fog without a second person', 'plan.countersign', () => run(manager, 'plans.order', fog));
  const { key, id } = await run(manager, 'plans.order', { ...fog, secondSignature: signature });
  for (const page of [manager, near.page, gate]) await follows(page, [id]);
  await isRefused('a sale in fog', 'rules.saleStopped', async () =>
    sell(near, morning, await parties.adultTyped(near, 7_001)),
  );
  await run(gate, 'gate.open', { departureId: morning });
  const early = await run(gate, 'gate.present', { departureId: morning, text: sold.morning[0] });
  if (early.admit || early.refusal.code !== 'rules.boardingClosed')
    notes.problems.push('somebody was let aboard in fog');
  // The window that cannot be told sells what it holds: nobody's fault, and the passenger is never worse off.
  sold.morning.push(await sellAt(far, morning));
  step('the plan is in force; a window out of contact sold one more');

  for (const departureId of [morning, fast])
    await run(manager, 'departures.setState', {
      scope: { departures: [departureId] },
      state: 'cancelled',
      reason: '大雾停航',
      orderedBy: { organisation: '海事处', reference: '电话 07:50', at: station.nowMs() },
    });
  line.mend();
  await follows(far.page, [id]);
  await isRefused('a sale at the window that has heard', 'rules.saleStopped', async () =>
    sell(far, later, await parties.adultTyped(far, 7_002)),
  );
  const listed = await until('the work list has everybody', async () => {
    const list = await manager.call('worklist.list');
    return list.passengersOpen === 14 && list;
  });
  notes.listedAtPeak = listed.passengersOpen;
  step(`${listed.passengersOpen} passengers are on the work list`);

  // One comes to the window that sold to them; the rest is done at once.
  const [first] = sold.fast;
  const shown = await near.page.call('tickets.find', { text: first });
  const { refund } = shown.tickets[0];
  if (!refund.free || refund.feeFen !== 0) notes.problems.push('a fee where the carrier is at fault');
  await run(near.page, 'tickets.refund', {
    ticketNumbers: [first],
    backFen: refund.backFen,
    documentShown: true,
    secondSignature: signature,
  });
  const twice = await run(far.page, 'tickets.refund', {
    ticketNumbers: [first],
    backFen: refund.backFen,
    documentShown: true,
  }).catch((error: unknown) => error);
  if (!(twice instanceof RefusedError)) notes.problems.push('the same ticket was refunded at two windows');
  await until('the host has the refund', async () => {
    const list = await manager.call('worklist.list');
    return list.passengersOpen === 13;
  });
  const left = await run(manager, 'worklist.refund', { departureId: fast, secondSignature: signature });
  step(`${left.refunded + 1} refunded of the fast boat`);

  // Short lines sail first: the order goes on for the outer island.
  const narrowed = await run(manager, 'plans.narrow', {
    order: key,
    scope: { lines: [FAST_LINE] },
    until: until10,
    reason: '短线先行',
    orderedBy: fog.orderedBy,
    measured: fog.measured,
    secondSignature: signature,
  });
  for (const page of [manager, near.page, far.page, gate]) await follows(page, [narrowed.id]);
  const moved = await run(manager, 'worklist.move', {
    departureId: morning,
    toDepartureId: later,
    secondSignature: signature,
  });
  const refunded = await run(manager, 'worklist.refund', {
    departureId: morning,
    secondSignature: signature,
  });
  step(`${moved.moved} moved to the later boat, ${refunded.refunded} refunded`);
  if (moved.moved !== LATER_PLACES - 1)
    notes.problems.push(`moved ${moved.moved}: ${JSON.stringify(moved.left)}`);
  await run(manager, 'plans.end', {
    order: narrowed.key,
    reason: '雾散',
    orderedBy: null,
    measured: null,
    secondSignature: signature,
  });
  for (const page of [manager, near.page, far.page, gate]) await follows(page, []);
  await isRefused('ending what is not in force', 'order.ended', () =>
    run(manager, 'plans.end', {
      order: narrowed.key,
      reason: '再结束一次',
      orderedBy: null,
      measured: null,
      secondSignature: signature,
    }),
  );

  await run(gate, 'gate.open', { departureId: later });
  const { tickets } = await until('the gate sees who was moved', async () => {
    const list = await gate.call('gate.passengers', { departureId: later, which: 'missing' });
    return list.tickets.length === LATER_PLACES && list;
  });
  for (const { ticketNumber } of tickets) {
    const verdict = await run(gate, 'gate.present', { departureId: later, text: ticketNumber });
    if (!verdict.admit) notes.problems.push(`not let aboard: ${verdict.refusal.code}`);
  }
  const over = await run(gate, 'gate.present', { departureId: later, text: first });
  if (over.admit) notes.problems.push('a refunded ticket was let aboard');
  await run(gate, 'gate.stopSale', { departureId: later });
  await run(gate, 'gate.close', { departureId: later });
  step('the later boat has sailed');
  const { passengersOpen } = await manager.call('worklist.list');
  if (passengersOpen !== 0) notes.problems.push(`still on the work list: ${passengersOpen}`);
  await station.allSent();
}

/** The office's band names exactly these orders. */
async function follows(page: OfficeClient, ids: readonly string[]): Promise<void> {
  const wanted = JSON.stringify(ids.toSorted());
  await until(`an office follows ${ids.length} orders`, async () => {
    const { plans }: Json = await page.call('status.get');
    return JSON.stringify(plans) === wanted;
  });
}
