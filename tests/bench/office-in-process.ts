import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StationConfig } from '../../contract/station.ts';
import { createOffice } from '../../main/office.ts';
import { hashPin } from '../../main/access/pin.ts';
import { newCommandId } from '../support/office-client.ts';
import { adult } from '../support/people.ts';
import { trialFeed } from '../../city/shell/files.ts';
import { businessDateOf } from '../../domain/time.ts';
import { createTimetable } from '../../domain/timetable.ts';
import { addDays } from '../../domain/time.ts';
import type { Log } from '../../main/runtime.ts';
import { findProgram, readMigrations } from '../../main/shells/program.ts';
import { folderStore } from '../../main/shells/file-store.ts';
import { machineRuntime } from '../../main/shells/runtime.ts';
import { noDevices } from './no-devices.ts';

/** An office in this process, on a real folder: no city, no devices, one clerk, the trial timetable. */
export interface BenchOffice {
  signIn(): Promise<void>;
  openShift(): Promise<void>;
  /** References of `count` people, the `from`-th of the crowd first. */
  typeHolders(count: number, from: number): Promise<string[]>;
  /** One adult, one ticket, cash. Throws when it is refused. */
  sellOne(holderRef: string): Promise<void>;
  stop(): Promise<void>;
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** Big departures of the next days, with the full fare. */
function benchDepartures(nowMs: number): { departureId: string; fareFen: number }[] {
  const timetable = createTimetable(trialFeed());
  return [1, 2, 3].flatMap((days) => {
    const date = addDays(businessDateOf(nowMs), days);
    return timetable
      .departuresOn(date)
      .filter((departure) => departure.capacity >= 250)
      .map((departure) => ({
        departureId: departure.departureId,
        fareFen: timetable.fareRow(departure.line.id, 'full', date)?.fareFen ?? 0,
      }));
  });
}

const PIN = '246810';
const SESSION = 'bench';

export async function openOffice(
  folder: string,
  trace?: (sql: string, params: readonly unknown[]) => void,
): Promise<BenchOffice> {
  mkdirSync(join(folder, 'feed'), { recursive: true });
  const runtime = machineRuntime({ files: folderStore(folder), log: silent, devices: noDevices });
  runtime.files.writeAtomic('feed/own.json', JSON.stringify(trialFeed()));
  const config: StationConfig = {
    trial: false,
    station: { id: 'zhujiajian-wugongzhi', code: '3309', name: '朱家尖蜈蚣峙码头' },
    window: 3,
    devices: [],
    staff: [{ number: '0107', name: '测试丙', role: 'clerk', pin: await hashPin(PIN, new Uint8Array(16)) }],
    mask: { first: 6, last: 4 },
  };
  const opened = await createOffice({
    runtime,
    config,
    migrations: readMigrations(findProgram()),
    program: 'bench',
    ...(trace ? { trace } : {}),
  });
  if (!opened.ok) throw new Error(opened.refusal.message);
  const office = opened.value;
  const departures = benchDepartures(Date.now());
  let sold = 0;

  async function call<T>(method: string, params: unknown, commandId?: string): Promise<T> {
    const answer = await office.call(
      { id: 1, method, params, ...(commandId === undefined ? {} : { commandId }) },
      SESSION,
    );
    if (!answer.ok) throw new Error(`${method}: ${answer.refusal.code} ${answer.refusal.message}`);
    return answer.result as T;
  }

  const signIn = async (): Promise<void> => void (await call('session.signIn', { number: '0107', pin: PIN }));
  return {
    signIn,
    async openShift() {
      await signIn();
      await call('shifts.open', { floatFen: 50_000 }, newCommandId());
    },
    async typeHolders(count, from) {
      const refs: string[] = [];
      for (let n = from; n < from + count; n += 1) {
        const typed = await call<{ holderRef: string }>('holders.type', { documentKind: '111', ...adult(n) });
        refs.push(typed.holderRef);
      }
      return refs;
    },
    async sellOne(holderRef) {
      // Departures are filled one after the other, as at a window: the lease is there after the first ticket.
      const departure = departures[Math.floor(sold / 100) % departures.length];
      if (!departure) throw new Error('no departure');
      sold += 1;
      await call(
        'sales.sell',
        {
          departureId: departure.departureId,
          passengers: [{ holderRef, ticketClass: 'full' }],
          payment: 'cash',
          totalFen: departure.fareFen,
          tenderedFen: 50_000,
        },
        newCommandId(),
      );
    },
    stop: () => office.stop(),
  };
}
