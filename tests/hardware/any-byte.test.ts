/**
 * A line cut at every byte. Driver and simulator are the real ones, joined in memory, and the test owns time, so that
 * thousands of cuts take seconds.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceEvent } from '../../contract/device.ts';
import { printerFaults, readerFaults, simulatedPerson } from '../../contract/simulators.ts';
import { sheetBytes } from '../../native/drivers/escpos/bytes.ts';
import { startEscPosPrinter } from '../../native/drivers/escpos/printer.ts';
import { PROFILES } from '../../contract/printer-profiles.ts';
import { partsOf } from '../../native/drivers/escpos/sheet.ts';
import { startSdtReader } from '../../native/drivers/sdt/reader.ts';
import { IdReaderSimulator } from '../../native/simulators/id-reader.ts';
import { PrinterSimulator } from '../../native/simulators/printer.ts';
import { decodeSheets, type Sheet } from '../../native/simulators/sheet-decoder.ts';
import type { WriteResult } from '../../native/transports/transport.ts';
import { MemoryLine } from './memory-line.ts';
import { TICKET } from './rig.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A printer with its paper, and drivers that come and go at the other end. */
class PrinterBench {
  readonly clock = new VirtualClock();
  readonly events: DeviceEvent[] = [];
  readonly #tape: Uint8Array[] = [];
  #line = new MemoryLine(() => 'closed');
  readonly simulator = new PrinterSimulator(this.clock, {
    send: (bytes) => void this.#line.fromDevice(bytes),
    tape: (bytes) => this.#tape.push(bytes),
    sheet: () => undefined,
  });

  sheets(): Sheet[] {
    return decodeSheets(Buffer.concat(this.#tape));
  }

  /** Prints one ticket with a fresh driver; `cutAfter` bytes of its sheet the line takes no more; after `dieAfterMs` the driver is gone. */
  async print(
    qr: string,
    options: { cutAfter?: number; separateFirst?: boolean; dieAfterMs?: number; cutIs?: WriteResult } = {},
  ): Promise<DeviceEvent | undefined> {
    const {
      cutAfter = Number.POSITIVE_INFINITY,
      separateFirst = false,
      dieAfterMs = 60_000,
      cutIs = 'closed',
    } = options;
    let left = Number.POSITIVE_INFINITY;
    const line = new MemoryLine((bytes) => {
      const passed = bytes.subarray(0, left);
      left -= passed.length;
      this.simulator.receive(passed);
      return passed.length < bytes.length ? cutIs : 'written';
    });
    this.#line = line;
    const driver = startEscPosPrinter(
      { id: 'printer', kind: 'printer', driver: 'escpos', path: 'memory', profile: 'generic80' },
      {
        clock: this.clock,
        open: () => Promise.resolve({ ok: true, transport: line }),
        emit: (event) => {
          if (event.event === 'print.started') left = cutAfter;
          this.events.push(event);
        },
      },
    );
    const finished = (): DeviceEvent | undefined =>
      this.events.find((e) => e.event === 'print.finished' && e.jobId === qr);
    driver.print({ jobId: qr, document: { ...TICKET, qr }, separateFirst });
    await this.clock.runUntil(() => finished() !== undefined, dieAfterMs);
    const outcome = finished();
    left = 0;
    void driver.stop();
    return outcome;
  }
}

/** As long as a signed one. */
const LONG_QR = `first.${'x'.repeat(250)}`;
const ticketBytes = sheetBytes(
  partsOf({ ...TICKET, qr: LONG_QR }, PROFILES.generic80),
  PROFILES.generic80,
  {},
);

describe('the line to the printer, cut at every byte of a ticket', () => {
  test('that ticket is never confirmed, and the next one comes out whole, alone and confirmed', async () => {
    for (let cutAfter = 0; cutAfter < ticketBytes.length; cutAfter += 1) {
      const bench = new PrinterBench();
      expect(await bench.print(LONG_QR, { cutAfter })).toMatchObject({
        outcome: 'unknown',
        reason: 'portLost',
      });
      expect(
        await bench.print('second', { separateFirst: true }),
        `cut after ${cutAfter} of ${ticketBytes.length}`,
      ).toMatchObject({ outcome: 'confirmed' });
      const sheets = bench.sheets();
      const whole = sheets.filter(({ qr }) => qr.includes('second'));
      expect(whole, `cut after ${cutAfter}`).toHaveLength(1);
      expect(whole[0]?.qr).toEqual(['second']);
      expect(whole[0]?.lines.filter((line) => line.startsWith('旅客'))).toEqual(['旅客 测试甲']);
      expect(sheets.filter(({ qr }) => qr.includes(LONG_QR)).length).toBeLessThanOrEqual(1);
    }
  });

  test('the bench would notice a driver that confirms what it cannot know', async () => {
    const bench = new PrinterBench();
    expect(await bench.print('first')).toMatchObject({ outcome: 'confirmed' });
    expect(bench.sheets().map(({ qr }) => qr)).toEqual([['first']]);
  });
});

test('an answer of an earlier sheet that comes late never confirms the next one', async () => {
  const bench = new PrinterBench();
  // Paper runs out in the first sheet; the rest of it, with its question, waits in the printer.
  bench.simulator.setFaults({ ...printerFaults.parse({}), paperOutAfterLines: 3 });
  expect(await bench.print('first')).toMatchObject({ outcome: 'unknown', reason: 'paperOut' });
  bench.simulator.setPaper('ok');
  bench.simulator.setFaults({ ...printerFaults.parse({}), paperOutAfterLines: 8 });
  const second = await bench.print('second');
  const onPaper = bench.sheets().some(({ qr, cut }) => qr.includes('second') && cut);
  expect({ outcome: second?.event === 'print.finished' && second.outcome, onPaper }).toEqual({
    outcome: 'unknown',
    onPaper: false,
  });
});

test('an answer of a sheet of a former driver, still being printed, never confirms the next one', async () => {
  const bench = new PrinterBench();
  const slow = { ...printerFaults.parse({}), lineMs: 50 };
  bench.simulator.setFaults(slow);
  expect(await bench.print('first', { dieAfterMs: 300 })).toBeUndefined();
  // 16 lines of the first, one to separate, and the second stops in the middle.
  bench.simulator.setFaults({ ...slow, paperOutAfterLines: 20 });
  expect(await bench.print('second', { separateFirst: true })).toMatchObject({
    outcome: 'unknown',
    reason: 'paperOut',
  });
  expect(bench.sheets().map(({ qr }) => qr)).toEqual([['first'], []]);
});

test('a printer that takes no more bytes in mid-sheet: unknown, and what the port still held is thrown away', async () => {
  const bench = new PrinterBench();
  expect(await bench.print('first', { cutAfter: 300, cutIs: 'timeout' })).toMatchObject({
    outcome: 'unknown',
    reason: 'writeTimeout',
  });
  expect(await bench.print('second', { separateFirst: true })).toMatchObject({ outcome: 'confirmed' });
  expect(bench.sheets().map(({ qr }) => qr)).toEqual([[], ['second']]);
});

test('a printer that runs on without paper confirms nothing', async () => {
  const bench = new PrinterBench();
  bench.simulator.setFaults({ ...printerFaults.parse({}), runsOnWithoutPaper: true, paperOutAfterLines: 5 });
  expect(await bench.print('first')).toMatchObject({ outcome: 'unknown', reason: 'paperOut' });
  expect(bench.sheets()).toMatchObject([{ qr: [], cut: false }]);
});

test('whatever happens to paper and power, "confirmed" means that the sheet is on paper', async () => {
  const trouble = fc.record({
    paperOutAfterLines: fc.option(fc.integer({ min: 1, max: 40 }), { nil: null }),
    powerOffAfterMs: fc.option(fc.integer({ min: 0, max: 900 }), { nil: undefined }),
    lineMs: fc.constantFrom(0, 20, 60),
    runsOnWithoutPaper: fc.boolean(),
    mute: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(trouble, { minLength: 1, maxLength: 4 }), async (troubles) => {
      const bench = new PrinterBench();
      for (const [n, { powerOffAfterMs, ...faults }] of troubles.entries()) {
        bench.simulator.setPower(true);
        bench.simulator.setFaults({ ...printerFaults.parse({}), ...faults });
        if (powerOffAfterMs !== undefined)
          bench.clock.after(powerOffAfterMs, () => bench.simulator.setPower(false));
        const finished = await bench.print(`t${n}`, { separateFirst: n > 0 });
        const sheet = bench.sheets().filter(({ qr, cut }) => qr.includes(`t${n}`) && cut);
        if (finished?.event !== 'print.finished') throw new Error('no outcome');
        if (finished.outcome === 'confirmed') expect(sheet).toHaveLength(1);
        if (finished.outcome === 'failed')
          expect(bench.sheets().flatMap(({ qr }) => qr)).not.toContain(`t${n}`);
      }
    }),
    { numRuns: 150, seed: 20261121 },
  );
});

describe('the line from the reader, cut at every byte of an answer', () => {
  const person = simulatedPerson.parse({
    kind: 'residentId',
    name: '测试甲',
    birthDate: '1949-12-31',
    number: '11010519491231002X',
  });

  /** Lays a card on a reader that spoils what it sends as told; returns the card events of ten seconds. */
  async function read(spoil: (bytes: Uint8Array) => Uint8Array): Promise<DeviceEvent[]> {
    const clock = new VirtualClock();
    const events: DeviceEvent[] = [];
    const line: MemoryLine = new MemoryLine((bytes) => {
      simulator.receive(bytes);
      return 'written';
    });
    const simulator = new IdReaderSimulator(clock, (bytes) => void line.fromDevice(spoil(bytes)));
    simulator.setFaults({ ...readerFaults.parse({}), afterRead: 'insistent' });
    simulator.layCard(person);
    const driver = startSdtReader(
      { id: 'reader', kind: 'id-reader', driver: 'sdt', path: 'memory' },
      {
        clock,
        open: () => Promise.resolve({ ok: true, transport: line }),
        emit: (event) => events.push(event),
      },
    );
    await clock.runUntil(() => false, 10_000);
    void driver.stop();
    return events.filter(({ event }) => event.startsWith('card.'));
  }

  test('the card is read once all the same, whichever byte of the long answer was the last', async () => {
    for (let keep = 0; keep < 1295; keep += 1) {
      let cut = false;
      const told = await read((bytes) => {
        if (cut || bytes.length < 1000) return bytes;
        cut = true;
        return bytes.subarray(0, keep);
      });
      expect(told, `after ${keep} bytes`).toMatchObject([
        { event: 'card.read', document: { number: person.number } },
      ]);
      expect(cut).toBe(true);
    }
  }, 60_000);

  test('a byte bent anywhere never becomes another passenger', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1294 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          let bent = false;
          const told = await read((bytes) => {
            if (bent || bytes.length < 1000) return bytes;
            bent = true;
            return bytes.map((byte, index) => (index === at ? byte ^ flip : byte));
          });
          expect(told).toMatchObject([
            { event: 'card.read', document: { name: '测试甲', number: person.number } },
          ]);
        },
      ),
      { numRuns: 100, seed: 20261121 },
    );
  });
});
