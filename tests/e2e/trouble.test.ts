import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
  host = await startHost({ inBrowser: 'answers lost on a socket between page and office' });
  browser = await startBrowser();
  clerk = await openClerk(browser, host, { relayed: true });
  await signIn(clerk);
  await openShift(clerk);
  await clerk.sees('08:30');
});
afterAll(async () => {
  await browser.close();
  await host.stop();
});
/** Every test begins with an empty form, whatever was sold before. */
beforeEach(async () => {
  await clerk.press('F2', 'Escape', 'Escape');
  await clerk.page.locator('#passenger-0').waitFor({ state: 'detached' });
});

/** A person on the form for the next boat, and the focus at the money. */
const ready = async (person: string): Promise<void> => {
  await clerk.press('1');
  await clerk.layCard(person);
  // The figures of the last sale stand there until somebody is on the form.
  await clerk.page.locator('#passenger-0').waitFor();
  await expect.poll(() => clerk.figure('total'), SOON).toMatch(/\d/);
  await clerk.press('Enter');
};
/** Tickets of this window that name somebody. */
const ticketsOf = async (name: string): Promise<string[]> => {
  await clerk.press('F9');
  await clerk.sees('这张票');
  await clerk.page.waitForTimeout(300);
  const rows = await clerk.page.locator('main.sold tbody tr').allInnerTexts();
  return rows.filter((row) => row.includes(name));
};
const selectedTicket = () => clerk.page.locator('main.sold tr.sel');

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

  it('the reader is off: the empty place says so and by which key the number is typed, at both sizes, and asks for the card again when it is back', async () => {
    const words = clerk.page.locator('[data-part="slot-words"]');
    await expect.poll(() => words.innerText(), SOON).toBe('放上身份证即可加一人');
    await clerk.trial('reader');
    await expect.poll(() => words.innerText(), SOON).toBe('读卡器没有应答:请输入证件号 F3');
    await clerk.press('1');
    for (const width of [1024, 1366]) {
      await clerk.page.setViewportSize({ width, height: 768 });
      expect(await overflow(clerk.page), `${width}`).toEqual([]);
      expect(await axeFindings(clerk.page), `${width}`).toEqual([]);
    }
    clerk.resetKeys();
    await clerk.press('F3');
    await expect.poll(() => words.innerText(), SOON).toBe('读卡器没有应答:请输入证件号 N');
    await clerk.type('330999199203050015');
    await clerk.press('Enter');
    await clerk.page.keyboard.insertText('样例手录');
    await clerk.press('Enter');
    await clerk.page.locator('#passenger-0', { hasText: '样例手录' }).waitFor();
    // F3, the number and two Enter, beside the name from the input method.
    expect(clerk.keys()).toBe(21);
    await clerk.trial('reader');
    await expect.poll(() => words.innerText(), SOON).toBe('放上身份证,或直接输入证件号');
  });

  it('the printer falls silent at a sale: nobody guesses, the clerk looks and settles it by one key', async () => {
    await ready('p02');
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
    expect(await selectedTicket().innerText()).toMatch(/测试乙.*(结果不明|没有打出)/s);
    await clerk.press('y');
    await selectedTicket().filter({ hasText: '在手' }).waitFor();
    await clerk.page.locator('[data-chip="settle"]').waitFor({ state: 'detached' });
    await expect.poll(() => clerk.chip('printer'), { timeout: 30_000 }).toContain('纸足');
    // The sale screen knows of it as well.
    await clerk.press('F2');
    await clerk.page.locator('[data-part="last-sale"]', { hasText: '在手' }).waitFor();
    expect(await clerk.page.getByText('有票没有打印成功').count()).toBe(0);
  });

  it('the clerk finds the sheet spoiled: it is printed once more, as the second one of its ticket', async () => {
    await ready('p03');
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
    await selectedTicket().filter({ hasText: '已打印 第 2 张' }).waitFor({ timeout: 30_000 });
    await clerk.press('F2');
    expect((await ticketsOf('样例丙')).length).toBe(1);
  });

  it('a sheet is smudged and the passenger wants no other: two keys make it waste paper, the ticket stays', async () => {
    await clerk.press('F9');
    await clerk.sees('这张票');
    await selectedTicket().filter({ hasText: '已打印 第 2 张' }).waitFor();
    await clerk.press('z');
    await clerk.sees('再按一次 Z 确认');
    expect(await axeFindings(clerk.page)).toEqual([]);
    await clerk.press('z');
    await selectedTicket().filter({ hasText: '纸票作废 第 2 张' }).waitFor();
    await clerk.sees('纸票已记作废。票仍有效');
    expect(await clerk.page.locator('[data-chip="settle"]').count()).toBe(0);
    await clerk.press('F2');
    await clerk.page.locator('[data-part="last-sale"]', { hasText: '纸票作废' }).waitFor();
    expect((await ticketsOf('样例丙')).length).toBe(1);
  });

  it('the answer to a sale is lost with the link: the page asks again with the same id, and one ticket is sold', async () => {
    await ready('p04');
    clerk.loseNextSale(300);
    await clerk.press('Enter');
    await clerk.sees('张票已打印。请交票', 30_000);
    expect((await ticketsOf('样例丁')).length).toBe(1);
  });

  it('the passenger wants another day after all: the form goes over to it, and that day is sold', async () => {
    await clerk.press('2');
    await clerk.layCard('p06');
    await expect.poll(() => clerk.figure('total'), SOON).toBe('115.00');
    await clerk.press('F2', 'PageDown');
    await expect.poll(() => clerk.figure('date'), SOON).toContain('明天');
    await expect.poll(() => clerk.page.locator('#departures-grid').innerText(), SOON).toContain('08:30');
    await clerk.press('Enter');
    await expect.poll(() => clerk.figure('total'), SOON).toBe('115.00');
    await clerk.press('Enter');
    await clerk.sees('张票已打印', 30_000);
    await clerk.press('F9');
    await clerk.sees('2026-11-22 08:30');
    expect(await selectedTicket().innerText()).toContain('样例己');
  });

  it('the clerk steps away and another signs in: the shift stays with the one who opened it', async () => {
    await clerk.press('F10', 'F10');
    await clerk.page.getByLabel('工号').waitFor();
    await clerk.type('0108');
    await clerk.press('Enter');
    await clerk.type('135790');
    await clerk.press('Enter');
    await clerk.sees('这一班属于工号 0107');
    expect(await clerk.page.locator('main.sale').count()).toBe(0);
    await clerk.press('Enter');
    await signIn(clerk);
    await clerk.page.getByRole('combobox', { name: '去往' }).waitFor();
    expect(await clerk.chip('shift')).toContain('工号 0107');
  });

  it('the program is killed and started again: what became durable without being seen is shown first', async () => {
    await ready('p12');
    clerk.loseNextSale(null);
    await clerk.press('Enter');
    await clerk.sees('正在落账');
    await clerk.page.waitForTimeout(500);
    host = await host.killAndRestart();
    await clerk.sees('登录链接无效或已用过', 30_000);
    expect(await clerk.page.getByText('已落账,').count()).toBe(0);
    await clerk.moveTo(host);
    await signIn(clerk);
    await clerk.sees('上次没有看到答复的操作');
    await clerk.sees(/售票 1 张 · 应收 30.00 · 实收 30.00 · 找零 0.00/);
    await clerk.press('Enter');
    await clerk.page.getByRole('combobox', { name: '去往' }).waitFor();
    expect((await ticketsOf('样例港')).length).toBe(1);
  });
});
