import { trialFeed } from '../../city/shell/files.ts';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPglite } from '../../city/store/pglite.ts';
import { openPostgresql } from '../../city/store/postgresql.ts';
import { makeMachine, type Machine } from '../support/machine.ts';
import { departureOn, openWindow, type TestWindow } from '../support/window.ts';
import { startPostgres } from './postgres-cluster.ts';
import { linkOf, startGateway, type GatewayProcess, type LinkUnderTest } from './link-kit.ts';

const DEPARTURE = departureOn('2026-11-21', '1130');

describe('a window and the gateway process', () => {
  let data: string;
  let gateway: GatewayProcess | undefined;
  const machines: Machine[] = [];
  const ends: (() => unknown)[] = [];

  let fresh: string;

  beforeAll(async () => {
    fresh = mkdtempSync(join(tmpdir(), 'so-city-fresh-'));
    const first = await startGateway(fresh);
    await first.stop();
  });
  afterAll(() => rmSync(fresh, { recursive: true, force: true }));
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'so-city-'));
    cpSync(fresh, data, { recursive: true });
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await gateway?.stop();
    gateway = undefined;
    for (const machine of machines.splice(0)) machine.remove();
    rmSync(data, { recursive: true, force: true });
  });

  const open = async (folder?: string): Promise<{ machine: Machine; window: TestWindow }> => {
    const machine = makeMachine(folder === undefined ? {} : { folder, seed: 77 });
    machines.push(machine);
    const window = await openWindow(machine);
    ends.push(() => window.close());
    return { machine, window };
  };
  const join_ = (window: TestWindow, machine: Machine, city: GatewayProcess): LinkUnderTest => {
    const under = linkOf(window, machine, { url: city.url, enrolmentCode: city.enrolmentCode });
    ends.push(() => under.link.stop());
    under.link.start();
    return under;
  };
  const isAllUp = (window: TestWindow) => (): boolean =>
    window.ledger.uploadState().ackSeq === window.ledger.head().seq;
  const portOf = (city: GatewayProcess): number => Number(new URL(city.url).port);
  /** What the city counts, by SQL on its database after its process ended. */
  const cityCounts = async (): Promise<{ tickets: string[]; rows: number; entries: number }> => {
    await gateway?.stop();
    gateway = undefined;
    const store = await openPglite(join(data, 'database'));
    const tickets = await store.query<{ ticket_number: string }>(
      'select ticket_number from counted_tickets order by 1',
    );
    const [counts] = await store.query<{ tickets: number; entries: number }>(
      'select (select count(*) from tickets) as tickets, (select count(*) from entries) as entries',
    );
    await store.close();
    return {
      tickets: tickets.map((row) => row.ticket_number),
      rows: counts?.tickets ?? -1,
      entries: counts?.entries ?? -1,
    };
  };

  test('the window enrols itself, gets the feed, and what it sells is in the city once', async () => {
    gateway = await startGateway(data);
    const { machine, window } = await open();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 50 });
    const sold = window.sell(DEPARTURE, [1, 2, 3]).ticketNumbers;
    const under = join_(window, machine, gateway);
    expect(under.link.status()).toMatchObject({ state: 'starting', backlog: window.ledger.head().seq });
    await under.until(() => under.feeds.length === 1 && isAllUp(window)(), 'feed and upload');
    sold.push(...window.sell(DEPARTURE, [4]).ticketNumbers);
    under.link.nudge();
    await under.until(isAllUp(window), 'the second sale is up');
    expect(under.link.status()).toEqual({ state: 'up', backlog: 0, oldestUnsentAt: null });
    expect(under.feeds[0]?.departures).toHaveLength(trialFeed().departures.length);
    const applied = window.ledger.latest('feed.applied')?.body;
    expect(applied).toMatchObject({ version: 1 });
    expect(window.ledger.latest('window.enrolled')).toBeDefined();
    expect(window.ledger.uploadState()).toMatchObject({ ackedWeeks: ['2026-W47'], refusedEntries: 0 });
    const counts = await cityCounts();
    expect(counts).toEqual({ tickets: sold.toSorted(), rows: 4, entries: window.ledger.head().seq });
  });

  test('the gateway is killed, the window sells on, and everything is in the city once after its return', async () => {
    gateway = await startGateway(data);
    const { machine, window } = await open();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 500 });
    const under = join_(window, machine, gateway);
    await under.until(isAllUp(window), 'first contact');
    const port = portOf(gateway);
    const sold: string[] = [];
    for (let n = 0; n < 30; n += 1) {
      sold.push(...window.sell(DEPARTURE, [n]).ticketNumbers);
      under.link.nudge();
      if (n === 10) await gateway.kill();
      await under.pass(250);
    }
    await under.until(() => under.link.status().state === 'down', 'down');
    expect(under.link.status()).toMatchObject({ state: 'down', refusal: { code: 'city.unavailable' } });
    expect(under.link.status().backlog).toBeGreaterThanOrEqual(38);
    expect(under.link.status().oldestUnsentAt).toBeLessThan(machine.runtime.clock.nowMs());
    gateway = await startGateway(data, port);
    await under.until(isAllUp(window), 'the backlog is up');
    expect(under.link.status()).toMatchObject({ state: 'up', backlog: 0 });
    const counts = await cityCounts();
    expect(counts.tickets).toEqual(sold.toSorted());
    expect(counts.rows).toBe(30);
  });

  test('after a restart without the city the last good feed is in force', async () => {
    gateway = await startGateway(data);
    const first = await open();
    const under = join_(first.window, first.machine, gateway);
    await under.until(() => under.feeds.length === 1 && isAllUp(first.window)(), 'feed');
    await under.link.stop();
    const config = { url: gateway.url };
    await gateway.stop();
    gateway = undefined;
    const headSeq = first.window.ledger.head().seq;
    first.window.close();
    const machine = first.machine.restart();
    const window = await openWindow(machine);
    ends.push(() => window.close());
    const again = linkOf(window, machine, config);
    ends.push(() => again.link.stop());
    again.link.start();
    expect(again.feeds).toEqual(under.feeds);
    await again.until(() => again.link.status().state === 'down', 'the link is down');
    expect(window.ledger.head().seq, 'the same feed is not journalled twice').toBe(headSeq);
  });

  test('a city restored from an older copy is sent what it lost', async () => {
    gateway = await startGateway(data);
    const { machine, window } = await open();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 50 });
    const under = join_(window, machine, gateway);
    await under.until(isAllUp(window), 'first contact');
    const port = portOf(gateway);
    await gateway.stop();
    const copy = `${data}-copy`;
    ends.push(() => rmSync(copy, { recursive: true, force: true }));
    cpSync(data, copy, { recursive: true });
    gateway = await startGateway(data, port);
    const sold = window.sell(DEPARTURE, [1, 2]).ticketNumbers;
    under.link.nudge();
    await under.until(isAllUp(window), 'the sale is up');
    await gateway.stop();
    rmSync(data, { recursive: true });
    cpSync(copy, data, { recursive: true });
    gateway = await startGateway(data, port);
    await under.until(() => !isAllUp(window)(), 'the loss is seen');
    await under.until(isAllUp(window), 'sent again');
    expect((await cityCounts()).tickets).toEqual(sold.toSorted());
  });

  test.each([
    ['the fork is found', false],
    ['the fork is found also when it lies behind what is sent', true],
  ])('two machines under one window’s key: %s', async (_what, isBehind) => {
    gateway = await startGateway(data);
    const { machine, window } = await open();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 50 });
    const under = join_(window, machine, gateway);
    await under.until(isAllUp(window), 'first contact');
    await under.link.stop();
    window.close();
    const folder = `${machine.folder}-clone`;
    cpSync(machine.folder, folder, { recursive: true });
    const clone = await open(folder);
    const back = await openWindow(machine.restart());
    ends.push(() => back.close());
    back.sell(DEPARTURE, [1]);
    clone.window.sell(DEPARTURE, [2]);
    clone.window.sell(DEPARTURE, [3]);
    const original = join_(back, back.machine, gateway);
    await original.until(isAllUp(back), 'the original is up');
    if (isBehind)
      clone.window.ledger.recordAnswer({
        ackSeq: clone.window.ledger.head().seq - 1,
        verdicts: [],
        weekKeys: [],
      });
    const other = join_(clone.window, clone.machine, gateway);
    await other.until(() => other.link.status().state === 'fenced', 'the fork is found');
    expect(other.link.status()).toMatchObject({ refusal: { code: 'city.fork' } });
    expect(clone.window.ledger.uploadState().ackSeq).toBeLessThan(clone.window.ledger.head().seq);
    expect(
      other.statuses.filter(({ state }) => state === 'fenced'),
      'told once',
    ).toHaveLength(1);
    back.sell(DEPARTURE, [4]);
    original.link.nudge();
    await original.until(() => original.link.status().state === 'fenced', 'the original hears of it');
  });

  test('one refused entry stops nothing behind it', async () => {
    gateway = await startGateway(data);
    const { machine, window } = await open();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 50 });
    const command = window.saleCommand(DEPARTURE, [1]);
    const [ticket, money] = command.entries;
    const wrong = window.vault.seal(
      { kind: '111', name: '测试甲', number: '330999199001010000' },
      '2026-W47',
    );
    if (!ticket || !money) throw new Error('a sale has two entries');
    window.ledger.append({ ...command, entries: [{ ...ticket, identity: wrong }, money] });
    const refusedSeq = window.ledger.head().seq - 1;
    const good = window.sell(DEPARTURE, [2]).ticketNumbers;
    const under = join_(window, machine, gateway);
    await under.until(isAllUp(window), 'all up');
    expect(window.ledger.verdictsOf([refusedSeq]).get(refusedSeq)).toMatchObject({
      verdict: 'refused',
      refusal: { code: 'city.identityNumber' },
    });
    expect(window.ledger.uploadState().refusedEntries).toBe(1);
    expect(under.link.status().state).toBe('up');
    expect((await cityCounts()).tickets).toEqual(good);
  });

  test('the same gateway on PostgreSQL, killed in between, has every ticket once', async () => {
    const cluster = startPostgres();
    ends.push(() => cluster.stop());
    const postgres = cluster.url('city');
    gateway = await startGateway(data, 0, ['--postgres', postgres]);
    const { machine, window } = await open();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 50 });
    const under = join_(window, machine, gateway);
    await under.until(isAllUp(window), 'first contact');
    const sold = window.sell(DEPARTURE, [1, 2]).ticketNumbers;
    const port = portOf(gateway);
    await gateway.kill();
    under.link.nudge();
    await under.until(() => under.link.status().state === 'down', 'down');
    gateway = await startGateway(data, port, ['--postgres', postgres]);
    await under.until(isAllUp(window), 'all up');
    const store = openPostgresql(postgres, () => undefined);
    const rows = await store.query<{ ticket_number: string }>('select ticket_number from tickets order by 1');
    await store.close();
    expect(rows.map((row) => row.ticket_number)).toEqual(sold.toSorted());
    await gateway.stop();
    gateway = undefined;
  });

  test('a gateway whose parent is gone ends by itself, and a second one on its folder refuses', async () => {
    gateway = await startGateway(data);
    await expect(startGateway(data)).rejects.toThrow(/in use/);
    expect(await gateway.stop()).toBe(0);
    gateway = undefined;
  });
});
