import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { connectOffice, newCommandId, RefusedError, type OfficeClient } from '../support/office-client.ts';
import { adult } from '../support/people.ts';
import { startOffice, type RunningOffice } from '../support/running-office.ts';
import { addDays, businessDateOf } from '../../domain/time.ts';
import { clerkOf, everybody, numberedFeed, until } from './kit.ts';
import { trialStaff, trialStation } from '../../main/trial-station.ts';

const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A real office process on a folder, killed and started again as often as a test likes. */
class OfficeProcess {
  readonly folder: string;
  running: RunningOffice | undefined;
  page: OfficeClient | undefined;
  constructor(root: string, name: string) {
    this.folder = join(root, name);
  }
  async write(window: number, host: object): Promise<void> {
    mkdirSync(join(this.folder, 'feed'), { recursive: true });
    writeFileSync(join(this.folder, 'feed/own.json'), JSON.stringify(numberedFeed()));
    const config = { station: trialStation, window, staff: await everybody(), host };
    writeFileSync(join(this.folder, 'station.json'), JSON.stringify(config));
  }
  async start(who: 'manager' | { number: string; pin: string }): Promise<OfficeClient> {
    this.running = await startOffice(this.folder);
    this.page = await connectOffice(this.running.url, this.running.token);
    const person = who === 'manager' ? trialStaff.find(({ roles }) => roles[0] === who) : who;
    await this.page.call('session.signIn', { number: person?.number, pin: person?.pin });
    return this.page;
  }
  async kill(): Promise<void> {
    this.page?.close();
    await this.running?.kill();
    this.running = undefined;
  }
}

test('three real processes, killed at random moments, sell a coach out and no seat twice', async () => {
  const root = mkdtempSync(join(tmpdir(), 'so-station-'));
  ends.push(() => rmSync(root, { recursive: true, force: true }));
  const host = new OfficeProcess(root, 'host');
  ends.push(() => host.kill());
  await host.write(1, { role: 'host', listen: ['127.0.0.1:0'] });
  let boss = await host.start('manager');
  const info = await until(async () => {
    const now = await boss.call('station.info');
    return now.ports.length > 0 ? now : undefined;
  });
  const address = `127.0.0.1:${info.ports[0]}`;
  const windows: OfficeProcess[] = [];
  for (const window of [2, 3]) {
    const one = new OfficeProcess(root, `w${window}`);
    const { code } = await boss.call('station.code', { window });
    await one.write(window, { address, key: info.linkKey, enrolmentCode: code });
    ends.push(() => one.kill());
    await (await one.start(clerkOf(window))).call('shifts.open', { floatFen: 50_000 }, newCommandId());
    windows.push(one);
  }
  // The host comes back on the same port, as a real one does.
  await host.write(1, { role: 'host', listen: [address] });

  const departureId = `r-dhk-nbjc/${addDays(businessDateOf(Date.now()), 1)}/0540`;
  const sold = new Map<string, number>();
  let person = 1;
  /** One sale; undefined when the office was killed under it, false when it has no seat. */
  async function sell(office: OfficeProcess): Promise<boolean | undefined> {
    const { page } = office;
    if (!page) return undefined;
    person += 1;
    const { holderRef } = await page.call('holders.type', { documentKind: '111', ...adult(person) });
    const passengers = [{ holderRef, ticketClass: 'full' }];
    const { totalFen } = await page.call('sales.quote', { departureId, passengers });
    const order = { departureId, passengers, payment: 'cash', totalFen, tenderedFen: totalFen };
    try {
      const sale = await page.call('sales.sell', order, newCommandId());
      sold.set(sale.tickets[0].ticketNumber, sale.tickets[0].seatNumber);
      return true;
    } catch (error) {
      if (error instanceof RefusedError && error.refusal.code === 'seat.noneHeld') return false;
      if (error instanceof RefusedError) throw error;
      return undefined;
    }
  }

  const [two, three] = windows;
  if (!two || !three) throw new Error('two windows');
  expect(await sell(two)).toBe(true);
  // The window is killed while its sale is under way, the host a moment after it.
  const underWay = sell(three);
  await sleep(15);
  await Promise.all([three.kill(), host.kill(), underWay.catch(() => undefined)]);
  await sell(two);
  boss = await host.start('manager');
  await three.start(clerkOf(3));
  for (let round = 0; round < 30; round += 1) {
    const answers = [await sell(two), await sell(three)];
    if (round > 3 && answers.every((answer) => answer === false)) break;
    await sleep(100);
  }
  // Every ticket that exists, also one whose answer the page never got.
  const every: { ticketNumber: string; departureId: string; seatNumber: number }[] = [];
  for (const { page } of windows) {
    const list = await page?.call('sales.list', { limit: 200 });
    every.push(...list.tickets);
  }
  const seats = every
    .filter((ticket) => ticket.departureId === departureId)
    .map(({ seatNumber }) => seatNumber);
  expect(seats.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  for (const ticketNumber of sold.keys())
    expect(every.map((ticket) => ticket.ticketNumber)).toContain(ticketNumber);
  expect((await boss.call('station.conflicts')).seats).toEqual([]);
  await until(async () => {
    const { windows: rows } = await boss.call('station.windows');
    return rows.every((row: { connected: boolean; unsold: number }) => row.connected && row.unsold === 0)
      ? rows
      : undefined;
  }, 'both journals at the host');
}, 120_000);
