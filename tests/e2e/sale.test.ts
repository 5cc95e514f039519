import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  SOON,
  openClerk,
  openShift,
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
});
afterAll(async () => {
  await browser.close();
  await host.stop();
});

/** Waits until the print state of the last sale says so. */
const printed = (count: number): Promise<void> =>
  clerk.page
    .locator('[data-part="last-sale"] .tag.good')
    .nth(count - 1)
    .waitFor({ timeout: 20_000 });
/** Sells one ticket to whoever's card is named, exact cash. */
const sellTo = async (person: string): Promise<void> => {
  await clerk.page.locator('main.sale').waitFor();
  await clerk.press('1');
  await clerk.layCard(person);
  await clerk.page.locator('#passenger-0').waitFor();
  await clerk.page.locator('[data-figure="total"]', { hasText: /\d/ }).waitFor();
  await clerk.press('Enter', 'Enter');
  await clerk.sees('张票已打印。请交票');
};

describe('one shift at the window', () => {
  it('takes the token out of the address', async () => {
    await clerk.page.getByLabel('工号').waitFor();
    expect(clerk.page.url()).not.toContain('token');
  });

  it('refuses a wrong PIN in plain words and signs the right one in', async () => {
    await clerk.type('0107');
    await clerk.press('Enter');
    await clerk.type('0000');
    await clerk.press('Enter');
    await clerk.sees('工号或口令不对');
    expect(await clerk.page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await clerk.page.reload();
    await signIn(clerk);
    await clerk.sees('请清点钱箱里的备用金');
    expect(await clerk.chip('shift')).toContain('未开班');
  });

  it('opens with the float', async () => {
    await openShift(clerk);
    expect(await clerk.chip('shift')).toContain('工号 0107');
  });

  it('sells a walk-up ticket with a card in at most six keys, change given back', async () => {
    await clerk.sees('08:30');
    clerk.resetKeys();
    await clerk.press('1', 'Enter');
    await clerk.layCard('p01');
    await clerk.sees('已读取:测试甲');
    await clerk.press('Enter');
    await clerk.press('/');
    await expect.poll(() => clerk.figure('change'), SOON).toBe('20.00');
    await clerk.press('Enter');
    await clerk.sees('张票已打印。请交票');
    expect(clerk.keys()).toBeLessThanOrEqual(6);
    expect(await clerk.figure('change')).toBe('20.00');
  });

  it('shows the sheet as printed when the printer has confirmed it, and stands ready for the next', async () => {
    await printed(1);
    expect(await clerk.page.locator('[data-part="last-sale"]').innerText()).toContain('已打印');
    expect(await clerk.page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('combobox');
    expect(await clerk.page.locator('#passenger-0').count()).toBe(0);
  });

  it('sells on while the city cannot be reached, and says how much waits and since when', async () => {
    await clerk.trial('link');
    for (const person of ['p02', 'p03']) await sellTo(person);
    await printed(1);
    await expect
      .poll(() => clerk.chip('link'), { timeout: 30_000 })
      .toMatch(/离线 · 待传 \d+ 笔 · 最早 \d+ [秒分]/);
  });

  it('sees the backlog go to nothing when the city is back', async () => {
    await clerk.trial('link');
    await expect.poll(() => clerk.chip('link'), { timeout: 60_000 }).toMatch(/✓ 已联网$/);
  });

  it('lists the tickets with their print and upload state, newest first', async () => {
    await clerk.press('F9');
    await clerk.sees('这张票');
    const rows = clerk.page.locator('main.sold tbody tr');
    await expect.poll(() => rows.count(), SOON).toBe(3);
    await expect
      .poll(
        async () =>
          (await rows.allInnerTexts()).map((text) => text.includes('已打印') && text.includes('已存平台')),
        SOON,
      )
      .toEqual([true, true, true]);
    expect(await rows.first().innerText()).toContain('样例丙');
    await clerk.press('ArrowDown', 'ArrowDown');
    expect(await clerk.page.locator('main.sold tr.sel').innerText()).toContain('测试甲');
    await clerk.press('Escape');
  });

  it('shows a full document number nowhere', async () => {
    expect(await clerk.page.content()).not.toMatch(/330999\d{8}/);
  });

  it('closes with a blind count and then shows what should be there', async () => {
    await clerk.press('F10');
    await clerk.page.getByLabel('实点现金(元)').waitFor();
    expect(await clerk.page.locator('main').innerText()).not.toContain('290.00');
    // F10 leaves for a while here, and is printed beside that alone.
    expect(await clerk.page.locator('footer').innerText()).not.toContain('F10');
    await clerk.type('285');
    await clerk.press('Enter');
    await clerk.sees('已交班');
    expect(await clerk.page.locator('main').innerText()).toContain('290.00');
    expect(await clerk.figure('difference')).toBe('-5.00');
    await clerk.sees('短款 5.00 元');
    await clerk.press('Enter');
    await clerk.page.getByLabel('工号').waitFor();
  });

  it('reported no error, refused script or refused style on the way', () => {
    expect(clerk.troubles).toEqual([]);
  });

  it('keeps nothing of all this in the browser', async () => {
    const kept = await clerk.page.evaluate(() => [
      localStorage.length,
      sessionStorage.length,
      document.cookie.length,
    ]);
    expect(kept).toEqual([0, 0, 0]);
  });
});
