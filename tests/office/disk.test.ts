import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { makeMachine, type Machine } from '../support/machine.ts';
import { adult } from '../support/people.ts';
import { readBooks } from './books.ts';
import {
  closeOffices,
  expectChinese,
  ferry,
  newId,
  openOffice,
  openWindow,
  restart,
  tryOffice,
  type TestOffice,
} from './kit.ts';

/** A way to make this process's disk refuse. */
interface Scarcity {
  /** The data folder. */
  folder: string;
  /** From now on no file of the folder grows. */
  fill(): void;
  relieve(): void;
  remove(): void;
}

/** No file may grow beyond what the largest of the ledger has now: the kernel answers EFBIG, whoever runs the test. */
function sizeLimit(): Scarcity {
  const folder = mkdtempSync(join(tmpdir(), 'station-office-disk-'));
  // Without this the kernel ends the process.
  process.on('SIGXFSZ', () => undefined);
  const limit = (bytes: number | 'unlimited'): void =>
    void execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${bytes}:`]);
  return {
    folder,
    fill: () =>
      limit(Math.max(1, ...['ledger.db', 'ledger.db-wal'].map((name) => sizeOf(join(folder, name))))),
    relieve: () => limit('unlimited'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A small file system of its own, filled to the last byte: ENOSPC. Only root can mount it. */
function smallDisk(): Scarcity {
  const folder = mkdtempSync(join(tmpdir(), 'station-office-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      for (const bytes of [65_536, 4_096, 512]) {
        try {
          for (;;) writeFileSync(filler, new Uint8Array(bytes), { flag: 'a' });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
    },
    relieve: () => rmSync(filler, { force: true }),
    remove() {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const ways: [string, () => Scarcity][] = [['by a limit of the size of files', sizeLimit]];
if (process.getuid?.() === 0) ways.push(['to its last byte', smallDisk]);

let scarcity: Scarcity | undefined;
afterEach(async () => {
  scarcity?.relieve();
  await closeOffices().finally(() => {
    scarcity?.remove();
    scarcity = undefined;
  });
});

/** `machine.remove` would take the mount's folder away; the scarcity does that. */
const machineOn = ({ folder }: Scarcity): Machine => kept(makeMachine({ folder }));
const kept = (machine: Machine): Machine => ({
  ...machine,
  restart: () => kept(machine.restart()),
  remove: () => undefined,
});

describe.each(ways)('a disk that is full %s', (_name, way) => {
  test('refuses the sale in Chinese with nothing half-written, questions are answered, and it sells when there is room', async () => {
    scarcity = way();
    const window = await openWindow({ machine: machineOn(scarcity) });
    await window.sell(ferry(), [1, 2]);
    const orders = [await window.order(ferry(), [3, 4]), await window.order(ferry('1320'), [5])];
    const before = window.books();

    scarcity.fill();
    const ids = orders.map(() => newId());
    for (const [n, order] of orders.entries()) await expectDiskFailed(window, 'sales.sell', order, ids[n]);
    await expectDiskFailed(window, 'shifts.close', { countedFen: 1 }, newId());
    expect(
      (await window.refusal('session.signIn', { number: '0108', pin: '135790' }, undefined, 'other')).code,
    ).toBe('disk.failed');
    await window.ok('status.get');
    expect((await window.ok('sales.list', { limit: 9 })).tickets).toHaveLength(2);
    // Timers that write run too: the clock that jumps, the status, the anchor.
    window.machine.setWallClock(window.machine.runtime.clock.nowMs() + 60_000);
    window.machine.pass(30_000);
    await window.ok('status.get');
    expect(window.books()).toEqual(before);

    scarcity.relieve();
    for (const [n, order] of orders.entries()) await window.ok('sales.sell', order, ids[n]);
    window.machine.pass(2_000);
    const after = window.books();
    expect(after).toMatchObject({
      tickets: 5,
      verified: { ok: true },
      seats: { [ferry()]: { sold: 4 }, [ferry('1320')]: { sold: 1 } },
    });
    // The jump that could not be written then is not forgotten.
    expect(after.kinds.filter((kind) => kind === 'clock.jumped')).toHaveLength(1);
    const again = await restart(window);
    expect(again.books().verified).toMatchObject({ ok: true });
  });

  test('refuses the first sale of a week, whose key cannot be kept, and the ledger knows nothing of it', async () => {
    scarcity = way();
    const window = await openWindow({ machine: machineOn(scarcity) });
    const order = await window.order(ferry(), [1]);
    const before = window.books();
    scarcity.fill();
    await expectDiskFailed(window, 'sales.sell', order, newId());
    expect(window.books()).toEqual(before);
    scarcity.relieve();
    await window.ok('sales.sell', order, newId());
    const again = await restart(window);
    await again.signIn();
    expect((await again.ok('sales.list', { limit: 1 })).tickets[0]?.holderName).toBe(adult(1).name);
  });

  test('at the start is said as such, and the office opens when there is room', async () => {
    scarcity = way();
    const machine = machineOn(scarcity);
    machine.runtime.files.writeAtomic('feed/own.json', '{}');
    scarcity.fill();
    const { opened } = await tryOffice({ machine });
    expect(opened).toMatchObject({ ok: false, refusal: { code: 'folder.notWritable' } });
    if (!opened.ok) expectChinese(opened.refusal);
    scarcity.relieve();
    const window = await openOffice({ machine: machine.restart() });
    expect(readBooks(scarcity.folder).kinds).toEqual(['ledger.opened']);
    await window.signIn();
  });
});

async function expectDiskFailed(
  window: TestOffice,
  method: string,
  params: unknown,
  commandId: string | undefined,
): Promise<void> {
  const refusal = await window.refusal(method, params, commandId);
  expect(refusal.code, method).toBe('disk.failed');
  expectChinese(refusal);
}
