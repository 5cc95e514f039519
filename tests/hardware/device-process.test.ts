import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { childDeviceLauncher } from '../../main/shells/device-process.ts';
import {
  DEVICE_ENTRY,
  eventually,
  Happenings,
  pause,
  runs,
  slownessMs,
  startRig,
  TICKET,
  type Rig,
} from './rig.ts';

let rig: Rig | undefined;
afterEach(async () => {
  await rig?.stop();
  rig = undefined;
});

const person = {
  kind: 'residentId',
  name: '测试甲',
  birthDate: '1949-12-31',
  number: '11010519491231002X',
} as const;

describe('the device process is lost', () => {
  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'in mid-print by %s: unknown, printed no second time, back within two seconds',
    async (signal) => {
      rig = await startRig({ devices: ['printer'] });
      const startedMs = performance.now();
      await rig.until('printer', 'ready');
      const slowMs = slownessMs(performance.now() - startedMs);
      await rig.simulators.printerFaults({ lineMs: 100 });
      const lost = rig.print({ qr: 'SO1.lost' });
      await rig.events.next('the first byte', (e) => e.event === 'print.started', { since: 0 });
      await pause(200);
      const [first] = rig.pids;
      if (first === undefined) throw new Error('no device process');
      const lostMs = performance.now();
      process.kill(first, signal);
      expect(await lost).toEqual({ outcome: 'unknown', reason: 'processLost' });
      await rig.simulators.printerFaults({});
      await rig.until('printer', 'ready');
      expect(performance.now() - lostMs).toBeLessThan(2000 + slowMs);
      expect(rig.pids).toHaveLength(2);
      expect(await rig.print({ qr: 'SO1.next' })).toMatchObject({ outcome: 'confirmed' });
      const payloads = rig.paper().flatMap(({ qr }) => qr);
      expect(payloads.filter((qr) => qr === 'SO1.next')).toHaveLength(1);
      expect(payloads.filter((qr) => qr === 'SO1.lost').length).toBeLessThanOrEqual(1);
      expect(rig.paper().every(({ qr }) => qr.length <= 1)).toBe(true);
    },
  );

  test('while nothing prints: a sheet ordered in the gap waits and is confirmed', async () => {
    rig = await startRig({ devices: ['printer'] });
    await rig.until('printer', 'ready');
    const [first] = rig.pids;
    if (first === undefined) throw new Error('no device process');
    process.kill(first, 'SIGKILL');
    await eventually('the end of the process', () => !runs(first));
    await rig.until('printer', 'starting');
    expect(await rig.print()).toMatchObject({ outcome: 'confirmed' });
    expect(rig.paper()).toHaveLength(1);
  });

  test('five times in a row: it comes back each time', async () => {
    rig = await startRig({ devices: ['reader'] });
    for (let round = 0; round < 5; round += 1) {
      await rig.until('reader', 'ready');
      const pid = rig.pids.at(-1);
      if (pid === undefined) throw new Error('no device process');
      process.kill(pid, 'SIGKILL');
      await rig.until('reader', 'starting');
    }
    await rig.until('reader', 'ready');
    await rig.simulators.tell({ command: 'layCard', person });
    const card = await rig.events.next('a card', (e) => e.event === 'card.read', { since: 0 });
    expect(card).toMatchObject({ document: { number: person.number } });
    expect(rig.pids).toHaveLength(6);
  });
});

describe('ports that are not there', () => {
  test('are named on screen and used as soon as they appear', async () => {
    rig = await startRig();
    await rig.until('reader', 'ready');
    await rig.simulators.tell({ command: 'cable', device: 'reader', state: 'out' });
    rig.desk.configure([{ id: 'late', kind: 'id-reader', driver: 'sdt', path: rig.links.reader }]);
    expect((await rig.until('late', 'absent')).text).toContain('没有接上');
    expect(rig.desk.statuses()).toHaveLength(1);
    await rig.simulators.tell({ command: 'cable', device: 'reader', state: 'in' });
    await rig.until('late', 'ready', 2000);
  });
});

describe('what the device process is told', () => {
  test('rubbish is refused by name, and the process goes on', async () => {
    const heard = new Happenings<{ event: string }>();
    const device = childDeviceLauncher({ entryPath: DEVICE_ENTRY }).start(
      (message) => heard.add(message as { event: string }),
      (why) => heard.add({ event: why }),
    );
    await heard.next('ready', ({ event }) => event === 'ready', { since: 0 });
    const answers: [unknown, object | undefined][] = [
      [null, { command: '?', problem: 'wrongShape' }],
      [{ command: 'explode' }, { command: 'explode', problem: 'unknownCommand', field: 'command' }],
      [
        { command: 'configure', devices: [{ id: 'x', kind: 'toaster' }] },
        { command: 'configure', problem: 'wrongShape', field: 'devices.0.kind' },
      ],
      [
        { command: 'reader.pause', deviceId: 'nobody' },
        { command: 'reader.pause', problem: 'unknownDevice', field: 'deviceId' },
      ],
      [
        {
          command: 'configure',
          devices: [{ id: 'p', kind: 'printer', driver: 'escpos', path: '/dev/station-office-none' }],
        },
        undefined,
      ],
      [
        { command: 'reader.resume', deviceId: 'p' },
        { command: 'reader.resume', problem: 'wrongKind', field: 'deviceId' },
      ],
      [
        { command: 'print', jobId: 'j', deviceId: 'p', document: { ...TICKET, maskedNumber: 'x' } },
        { command: 'print', problem: 'wrongShape', field: 'document.maskedNumber', jobId: 'j' },
      ],
    ];
    for (const [message, refusal] of answers) {
      const next = heard.next('a refusal', ({ event }) => event === 'refused');
      device.send(message);
      if (refusal === undefined) continue;
      expect(await next).toEqual({ event: 'refused', ...refusal });
    }
    const pong = heard.next('pong', ({ event }) => event === 'pong');
    device.send({ command: 'ping', n: 7 });
    expect(await pong).toEqual({ event: 'pong', n: 7 });
    device.kill();
    await heard.next('the end', ({ event }) => event === 'signal SIGKILL');
  });
});

describe('a sheet that cannot go out', () => {
  test('to a device that is no printer, or none at all: failed, and said which', async () => {
    rig = await startRig();
    await rig.until('reader', 'ready');
    for (const [deviceId, reason] of [
      ['reader', 'notAPrinter'],
      ['printer-9', 'unknownDevice'],
    ] as const) {
      const finished = rig.events.next(deviceId, (e) => e.event === 'print.finished');
      rig.desk.print({ jobId: `job-at-${deviceId}`, deviceId, document: TICKET });
      expect(await finished).toMatchObject({ outcome: 'failed', reason });
    }
  });

  test('to a printer with fifty waiting: failed at once; the others come out', async () => {
    const { print, ...busy } = (rig = await startRig({ devices: ['printer'] }));
    await busy.until('printer', 'ready');
    await busy.simulators.printerFaults({ lineMs: 200 });
    const sheets = Array.from({ length: 53 }, (_unused, n) => print({ qr: `SO1.${n}` }));
    const full = await rig.events.next(
      'one too many',
      (e) => e.event === 'print.finished' && e.outcome === 'failed',
      { since: 0 },
    );
    expect(full).toMatchObject({ reason: 'queueFull' });
    await rig.simulators.printerFaults({});
    const outcomes = await Promise.all(sheets);
    const failed = outcomes.filter((outcome) => outcome.outcome === 'failed');
    expect(failed.every((outcome) => outcome.reason === 'queueFull')).toBe(true);
    expect(outcomes.filter((outcome) => outcome.outcome === 'confirmed')).toHaveLength(53 - failed.length);
    expect(rig.paper()).toHaveLength(53 - failed.length);
    expect(failed.length).toBeLessThan(4);
  });

  test('because the printer is set up anew: the one on its way is unknown, those behind it failed', async () => {
    rig = await startRig({ devices: ['printer'] });
    await rig.until('printer', 'ready');
    await rig.simulators.printerFaults({ lineMs: 100 });
    const first = rig.print({ qr: 'SO1.first' });
    const second = rig.print({ qr: 'SO1.second' });
    await rig.events.next('the first byte', (e) => e.event === 'print.started', { since: 0 });
    const [settings] = rig.settings;
    if (settings?.kind !== 'printer') throw new Error('no printer');
    rig.desk.configure([{ ...settings, profile: 'generic58' }]);
    expect(await first).toEqual({ outcome: 'unknown', reason: 'reconfigured' });
    expect(await second).toEqual({ outcome: 'failed', reason: 'reconfigured' });
    await rig.simulators.printerFaults({});
    expect(await rig.print({ qr: 'SO1.third' })).toMatchObject({ outcome: 'confirmed' });
    expect(rig.paper().flatMap(({ qr }) => qr)).not.toContain('SO1.second');
  });
});

test('a serial scanner brings its code once, in Chinese too', async () => {
  rig = await startRig({ devices: ['scanner'] });
  await rig.until('scanner', 'ready');
  await rig.simulators.tell({ command: 'scan', text: 'SO1.票.sig' });
  await rig.simulators.tell({ command: 'scan', text: 'SO1.票.sig' });
  await rig.simulators.tell({ command: 'scan', text: 'SO1.x.sig', suffix: '' });
  await rig.events.next('the second code', (e) => e.event === 'scan' && e.text === 'SO1.x.sig', { since: 0 });
  expect(rig.events.all.flatMap((e) => (e.event === 'scan' ? [e.text] : []))).toEqual([
    'SO1.票.sig',
    'SO1.x.sig',
  ]);
});

test('when the office is killed, nothing of it stays: device process, simulators and their ports end', async () => {
  const office = spawn(process.execPath, [fileURLToPath(new URL('./office-double.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = new Happenings<string>();
  createInterface({ input: office.stdout }).on('line', (line) => lines.add(line));
  const said = await lines.next('the process ids', () => true, { since: 0 });
  const { pids, folder } = JSON.parse(said) as { pids: number[]; folder: string };
  expect(pids.length).toBeGreaterThanOrEqual(4);
  expect(pids.filter(runs)).toEqual(pids);
  office.kill('SIGKILL');
  await eventually('the end of all', () => !pids.some(runs), 3000);
  rmSync(folder, { recursive: true });
});
