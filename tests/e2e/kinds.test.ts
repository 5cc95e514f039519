import { describe, expect, it } from 'vitest';
import { atWindow, layAndPrice } from './at-window.ts';
import { axeFindings, SOON } from './host.ts';

const window = atWindow();
const shots = process.env['KINDS_SHOTS'];
const picture = async (name: string): Promise<void> => {
  if (shots === undefined) return;
  await window.clerk.page.waitForTimeout(250);
  await window.clerk.page.screenshot({ path: `${shots}/${name}.png` });
};
const sold = (count: number): Promise<void> => window.clerk.sees(`${count} 张票已打印`);

describe('a family', () => {
  it('reads card by card: the small child rides free with its adult, the bigger one pays half', async () => {
    const { clerk } = window;
    await layAndPrice(clerk, 'p01');
    await clerk.layCard('p10');
    await clerk.sees('随 测试甲');
    await clerk.layCard('p08');
    await clerk.sees('儿童票 · 年龄');
    await expect.poll(() => clerk.figure('total'), SOON).toBe('45.00');
    await picture('family');
    expect(await axeFindings(clerk.page)).toEqual([]);
    await clerk.press('Enter', 'Enter');
    await sold(3);
  });

  it('has a child without a card added to the adult by one key', async () => {
    const { clerk } = window;
    await layAndPrice(clerk, 'p02');
    await clerk.press('F3', 'ArrowUp', 'c');
    await clerk.sees('测试乙 携带的免票儿童');
    // The household book is offered first; a birth certificate is one arrow further.
    await clerk.press('ArrowDown');
    await clerk.type('T330000001');
    await clerk.press('Enter');
    await clerk.page.keyboard.insertText('样例小丑');
    await clerk.press('Enter');
    await clerk.type('20240501');
    await picture('child-entry');
    expect(await axeFindings(clerk.page)).toEqual([]);
    await clerk.press('Enter');
    await clerk.sees('随 测试乙');
    await expect.poll(() => clerk.figure('total'), SOON).toBe('30.00');
    await clerk.press('Enter', 'Enter');
    await sold(2);
  });
});

describe('documents of other kinds', () => {
  it('are chosen by arrows, with the office of a temporary proof', async () => {
    const { clerk } = window;
    await clerk.press('1', 'F3', 'n');
    for (let press = 0; press < 8; press += 1) await clerk.press('ArrowDown');
    await clerk.page.locator('.kinds li.sel', { hasText: '临时身份证明' }).waitFor();
    await clerk.type('2026012');
    await clerk.press('Enter');
    await clerk.page.keyboard.insertText('样例丙');
    await clerk.press('Enter', 'Enter', 'Enter');
    await clerk.sees('须登记签发机关');
    await clerk.page.keyboard.insertText('样例派出所');
    await picture('temporary-proof');
    await clerk.press('Enter');
    await clerk.page.locator('#passenger-0', { hasText: '临时证明' }).waitFor();
    await expect.poll(() => clerk.figure('total'), SOON).toBe('30.00');
    await clerk.press('Enter', 'Enter');
    await sold(1);
  });

  it('that are not on the list are sold once a shift leader has signed', async () => {
    const { clerk } = window;
    await clerk.press('1', 'F3', 'n', 'ArrowUp');
    for (let press = 0; press < 40; press += 1) await clerk.press('ArrowDown');
    await clerk.page.locator('.kinds li.sel', { hasText: '其他证件' }).waitFor();
    await clerk.type('A1');
    await clerk.press('Enter');
    await clerk.page.keyboard.insertText('样例丁');
    await clerk.press('Enter', 'Enter');
    await clerk.page.keyboard.insertText('样例单位');
    await clerk.press('Enter');
    await clerk.page.locator('#passenger-0').waitFor();
    await expect.poll(() => clerk.figure('total'), SOON).toBe('30.00');
    await clerk.press('Enter', 'Enter');
    await clerk.sees('班长或值班站长核准证件');
    await picture('approval');
    await clerk.type('0301');
    await clerk.press('Enter');
    await clerk.type('864201');
    await clerk.press('Enter');
    await sold(1);
    // The next order begins in the field for the route, not where the dialog was opened.
    await expect
      .poll(() => clerk.page.evaluate(() => document.activeElement?.getAttribute('role')), SOON)
      .toBe('combobox');
  });
});

describe('a disabled serviceman', () => {
  it('pays half after his card was seen, by the key for classes', async () => {
    const { clerk } = window;
    await layAndPrice(clerk, 'p03');
    await clerk.press('F3', 'ArrowUp');
    for (let press = 0; press < 3; press += 1) await clerk.press('t');
    await clerk.sees('已查验残疾军人证');
    await expect.poll(() => clerk.figure('total'), SOON).toBe('15.00');
    await clerk.press('Enter', 'Enter');
    await sold(1);
  });
});

describe('a car on the ferry', () => {
  it('is one order with its driver: type, length, plate by pinyin', async () => {
    const { clerk } = window;
    await clerk.type('th');
    await clerk.press('1');
    await clerk.page.locator('#departures-grid tr.sel', { hasText: '载车' }).waitFor();
    await clerk.layCard('p04');
    await clerk.page.locator('#passenger-0').waitFor();
    await picture('ferry');
    await clerk.press('F3', 'ArrowUp', 'v');
    await clerk.sees('余 120.00 米');
    await clerk.press('Enter', 'Enter');
    await clerk.type('jinA12345');
    await clerk.page.locator('[data-figure="plate"]', { hasText: '津A12345' }).waitFor();
    await clerk.press('ArrowDown');
    await clerk.page.locator('[data-figure="plate"]', { hasText: '晋A12345' }).waitFor();
    await picture('vehicle-form');
    expect(await axeFindings(clerk.page)).toEqual([]);
    await clerk.page.keyboard.press('Control+a');
    await clerk.type('12345');
    await clerk.page.locator('[data-figure="plate"]', { hasText: '浙L12345' }).waitFor();
    await clerk.press('Enter');
    await clerk.page.locator('#vehicle-0', { hasText: '浙L12345' }).waitFor();
    await expect.poll(() => clerk.figure('total'), SOON).toBe('68.00');
    await picture('vehicle-order');
    expect(await axeFindings(clerk.page)).toEqual([]);
    await clerk.press('Enter', 'Enter');
    await sold(2);
  });

  it('is in the sold list by its plate, with the picture of its sheet', async () => {
    const { clerk } = window;
    await clerk.press('F9');
    const row = clerk.page.locator('main.sold tbody tr').first();
    await expect.poll(() => row.innerText(), SOON).toContain('浙L12345');
    expect(await row.innerText()).toContain('车票');
    await clerk.sees('请凭本票及行驶证登船');
    await picture('vehicle-sold');
    await clerk.press('Escape');
  });

  it('went by without an error on the page', () => {
    expect(window.clerk.troubles).toEqual([]);
  });
});
