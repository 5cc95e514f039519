import { newCommandId } from '../support/office-client.ts';
import { trialStaff } from '../../main/trial-station.ts';
import type { OfficeEventData } from '../../contract/office.ts';
import type { Office } from '../../main/office.ts';
import { explains, latency, median, type BenchRun } from './figure.ts';
import { openBenchStation } from './station-of-windows.ts';

const WINDOWS = 20;
const REACHED_GOAL_MS = 1_000;
const HOUR_MS = 3_600_000;

/**
 * The manager puts the fog plan in force at the host, and ends it, again and again: from the command that is sent (second PIN and
 * durable write with it) to the band of the last of twenty windows, each of which has verified the order, written it down and told its
 * pages. The host is a process of its own; the windows share this one.
 */
export const benchSwitch: BenchRun = async ({ quick }) => {
  const station = await openBenchStation(WINDOWS);
  const { page, windows } = station;
  try {
    const second = trialStaff.find(({ roles }) => roles[0] === 'shiftLeader');
    const secondSignature = { number: second?.number, pin: second?.pin };
    const orderMs: number[] = [];
    const endMs: number[] = [];
    const answerMs: number[] = [];
    const rounds = quick ? 4 : 15;
    for (let turn = 0; turn < rounds; turn += 1) {
      const at = Date.now();
      const word = { reason: '能见度不足', secondSignature };
      const orderedBy = { organisation: '海事处', reference: `样例 ${turn} 号`, at };
      const measured = { what: 'visibility', value: '420', unit: 'm', source: '市气象台', at };
      const order = { planId: 'fog', scope: {}, until: at + HOUR_MS, orderedBy, measured, ...word };
      const begun = performance.now();
      const heard = windows.map((window) => told(window, (plans) => plans.length > 0));
      const ordered = await page.call('plans.order', order, newCommandId());
      answerMs.push(performance.now() - begun);
      const reached = await Promise.all(heard);
      if (reached.some(({ plans }) => plans[0] !== ordered.id))
        throw new Error('another order than this one');
      orderMs.push(Math.max(...reached.map(({ atMs }) => atMs)) - begun);

      const end = { order: ordered.key, orderedBy: null, measured: null, ...word };
      const ending = performance.now();
      const over = windows.map((window) => told(window, (plans) => plans.length === 0));
      await page.call('plans.end', end, newCommandId());
      endMs.push(Math.max(...(await Promise.all(over)).map(({ atMs }) => atMs)) - ending);
    }
    page.close();
    return [
      ...latency('ordered', orderMs, REACHED_GOAL_MS),
      ...latency('ended', endMs, REACHED_GOAL_MS),
      explains('answerMedian', median(answerMs), 'ms', 1),
      explains('windows', windows.length, 'windows', 0),
    ];
  } finally {
    await station.stop();
  }
};

/** When a window's pages are told orders in force of which this is true. */
function told(
  office: Office,
  isIt: (plans: string[]) => boolean,
): Promise<{ atMs: number; plans: string[] }> {
  return new Promise((resolve) => {
    const end = office.subscribe('bench', ({ event, data }) => {
      if (event !== 'status.changed') return;
      const { plans } = data as OfficeEventData<'status.changed'>;
      if (!isIt(plans)) return;
      end();
      resolve({ atMs: performance.now(), plans });
    });
  });
}
