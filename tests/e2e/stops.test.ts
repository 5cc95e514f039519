import { describe, expect, it } from 'vitest';
import { atWindow } from './at-window.ts';
import { axeFindings, SOON } from './host.ts';

const window = atWindow();
const shots = process.env['STOPS_SHOTS'];
const picture = async (name: string): Promise<void> => {
  if (shots === undefined) return;
  await window.clerk.page.waitForTimeout(250);
  await window.clerk.page.screenshot({ path: `${shots}/${name}.png` });
};
const chosenStop = () => window.clerk.page.locator('.stop-strip [aria-pressed="true"]');

describe('a stop on the way', () => {
  it('is searched for by its pinyin, is chosen then, and stands on the ticket that is printed', async () => {
    const { clerk } = window;
    const { page } = clerk;
    // Tomorrow, so that the boat has not left whatever the hour.
    await clerk.press('PageDown');
    await clerk.type('qushan');
    await page.locator('#places-found li.sel', { hasText: '衢山' }).waitFor();
    await picture('search');
    await clerk.press('Enter');
    await page.locator('#departures-grid tr.sel', { hasText: '途经 17:25' }).waitFor();
    await expect.poll(() => chosenStop().innerText(), SOON).toContain('衢山');
    await clerk.layCard('p01');
    await page.locator('#passenger-0').waitFor();
    await expect.poll(() => clerk.figure('total'), SOON).toBe('126.00');
    await picture('chosen');
    expect(await axeFindings(page)).toEqual([]);

    // The arrows choose it in the pane of the departures.
    await clerk.press('ArrowLeft');
    await expect.poll(() => clerk.figure('total'), SOON).toBe('88.00');
    await clerk.press('ArrowRight');
    await expect.poll(() => clerk.figure('total'), SOON).toBe('126.00');

    // One key further is the end of the line, then the first stop, then this one again.
    await clerk.press('F3', 'd');
    await expect.poll(() => clerk.figure('total'), SOON).toBe('168.00');
    await clerk.press('d');
    await expect.poll(() => clerk.figure('total'), SOON).toBe('88.00');
    await expect.poll(() => chosenStop().innerText(), SOON).toContain('高亭');
    await clerk.press('d');
    await expect.poll(() => clerk.figure('total'), SOON).toBe('126.00');
    await clerk.press('Enter', 'Enter');
    await clerk.sees('1 张票已打印');
    expect(await page.locator('[data-part="last-sale"]').innerText()).toContain('衢山');

    await clerk.press('F9');
    await expect
      .poll(async () => (await page.locator('.ticket-picture').textContent())?.replaceAll(' ', ''), SOON)
      .toContain('衢山客运码头(途中站)');
    await picture('paper');
    expect(await axeFindings(page)).toEqual([]);
    await clerk.press('Escape');
  });

  it('costs a walk-up ticket with a card no more than six keys', async () => {
    const { clerk } = window;
    const { page } = clerk;
    await clerk.press('Escape', 'PageDown');
    await page.locator('#departures-grid tbody tr', { hasText: '途中 2 站' }).first().waitFor();
    clerk.resetKeys();
    await clerk.type('gt');
    await clerk.press('1');
    await page.locator('#departures-grid tr.sel', { hasText: '途经 16:40' }).waitFor();
    await clerk.layCard('p02');
    await expect.poll(() => clerk.figure('total'), SOON).toBe('88.00');
    await clerk.press('Enter', 'Enter');
    await clerk.sees('1 张票已打印');
    expect(clerk.keys()).toBeLessThanOrEqual(6);
    expect(clerk.troubles).toEqual([]);
  });
});
