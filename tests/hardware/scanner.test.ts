/** A serial scanner whose line goes in the middle of a code. The test owns time, so that every byte can be the last. */
import { expect, test } from 'vitest';
import { startScanner } from '../../native/drivers/scanner.ts';
import type { DriverHost } from '../../native/drivers/driver.ts';
import { surroundings } from '../fuzz/boundaries/port.ts';
import type { Port } from '../fuzz/boundaries/port.ts';
import { eventually, startRig } from './rig.ts';

const CODE = 'SO1.eyJuIjoiMzMwOTI2MTEyMTAzMDEwMDAwMTcifQ.c2ln';

/** A scanner on ports that the test can cut. */
function scanner(): {
  port(): Port;
  run(ms: number): Promise<boolean>;
  codes(): string[];
  states(): string[];
  stop(): void;
} {
  let port: Port | undefined;
  const { host, clock, events } = surroundings({ heard: () => 'written' });
  const seen: DriverHost = {
    ...host,
    open: async (address) => {
      const opened = await host.open(address);
      if (opened.ok) port = opened.transport as Port;
      return opened;
    },
  };
  const driver = startScanner(
    { id: 'scanner', kind: 'scanner', driver: 'serial-scanner', path: 'memory' },
    seen,
  );
  return {
    port: () => {
      if (!port) throw new Error('not opened yet');
      return port;
    },
    run: (ms) => {
      // Time passes even where nothing is waited for.
      clock.after(ms, () => undefined);
      return clock.runUntil(() => false, ms);
    },
    codes: () => events.flatMap((e) => (e.event === 'scan' ? [e.text] : [])),
    states: () => events.flatMap((e) => (e.event === 'device.state' ? [e.state] : [])),
    stop: () => void driver.stop(),
  };
}

test('whichever byte was the last before the plug was pulled, a part of a code is none, and the next code is whole', async () => {
  for (let keep = 1; keep < CODE.length; keep += 1) {
    const bench = scanner();
    await bench.run(10);
    const before = bench.port();
    before.say(Buffer.from(CODE.slice(0, keep)), 1);
    await bench.run(50);
    before.cut();
    await bench.run(500);
    expect(bench.port()).not.toBe(before);
    expect(bench.codes()).toEqual([]);
    bench.port().say(Buffer.from(`${CODE}\r`), 1);
    await bench.run(50);
    expect(bench.codes()).toEqual([CODE]);
    bench.stop();
  }
});

test('the same code within two seconds is one scan; later it is another', async () => {
  const bench = scanner();
  await bench.run(10);
  for (const afterMs of [0, 1_500, 1_500, 2_500]) {
    await bench.run(afterMs);
    bench.port().say(Buffer.from(`${CODE}\r\n`), 1);
    await bench.run(5);
  }
  expect(bench.codes()).toEqual([CODE, CODE]);
  bench.stop();
});

test('over a real port: pulled and plugged in again it reads on within two seconds, and its absence is said in words', async () => {
  const rig = await startRig({ devices: ['scanner'] });
  try {
    await rig.until('scanner', 'ready');
    await rig.simulators.tell({ command: 'cable', device: 'scanner', state: 'out' });
    expect((await rig.until('scanner', 'absent')).text).toMatch(/扫码器没有接上.*插好/);
    await rig.simulators.tell({ command: 'cable', device: 'scanner', state: 'in' });
    await rig.until('scanner', 'ready', 2_000);
    await rig.simulators.tell({ command: 'scan', text: CODE });
    await eventually(
      'the code',
      () => rig.events.all.some((e) => e.event === 'scan' && e.text === CODE),
      10_000,
    );
  } finally {
    await rig.stop();
  }
});
