/** Devices that send anything at all, at any time. Drivers are the real ones; the test owns time. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deviceEvent, type DeviceEvent } from '../../contract/device.ts';
import { PREAMBLE } from '../../native/drivers/sdt/frame.ts';
import type { Driver, DriverHost } from '../../native/drivers/driver.ts';
import { startEscPosPrinter } from '../../native/drivers/escpos/printer.ts';
import { startScanner } from '../../native/drivers/scanner.ts';
import { startSdtReader } from '../../native/drivers/sdt/reader.ts';
import type { Transport, WriteResult } from '../../native/transports/transport.ts';
import { TICKET } from './rig.ts';
import { VirtualClock } from './virtual-clock.ts';

const SEED = 20261121;
const CASES = Number(process.env['FUZZ_CASES'] ?? 300);

/** What the device does after each write: what it sends, how late, and what became of the write. */
const reaction = fc.record({
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.uint8Array({ maxLength: 20 }).map((tail) => Uint8Array.from([...PREAMBLE, 0, tail.length, ...tail])),
    fc.constantFrom(Uint8Array.of(0x12), Uint8Array.of(0x1a), Uint8Array.of(0x00), Uint8Array.of(0x0f)),
  ),
  lateMs: fc.integer({ min: 0, max: 1500 }),
  written: fc.constantFrom<WriteResult>('written', 'written', 'written', 'timeout', 'closed'),
});
type Reaction = typeof reaction extends fc.Arbitrary<infer T> ? T : never;

/** Runs a driver for 20 s of its own time against a device with these reactions, in turn and again from the first. */
async function run(reactions: Reaction[], start: (host: DriverHost) => Driver): Promise<DeviceEvent[]> {
  const clock = new VirtualClock();
  const events: DeviceEvent[] = [];
  let turn = 0;
  const open = (): Transport => {
    let listen: (bytes: Uint8Array) => void = () => undefined;
    const react = (): WriteResult => {
      const { bytes, lateMs, written } = reactions[turn % reactions.length] ?? {
        bytes: new Uint8Array(),
        lateMs: 0,
        written: 'closed',
      };
      turn += 1;
      clock.after(lateMs, () => listen(bytes.slice()));
      return written;
    };
    return {
      write: () => Promise.resolve(react()),
      onBytes: (next) => {
        listen = next;
        react();
      },
      onClosed: () => undefined,
      close: () => Promise.resolve(),
    };
  };
  const driver = start({
    clock,
    open: () => Promise.resolve({ ok: true, transport: open() }),
    emit: (event) => events.push(deviceEvent.parse(event)),
  });
  await clock.runUntil(() => false, 20_000);
  let stopped = false;
  void driver.stop().then(() => (stopped = true));
  await clock.runUntil(() => stopped, 20_000);
  expect(stopped).toBe(true);
  return events;
}

const reactions = fc.array(reaction, { minLength: 1, maxLength: 12 });
const settings = { seed: SEED, numRuns: CASES };

describe('a device gone mad', () => {
  test('a reader: no crash, no hang, no passenger out of noise', async () => {
    await fc.assert(
      fc.asyncProperty(reactions, async (mad) => {
        const events = await run(mad, (host) =>
          startSdtReader({ id: 'reader', kind: 'id-reader', driver: 'sdt', path: 'memory' }, host),
        );
        expect(events.some(({ event }) => event === 'device.state')).toBe(true);
        expect(events.filter(({ event }) => event === 'card.read')).toEqual([]);
      }),
      settings,
    );
  }, 120_000);

  test('a printer: each sheet has exactly one outcome, and "failed" never after the first byte', async () => {
    await fc.assert(
      fc.asyncProperty(reactions, async (mad) => {
        const events = await run(mad, (host) => {
          const printer = startEscPosPrinter(
            { id: 'printer', kind: 'printer', driver: 'escpos', path: 'memory' },
            host,
          );
          for (const jobId of ['a', 'b', 'c'])
            printer.print({ jobId, document: TICKET, separateFirst: jobId !== 'a' });
          return printer;
        });
        for (const jobId of ['a', 'b', 'c']) {
          const own = events.filter((e) => 'jobId' in e && e.jobId === jobId);
          const finished = own.filter((e) => e.event === 'print.finished');
          const started = own.some(({ event }) => event === 'print.started');
          expect(finished).toHaveLength(1);
          expect(finished[0]).toMatchObject({
            outcome: expect.not.stringMatching(started ? 'failed' : 'confirmed|unknown') as string,
          });
        }
      }),
      settings,
    );
  }, 120_000);

  test('a scanner: codes without control characters, or nothing', async () => {
    await fc.assert(
      fc.asyncProperty(reactions, async (mad) => {
        const events = await run(mad, (host) =>
          startScanner({ id: 'scanner', kind: 'scanner', driver: 'serial-scanner', path: 'memory' }, host),
        );
        for (const event of events) if (event.event === 'scan') expect(event.text).not.toMatch(/\p{Cc}/u);
        expect(events[0]).toMatchObject({ event: 'device.state', state: 'starting' });
      }),
      settings,
    );
  }, 120_000);
});
