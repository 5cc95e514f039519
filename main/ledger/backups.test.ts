import { mkdtempSync, readdirSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeMachine, type Machine } from '../../tests/support/machine.ts';
import { openWindow, type TestWindow } from '../../tests/support/window.ts';
import { openCarriedFolder } from '../shells/carried-folder.ts';
import { BACKUPS_KEPT } from './backups.ts';

const nameOf = (year: number, day: number): string =>
  `ledger-${year}11${String(day).padStart(2, '0')}-000100.db`;
const days = [11, 12, 13, 14, 15, 16, 17];
const ahead = days.map((day) => nameOf(2099, day));
let machine: Machine | undefined;
let window: TestWindow | undefined;
let folder = '';

afterEach(() => {
  window?.close();
  machine?.remove();
  if (folder) rmSync(folder, { recursive: true });
  folder = '';
});

test('copies of a clock that was ahead never push out the one just made, nor those of the days before', async () => {
  machine = makeMachine();
  window = await openWindow(machine);
  mkdirSync(join(machine.folder, 'backups'));
  for (const name of ahead) writeFileSync(join(machine.folder, 'backups', name), '');
  for (const day of days) await window.ledger.backups.make(nameOf(2026, day));
  expect(readdirSync(join(machine.folder, 'backups')).toSorted()).toEqual([
    ...days.slice(-BACKUPS_KEPT).map((day) => nameOf(2026, day)),
    // As many again, those whose day comes first: they are removed like any other once it has come.
    ...ahead.slice(0, BACKUPS_KEPT),
  ]);
  await window.ledger.backups.make(nameOf(2099, 30));
  expect(readdirSync(join(machine.folder, 'backups')).toSorted()).toEqual([
    ...ahead.slice(1, BACKUPS_KEPT),
    nameOf(2099, 30),
  ]);
});

test('the same in a folder that several windows share', async () => {
  machine = makeMachine();
  window = await openWindow(machine);
  folder = mkdtempSync(join(tmpdir(), 'so-second-'));
  const of = (owner: string, name: string): string => `${owner}-${name}`;
  const others = [...ahead, ...days.map((day) => nameOf(2026, day))].map((name) => of('3309-04', name));
  for (const name of [...others, ...ahead.map((one) => of('3309-03', one))])
    writeFileSync(join(folder, name), '');
  const disk = openCarriedFolder(folder, { make: false });
  for (const day of days) await window.ledger.backups.makeAt(disk, '3309-03', nameOf(2026, day));
  expect(readdirSync(folder).toSorted()).toEqual(
    [
      ...days.slice(-BACKUPS_KEPT).map((day) => of('3309-03', nameOf(2026, day))),
      ...ahead.slice(0, BACKUPS_KEPT).map((name) => of('3309-03', name)),
      ...others,
    ].toSorted(),
  );
});
