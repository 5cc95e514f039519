import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
