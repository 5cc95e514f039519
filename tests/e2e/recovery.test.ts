import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layAndPrice } from './at-window.ts';
import { nameCity } from './named-city.ts';
import {
  SOON,
  axeFindings,
  openClerk,
  openShift,
  overflow,
  signIn,
  startBrowser,
  startHost,
  type Clerk,
  type Host,
} from './host.ts';

/** A sheet whose answer nobody waited for is out by then. */
const SHEET_OUT_MS = 2_000;

let host: Host;
let browser: Browser;
let clerk: Clerk;

beforeAll(async () => {
  host = await startHost();
  browser = await startBrowser();
  clerk = await openClerk(browser, host);
  await signIn(clerk);
  await openShift(clerk);
  await clerk.sees('08:30');
});
afterAll(async () => {
  await browser.close();
  await host.stop();
});

describe('the first page after a start', () => {
  it('is left out when there is nothing to look at', async () => {
    expect(await clerk.page.locator('[data-part="recovery"]').count()).toBe(0);
  });

  it('shows the sheet that a kill left in the printer and the shift that is open', async () => {
    await clerk.press('1');
    await clerk.layCard('p01');
    await expect.poll(() => clerk.figure('total'), SOON).toMatch(/\d/);
    await clerk.press('Enter');
    // The printer falls silent in the middle of its sheet; then the power fails.
    host.devices('SIGSTOP');
    await clerk.press('Enter');
    await clerk.sees('有票没有打印成功', 40_000);
    host.devices('SIGCONT');
    host = await host.killAndRestart();
    await clerk.moveTo(host);
    await signIn(clerk);
    await clerk.sees('上次运行留下的事');
    expect(await clerk.page.locator('[data-recovery="prints"] li').count()).toBe(1);
    expect(await clerk.page.locator('[data-recovery="facts"]').innerText()).toContain(
      '本班仍开着:工号 0107,2026-11-21 08:2',
    );
    expect(await axeFindings(clerk.page)).toEqual([]);
    for (const width of [1024, 1366]) {
      await clerk.page.setViewportSize({ width, height: 768 });
      expect(await overflow(clerk.page)).toEqual([]);
    }
    // Waste paper takes two presses: a word on the sheet by another key is asked for no second time.
    await clerk.press('z');
    await clerk.sees('再按一次 Z 确认');
  });

  it('is settled by one key and left by another, with the focus at the next sale', async () => {
    clerk.resetKeys();
    await clerk.press('y');
    await clerk.page.locator('[data-recovery="prints"]').waitFor({ state: 'detached' });
    await clerk.press('Enter');
    await clerk.page.getByRole('combobox', { name: '去往' }).waitFor();
    expect(clerk.keys()).toBe(2);
    await clerk.page.locator('[data-chip="settle"]').waitFor({ state: 'detached' });
    await clerk.press('F9');
    await clerk.sees('在手');
    await clerk.press('F2');
  });

  it('does not come again when the clerk steps away and back', async () => {
    await clerk.press('F10', 'F10');
    await signIn(clerk);
    await clerk.page.getByRole('combobox', { name: '去往' }).waitFor();
    expect(await clerk.page.locator('[data-part="recovery"]').count()).toBe(0);
    expect(clerk.troubles).toEqual([]);
  });
});

describe('a kill out of contact with everything open at once', () => {
  it('shows the answer not seen, the sheet, what waits for the city and the shift, and is settled by a key a sheet and one more', async () => {
    let own = await startHost({ inBrowser: 'answers lost on a socket between page and office' });
    const hand = await openClerk(browser, own, { relayed: true });
    try {
      await signIn(hand);
      await openShift(hand);
      await hand.sees('08:30');
      // Enrolled: from then on the window knows a city that it can be out of contact with.
      await hand.page.locator('[data-chip="link"].good').waitFor({ timeout: 60_000 });
      await hand.trial('link');
      nameCity(own.folder);
      await layAndPrice(hand, 'p01');
      await hand.press('Enter');
      own.devices('SIGSTOP');
      await hand.press('Enter');
      await hand.sees('有票没有打印成功', 40_000);
      own.devices('SIGCONT');
      await expect.poll(() => hand.chip('printer'), { timeout: 30_000 }).toContain('纸足');
      await layAndPrice(hand, 'p02');
      hand.loseNextSale(null);
      await hand.press('Enter', 'Enter');
      await hand.sees('正在落账');
      await hand.page.waitForTimeout(SHEET_OUT_MS);
      own = await own.killAndRestart();
      await hand.moveTo(own);
      await signIn(hand);
      await hand.sees('上次运行留下的事');
      const part = (name: string) => hand.page.locator(`[data-recovery="${name}"]`);
      expect(await part('commands').innerText()).toMatch(
        /售票 1 张 · 应收 30\.00 · 实收 30\.00 · 找零 0\.00/,
      );
      const sheets = await part('prints').locator('li').count();
      expect(sheets).toBeGreaterThanOrEqual(1);
      const facts = await part('facts').innerText();
      expect(facts).toContain('本班仍开着:工号 0107,2026-11-21 08:2');
      expect(Number(/(\d+) 笔记录等着上传,最早 \d+ [秒分]/.exec(facts)?.[1])).toBeGreaterThanOrEqual(4);
      expect(await axeFindings(hand.page)).toEqual([]);
      for (const width of [1024, 1366]) {
        await hand.page.setViewportSize({ width, height: 768 });
        expect(await overflow(hand.page)).toEqual([]);
      }
      hand.resetKeys();
      for (let left = sheets; left > 0; left -= 1) {
        await hand.press('y');
        await expect.poll(() => part('prints').locator('li').count(), SOON).toBe(left - 1);
      }
      await hand.press('Enter');
      await hand.page.getByRole('combobox', { name: '去往' }).waitFor();
      expect(hand.keys()).toBe(sheets + 1);
      expect(hand.keys()).toBeLessThanOrEqual(3);
      expect(await hand.chip('link')).toContain('离线');
      await hand.page.locator('[data-chip="settle"]').waitFor({ state: 'detached' });
      await hand.press('F9');
      await hand.sees('这张票');
      await expect.poll(() => hand.page.locator('main.sold tbody tr').count(), SOON).toBe(2);
      expect(hand.troubles).toEqual([]);
    } finally {
      await hand.close();
      await own.stop();
    }
  });
});
