import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { businessDateOf } from '../../domain/time.ts';
import { openCarriedFolder } from '../../main/shells/carried-folder.ts';
import { trialStaff } from '../../main/trial-station.ts';
import { everybody } from '../station/staff.ts';
import { makeMachine, MORNING_MS, type Machine } from '../support/machine.ts';
import { readEntries } from './books.ts';
import { closeOffices, expectChinese, ferry, openWindow, restart, type TestOffice } from './kit.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'so-daily-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(closeOffices);

const MINUTE_MS = 60_000;
const POLL = { timeout: 15_000 };
/** 23:30 of the first day. */
const EVENING_MS = MORNING_MS + 810 * MINUTE_MS;

const optionsOf = async (folder: string) => ({
  config: {
    staff: await everybody(),
    backup: { folder },
    access: { idleLockMinutes: 0, leastPinDigits: 6 },
  },
  runtime: { openFolder: openCarriedFolder },
});
async function signInTechnician(window: TestOffice): Promise<void> {
  const person = trialStaff.find(({ roles }) => roles[0] === 'technician');
  await window.ok('session.signIn', { number: person?.number, pin: person?.pin }, undefined, 'technician');
}
async function windowWith(folder: string, machine: Machine) {
  const window = await openWindow({ ...(await optionsOf(folder)), machine });
  await signInTechnician(window);
  await window.sell(ferry('1220', '2026-11-22'), [1]);
  return window;
}
const list = (window: TestOffice) => window.ok('backups.list', {}, undefined, 'technician');
const datesOf = async (window: TestOffice) =>
  (await list(window)).backups.map(({ madeAt }) => businessDateOf(madeAt ?? 0) as string).toSorted();
const inFolder = (folder: string): string[] => readdirSync(folder).toSorted();

/** Time goes by, a minute at a time, until what is asked for holds. */
async function passUntil(machine: Machine, isSo: () => Promise<boolean> | boolean): Promise<void> {
  await expect
    .poll(async () => {
      if (await isSo()) return true;
      machine.pass(MINUTE_MS);
      return false;
    }, POLL)
    .toBe(true);
}

test('after each business day the ledger is copied once by itself, to the other disk too, never during the day', async () => {
  const folder = join(root, 'usb');
  mkdirSync(folder);
  const machine = makeMachine({ nowMs: EVENING_MS });
  const window = await windowWith(folder, machine);
  machine.pass(25 * MINUTE_MS);
  expect(businessDateOf(machine.runtime.clock.nowMs())).toBe('2026-11-21');
  expect(await datesOf(window)).toEqual([]);
  await passUntil(machine, () => inFolder(folder).some((name) => name.endsWith('.db')));
  expect(await datesOf(window)).toEqual(['2026-11-22']);
  expect(inFolder(folder)).toEqual([expect.stringMatching(/^3309-03-ledger-20261122-00\d{4}\.db$/)]);
  const { second, daily } = await list(window);
  expect(second?.last?.name).toBe(inFolder(folder)[0]);
  expect(daily).toBeNull();
  machine.pass(60 * MINUTE_MS);
  expect(await datesOf(window)).toEqual(['2026-11-22']);

  // Off at the next midnight: made after the start.
  machine.setWallClock(EVENING_MS + 32 * 60 * MINUTE_MS);
  const later = await restart(window, await optionsOf(folder));
  await signInTechnician(later);
  await passUntil(later.machine, async () => (await datesOf(later)).length === 2);
  expect(await datesOf(later)).toEqual(['2026-11-22', '2026-11-23']);
  const made = readEntries(machine.folder).filter(({ kind }) => kind === 'backup.made');
  expect(made.map(({ actor }) => actor)).toEqual(['office', 'office']);
});

test('a disk that is not there is said in bar and page; the copy goes there by itself once it is back', async () => {
  const folder = join(root, 'later');
  const machine = makeMachine({ nowMs: EVENING_MS });
  const window = await windowWith(folder, machine);
  machine.pass(30 * MINUTE_MS);
  await passUntil(machine, async () => (await list(window)).daily !== null);
  const { daily, backups } = await list(window);
  expect(daily?.refusal.code).toBe('backup.secondMissing');
  if (daily) expectChinese(daily.refusal);
  expect(backups).toHaveLength(1);
  expect((await window.ok('status.get')).backup?.refusal.code).toBe('backup.secondMissing');
  mkdirSync(folder);
  await passUntil(machine, () => inFolder(folder).some((name) => name.endsWith('.db')));
  await passUntil(machine, async () => (await list(window)).daily === null);
  // The copy in the data folder was not made again for it.
  expect((await list(window)).backups).toHaveLength(1);
  expect((await window.ok('status.get')).backup).toBeUndefined();
});

const AHEAD_MS = 400 * 1440 * MINUTE_MS;
/** What the journal says of copies, oldest first. */
const copied = (machine: Machine): string[] =>
  readEntries(machine.folder).flatMap(({ kind }) => (kind.startsWith('backup.') ? [kind] : []));

test('a clock that was ahead for a while keeps no copy of the days after it from being made', async () => {
  const folder = join(root, 'ahead');
  mkdirSync(folder);
  const machine = makeMachine({ nowMs: EVENING_MS });
  const window = await windowWith(folder, machine);
  machine.setWallClock(EVENING_MS + AHEAD_MS);
  await passUntil(machine, () => copied(machine).length === 2);
  machine.setWallClock(EVENING_MS + MINUTE_MS);
  await passUntil(machine, async () => (await datesOf(window)).includes('2026-11-22'));
  await expect.poll(() => copied(machine), POLL).toHaveLength(4);
  expect(inFolder(folder).map((name) => name.slice(0, 24))).toEqual([
    '3309-03-ledger-20261122-',
    '3309-03-ledger-20271226-',
  ]);
  // The day is done.
  for (let minute = 0; minute < 10; minute += 1) {
    machine.pass(MINUTE_MS);
    await pause(20);
  }
  expect(copied(machine)).toHaveLength(4);
});

test('a copy of a clock that was ahead, still owed to the other disk, is not made there again every minute', async () => {
  const folder = join(root, 'owed');
  const machine = makeMachine({ nowMs: EVENING_MS });
  const window = await windowWith(folder, machine);
  machine.setWallClock(EVENING_MS + AHEAD_MS);
  await passUntil(machine, async () => (await list(window)).daily !== null);
  machine.setWallClock(EVENING_MS + 40 * MINUTE_MS);
  mkdirSync(folder);
  machine.pass(30 * MINUTE_MS);
  await passUntil(machine, () => copied(machine).includes('backup.copied'));
  for (let minute = 0; minute < 5; minute += 1) {
    machine.pass(MINUTE_MS);
    await pause(100);
  }
  expect(copied(machine)).toEqual(['backup.made', 'backup.made', 'backup.copied']);
});
