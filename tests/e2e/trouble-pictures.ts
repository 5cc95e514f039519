import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { MORNING, openClerk, openShift, signIn, startHost, type Clerk } from './host.ts';

type Take = (clerk: Clerk, name: string) => Promise<void>;

const lay = async (clerk: Clerk, person: string): Promise<void> => {
  await clerk.press('1');
  await clerk.layCard(person);
  await clerk.page.locator('#passenger-0').waitFor();
  await clerk.page.locator('[data-figure="total"]', { hasText: /\d/ }).waitFor();
  await clerk.press('Enter');
};

/** No paper, a sheet of unknown fate, devices gone, and what the first page after a kill shows. */
export async function takeTroubles(browser: Browser, take: Take): Promise<void> {
  let host = await startHost();
  try {
    const clerk = await openClerk(browser, host, { relayed: true });
    await signIn(clerk);
    await openShift(clerk);
    await clerk.sees('08:30');
    await clerk.trial('paper');
    await lay(clerk, 'p01');
    await clerk.press('Enter');
    await clerk.sees('票还没有打印:打印机未就绪');
    await take(clerk, 'printer-no-paper');
    await clerk.trial('paper');
    await clerk.sees('1 张票已打印', 30_000);

    await lay(clerk, 'p02');
    host.devices('SIGSTOP');
    await clerk.press('Enter');
    await clerk.sees('有票没有打印成功', 40_000);
    await clerk.page.locator('[data-chip="reader"]', { hasText: '没有应答' }).waitFor({ timeout: 40_000 });
    await take(clerk, 'reader-gone');
    host.devices('SIGCONT');
    await clerk.page.locator('[data-chip="printer"]', { hasText: '纸足' }).waitFor({ timeout: 40_000 });
    await clerk.press('F9');
    await clerk.sees('票出来了吗');
    await take(clerk, 'print-unknown');
    await clerk.press('F2');

    await clerk.page.locator('[data-chip="reader"]:not(:has-text("没有应答"))').waitFor({ timeout: 40_000 });
    await lay(clerk, 'p03');
    clerk.loseNextSale(null);
    await clerk.press('Enter');
    await clerk.sees('正在落账');
    await clerk.page.waitForTimeout(500);
    host = await host.killAndRestart();
    await clerk.page.goto(host.address);
    await signIn(clerk);
    await clerk.sees('上次运行留下的事');
    await take(clerk, 'start-after-kill');
    await clerk.close();
  } finally {
    await host.stop();
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
    await clerk.trial('link');
    for (const person of ['p01', 'p02', 'p03']) {
      await lay(clerk, person);
      await clerk.press('Enter');
      await clerk.sees('1 张票已打印');
    }
    // A city that is named is not started with the trial: the line is still cut after the next start.
    const { port } = JSON.parse(readFileSync(join(host.folder, 'trial', 'gateway-port.json'), 'utf8')) as {
      port: number;
    };
    const station = join(host.folder, 'station.json');
    const config = JSON.parse(readFileSync(station, 'utf8')) as Record<string, unknown>;
    writeFileSync(station, JSON.stringify({ ...config, city: { url: `http://127.0.0.1:${port}` } }));
    host = await host.killAndRestart({ clock: MORNING });
    await clerk.page.goto(host.address);
    await signIn(clerk);
    await clerk.sees('上次运行留下的事');
    await clerk.press('Enter');
    await clerk.sees('08:30');
    await lay(clerk, 'p04');
    await clerk.page.locator('[data-chip="link"]', { hasText: '3 天' }).waitFor({ timeout: 30_000 });
    await take(clerk, 'link-down-3-days');
    await clerk.close();
  } finally {
    await host.stop();
  }
}
