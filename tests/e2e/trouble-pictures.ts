import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { printerFaults } from '../../contract/simulators.ts';
import { cardOf, simulateDevices } from '../bench/simulated-devices.ts';
import { MORNING, openClerk, openShift, signIn, startHost, type Clerk, type Host } from './host.ts';
import { nameCity } from './named-city.ts';
import { writeTrialStation } from './test-city.ts';

type Take = (clerk: Clerk, name: string) => Promise<void>;

/** A sheet takes about two seconds, so that its printer can fail in the middle of it. */
const SLOW_LINE_MS = 100;

/** The next boat, a person by whatever lays the card, and the focus at the money. */
const readyToSell = async (clerk: Clerk, layCard: () => unknown): Promise<void> => {
  await clerk.press('1');
  await layCard();
  await clerk.page.locator('#passenger-0').waitFor();
  await clerk.page.locator('[data-figure="total"]', { hasText: /\d/ }).waitFor();
  await clerk.press('Enter');
};

/** No paper, a sheet of unknown fate, the reader gone, and what the first page after a kill shows. */
export async function takeTroubles(browser: Browser, take: Take): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'station-troubles-'));
  const folder = join(base, 'window');
  mkdirSync(folder);
  const devices = await simulateDevices(base);
  let host: Host | undefined;
  let people = 0;
  try {
    await writeTrialStation(folder, { devices: devices.settings });
    host = await startHost({ folder });
    const clerk = await openClerk(browser, host, { relayed: true });
    const ready = async (): Promise<void> => {
      people += 1;
      await readyToSell(clerk, () => {
        devices.reader.layCard(cardOf(people));
      });
      devices.reader.removeCard();
    };
    /** A sale whose sheet is cut off in its middle; the printer is well again afterwards. */
    const sheetLost = async (): Promise<void> => {
      devices.setPrinterFaults(printerFaults.parse({ lineMs: SLOW_LINE_MS }));
      await ready();
      const begun = devices.nextSheetByte();
      await clerk.press('Enter');
      await begun;
      await delay(SLOW_LINE_MS * 8);
      await devices.pull('printer');
      await clerk.page
        .locator('[data-part="last-sale"]', { hasText: '结果不明' })
        .waitFor({ timeout: 40_000 });
      await devices.plug('printer');
      devices.setPrinterFaults(printerFaults.parse({}));
      await clerk.page.locator('[data-chip="printer"]', { hasText: '纸足' }).waitFor({ timeout: 40_000 });
    };
    await signIn(clerk);
    await openShift(clerk);
    await clerk.sees('08:30');
    await clerk.page.locator('[data-chip="link"].good').waitFor({ timeout: 60_000 });
    devices.setPrinterFaults(printerFaults.parse({ paper: 'out' }));
    await clerk.page.locator('[data-chip="printer"]', { hasText: '缺纸' }).waitFor({ timeout: 40_000 });
    await ready();
    await clerk.press('Enter');
    await clerk.sees('票还没有打印:打印机未就绪');
    await take(clerk, 'printer-no-paper');
    devices.setPrinterFaults(printerFaults.parse({ lineMs: SLOW_LINE_MS }));
    await clerk.sees('1 张票已打印', 30_000);

    await sheetLost();
    await clerk.press('F9');
    await clerk.sees('票出来了吗');
    await take(clerk, 'print-unknown');
    await clerk.press('y', 'F2');

    await clerk.page.locator('main.sale').waitFor();
    await devices.pull('reader');
    await clerk.page.locator('[data-chip="reader"]', { hasText: '没有应答' }).waitFor({ timeout: 40_000 });
    await take(clerk, 'reader-gone');
    await devices.plug('reader');
    await clerk.page.locator('[data-chip="reader"].good').waitFor({ timeout: 40_000 });

    // Everything that a kill can leave: no contact, a sheet of unknown fate, a sale whose answer nobody saw, the open shift.
    await clerk.trial('link');
    nameCity(folder);
    await sheetLost();
    await ready();
    clerk.loseNextSale(null);
    await clerk.press('Enter');
    await clerk.sees('正在落账');
    await clerk.page.waitForTimeout(2_000);
    host = await host.killAndRestart({ clock: '2026-11-21T08:24:00+08:00' });
    await clerk.moveTo(host);
    await signIn(clerk);
    await clerk.sees('上次运行留下的事');
    await clerk.page.locator('[data-recovery="prints"] li').waitFor();
    await clerk.sees('笔记录等着上传');
    await take(clerk, 'start-after-kill');
    await clerk.close();
  } finally {
    await host?.stop();
    await devices.stop();
    rmSync(base, { recursive: true, force: true });
  }
}

/** The city cannot be reached for three days, and the window goes on. */
export async function takeLinkDown(browser: Browser, take: Take): Promise<void> {
  let host = await startHost({ clock: '2026-11-18T08:21:00+08:00' });
  try {
    const clerk = await openClerk(browser, host);
    await signIn(clerk);
    await openShift(clerk);
    await clerk.sees('08:30');
    // Enrolled: without the city's keys nothing could be carried to it either.
    await clerk.page.locator('[data-chip="link"].good').waitFor({ timeout: 60_000 });
    await clerk.trial('link');
    for (const person of ['p01', 'p02', 'p03']) {
      await readyToSell(clerk, () => clerk.layCard(person));
      await clerk.press('Enter');
      await clerk.sees('1 张票已打印');
    }
    nameCity(host.folder);
    host = await host.killAndRestart({ clock: MORNING });
    await clerk.moveTo(host);
    await signIn(clerk);
    await clerk.sees('上次运行留下的事');
    await clerk.press('Enter');
    await clerk.sees('08:30');
    await readyToSell(clerk, () => clerk.layCard('p04'));
    await clerk.page.locator('[data-chip="link"]', { hasText: '3 天' }).waitFor({ timeout: 30_000 });
    await take(clerk, 'link-down-3-days');
    await clerk.press('Alt+u');
    await clerk.page.locator('[data-part="carried"] input').waitFor();
    await take(clerk, 'carried-by-stick');
    await clerk.close();
  } finally {
    await host.stop();
  }
}
