import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { trialStation } from '../../main/trial-station.ts';
import { clerkOf, everybody, numberedFeed } from '../station/staff.ts';
import { openClerk, SOON, startHost, type Clerk, type Host } from './host.ts';
import { callAsPage, personOf, signInAs, typeInAs } from './station-people.ts';

async function toWindows(clerk: Clerk): Promise<void> {
  await clerk.page.locator('[data-page="windows"]').click();
  await clerk.page.locator('[data-window]').first().waitFor();
  await clerk.page.locator('table[role="grid"]:focus').waitFor();
}

/** Fills the reason in and confirms it. */
async function because(clerk: Clerk, reason: string): Promise<void> {
  await clerk.page.getByLabel('原因').waitFor();
  await clerk.page.getByLabel('原因').focus();
  await clerk.page.keyboard.insertText(reason);
  await clerk.press('Enter');
}

/** What the code's panel says is to be written into the new PC's `station.json`. */
async function shownHost(boss: Clerk): Promise<{ address: string; key: string; enrolmentCode: string }> {
  const text = await boss.page.locator('[data-part="code"] pre', { hasText: /x:\d+/ }).innerText();
  const { host } = JSON.parse(`{${text}}`) as {
    host: { address: string; key: string; enrolmentCode: string };
  };
  return { ...host, address: host.address.replace('192.168.x.x', '127.0.0.1') };
}

const rowOf = (boss: Clerk) => (window: number, text: string | RegExp) =>
  boss.page.locator(`[data-window$="/0${window}"]`, { hasText: text });

/** What the host's manager sees of the whole station: a plan's report and effect name the window whose machine is lost. */
async function stationViews(boss: Clerk, look: (clerk: Clerk, name: string) => Promise<void>): Promise<void> {
  const leader = personOf('shiftLeader');
  const measured = { what: 'queue', value: '620', unit: '人', source: '候船厅', at: Date.now() };
  await callAsPage(boss, 'plans.order', {
    planId: 'peak',
    scope: {},
    until: Date.now() + 3_600_000,
    reason: '大客流',
    orderedBy: null,
    measured,
    secondSignature: { number: leader.number, pin: leader.pin },
  });
  await boss.page.locator('[data-page="planReport"]').click();
  await boss.page.locator('[data-of="station"]', { hasText: '2 号窗口的数据不全' }).waitFor(SOON);
  await boss.page.locator('[data-window$="/02"][data-is="writtenOff"]').waitFor(SOON);
  await look(boss, 'station-report');
  await boss.page.locator('[data-page="plans"]').click();
  await boss.page.locator('[data-part="impact"] [data-of="station"]').waitFor(SOON);
  await boss.page.locator('[data-behind$="/02"]').waitFor(SOON);
  await look(boss, 'station-plans');
}

/**
 * A station of two real offices: a code for the window, its retirement, the PC that takes its place, a recall, and the machine
 * that is lost. `look` sees the pages on the way; gives what the host's page reported as error.
 */
export async function retireAndReplace(
  browser: Browser,
  look: (clerk: Clerk, name: string) => Promise<void>,
): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'station-retire-'));
  const hosts: Host[] = [];
  /** A real office process on a folder of its own, and a page at it. */
  async function office(name: string, window: number, host: unknown): Promise<[Host, Clerk]> {
    const folder = join(root, name);
    mkdirSync(join(folder, 'feed'), { recursive: true });
    if (window === 1) writeFileSync(join(folder, 'feed/own.json'), JSON.stringify(numberedFeed()));
    const station = { station: trialStation, window, staff: await everybody(), host };
    const running = await startHost({ folder, station });
    hosts.push(running);
    return [running, await openClerk(browser, running)];
  }
  try {
    const [, boss] = await office('host', 1, { role: 'host', listen: ['127.0.0.1:0'] });
    const row = rowOf(boss);
    await signInAs(boss, 'manager');
    await toWindows(boss);
    await boss.press('n');
    await boss.type('0');
    await boss.press('Enter');
    await because(boss, '二号窗口开张');
    await boss.press('Enter');
    await boss.sees('窗口号应为 1 至 99 的整数');
    await boss.page.getByLabel('窗口号').fill('2');
    await boss.page.getByLabel('原因').focus();
    await boss.press('Enter');
    await boss.press('Enter');
    await boss.page.locator('[data-part="code"]').waitFor();
    await look(boss, 'windows-code');
    const [two, clerk] = await office('two', 2, await shownHost(boss));
    await row(2, '在线').waitFor(SOON);
    // It is to be a gate: the manager gives the right, and the list says so.
    await boss.page.locator('table[role="grid"]').focus();
    await boss.press('ArrowDown', 'g');
    await boss.sees('打开姓名的周密钥');
    await because(boss, '兼作检票口');
    await look(boss, 'windows-gate-right');
    await boss.press('Enter');
    await boss.sees('2 号窗口可以检票了');
    await row(2, '可').waitFor(SOON);

    await clerk.page.getByLabel('工号').waitFor();
    await clerk.type(clerkOf(2).number);
    await clerk.press('Enter');
    await clerk.type(clerkOf(2).pin);
    await clerk.press('Enter');
    await clerk.page.getByLabel('备用金(元)').waitFor();
    await clerk.type('200');
    await clerk.press('Enter');
    await clerk.page.getByRole('combobox', { name: '去往' }).waitFor();
    await clerk.press('F10', 'F10');

    await signInAs(clerk, 'technician');
    await toWindows(clerk);
    await clerk.press('d');
    await because(clerk, '');
    await clerk.sees('请写明原因');
    await because(clerk, '换新电脑');
    await clerk.sees('再按一次 Enter');
    await clerk.press('Enter');
    await clerk.page.locator('[data-state="draining"]', { hasText: '还没有交班' }).waitFor();
    await row(2, '正在退役').waitFor(SOON);
    await look(clerk, 'windows-draining');
    // The clerk comes back to hand the drawer over.
    await clerk.press('F10');
    await clerk.page.getByLabel('工号').waitFor();
    await clerk.type(clerkOf(2).number);
    await clerk.press('Enter');
    await clerk.type(clerkOf(2).pin);
    await clerk.press('Enter');
    await clerk.page.locator('main.sale').waitFor();
    await clerk.press('F10');
    await clerk.page.getByLabel('实点现金(元)').waitFor();
    await clerk.type('200');
    await clerk.press('Enter');
    await clerk.sees('已交班');
    await clerk.press('Enter');

    await signInAs(clerk, 'technician');
    await toWindows(clerk);
    await clerk.page.locator('[data-state="draining"]', { hasText: '都已办完' }).waitFor(SOON);
    await clerk.press('q');
    await because(clerk, '换新电脑');
    await clerk.press('Enter');
    await clerk.page.locator('[data-state="wiped"]').waitFor(SOON);
    await row(2, '已退役').waitFor(SOON);
    await clerk.close();
    await two.stop();

    await boss.page.locator('table[role="grid"]').focus();
    await boss.press('ArrowDown', 'h');
    await boss.sees('2 号窗口换电脑');
    await because(boss, '新电脑到位');
    await boss.press('Enter');
    await boss.page.locator('[data-part="code"]').waitFor();
    const [next, newPc] = await office('next', 2, await shownHost(boss));
    await row(2, /在线.*第 2 本/s).waitFor(SOON);
    await newPc.close();

    await boss.page.locator('table[role="grid"]').focus();
    await boss.press('c');
    await boss.page.locator('#recall-0').waitFor();
    await boss.press('PageDown', 'ArrowDown');
    await because(boss, '团体要座');
    await look(boss, 'windows-recall');
    await boss.press('Enter');
    await boss.sees('已请 0 个在线窗口退回座位');

    await next.stop();
    await row(2, '离线').waitFor(SOON);
    await boss.page.locator('table[role="grid"]').focus();
    await boss.press('Delete');
    await because(boss, '整机被水浸坏');
    await boss.page.locator('[data-part="secondSignature"]').waitFor();
    await look(boss, 'windows-write-off');
    await typeInAs(boss, 'technician');
    await boss.sees('2 号窗口已注销');
    await row(2, '已注销').waitFor(SOON);
    await stationViews(boss, look);

    return boss.troubles.filter((one) => !one.includes('favicon'));
  } finally {
    for (const host of hosts.toReversed()) await host.stop();
    rmSync(root, { recursive: true, force: true });
  }
}
