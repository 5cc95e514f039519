import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startLineProxy, type LineProxy, type LineRule } from '../city/line-proxy.ts';
import { closeOffices, newId, openOffice, tryOffice, type TestOffice } from '../office/kit.ts';
import { auditStation } from './audit.ts';
import { allUp, hasTimetable, openStationCity, type StationCity } from './city-kit.ts';
import { fastMachine } from './fast-machine.ts';
import { atHost, clerkOf, linkIs, openHost, until, windowOptions, type TestStation } from './kit.ts';
import { seededRandom } from '../support/machine.ts';
import { createWire, type Cut, type Wire } from './wire.ts';

/** Bytes between two cuts of one kind of message; 1 is every byte and takes a quarter of an hour. */
const STEP_BYTES = Number(process.env['WIRE_STEP_BYTES'] ?? Number.POSITIVE_INFINITY);
const SEED = Number(process.env['WIRE_SEED'] ?? 1);
/** Hours pass so many times as fast as on this PC, so that pauses between two tries do. */
const SPEED = 10;
/** Said at the beginning of every contact. */
const AT_CONTACT = [
  'up window.hello',
  'down answer window.hello',
  'up records.sync',
  'down answer records.sync',
];
const KINDS = [
  ...AT_CONTACT,
  'up lease.request',
  'down answer lease.request',
  'up lease.return',
  'down answer lease.return',
  'up journal.push',
  'down answer journal.push',
  'up answers.taken',
  'down answer answers.taken',
  'down event city.answer',
  'down event lease.recall',
  'down event pool.changed',
];

let city: StationCity;
let line: LineProxy | undefined;
beforeAll(async () => {
  city = await openStationCity();
});
afterAll(() => city.close());
afterEach(async () => {
  await closeOffices();
  await line?.close();
  line = undefined;
  await city.forget();
});

interface UnderTest {
  station: TestStation;
  window: TestOffice;
  wire: Wire;
  /** One sale, its seats given back afterwards: every kind of message between the two. */
  cycle(): Promise<void>;
  /** Everything delivered, nothing under way. */
  quiet(): Promise<void>;
  audit(): Promise<string[]>;
  sold(): number;
}

async function begin(): Promise<UnderTest> {
  const access = { idleLockMinutes: 0, leastPinDigits: 6 };
  const station = await openHost({
    machine: fastMachine(SPEED),
    config: { access, city: await city.config() },
  });
  line = await startLineProxy(station.port);
  const wire = createWire();
  const options = await windowOptions({ ...station, port: line.port }, 2, {
    machine: fastMachine(SPEED),
    config: { access, city: await city.config() },
    runtime: { stationNet: wire.net },
  });
  const window = await openOffice(options);
  await window.ok('session.signIn', clerkOf(2));
  await linkIs(window, 'up');
  await window.openShift();
  await hasTimetable(window);
  const { departures } = await window.ok('timetable.departures', { date: '2026-11-22' });
  const wanted = departures.filter(({ capacity, state }) => capacity >= 30 && state === 'onSale');
  let turn = 0;
  let sold = 0;
  const cycle = async (): Promise<void> => {
    turn += 1;
    const departureId = wanted[turn % wanted.length]?.departureId ?? '';
    const passengers = [{ holderRef: await window.holder(turn), ticketClass: 'full' }];
    const quote = await window.ask('sales.quote', { departureId, passengers });
    if (quote.ok) {
      const { totalFen } = quote.result as { totalFen: number };
      const order = { departureId, passengers, payment: 'cash', totalFen, tenderedFen: totalFen };
      const answer = await window.ask('sales.sell', order, newId());
      if (answer.ok) sold += 1;
      else expect(answer.refusal.code).toBe('seat.noneHeld');
    } else expect(quote.refusal.code).toBe('seat.noneHeld');
    await station.host.ok('station.recall', { departureId, reason: '试验收回' }, undefined, 'manager');
  };
  const audit = (): Promise<string[]> =>
    auditStation(station.host.machine.folder, [window.machine.folder], city);
  const quiet = async (): Promise<void> => {
    await linkIs(window, 'up');
    await atHost(station, window);
    await allUp(window);
    // Seats may be on their way back; what is wrong for good is told by who looks next.
    for (let tries = 0; tries < 40 && (await audit()).length > 0; tries += 1) await sleep(50);
  };
  return {
    station,
    window,
    wire,
    cycle,
    quiet,
    sold: () => sold,
    audit,
  };
}

/** Where messages of these lengths are cut: their ends, one place between by the seed, every so many bytes when that is wanted. */
function cutsOf(lengths: readonly [string, number][]): Cut[] {
  const chance = seededRandom(SEED);
  return lengths.flatMap(([name, length]) => {
    const [way, ...kind] = name.split(' ');
    const [high = 0, low = 0] = chance.bytes(2);
    const between = (high * 256 + low) % length;
    const places = new Set([between, length - 1, length]);
    for (let at = 0; at < length; at += STEP_BYTES) places.add(at);
    return [...places].map((afterBytes) => ({ way: way as Cut['way'], kind: kind.join(' '), afterBytes }));
  });
}

test('cut at any byte of any message between a window and its host, seats and records are where they should be', async () => {
  const under = await begin();
  const { wire, window, cycle } = under;
  wire.drop();
  await until(
    async () => {
      await cycle();
      await under.quiet();
      return KINDS.every((name) => wire.lengths.has(name)) ? true : undefined;
    },
    'every kind of message heard once',
    60_000,
  );
  const lengths = KINDS.map((name): [string, number] => [name, wire.lengths.get(name) ?? 0]);
  expect(lengths.filter(([, length]) => length < 20)).toEqual([]);
  const cuts = cutsOf(lengths);
  for (const [n, cut] of cuts.entries()) {
    wire.arm(cut);
    const name = `${cut.way} ${cut.kind}`;
    await until(
      async () => {
        if (!wire.isArmed()) return true;
        if (AT_CONTACT.includes(name)) wire.drop();
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
  expect(under.sold()).toBeGreaterThan(cuts.length / 3);
}, 3_600_000);

test('cut in the middle of the handshake, or of what is sealed after it, a window comes back', async () => {
  const { wire, window, cycle, quiet, audit } = await begin();
  const proxy = line;
  if (!proxy) throw new Error('no line');
  await cycle();
  await quiet();
  const cuts: LineRule[] = [1, 300, 700, 1_100, 1_500].flatMap((bytes) => [
    { cutUpAfter: bytes },
    { cutDownAfter: bytes },
  ]);
  for (const [n, cut] of cuts.entries()) {
    proxy.rule = () => cut;
    wire.drop();
    await until(() => (proxy.cuts > n ? true : undefined), `a cut ${JSON.stringify(cut)}`);
    proxy.rule = () => ({});
    await linkIs(window, 'up');
    await cycle();
  }
  await quiet();
  expect(await audit()).toEqual([]);
}, 120_000);

test('a window whose enrolment is cut off enrols with the same code at its next start', async () => {
  const station = await openHost({ machine: fastMachine(SPEED) });
  const wire = createWire();
  const options = await windowOptions(station, 2, { runtime: { stationNet: wire.net } });
  for (const cut of ['up window.enrol', 'down answer window.enrol']) {
    const [way, ...kind] = cut.split(' ');
    wire.arm({ way: way as Cut['way'], kind: kind.join(' '), afterBytes: way === 'up' ? 100_000 : 40 });
    const tried = await tryOffice(options);
    expect(tried.opened).toMatchObject({ ok: false, refusal: { code: 'host.unavailable' } });
  }
  const window = await openOffice(options);
  await window.ok('session.signIn', clerkOf(2));
  await linkIs(window, 'up');
  const { windows } = await station.host.ok('station.windows', {}, undefined, 'manager');
  expect(windows.map(({ ordinal, state }) => [ordinal, state])).toEqual([[1, 'enrolled']]);
});
