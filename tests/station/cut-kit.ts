import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { startLineProxy, type LineProxy } from '../city/line-proxy.ts';
import type { OpenOptions, TestOffice } from '../office/kit.ts';
import { closeOffices, openOffice } from '../office/kit.ts';
import { seededRandom } from '../support/machine.ts';
import { auditStation } from './audit.ts';
import { allUp, hasTimetable, openStationCity, type StationCity } from './city-kit.ts';
import { fastMachine } from './fast-machine.ts';
import { atHost, clerkOf, linkIs, openHost, until, windowOptions, type TestStation } from './kit.ts';
import { createWire, type Cut, type Wire } from './wire.ts';

/** Bytes between two cuts of one kind of message; 1 is every byte and takes a quarter of an hour. */
const STEP_BYTES = Number(process.env['WIRE_STEP_BYTES'] ?? Number.POSITIVE_INFINITY);
const SEED = Number(process.env['WIRE_SEED'] ?? 1);
/** Hours pass so many times as fast as on this PC, so that pauses between two tries do. */
export const SPEED = 10;

/** A host and a window of one city, with a link between them that a test cuts. */
export interface UnderTest {
  station: TestStation;
  window: TestOffice;
  wire: Wire;
  line: LineProxy;
  /** Everything delivered, nothing under way. */
  quiet(): Promise<void>;
  audit(): Promise<string[]>;
}

/** For a file of cuts: one city for all of its tests, and after each what it began is ended. `begin` makes what a test cuts. */
export function cutsOfFile(): (begin: (city: StationCity) => Promise<UnderTest>) => Promise<UnderTest> {
  let city: StationCity;
  let under: UnderTest | undefined;
  beforeAll(async () => {
    city = await openStationCity();
  });
  afterAll(() => city.close());
  afterEach(async () => {
    await closeOffices();
    await under?.line.close();
    under = undefined;
    await city.forget();
  });
  return async (begin) => (under = await begin(city));
}

export async function beginCuts(
  city: StationCity,
  more: Partial<OpenOptions['config']> = {},
): Promise<UnderTest> {
  const access = { idleLockMinutes: 0, leastPinDigits: 6 };
  const station = await openHost({
    machine: fastMachine(SPEED),
    config: { access, city: await city.config() },
  });
  const line = await startLineProxy(station.port);
  const wire = createWire();
  const options = await windowOptions({ ...station, port: line.port }, 2, {
    machine: fastMachine(SPEED),
    config: { access, city: await city.config(), ...more },
    runtime: { stationNet: wire.net },
  });
  const window = await openOffice(options);
  await window.ok('session.signIn', clerkOf(2));
  await linkIs(window, 'up');
  await window.openShift();
  await hasTimetable(window);
  const audit = (): Promise<string[]> =>
    auditStation(station.host.machine.folder, [window.machine.folder], city);
  return {
    station,
    window,
    wire,
    line,
    audit,
    async quiet() {
      await linkIs(window, 'up');
      await atHost(station, window);
      await allUp(window);
      await allUp(station.host);
      // Seats may be on their way back; what is wrong for good is told by who looks next.
      for (let tries = 0; tries < 40 && (await audit()).length > 0; tries += 1) await sleep(50);
    },
  };
}

/** Where a message is cut: one place by the seed and its end (`few`), all its ends too (`ends`), or several places between (`many`). */
export type Places = 'few' | 'ends' | 'many';
const BETWEEN = { few: 1, ends: 1, many: 6 } as const;

/** Where messages of these lengths are cut; every so many bytes when that is wanted. */
function cutsOf(lengths: readonly [string, number][], wanted: Places): Cut[] {
  const chance = seededRandom(SEED);
  return lengths.flatMap(([name, length]) => {
    const [way, ...kind] = name.split(' ');
    const between = Array.from({ length: BETWEEN[wanted] }, () => {
      const [high = 0, low = 0] = chance.bytes(2);
      return (high * 256 + low) % length;
    });
    const places = new Set([...between, length]);
    if (wanted !== 'few') places.add(0).add(length - 1);
    if (Number.isFinite(STEP_BYTES)) for (let at = 0; at < length; at += STEP_BYTES) places.add(at);
    return [...places].map((afterBytes) => ({ way: way as Cut['way'], kind: kind.join(' '), afterBytes }));
  });
}

/**
 * Cuts every one of these kinds of messages, `cycle` making them; those that are said at contact alone after the link was dropped.
 * Audits now and then and at the end.
 * @returns how many cuts were made
 */
export async function cutEach(
  under: UnderTest,
  kinds: { atContact: readonly string[]; others: readonly string[] },
  cycle: () => Promise<void>,
  places: Places = 'ends',
): Promise<number> {
  const { wire, window } = under;
  const all = [...kinds.atContact, ...kinds.others];
  wire.drop();
  await until(
    async () => {
      await cycle();
      await under.quiet();
      return all.every((name) => wire.lengths.has(name)) ? true : undefined;
    },
    `each of ${all.join(', ')} heard once`,
    60_000,
  );
  const lengths = all.map((name): [string, number] => [name, wire.lengths.get(name) ?? 0]);
  expect(lengths.filter(([, length]) => length < 20)).toEqual([]);
  const cuts = cutsOf(lengths, places);
  for (const [n, cut] of cuts.entries()) {
    wire.arm(cut);
    const name = `${cut.way} ${cut.kind}`;
    await until(
      async () => {
        if (!wire.isArmed()) return true;
        if (kinds.atContact.includes(name)) wire.drop();
        await cycle();
        await linkIs(window, 'up');
        return undefined;
      },
      `a cut ${name} after ${cut.afterBytes}`,
      30_000,
    );
    await linkIs(window, 'up');
    if (n % 20 > 0) continue;
    await under.quiet();
    expect(await under.audit(), `after a cut ${name} after ${cut.afterBytes}`).toEqual([]);
  }
  expect(wire.cuts).toBe(cuts.length);
  await cycle();
  await under.quiet();
  expect(await under.audit()).toEqual([]);
  return cuts.length;
}
