/** The real device process stopped in its tracks, as one that hangs: in the middle of work, and before it is ready. */
import { afterEach, expect, test } from 'vitest';
import type { DeskEvent } from '../../main/devices/device-desk.ts';
import { PERSON } from './reader-bench.ts';
import { pause, QUICK_START_MS, slownessMs, startRig, type Rig } from './rig.ts';

const LATENESS_EXCUSED_MS = 1000;
const CODE = 'SO1.eyJuIjoiMzMwOTI2MTEyMTAzMDEwMDAwMTcifQ.c2ln';

let rig: Rig | undefined;
afterEach(async () => {
  await rig?.stop();
  rig = undefined;
});

/** A window with reader and scanner, both ready, and how long that took. `stopStarts`: the processes that hang before they are ready, by their number. */
async function startedRig(stopStarts: readonly number[] = []): Promise<{ rig: Rig; startMs: number }> {
  rig = await startRig({
    devices: ['reader', 'scanner'],
    onProcess: (pid, n) => {
      if (stopStarts.includes(n)) process.kill(pid, 'SIGSTOP');
    },
  });
  const fromMs = performance.now();
  await bothReady(rig);
  return { rig, startMs: performance.now() - fromMs };
}

async function bothReady(of: Rig): Promise<void> {
  await of.until('reader', 'ready');
  await of.until('scanner', 'ready');
}

/** Sends a signal to the process that runs now. */
function signal(of: Rig, name: NodeJS.Signals): void {
  const pid = of.pids.at(-1);
  if (pid === undefined) throw new Error('no device process');
  process.kill(pid, name);
}

/** Waits until both are ready again; answers how long after `fromMs` that was. */
async function backAfter(of: Rig, fromMs: number): Promise<number> {
  await of.until('reader', 'starting');
  await bothReady(of);
  return performance.now() - fromMs;
}

const isRead = (e: DeskEvent): boolean => e.event === 'card.read';
const scans = (of: Rig): string[] => of.events.all.flatMap((e) => (e.event === 'scan' ? [e.text] : []));

/** Both work: the card that lies there is read, a code is read, and there is no part of a code. */
async function expectBothWork(of: Rig, since: number): Promise<void> {
  expect(await of.events.next('the card', isRead, { since })).toMatchObject({
    document: { name: PERSON.kind === 'residentId' ? PERSON.name : '', number: PERSON.number },
  });
  await of.simulators.tell({ command: 'scan', text: CODE });
  await of.events.next('the code', (e) => e.event === 'scan' && e.text === CODE, { since });
  expect(scans(of)).toEqual([CODE]);
}

test('hung while a card is being read and a code comes in: both are back within two seconds and work', async () => {
  const { rig: of, startMs } = await startedRig();
  await of.simulators.readerFaults({ burstBytes: 16, afterRead: 'insistent' });
  await of.simulators.tell({ command: 'layCard', person: PERSON });
  // The look for cards comes every 200 ms; the bytes of a card take 160 ms at this pace.
  await pause(250);
  const heard = of.events.all.length;
  const hungMs = performance.now();
  signal(of, 'SIGSTOP');
  await of.simulators.tell({ command: 'scan', text: CODE.slice(0, 20), suffix: '' });
  const backMs = await backAfter(of, hungMs);
  expect(backMs).toBeLessThan(2000 + slownessMs(startMs));
  expect(of.pids).toHaveLength(2);
  await expectBothWork(of, heard);
});

test('killed while both are in use: back within two seconds', async () => {
  const { rig: of, startMs } = await startedRig();
  await of.simulators.readerFaults({ burstBytes: 16, afterRead: 'insistent' });
  await of.simulators.tell({ command: 'layCard', person: PERSON });
  await pause(250);
  const heard = of.events.all.length;
  const lostMs = performance.now();
  signal(of, 'SIGKILL');
  expect(await backAfter(of, lostMs)).toBeLessThan(2000 + slownessMs(startMs));
  await expectBothWork(of, heard);
});

test('hung in starting again: back within two seconds beyond two starts', async () => {
  const { rig: of, startMs } = await startedRig([2]);
  await of.simulators.readerFaults({ afterRead: 'insistent' });
  await of.simulators.tell({ command: 'layCard', person: PERSON });
  const heard = of.events.all.length;
  const lostMs = performance.now();
  signal(of, 'SIGKILL');
  const backMs = await backAfter(of, lostMs);
  // The start that hung is granted what a start takes, then comes another one; while the office is late itself, it waits longer.
  expect(backMs).toBeLessThan(2000 + 2 * (QUICK_START_MS + slownessMs(startMs)) + LATENESS_EXCUSED_MS);
  expect(of.pids).toHaveLength(3);
  await expectBothWork(of, heard);
});

test('hung in the first start of all: found, and the next one works', async () => {
  const { rig: of, startMs } = await startedRig([1]);
  expect(startMs).toBeLessThan(10_000);
  expect(of.pids).toHaveLength(2);
  const heard = of.events.all.length;
  await of.simulators.tell({ command: 'layCard', person: PERSON });
  await expectBothWork(of, heard);
});
