import type { Browser, CDPSession } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
let cdp: CDPSession;

beforeAll(async () => {
  host = await startHost();
  browser = await startBrowser();
  clerk = await openClerk(browser, host);
  cdp = await clerk.context.newCDPSession(clerk.page);
  await signIn(clerk);
  await openShift(clerk);
  await clerk.sees('08:30');
});
afterAll(async () => {
  await browser.close();
  await host.stop();
});
/** Every test begins with an empty form. */
beforeEach(async () => {
  await clerk.press('F2', 'Escape', 'Escape');
  await clerk.page.locator('#passenger-0').waitFor({ state: 'detached' });
});

const compose = (text: string): Promise<unknown> =>
  cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
/** A hand needs longer than this from the key that takes a candidate to the next one. */
const HAND_MS = 80;
const commit = async (text: string): Promise<void> => {
  await cdp.send('Input.insertText', { text });
  await clerk.page.waitForTimeout(HAND_MS);
};
/** The Enter that takes a candidate, as Chrome reports it while composing. */
const imeEnter = async (): Promise<void> => {
  await cdp.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Process',
    code: 'Enter',
    windowsVirtualKeyCode: 229,
  });
};
const rows = () => clerk.page.locator('main.sale [id^="passenger-"]:not(#passenger-slot)');
const found = () => clerk.page.locator('#places-found li');
const focused = (): Promise<string> =>
  clerk.page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName ?? '',
  );

/** A made-up citizen number with its right check digit. */
function citizen(first17: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = Array.from(first17).reduce((total, digit, at) => total + Number(digit) * (weights[at] ?? 0), 0);
  return first17 + '10X98765432'.charAt(sum % 11);
}

describe('finding a destination by key', () => {
  it('goes by initials, lists all that fit and takes one by number', async () => {
    await clerk.type('sj');
    await expect.poll(() => found().count(), SOON).toBeGreaterThan(1);
    const second = (await found().nth(1).innerText()).replace(/^2\s*/, '');
    await clerk.type('2');
    await expect.poll(() => clerk.page.locator('.box .chosen').getAttribute('title'), SOON).toBe(second);
  });

  it('goes by Chinese put in through an input method, whose Enter chooses nothing on the page', async () => {
    await compose('pu tuo');
    await imeEnter();
    expect(await clerk.page.locator('.box .chosen').count()).toBe(0);
    await commit('普陀');
    await expect.poll(() => found().first().innerText(), SOON).toContain('普陀山');
    await clerk.press('Enter');
    await clerk.page.locator('.box .chosen', { hasText: '普陀山' }).waitFor();
  });

  it('takes a full-width digit as a quick destination', async () => {
    await commit('\uFF11');
    await expect.poll(() => clerk.page.locator('.box .chosen').innerText(), SOON).toContain('普陀山');
  });

  it('says what to do when nothing fits', async () => {
    await clerk.type('qqq');
    await clerk.sees('没有找到“qqq”');
    await clerk.press('Escape');
    await expect.poll(() => clerk.page.locator('#departures-grid').innerText(), SOON).toContain('08:30');
  });

  it('turns the day and back', async () => {
    await clerk.press('PageDown');
    await expect.poll(() => clerk.figure('date'), SOON).toContain('明天');
    await clerk.press('PageUp');
    await expect.poll(() => clerk.figure('date'), SOON).toContain('今天');
  });

  it('chooses a later departure with the arrow', async () => {
    await clerk.press('1');
    const first = await clerk.page.locator('#departures-grid tr.sel').innerText();
    await clerk.press('ArrowDown');
    await expect.poll(() => clerk.page.locator('#departures-grid tr.sel').innerText(), SOON).not.toBe(first);
  });
});

describe('the passengers', () => {
  it('suggests a child fare by age and changes it with T, whatever the input method', async () => {
    await clerk.press('1', 'Enter');
    await clerk.layCard('p08');
    await expect.poll(() => rows().first().innerText(), SOON).toContain('儿童票 · 年龄');
    await expect.poll(() => rows().first().innerText(), SOON).toContain('15.00');
    await clerk.press('t');
    await expect.poll(() => rows().first().innerText(), SOON).toContain('儿童票 · 身高');
    await clerk.press('T');
    await expect.poll(() => rows().first().innerText(), SOON).toContain('全票');
    await expect.poll(() => clerk.figure('total'), SOON).toBe('30.00');
  });

  it('are taken from a typed number and a name that was composed, and Enter in the middle of it submits nothing', async () => {
    await clerk.press('1', 'Enter');
    await clerk.type(citizen('33099919800101901'));
    await clerk.press('Enter');
    expect(await focused()).toBe('姓名');
    await compose('ce shi');
    await imeEnter();
    expect(await rows().count()).toBe(0);
    await commit('测试录');
    expect(await rows().count()).toBe(0);
    await clerk.press('Enter');
    await expect.poll(() => rows().count(), SOON).toBe(1);
    const row = await rows().first().innerText();
    expect(row).toContain('测试录');
    expect(row).toContain('手录');
    expect(row).toContain('********');
  });

  it('are refused at the field when the check digit is wrong, and what was typed stays', async () => {
    await clerk.press('1', 'Enter');
    const right = citizen('33099919800101901');
    const wrong = right.slice(0, 17) + (right.endsWith('1') ? '2' : '1');
    await clerk.type(wrong);
    await clerk.press('Enter');
    await commit('测试录');
    await clerk.press('Enter');
    await clerk.sees('证件号码校验位不对');
    expect(await focused()).toBe('证件号');
    expect(await clerk.page.getByLabel('证件号').inputValue()).toBe(wrong);
    expect(await rows().count()).toBe(0);
    await clerk.press('Escape');
  });

  it('are refused in their own row when they are on the form twice, and money is not asked for', async () => {
    await clerk.press('1', 'Enter');
    await clerk.layCard('p04');
    await expect.poll(() => rows().count(), SOON).toBe(1);
    await clerk.layCard('p04');
    await clerk.sees('同一证件在本单出现两次');
    await clerk.press('Enter');
    expect(await focused()).not.toBe('现金实收(元)');
    await clerk.press('Delete');
    await expect.poll(() => rows().count(), SOON).toBe(1);
    await clerk.page.getByText('同一证件在本单出现两次').waitFor({ state: 'detached' });
  });

  it('are asked for when there are none', async () => {
    await clerk.press('F3', 'Enter');
    await expect.poll(() => clerk.page.locator('.say').innerText(), SOON).toContain('本单没有旅客');
  });

  it('are not lost by one Esc', async () => {
    await clerk.press('1', 'Enter');
    await clerk.layCard('p05');
    await expect.poll(() => rows().count(), SOON).toBe(1);
    await clerk.press('Escape');
    await clerk.sees('再按一次 Esc');
    expect(await rows().count()).toBe(1);
    await clerk.press('Escape');
    await expect.poll(() => rows().count(), SOON).toBe(0);
    await clerk.sees('本单已清空');
  });
});

describe('the money', () => {
  it('is refused at the field when it is short, and nothing is sold', async () => {
    await clerk.press('1', 'Enter');
    await clerk.layCard('p06');
    await expect.poll(() => clerk.figure('total'), SOON).toBe('30.00');
    await clerk.press('Enter');
    await commit('\uFF12\uFF19');
    await clerk.press('Enter');
    await clerk.sees('实收 29.00 元,少于应收 30.00 元');
    expect(await focused()).not.toBe('BODY');
    expect(await clerk.page.locator('[data-part="last-sale"]').count()).toBe(0);
    await clerk.press('Control+a');
    await commit('30');
    await clerk.press('Escape');
  });

  it('says so when what was typed is no sum', async () => {
    await clerk.press('1', 'Enter');
    await clerk.layCard('p07');
    await expect.poll(() => clerk.figure('total'), SOON).toMatch(/\d/);
    await clerk.press('Enter');
    await clerk.type('3..');
    await clerk.press('Enter');
    await clerk.sees('请输入金额');
    await clerk.press('Escape');
  });
});

describe('the focus', () => {
  it('is never lost: clicks on nothing, help, the sold list and back', async () => {
    await clerk.page.mouse.click(700, 500);
    await clerk.page.mouse.click(5, 90);
    expect(await focused()).toBe('去往');
    await clerk.press('F1');
    await clerk.page.getByRole('dialog').waitFor();
    await clerk.press('Escape');
    await clerk.page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => focused(), SOON).toBe('去往');
    await clerk.press('F9');
    await clerk.sees('没有找到票');
    await clerk.press('F2');
    await expect.poll(() => focused(), SOON).toBe('去往');
    await clerk.press('F10');
    await clerk.page.getByLabel('实点现金(元)').waitFor();
    await clerk.press('Escape');
    await expect.poll(() => focused(), SOON).toBe('去往');
  });

  it('goes back to the clerk after the trial panel has done something', async () => {
    await clerk.press('F3');
    await clerk.trial('remove');
    await expect.poll(() => focused(), SOON).toBe('旅客');
  });

  it('prints every key of the map in the help', async () => {
    await clerk.press('F1');
    const text = await clerk.page.getByRole('dialog').innerText();
    for (const key of ['F1', 'F2', 'F3', 'F9', 'F10', 'Alt+T', 'Enter', 'Del', 'PgDn', 'Esc'])
      expect(text).toContain(key);
    await clerk.press('F1');
    await clerk.page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});
