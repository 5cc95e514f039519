import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SOON, openClerk, openShift, signIn, startBrowser, startHost } from './host.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

describe('around midnight', () => {
  it('at 23:55 there is no boat left today; the next day is one key away and is sold as the next day', async () => {
    const host = await startHost({ clock: '2026-11-21T23:55:00+08:00' });
    try {
      const clerk = await openClerk(browser, host);
      await signIn(clerk);
      await openShift(clerk);
      expect(await clerk.chip('date')).toContain('11-21');
      expect(await clerk.chip('clock')).toMatch(/^23:5[5-9]/);
      await clerk.press('1');
      await clerk.sees('今天没有待发的班次');
      clerk.resetKeys();
      await clerk.press('PageDown');
      await clerk.sees('06:20');
      await clerk.press('Enter');
      await clerk.layCard('p01');
      await clerk.sees('已读取:测试甲');
      await expect.poll(() => clerk.figure('total'), SOON).toBe('30.00');
      await clerk.press('Enter', 'Enter');
      await clerk.sees('张票已打印。请交票');
      expect(clerk.keys() + 1).toBeLessThanOrEqual(6);
      await clerk.press('F9');
      await clerk.sees('2026-11-22 06:20');
      expect(clerk.troubles).toEqual([]);
      await clerk.close();
    } finally {
      await host.stop();
    }
  });

  it('at 00:05 the first boat of the new business date stands ready', async () => {
    const host = await startHost({ clock: '2026-11-22T00:05:00+08:00' });
    try {
      const clerk = await openClerk(browser, host);
      await signIn(clerk);
      await openShift(clerk);
      expect(await clerk.chip('date')).toContain('11-22');
      await clerk.press('1');
      await clerk.page.locator('#departures-grid tr.sel', { hasText: '06:20' }).waitFor();
      await clerk.layCard('p02');
      await clerk.sees('已读取:测试乙');
      await expect.poll(() => clerk.figure('total'), SOON).toBe('30.00');
      await clerk.press('Enter', 'Enter');
      await clerk.sees('张票已打印。请交票');
      await clerk.press('F9');
      await clerk.sees('2026-11-22 06:20');
      await clerk.close();
    } finally {
      await host.stop();
    }
  });
});
