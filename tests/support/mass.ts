import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { trialFeed } from '../../city/shell/files.ts';
import type { StationConfig } from '../../contract/station.ts';
import { addDays, businessDateOf } from '../../domain/time.ts';
import { createTimetable } from '../../domain/timetable.ts';
import { hashPin } from '../../main/access/pin.ts';
import { createOffice } from '../../main/office.ts';
import type { DeviceProcessLauncher, Log } from '../../main/runtime.ts';
import { folderStore } from '../../main/shells/file-store.ts';
import { findProgram, readMigrations } from '../../main/shells/program.ts';
import { machineRuntime } from '../../main/shells/runtime.ts';
import { readPlanFiles } from './machine.ts';
import { newCommandId } from './office-client.ts';
import { adult } from './people.ts';

/** People of one order. */
const TOGETHER = 20;
const LINE = 'w-wgz-pts';
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const noDevices: DeviceProcessLauncher = {
  start: (_onMessage, onExit) => ({ send: () => undefined, kill: () => onExit('killed') }),
};

/** The trial timetable with a vessel that carries a mass of people. */
function massFeed() {
  const feed = trialFeed();
  return {
    ...feed,
    departures: feed.departures.map((row) => (row.lineId === LINE ? { ...row, capacity: 1_000 } : row)),
  };
}

/** An office in this process with a clerk and a manager, and one big departure of tomorrow. */
export async function openMass(folder: string) {
  mkdirSync(join(folder, 'feed'), { recursive: true });
  const runtime = machineRuntime({ files: folderStore(folder), log: silent, devices: noDevices });
  runtime.files.writeAtomic('feed/own.json', JSON.stringify(massFeed()));
  const salt = new Uint8Array(16);
  const people = [
    { number: '0107', name: '测试丙', role: 'clerk', pin: '246810' },
    { number: '0001', name: '测试站', role: 'manager', pin: '314159' },
    { number: '0301', name: '样例班', role: 'shiftLeader', pin: '864201' },
  ] as const;
  const config: StationConfig = {
    trial: false,
    station: { id: 'zhujiajian-wugongzhi', code: '3309', name: '朱家尖蜈蚣峙码头' },
    window: 3,
    devices: [],
    staff: await Promise.all(people.map(async (one) => ({ ...one, pin: await hashPin(one.pin, salt) }))),
    mask: { first: 6, last: 4 },
  };
  const opened = await createOffice({
    runtime,
    config,
    migrations: readMigrations(findProgram()),
    plans: readPlanFiles(),
    program: 'mass',
  });
  if (!opened.ok) throw new Error(opened.refusal.message);
  const office = opened.value;
  const call = async <T>(
    session: string,
    method: string,
    params: unknown,
    commandId?: string,
  ): Promise<T> => {
    const answer = await office.call(
      { id: 1, method, params, ...(commandId === undefined ? {} : { commandId }) },
      session,
    );
    if (!answer.ok) throw new Error(`${method}: ${answer.refusal.code} ${answer.refusal.message}`);
    return answer.result as T;
  };
  // Tomorrow's, so that it has not left whenever this runs.
  const tomorrow = addDays(businessDateOf(Date.now()), 1);
  const timetable = createTimetable(massFeed());
  const departure = timetable.departuresOn(tomorrow, { lineId: LINE }).at(5);
  if (!departure) throw new Error('no departure tomorrow');
  const { departureId } = departure;
  for (const [session, { number, pin }] of [
    ['clerk', people[0]],
    ['boss', people[1]],
  ] as const)
    await call(session, 'session.signIn', { number, pin });

  return {
    departureId,
    call,
    async sellMass(count: number): Promise<void> {
      await call('clerk', 'shifts.open', { floatFen: 50_000 }, newCommandId());
      const fareFen = timetable.fareRow(LINE, 'full', tomorrow)?.fareFen ?? 0;
      for (let sold = 0; sold < count; sold += TOGETHER) {
        const passengers = [];
        for (let n = sold; n < Math.min(count, sold + TOGETHER); n += 1) {
          const { holderRef } = await call<{ holderRef: string }>('clerk', 'holders.type', {
            documentKind: '111',
            ...adult(n),
          });
          passengers.push({ holderRef, ticketClass: 'full' });
        }
        const totalFen = fareFen * passengers.length;
        const order = { departureId, passengers, payment: 'cash', totalFen, tenderedFen: totalFen };
        await call('clerk', 'sales.sell', order, newCommandId());
      }
    },
    cancel: () =>
      call(
        'boss',
        'departures.setState',
        { scope: { departures: [departureId] }, state: 'cancelled', reason: '机械故障', orderedBy: null },
        newCommandId(),
      ),
    refundAll: (commandId: string) =>
      call<{
        refunded: number;
        backFen: number;
        left: unknown[];
        departure: { open: number; owedFen: number };
      }>(
        'boss',
        'worklist.refund',
        { departureId, secondSignature: { number: people[2].number, pin: people[2].pin } },
        commandId,
      ),
    stop: () => office.stop(),
  };
}
