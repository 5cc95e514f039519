import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { GATE_KEY_FILE } from '../../main/vault/gate-key.ts';
import { readEntries } from '../office/books.ts';
import { GATE, standAtGate } from '../office/gate-kit.ts';
import { closeOffices, ferry, newId, type TestOffice } from '../office/kit.ts';
import { adult } from '../support/people.ts';
import { openHost, openWindowAt, restart, until, windowOptions, type TestStation } from './kit.ts';

afterEach(closeOffices);

const SAILING = ferry();
const WINDOW = 'zhujiajian-wugongzhi/02';
const right = ({ host }: TestStation, allowed: boolean) =>
  host.ok('station.gateRight', { window: 2, allowed, reason: '检票口调整' }, newId(), 'manager');
const bodiesOf = (office: TestOffice, wanted: string) =>
  readEntries(office.machine.folder)
    .filter(({ kind }) => kind === wanted)
    .map(({ body }) => body);
const wipeOf = async ({ host }: TestStation) =>
  (await host.ok('station.windows', {}, undefined, 'manager')).windows[0]?.namesWiped;

const isConfirmed = (wipe: Awaited<ReturnType<typeof wipeOf>>): boolean =>
  typeof wipe?.confirmedAt === 'number';

async function namesAt(office: TestOffice): Promise<string[]> {
  const params = { departureId: SAILING, which: 'all' as const };
  const { tickets } = await office.ok('gate.passengers', params, undefined, GATE);
  return tickets.flatMap(({ name }) => (name ? [name] : [])).toSorted();
}
const namesAre = (office: TestOffice, names: readonly string[]) =>
  until(
    async () => {
      const now = await namesAt(office);
      return now.join(' ') === names.toSorted().join(' ') ? true : undefined;
    },
    `the names ${names.join(' ')}`,
  );

/** Rows of the office's file with which names of other offices could be opened or found. */
function leftIn(office: TestOffice): number {
  const file = new Database(join(office.machine.folder, 'ledger.db'), { readonly: true });
  try {
    return (
      file
        .prepare<[], { n: number }>(
          'SELECT (SELECT count(*) FROM relay_weeks) + (SELECT count(*) FROM station_identities) AS n',
        )
        .get()?.n ?? 0
    );
  } finally {
    file.close();
  }
}

async function stationWithGate() {
  const station = await openHost();
  await station.host.openShift();
  const gate = await openWindowAt(station, 2, { config: { gate: { name: '二号检票口' } } });
  await standAtGate(gate);
  await station.host.sell(SAILING, [1]);
  await namesAre(gate, [adult(1).name]);
  return { station, gate };
}

test('a gate that loses its right wipes its keys to names at once, says so, and gets no later ones', async () => {
  const { station, gate } = await stationWithGate();
  expect(leftIn(gate)).toBeGreaterThan(0);
  expect(await wipeOf(station)).toBeNull();

  await right(station, false);
  const wiped = await until(async () => {
    const now = await wipeOf(station);
    return isConfirmed(now) ? now : undefined;
  }, 'the confirmation');
  expect(wiped?.confirmedAt).toBeGreaterThanOrEqual(wiped?.orderedAt ?? Number.NaN);
  expect(await namesAt(gate)).toEqual([]);
  expect(leftIn(gate)).toBe(0);
  const [said] = bodiesOf(gate, 'names.keysWiped');
  expect(said).toMatchObject({ weeks: 1 });
  expect(bodiesOf(station.host, 'names.wipeConfirmed')).toMatchObject([
    { window: WINDOW, order: said?.['order'], weeks: 1 },
  ]);

  const given = bodiesOf(station.host, 'names.keysGiven').length;
  await station.host.sell(SAILING, [2]);
  const refused = await gate.ask('gate.open', { departureId: SAILING }, newId(), GATE);
  expect(refused).toMatchObject({ ok: false });
  expect(await namesAt(gate)).toEqual([]);
  expect(bodiesOf(station.host, 'names.keysGiven')).toHaveLength(given);
  expect(leftIn(gate)).toBe(0);

  // Given back, it is given everything anew, and that is written down anew.
  await right(station, true);
  await namesAre(gate, [adult(1).name, adult(2).name]);
  expect(await wipeOf(station)).toBeNull();
  expect(bodiesOf(station.host, 'names.keysGiven').length).toBeGreaterThan(given);
});

test('a gate that was away wipes its keys when it comes back, and until then the page says that they are not wiped', async () => {
  const { station, gate } = await stationWithGate();
  await gate.office.stop();
  await right(station, false);
  expect(await wipeOf(station)).toMatchObject({ confirmedAt: null });
  expect(leftIn(gate)).toBeGreaterThan(0);
  expect(existsSync(join(gate.machine.folder, GATE_KEY_FILE))).toBe(true);

  // It comes back as a window like any other: nobody works at a gate there.
  const options = await windowOptions(station, 2, { machine: gate.machine });
  const back = await restart(gate, { ...options, machine: gate.machine.restart() });
  await until(async () => (isConfirmed(await wipeOf(station)) ? true : undefined), 'the confirmation');
  expect(leftIn(back)).toBe(0);
  expect(existsSync(join(back.machine.folder, GATE_KEY_FILE))).toBe(false);
  expect(bodiesOf(back, 'names.keysWiped')).toHaveLength(1);
});
