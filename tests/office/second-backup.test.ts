import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { OfficeMethod, OfficeOutput } from '../../contract/office.ts';
import { openConnection } from '../../main/ledger/connection.ts';
import { checkChain } from '../../main/ledger/chain-check.ts';
import type { CarriedFolder } from '../../main/runtime.ts';
import { openCarriedFolder } from '../../main/shells/carried-folder.ts';
import { trialStaff } from '../../main/trial-station.ts';
import { everybody } from '../station/staff.ts';
import { makeMachine } from '../support/machine.ts';
import { closeOffices, expectChinese, ferry, openWindow, type TestOffice } from './kit.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'so-second-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(closeOffices);

/** A window whose copies go to this folder too; `disk` changes what that disk does. */
async function windowWith(folder: string, disk: Partial<CarriedFolder> = {}, machine = makeMachine()) {
  const openFolder = (path: string, options: { make: boolean }): CarriedFolder => ({
    ...openCarriedFolder(path, options),
    ...disk,
  });
  const window = await openWindow({
    config: { staff: await everybody(), backup: { folder } },
    runtime: { openFolder },
    machine,
  });
  const person = trialStaff.find(({ roles }) => roles[0] === 'technician');
  await window.ok('session.signIn', { number: person?.number, pin: person?.pin }, undefined, 'technician');
  await window.sell(ferry(), [1]);
  return window;
}
const ask = <M extends OfficeMethod>(window: TestOffice, method: M): Promise<OfficeOutput<M>> =>
  window.ok(method, {}, undefined, 'technician');
const secondOf = async (window: TestOffice) => (await ask(window, 'backups.list')).second;
const made = (folder: string): string[] => readdirSync(folder).toSorted();
const codeOf = (error: string) => Object.assign(new Error(error), { code: error });

test('a copy goes whole to the other disk too, and the page says when the last one went there', async () => {
  const folder = join(root, 'usb');
  mkdirSync(folder);
  const window = await windowWith(folder);
  expect(await secondOf(window)).toEqual({ folder, refusal: null, last: null });
  const copy = await ask(window, 'backups.make');
  expect(copy.second).toBe(`3309-03-${copy.name}`);
  expect(made(folder)).toEqual([copy.second]);
  const file = openConnection(join(folder, copy.second ?? ''), { readonly: true });
  expect(checkChain(file)).toMatchObject({ ok: true, count: copy.seq + 1 });
  file.close();
  const second = await secondOf(window);
  expect(second?.last).toMatchObject({ name: copy.second, seq: copy.seq + 1 });
  expect(Math.abs((second?.last?.at ?? 0) - (copy.madeAt ?? 0))).toBeLessThan(60_000);
  expect(window.books().kinds).toContain('backup.copied');
});

const refusals: [what: string, code: string, folder: () => string, disk: Partial<CarriedFolder>][] = [
  ['a folder that is not there', 'backup.secondMissing', () => join(root, 'gone'), {}],
  ['a disk that is full', 'backup.secondFull', () => root, { freeBytes: () => 1_000_000 }],
  [
    'a disk that may not be written',
    'backup.secondReadOnly',
    () => root,
    {
      write() {
        throw codeOf('EROFS');
      },
    },
  ],
  [
    'a disk that fills up before the copy is whole',
    'backup.secondFull',
    () => root,
    {
      move() {
        throw codeOf('ENOSPC');
      },
    },
  ],
  [
    'a stick that was pulled out',
    'backup.secondFailed',
    () => root,
    {
      move() {
        throw codeOf('EIO');
      },
    },
  ],
];

test.each(refusals)(
  '%s is refused in plain words; the copy in the data folder stays',
  async (_, code, folder, disk) => {
    const window = await windowWith(folder(), disk);
    const refusal = await window.refusal('backups.make', {}, undefined, 'technician');
    expect(refusal.code).toBe(code);
    expectChinese(refusal);
    const { backups, second } = await ask(window, 'backups.list');
    expect(backups).toHaveLength(1);
    expect(second?.last).toBeNull();
    expect(window.books().kinds).toContain('backup.made');
    expect(window.books().kinds).not.toContain('backup.copied');
    // Nothing half-written is left there.
    expect(made(root).filter((name) => name.includes('ledger'))).toEqual([]);
  },
);

test('a second folder inside the data folder is no second folder', async () => {
  const machine = makeMachine();
  const folder = join(machine.folder, 'backups');
  const window = await windowWith(folder, {}, machine);
  const refusal = await window.refusal('backups.make', {}, undefined, 'technician');
  expect(refusal.code).toBe('backup.secondHere');
  expectChinese(refusal);
  expect((await secondOf(window))?.refusal?.code).toBe('backup.secondHere');
});
