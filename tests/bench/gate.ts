import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trialFeed } from '../../city/shell/files.ts';
import type { EventMessage } from '../../contract/envelope.ts';
import type { GateVerdict } from '../../contract/office.ts';
import { instantOf } from '../../domain/time.ts';
import { hashPin } from '../../main/access/pin.ts';
import { createOffice } from '../../main/office.ts';
import { machineClock, machineTimers } from '../../main/shells/clock.ts';
import { childDeviceLauncher } from '../../main/shells/device-process.ts';
import { folderStore } from '../../main/shells/file-store.ts';
import { findProgram, readMigrations } from '../../main/shells/program.ts';
import { machineRuntime } from '../../main/shells/runtime.ts';
import { newCommandId } from '../support/office-client.ts';
import { realMachine } from '../support/machine.ts';
import { openWindow } from '../support/window.ts';
import { explains, latency, round, type BenchOptions, type Figure } from './figure.ts';
import { A_DEPARTURE, fillPicture, TICKETS } from './full-picture.ts';
import { runFolder } from './folders.ts';
import { benchLinkedGate } from './gate-linked.ts';
import { cardOf, simulateDevices, type SimulatedDevices } from './simulated-devices.ts';

const SAILING = 'w-wgz-pts/2026-11-21/1220';
/** The ship's clock: twenty minutes before the sailing. */
const BOARDING_MS = instantOf('2026-11-21', '12:00');
const PIN = '975310';
const GATE = 'gate';
const DEVICE_ENTRY = fileURLToPath(new URL('../../native/index.mjs', import.meta.url));

/**
 * Documents laid at a gate, one after the other: last byte of the card's answer on the wire → the verdict is told to the
 * page's session, the boarding durable before it. Real ledger file, vault, device process and pty.
 */
export async function benchGate(options: BenchOptions): Promise<Figure[]> {
  return [...(await benchOwnGate(options)), ...(await benchLinkedGate(options))];
}

async function benchOwnGate({ quick }: BenchOptions): Promise<Figure[]> {
  const people = quick ? 22 : 150;
  const tickets = quick ? TICKETS / 10 : TICKETS;
  const folder = runFolder('gate');
  let devices: SimulatedDevices | undefined;
  let stop = async (): Promise<void> => undefined;
  try {
    await sellHere(folder, people);
    fillPicture(join(folder, 'ledger.db'), tickets);
    devices = await simulateDevices(folder);
    const gate = await openGate(folder, devices);
    stop = gate.stop;
    const times: number[] = [];
    let admitted = 0;
    for (let n = 0; n < people; n += 1) {
      const told = gate.next('gate.verdict');
      devices.reader.layCard(cardOf(n));
      const { at, data } = await told;
      times.push(at - devices.cardSentAt());
      if ((data as GateVerdict).admit) admitted += 1;
      const lifted = gate.next('reader.cardRemoved');
      devices.reader.removeCard();
      await lifted;
    }
    if (admitted !== people) throw new Error(`${admitted} of ${people} were let aboard`);
    return [
      // The first documents find nothing warm: among 150 they do not show in p95, among 22 they would.
      ...latency('verdict', quick ? times.slice(2) : times, 30),
      explains('tickets', tickets, 'tickets', 0),
      explains('admitted', round(admitted), 'people', 0),
    ];
  } finally {
    await stop();
    await devices?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** This window's own tickets for the sailing. */
async function sellHere(folder: string, people: number): Promise<void> {
  const machine = realMachine(folder);
  const clock = machineClock(BOARDING_MS - Date.now());
  const window = await openWindow({ ...machine, runtime: { ...machine.runtime, clock } });
  window.openShift();
  window.takeLease(SAILING, { count: A_DEPARTURE });
  for (let n = 0; n < people; n += 10) {
    window.sell(
      SAILING,
      Array.from({ length: Math.min(10, people - n) }, (_, i) => n + i),
    );
  }
  window.close();
}

async function openGate(folder: string, devices: SimulatedDevices) {
  mkdirSync(join(folder, 'feed'), { recursive: true });
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const runtime = {
    ...machineRuntime({
      files: folderStore(folder),
      log: quiet,
      devices: childDeviceLauncher({ entryPath: DEVICE_ENTRY }),
      clockOffsetMs: BOARDING_MS - Date.now(),
    }),
    timers: machineTimers,
  };
  runtime.files.writeAtomic('feed/own.json', JSON.stringify(trialFeed()));
  const opened = await createOffice({
    runtime,
    config: {
      trial: false,
      station: { id: 'zhujiajian-wugongzhi', code: '3309', name: '朱家尖蜈蚣峙码头' },
      window: 3,
      devices: devices.settings,
      staff: [{ number: '0201', name: '测试检', role: 'gate', pin: await hashPin(PIN, new Uint8Array(16)) }],
      mask: { first: 6, last: 4 },
    },
    migrations: readMigrations(findProgram()),
    program: 'bench',
  });
  if (!opened.ok) throw new Error(opened.refusal.message);
  const office = opened.value;
  const waiting: { event: string; resolve: (heard: { at: number; data: unknown }) => void }[] = [];
  office.subscribe(GATE, ({ event, data }: EventMessage) => {
    const at = performance.now();
    for (const one of waiting.filter((each) => each.event === event)) {
      waiting.splice(waiting.indexOf(one), 1);
      one.resolve({ at, data });
    }
  });
  const next = (event: string): Promise<{ at: number; data: unknown }> =>
    new Promise((resolve) => void waiting.push({ event, resolve }));
  const call = async (method: string, params: unknown, commandId?: string): Promise<void> => {
    const answer = await office.call(
      { id: 1, method, params, ...(commandId === undefined ? {} : { commandId }) },
      GATE,
    );
    if (!answer.ok) throw new Error(`${method}: ${answer.refusal.code}`);
  };
  const ready = next('device.changed');
  await call('session.signIn', { number: '0201', pin: PIN });
  await ready;
  await call('gate.open', { departureId: SAILING }, newCommandId());
  await call('gate.attend', { departureId: SAILING });
  return { next, stop: () => office.stop() };
}
