import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
  browser = await startBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  host = await startHost();
  clerk = await openClerk(browser, host, { relayed: true });
  await signIn(clerk);
  await openShift(clerk);
  await clerk.sees('08:30');
});
afterEach(async () => {
  await clerk.close();
  await host.stop();
});

const ready = async (person: string): Promise<void> => {
  await clerk.press('1');
  await clerk.layCard(person);
  await expect.poll(() => clerk.figure('total'), SOON).toMatch(/\d/);
  await clerk.press('Enter');
};
const soldRows = (page: Page) => page.locator('main.sold tbody tr');

describe('when something goes wrong', () => {
  it('the paper is out: the sale stands, the screen says that nothing is printed yet, and prints when there is paper', async () => {
    await clerk.trial('paper');
    await expect.poll(() => clerk.chip('printer'), SOON).toContain('缺纸');
    await ready('p01');
    await clerk.press('Enter');
    await clerk.sees('票还没有打印:打印机未就绪');
    expect(await clerk.page.locator('[data-part="last-sale"]').innerText()).toContain('待打印');
    await clerk.trial('paper');
    await clerk.sees('1 张票已打印', 30_000);
  });

  it('the printer falls silent at a sale: nobody guesses, the clerk looks and settles it by one key', async () => {
    await ready('p01');
    host.devices('SIGSTOP');
    try {
      await clerk.press('Enter');
      await clerk.sees('有票没有打印成功', 40_000);
      expect(await clerk.page.locator('[data-part="last-sale"]').innerText()).toMatch(/结果不明|没有打出/);
      await expect.poll(() => clerk.chip('settle'), SOON).toContain('1 张待核对');
    } finally {
      host.devices('SIGCONT');
    }
    await clerk.press('F9');
    await clerk.sees('票出来了吗');
    expect(await clerk.page.locator('main.sold tr.sel').innerText()).toMatch(/结果不明|没有打出/);
    await clerk.press('y');
    await clerk.page.locator('main.sold tr.sel', { hasText: '在手' }).waitFor();
    await clerk.page.locator('[data-chip="settle"]').waitFor({ state: 'detached' });
  });

  it('the clerk finds the sheet spoiled: it is printed once more, as the second one of its ticket', async () => {
    await ready('p02');
    host.devices('SIGSTOP');
    try {
      await clerk.press('Enter');
      await clerk.sees('有票没有打印成功', 40_000);
    } finally {
      host.devices('SIGCONT');
    }
    await expect.poll(() => clerk.chip('printer'), { timeout: 30_000 }).toContain('纸足');
    await clerk.press('F9');
    await clerk.sees('票出来了吗');
    await clerk.press('p');
    await clerk.page.locator('main.sold tr.sel', { hasText: '已打印 第 2 张' }).waitFor({ timeout: 30_000 });
    expect(await soldRows(clerk.page).count()).toBe(1);
  });

  it('the answer to a sale is lost with the link: the page asks again with the same id, and one ticket is sold', async () => {
    await ready('p02');
    clerk.loseNextSale(300);
    await clerk.press('Enter');
    await clerk.sees('张票已打印。请交票');
    await clerk.press('F9');
    await clerk.sees('这张票');
    expect(await soldRows(clerk.page).count()).toBe(1);
  });

  it('the program is killed and started again: what became durable without being seen is shown first', async () => {
    await ready('p03');
    clerk.loseNextSale(null);
    await clerk.press('Enter');
    await clerk.sees('正在落账');
    await clerk.page.waitForTimeout(500);
    host = await host.killAndRestart();
    await clerk.sees('登录链接无效或已用过', 30_000);
    expect(await clerk.page.getByText('已落账,').count()).toBe(0);
    await clerk.page.goto(host.address);
    await signIn(clerk);
    await clerk.sees('上次没有看到答复的操作');
    await clerk.sees(/售票 1 张 · 应收 30.00 · 实收 30.00 · 找零 0.00/);
    await clerk.press('Enter');
    await clerk.page.getByRole('combobox', { name: '去往' }).waitFor();
    await clerk.press('F9');
    await clerk.sees('这张票');
    expect(await soldRows(clerk.page).count()).toBe(1);
  });
});
