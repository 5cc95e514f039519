import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { BusinessDate, LedgerId } from '../../contract/ids.ts';
import { folderDigests, makeMachine, type Machine } from '../../tests/support/machine.ts';
import { departureOn, openWindow, tryWindow, type TestWindow } from '../../tests/support/window.ts';
import { finishSuccession, openSetAside, setAsideFiles } from './succession.ts';
import type { LedgerOptions } from './types.ts';

const machines: Machine[] = [];
const windows: TestWindow[] = [];
afterEach(() => {
  for (const window of windows.splice(0)) window.close();
  for (const machine of machines.splice(0)) machine.remove();
});

const newMachine = (): Machine => {
  const machine = makeMachine();
  machines.push(machine);
  return machine;
};
async function open(machine: Machine, options: Partial<LedgerOptions> = {}): Promise<TestWindow> {
  const window = await openWindow(machine, options);
  windows.push(window);
  return window;
}
const path = (machine: Machine, name: string): string => join(machine.folder, name);
const anchorOf = (machine: Machine) => JSON.parse(readFileSync(path(machine, 'anchor.json'), 'utf8'));
const signIn = (window: TestWindow): void =>
  void window.write([{ kind: 'session.signedIn', body: { clerkNumber: '1001' } }]);

/** A ledger that sold, was copied, sold for another day too, and was then replaced by the copy. */
async function restored(): Promise<{
  machine: Machine;
  old: { ledgerId: LedgerId; seq: number; hash: string };
  lost: any;
}> {
  const machine = newMachine();
  const window = await open(machine);
  window.openShift();
  window.takeLease(departureOn('2026-11-21', '1130'), { count: 10 });
  window.sell(departureOn('2026-11-21', '1130'), [1]);
  const { ledgerId } = window.ledger;
  const { seq, hash } = window.ledger.head();
  window.close();
  copyFileSync(path(machine, 'ledger.db'), path(machine, 'copy'));
  const later = await open(machine.restart());
  later.takeLease(departureOn('2026-11-23', '0900'), { count: 10 });
  later.sell(departureOn('2026-11-23', '0900'), [2]);
  later.close();
  const lost = anchorOf(machine);
  copyFileSync(path(machine, 'copy'), path(machine, 'ledger.db'));
  rmSync(path(machine, 'copy'));
  return { machine, old: { ledgerId, seq, hash: Buffer.from(hash).toString('hex') }, lost };
}

describe('an older copy of the ledger', () => {
  test('is set aside byte for byte, and the window goes on in a new ledger that names it', async () => {
    const { machine, old, lost } = await restored();
    const bytes = readFileSync(path(machine, 'ledger.db'));
    const window = await open(machine.restart());
    const name = `ledger-${old.ledgerId.slice(0, 8)}-${old.seq}.db`;
    expect(readFileSync(path(machine, name)).equals(bytes)).toBe(true);
    expect(setAsideFiles(machine.runtime.files)).toEqual([name]);
    expect(window.ledger.ledgerId).not.toBe(old.ledgerId);
    expect(window.ledger.ordinal).toBe(2);
    const { ledgerId, seq, hash } = lost;
    const succession = {
      why: 'older',
      fromSeq: old.seq,
      anchored: { ledgerId, seq, hash },
      frozenThrough: '2026-11-23',
    };
    expect(window.ledger.latest('ledger.opened')).toMatchObject({
      seq: 1,
      body: { ordinal: 2, predecessor: old, succession },
    });
    expect(window.ledger.succession).toMatchObject(succession);
    expect(anchorOf(machine)).toMatchObject({
      ledgerId: window.ledger.ledgerId,
      ordinal: 2,
      seq: 1,
      leasedThrough: '2026-11-23',
    });
  });

  test('leaves ticket numbers that none of its own can repeat', async () => {
    const { machine } = await restored();
    const window = await open(machine.restart());
    window.openShift();
    window.takeLease(departureOn('2026-11-24', '0900'), { count: 10 });
    const [number] = window.sell(departureOn('2026-11-24', '0900'), [3]).ticketNumbers;
    expect(number?.slice(12, 19)).toBe('0200001');
    const [aside] = openSetAside(machine.runtime);
    const before = aside?.entriesAfter(0, 1_000, 1e9) ?? [];
    aside?.close();
    expect(before.filter(({ kind }) => kind === 'ticket.sold')).toHaveLength(1);
    expect(before.at(-1)?.seq).toBe(aside?.headSeq);
  });

  test('goes on after the next start as any ledger, and opened again later is left behind again', async () => {
    const { machine } = await restored();
    const copy = readFileSync(path(machine, 'ledger.db'));
    const window = await open(machine.restart());
    const { ledgerId } = window.ledger;
    signIn(window);
    window.close();
    const again = await open(machine.restart());
    expect(again.ledger.ledgerId).toBe(ledgerId);
    again.close();
    writeFileSync(path(machine, 'ledger.db'), copy);
    const third = await open(machine.restart());
    expect(third.ledger.ordinal).toBe(3);
    expect(third.ledger.succession).toMatchObject({
      why: 'older',
      anchored: { ledgerId },
      frozenThrough: '2026-11-23',
    });
    expect(third.ledger.latest('ledger.opened')?.body['predecessor']).toMatchObject({ ledgerId, seq: 2 });
    expect(setAsideFiles(machine.runtime.files)).toHaveLength(2);
  });

  test('is left alone when its keys are those of another machine', async () => {
    const { machine } = await restored();
    const other = makeMachine({ seed: 7 });
    machines.push(other);
    (await open(other)).close();
    for (const name of ['keys.json', 'master.key']) copyFileSync(path(other, name), path(machine, name));
    const before = folderDigests(machine.runtime.files);
    const opened = await tryWindow(machine.restart());
    expect(opened).toMatchObject({ ok: false, refusal: { code: 'ledger.older' } });
    const { 'ledger.db-shm': _, 'ledger.db-wal': __, ...after } = folderDigests(machine.runtime.files);
    expect(after).toEqual(before);
  });

  test('is left alone when all ordinals are used', async () => {
    const { machine, lost } = await restored();
    writeFileSync(path(machine, 'anchor.json'), JSON.stringify({ ...lost, ordinal: 99 }));
    expect(await tryWindow(machine.restart())).toMatchObject({
      ok: false,
      refusal: { code: 'ledger.older' },
    });
    expect(setAsideFiles(machine.runtime.files)).toEqual([]);
  });
});

describe('other ledgers that may not go on', () => {
  test('a copy that went its own way is left behind though it is longer', async () => {
    const { machine, lost } = await restored();
    rmSync(path(machine, 'anchor.json'));
    const own = await open(machine.restart());
    for (let n = 0; n < 9; n += 1) signIn(own);
    own.close();
    writeFileSync(path(machine, 'anchor.json'), JSON.stringify(lost));
    const window = await open(machine.restart());
    expect(window.ledger.succession).toMatchObject({
      why: 'differs',
      fromSeq: own.ledger.head().seq,
      anchored: { seq: lost.seq },
    });
    expect(window.ledger.latest('ledger.opened')?.body['predecessor']).toEqual({
      ledgerId: lost.ledgerId,
      seq: lost.seq,
      hash: lost.hash,
    });
  });

  test('a ledger that is gone is followed by what its anchor knew', async () => {
    const { machine, lost } = await restored();
    rmSync(path(machine, 'ledger.db'));
    const window = await open(machine.restart());
    expect(window.ledger.ordinal).toBe(2);
    expect(window.ledger.succession).toMatchObject({
      why: 'missing',
      fromSeq: 0,
      frozenThrough: '2026-11-23',
    });
    expect(window.ledger.latest('ledger.opened')?.body['predecessor']).toMatchObject({
      ledgerId: lost.ledgerId,
      seq: lost.seq,
    });
    expect(setAsideFiles(machine.runtime.files)).toEqual([]);
  });

  test('an anchor that cannot be read makes everything on sale unsure', async () => {
    const { machine, old } = await restored();
    writeFileSync(path(machine, 'anchor.json'), '{"seq":');
    const window = await open(machine.restart());
    expect(window.ledger.succession).toMatchObject({
      why: 'anchorUnreadable',
      anchored: null,
      frozenThrough: '2027-01-20',
    });
    expect(window.ledger.latest('ledger.opened')?.body['predecessor']).toEqual(old);
  });

  test('an anchor of an older program, which does not say what was leased, does too', async () => {
    const { machine, lost } = await restored();
    const { ledgerId, seq, hash } = lost;
    writeFileSync(path(machine, 'anchor.json'), JSON.stringify({ ledgerId, seq, hash }));
    const window = await open(machine.restart());
    expect(window.ledger.succession).toMatchObject({ why: 'older', frozenThrough: '2027-01-20' });
    expect(window.ledger.ordinal).toBe(2);
  });

  test('with neither file nor readable anchor nobody knows the ordinals, and nothing opens', async () => {
    const { machine } = await restored();
    rmSync(path(machine, 'ledger.db'));
    writeFileSync(path(machine, 'anchor.json'), 'rubbish');
    expect(await tryWindow(machine.restart())).toMatchObject({
      ok: false,
      refusal: { code: 'ledger.older' },
    });
    expect(existsSync(path(machine, 'ledger.db'))).toBe(false);
  });
});

describe('a power cut while the successor takes its place', () => {
  /** Every durable step throws after it was done, as if the power had gone just then. */
  const cutAfter = (machine: Machine, step: number): Machine => {
    const { files } = machine.runtime;
    const { move } = files;
    let done = 0;
    files.move = (from, to) => {
      move(from, to);
      done += 1;
      if (done === step) throw new Error('power');
    };
    return machine;
  };

  test.each([1, 2, 3])('after step %i it is finished at the next start, once', async (step) => {
    const { machine, old } = await restored();
    // As looking leaves it: an empty WAL beside the file.
    writeFileSync(path(machine, 'ledger.db-wal'), '');
    await expect(tryWindow(cutAfter(machine.restart(), step))).rejects.toThrow('power');
    const window = await open(machine.restart());
    expect(window.ledger.ordinal).toBe(2);
    expect(window.ledger.latest('ledger.opened')?.body['predecessor']).toEqual(old);
    expect(setAsideFiles(machine.runtime.files)).toHaveLength(1);
    expect(readdirSync(machine.folder).filter((name) => name.startsWith('ledger-next'))).toEqual([]);
    signIn(window);
    window.close();
    const again = await open(machine.restart());
    expect(again.ledger.ledgerId).toBe(window.ledger.ledgerId);
    expect(again.ledger.verify()).toEqual({ ok: true, count: 2 });
  });

  /** An older copy whose last entries are in its WAL alone, beside a ledger that was set aside long ago. */
  async function restoredWithWal() {
    const machine = newMachine();
    const window = await open(machine);
    signIn(window);
    const copies = ['ledger.db', 'ledger.db-wal'];
    window.close();
    const later = await open(machine.restart());
    signIn(later);
    for (const name of copies) copyFileSync(path(machine, name), path(machine, `copy-of-${name}`));
    const { ledgerId } = later.ledger;
    const { seq } = later.ledger.head();
    signIn(later);
    later.close();
    for (const name of copies) {
      copyFileSync(path(machine, `copy-of-${name}`), path(machine, name));
      rmSync(path(machine, `copy-of-${name}`));
    }
    const other = newMachine();
    signIn(await open(other));
    for (const one of windows.splice(windows.length - 1)) one.close();
    copyFileSync(path(other, 'ledger.db'), path(machine, 'ledger-ffffffff-9.db'));
    return { machine, ledgerId, seq, before: readFileSync(path(machine, 'ledger-ffffffff-9.db')) };
  }

  test.each([1, 2, 3])(
    'after step %i the WAL goes with the ledger that was just set aside, not with one before it',
    async (step) => {
      const { machine, ledgerId, seq, before } = await restoredWithWal();
      await expect(tryWindow(cutAfter(machine.restart(), step))).rejects.toThrow('power');
      const window = await open(machine.restart());
      expect(window.ledger.ledgerId).not.toBe(ledgerId);
      const asides = openSetAside(machine.runtime);
      expect(asides.find((one) => one.ledgerId === ledgerId)?.headSeq).toBe(seq);
      for (const one of asides) one.close();
      expect(asides).toHaveLength(2);
      expect(readFileSync(path(machine, 'ledger-ffffffff-9.db')).equals(before)).toBe(true);
      expect(readdirSync(machine.folder).filter((name) => name.startsWith('ledger-aside'))).toEqual([]);
    },
  );

  test('the WAL of a ledger that is gone is kept, and goes with no other', async () => {
    const { machine, ledgerId } = await restoredWithWal();
    const wal = readFileSync(path(machine, 'ledger.db-wal'));
    rmSync(path(machine, 'ledger.db'));
    const window = await open(machine.restart());
    expect(window.ledger.verify().ok).toBe(true);
    expect(readdirSync(machine.folder).filter((name) => /^ledger-f.*(?:wal|shm)$/.test(name))).toEqual([]);
    expect(readFileSync(path(machine, `ledger-${ledgerId.slice(0, 8)}-0.db-wal`)).equals(wal)).toBe(true);
  });

  test('while it is being made, the old file is found again and a half-made successor is thrown away', async () => {
    const { machine, old } = await restored();
    writeFileSync(path(machine, 'ledger-next.db'), 'half');
    const window = await open(machine.restart());
    expect(window.ledger.latest('ledger.opened')?.body['predecessor']).toEqual(old);
    finishSuccession(machine.runtime.files);
    expect(window.ledger.verify()).toEqual({ ok: true, count: 1 });
  });
});

describe('the day of the latest lease', () => {
  const through = (machine: Machine): BusinessDate | null => anchorOf(machine).leasedThrough;

  test('stands outside the ledger before the lease does, and never goes back', async () => {
    const machine = newMachine();
    const window = await open(machine);
    expect(through(machine)).toBeNull();
    const seen: (BusinessDate | null)[] = [];
    const { files } = machine.runtime;
    const { writeAtomic } = files;
    files.writeAtomic = (...args) => {
      writeAtomic(...args);
      seen.push(
        window.ledger.heldByDeparture([departureOn('2026-11-24', '0900')]).size === 0
          ? through(machine)
          : null,
      );
    };
    window.takeLease(departureOn('2026-11-24', '0900'), { count: 3 });
    expect(seen).toEqual(['2026-11-24']);
    window.takeLease(departureOn('2026-11-22', '0900'), { count: 3 });
    machine.pass(2_000);
    expect(through(machine)).toBe('2026-11-24');
    window.close();
    await open(machine.restart());
    expect(through(machine)).toBe('2026-11-24');
  });

  test('that the disk does not take costs the sale, not the seat', async () => {
    const machine = newMachine();
    const window = await open(machine);
    machine.runtime.files.writeAtomic = () => {
      throw new Error('ENOSPC');
    };
    const head = window.ledger.head();
    expect(() => window.takeLease(departureOn('2026-11-24', '0900'), { count: 3 })).toThrow('ANCHOR');
    expect(window.ledger.head()).toEqual(head);
    expect(window.ledger.verify().ok).toBe(true);
  });
});
