import { expect, it } from 'vitest';
import { atWindow } from './at-window.ts';
import { axeFindings, overflow } from './host.ts';
import { personOf, signInAs } from './station-people.ts';

const at = atWindow();

it('a manager signs a plan with a second person by keys, and its version and signer stand under its name', async () => {
  const { clerk } = at;
  const { page } = clerk;
  await clerk.press('F10', 'F10');
  await signInAs(clerk, 'manager');
  await page.locator('[data-page="plans"]').click();
  await page.locator('[data-page-part="plans"] table:focus').waitFor();
  await page.locator('[data-row="plan"][data-plan="fog"]').click();
  await page.locator('[data-part="detail"]', { hasText: '未签,首次启动时由本站签发' }).waitFor();
  await page.locator('[data-page-part="plans"] table[role="grid"]').focus();
  await clerk.press('g');
  await page.locator('[data-part="planForm"]', { hasText: '签发「大雾 · 三级」' }).waitFor();
  await clerk.press('Enter');
  await page.locator('[data-part="secondSignature"]').waitFor();
  const { number, pin } = personOf('shiftLeader');
  await clerk.type(number);
  await clerk.press('Enter');
  await clerk.type(pin);
  await clerk.press('Enter');
  await clerk.sees('「大雾 · 三级」第 1 版已签发');
  await page.locator('[data-row="plan"][data-plan="fog"] [data-signer="station"]').waitFor();
  await page.locator('[data-part="detail"]', { hasText: /第 1 版 · \d 号窗口签发/ }).waitFor();
  expect(await page.locator('[data-broken]').count()).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
  expect(await overflow(page)).toEqual([]);
  if (process.env['PICTURES'])
    await page.screenshot({ path: `${process.env['PICTURES']}/manager-plan-signed.png` });
});
