import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPglite } from '../../city/store/pglite.ts';
import { startGateway, type GatewayProcess } from '../city/link-kit.ts';
import {
  closeOffices,
  ferry,
  newId,
  openOffice,
  openWindow,
  restart,
  type OpenOptions,
  type TestOffice,
} from '../office/kit.ts';
import { readEntries } from '../office/books.ts';
import { NetworkError, type Network } from '../../main/runtime.ts';
import { machineNetwork } from '../../main/shells/network.ts';
import { trialClerks } from '../../main/trial-station.ts';
import { makeMachine, type Machine } from '../support/machine.ts';

let fresh: string;
let data: string;
let gateway: GatewayProcess | undefined;

beforeAll(async () => {
  fresh = mkdtempSync(join(tmpdir(), 'so-city-fresh-'));
  await (await startGateway(fresh)).stop();
});
afterAll(() => rmSync(fresh, { recursive: true, force: true }));
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'so-city-'));
  cpSync(fresh, data, { recursive: true });
});
afterEach(async () => {
  await closeOffices();
  await gateway?.stop();
  gateway = undefined;
  rmSync(data, { recursive: true, force: true });
});

/** Virtual time goes on while real answers come in, until `isSo`. */
async function until(window: TestOffice, isSo: (status: any) => boolean, what: string): Promise<any> {
  const endMs = performance.now() + 20_000;
  for (;;) {
    const status = await window.ok('status.get');
    if (isSo(status)) return status;
    if (performance.now() > endMs) throw new Error(`${what}: ${JSON.stringify(status)}`);
    window.machine.pass(200);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}
const isUp = ({ link, feedVersion }: any): boolean =>
  link.state === 'up' && link.backlog === 0 && feedVersion > 0;
const isDown = ({ link }: any): boolean => link.state === 'down';

interface City {
  tickets: string[];
  ledgers: {
    ledger_id: string;
    ordinal: number;
    predecessor_ledger_id: string | null;
    fork_seq: number | null;
  }[];
  refused: unknown[];
}
/** What the city has, by SQL after its process ended. */
async function cityHas(): Promise<City> {
  await gateway?.stop();
  gateway = undefined;
  const store = await openPglite(join(data, 'database'));
  const tickets = await store.query<{ ticket_number: string }>(
    'select ticket_number from counted_tickets order by 1',
  );
  const ledgers = await store.query<City['ledgers'][number]>(
    'select ledger_id, ordinal, predecessor_ledger_id, fork_seq from ledgers order by ordinal',
  );
  const refused = await store.query("select * from verdicts where verdict <> 'accepted'");
  await store.close();
  return { tickets: tickets.map((row) => row.ticket_number), ledgers, refused };
}
const numbers = (sale: any): string[] => sale.tickets.map(({ ticketNumber }: any) => ticketNumber);
const CLERK = trialClerks[0].number;
const cityOf = (city: GatewayProcess) => ({ url: city.url, enrolmentCode: city.enrolmentCode });

test('a restored backup: the window goes on in a new ledger, and what both sold is in the city once', async () => {
  gateway = await startGateway(data);
  const config = { city: cityOf(gateway) };
  const port = Number(new URL(gateway.url).port);
  const first = await openWindow({ config });
  await until(first, isUp, 'first contact');
  const sold = numbers(await first.sell(ferry(), [1, 2]));
  await until(first, isUp, 'the first sale is up');
  // Without the city: what the backup has and the city has not, and what neither has.
  await gateway.kill();
  sold.push(...numbers(await first.sell(ferry(), [3])));
  await first.office.stop();
  const ledger = join(first.machine.folder, 'ledger.db');
  copyFileSync(ledger, `${ledger}.backup`);
  const evening = await restart(first, { config });
  await evening.signIn();
  const lost = numbers(await evening.sell(ferry('1220', '2026-11-22'), [4]));
  const anchorSeq = evening.books().seq;
  await evening.office.stop();
  copyFileSync(`${ledger}.backup`, ledger);

  const window = await restart(evening, { config });
  const succession = {
    why: 'older',
    fromSeq: expect.any(Number),
    anchorSeq,
    frozenThrough: '2026-11-22',
    confirmed: false,
  };
  expect(await window.ok('status.get')).toMatchObject({ succession, shift: null });
  await window.signIn();
  expect(await window.ok('recovery.summary')).toMatchObject({
    succession,
    shift: null,
    commands: [],
    prints: [],
  });
  await window.openShift();
  // Nothing is sold before a clerk has read what happened; then nothing that may be sold already.
  const order = await window.order(ferry('1220', '2026-11-24'), [5]);
  expect((await window.refusal('sales.sell', order, newId())).code).toBe('succession.unconfirmed');
  const confirmId = newId();
  const confirmed = await window.ok('succession.confirm', {}, confirmId);
  expect(confirmed).toMatchObject({ ...succession, confirmed: true });
  expect(confirmed.frozenDepartures).toBeGreaterThan(100);
  expect(await window.ok('succession.confirm', {}, confirmId)).toEqual(confirmed);
  expect((await window.refusal('succession.confirm', {}, newId())).code).toBe('succession.none');
  for (const date of ['2026-11-21', '2026-11-22']) {
    const { departures } = await window.ok('timetable.departures', { date });
    const states = new Set(departures.map(({ state }: any) => state));
    expect(states.has('onSale') || states.has('soldOut')).toBe(false);
    expect(
      departures.filter(({ state }: any) => state === 'frozen').every(({ left }: any) => left === 0),
    ).toBe(true);
    const frozen = await window.order(ferry('1220', date), [5]);
    expect((await window.refusal('sales.sell', frozen, newId())).code).toBe('departure.frozen');
  }
  const fresh_ = numbers(await window.sell(ferry('1220', '2026-11-24'), [5, 6]));
  expect(fresh_.map((number) => number.slice(12, 14))).toEqual(['02', '02']);
  sold.push(...fresh_);
  expect(
    readEntries(window.machine.folder).filter(({ kind }) => kind === 'succession.confirmed'),
  ).toMatchObject([
    {
      actor: CLERK,
      body: { clerkNumber: CLERK, frozenThrough: '2026-11-22', frozenDepartures: confirmed.frozenDepartures },
    },
  ]);

  gateway = await startGateway(data, port);
  await until(window, isUp, 'all is up');
  await window.office.stop();
  const city = await cityHas();
  expect(city.tickets).toEqual(sold.toSorted());
  expect(city.tickets).not.toContain(lost[0]);
  expect(city.refused).toEqual([]);
  expect(city.ledgers).toMatchObject([
    { ordinal: 1, predecessor_ledger_id: null, fork_seq: null },
    { ordinal: 2, predecessor_ledger_id: city.ledgers[0]?.ledger_id, fork_seq: null },
  ]);
});

const openCopy = (machine: Machine, options: OpenOptions = {}): Promise<TestOffice> =>
  openOffice({ machine: machine.restart(), ...options });

test('two copies of one folder both sell: the second to upload is fenced, over a restart too, and only its selling ends', async () => {
  gateway = await startGateway(data);
  const config = { city: cityOf(gateway) };
  const begun = await openWindow({ config });
  await until(begun, isUp, 'first contact');
  await begun.office.stop();
  const clone = makeMachine({ seed: 5, nowMs: begun.machine.runtime.clock.nowMs() });
  cpSync(begun.machine.folder, clone.folder, { recursive: true });
  const original = await restart(begun, { config });
  await original.signIn();
  const [kept] = numbers(await original.sell(ferry(), [1]));
  await until(original, isUp, 'the original is up');

  // The copy's line is cut until it has sold: else its first contact tells it that the city has more.
  let isCut = true;
  const network: Network = {
    request: (request) =>
      isCut ? Promise.reject(new NetworkError('unreachable', 'cut')) : machineNetwork.request(request),
  };
  const copy = await openCopy(clone, { config, runtime: { network } });
  await copy.signIn();
  const [other] = numbers(await copy.sell(ferry(), [2]));
  isCut = false;
  const { fenced } = await until(copy, (status) => status.fenced !== undefined, 'the copy is fenced');
  expect(fenced).toMatchObject({ reason: 'fork', refusal: { code: 'window.fenced' } });
  const order = await copy.order(ferry(), [3]);
  expect((await copy.refusal('sales.sell', order, newId())).code).toBe('window.fenced');
  expect(((await copy.ok('sales.quote', { departureId: ferry(), passengers: [] })) as any).refusal.code).toBe(
    'window.fenced',
  );
  // Both tickets bear one number: the city lists them together, and the fenced window shows what it lists.
  const listed = await until(copy, ({ link }) => link.forks?.total === 1, 'the city lists the other copy');
  expect(listed.link.forks.tickets).toMatchObject([
    { ticketNumber: other, meets: [{ by: 'number', ticketNumber: kept }] },
  ]);
  expect(other).toBe(kept);
  await copy.office.stop();

  // It stays so without the city, and what was sold can be listed, printed and closed.
  const again = await openCopy(clone);
  await again.signIn();
  expect(await again.ok('recovery.summary')).toMatchObject({
    fenced,
    printsWaiting: 1,
    shift: { ticketCount: 1 },
  });
  expect((await again.refusal('sales.sell', await again.order(ferry(), [3]), newId())).code).toBe(
    'window.fenced',
  );
  expect((await again.ok('sales.list', { limit: 5 })).tickets).toMatchObject([
    { ticketNumber: other, upload: 'queued' },
  ]);
  const { shift } = (await again.ok('shifts.current')) as any;
  expect(
    await again.ok('shifts.close', { countedFen: shift.floatFen + shift.salesFen }, newId()),
  ).toMatchObject({ differenceFen: 0 });
  expect(again.books().kinds.filter((kind) => kind === 'window.fenced')).toHaveLength(1);

  // The original hears of it with its next entries.
  await original.sell(ferry(), [4]);
  await until(original, (status) => status.fenced !== undefined, 'the original is fenced');
  // What it wrote since is not taken into the history either, and is listed.
  await until(original, ({ link }) => link.forks?.total === 2, 'its last ticket is listed too');
  const city = await cityHas();
  expect(city.tickets).toEqual([kept]);
  expect(city.ledgers).toMatchObject([{ ordinal: 1, fork_seq: fenced.seq }]);
});

test('a whole folder restored from a backup stops selling as soon as the city says that it has more', async () => {
  gateway = await startGateway(data);
  const config = { city: cityOf(gateway) };
  const window = await openWindow({ config });
  await until(window, isUp, 'first contact');
  await window.office.stop();
  const backup = makeMachine({ seed: 5, nowMs: window.machine.runtime.clock.nowMs() });
  cpSync(window.machine.folder, backup.folder, { recursive: true });
  const later = await restart(window, { config });
  await later.signIn();
  await later.sell(ferry(), [1]);
  await until(later, isUp, 'all is up');
  await later.office.stop();

  const old = await openCopy(backup, { config });
  await old.signIn();
  const { fenced } = await until(old, (status) => status.fenced !== undefined, 'the city has more');
  expect(fenced).toMatchObject({ reason: 'behind', refusal: { code: 'window.behind' } });
  expect((await old.refusal('sales.sell', await old.order(ferry(), [2]), newId())).code).toBe(
    'window.behind',
  );
  // The city falling silent does not make it sell again.
  await gateway.kill();
  old.machine.pass(120_000);
  await until(old, isDown, 'down');
  expect((await old.refusal('sales.sell', await old.order(ferry(), [2]), newId())).code).toBe(
    'window.behind',
  );
});
