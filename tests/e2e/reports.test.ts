import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { trialStaff } from '../../main/trial-station.ts';
import { atWindow, sellTo } from './at-window.ts';
import { axeFindings, overflow, SOON } from './host.ts';

const at = atWindow({ host: { inBrowser: 'a file that the browser keeps' } });

async function signInAs(role: string): Promise<void> {
  const person = trialStaff.find(({ roles }) => roles[0] === role);
  if (!person) throw new Error(`the trial has no ${role}`);
  await at.clerk.page.getByLabel('工号').waitFor();
  await at.clerk.type(person.number);
  await at.clerk.press('Enter');
  await at.clerk.type(person.pin);
  await at.clerk.press('Enter');
}
async function expectFitToBeSeen(): Promise<void> {
  expect(await axeFindings(at.clerk.page)).toEqual([]);
  for (const size of [
    { width: 1024, height: 768 },
    { width: 1366, height: 768 },
  ]) {
    await at.clerk.page.setViewportSize(size);
    expect(await overflow(at.clerk.page)).toEqual([]);
  }
}

it('after a sale the manager sees the day add up and takes it out as a file', async () => {
  const { clerk } = at;
  await sellTo(clerk, 'p08');
  await clerk.press('F10', 'F10');
  await signInAs('manager');
  await at.clerk.page.locator('[data-page="dayReport"]').click();
  await at.clerk.page.locator('[data-report="total"]').waitFor();
  expect(await at.clerk.page.locator('[data-report="total"]').innerText()).toMatch(
    /^合计 1 张,\d+\.\d\d 元$/,
  );
  expect(await at.clerk.page.locator('[data-report="report.byClerk"]').innerText()).toContain('0107');
  await expectFitToBeSeen();
  const saved = at.clerk.page.waitForEvent('download');
  await at.clerk.press('t');
  const file = await saved;
  expect(file.suggestedFilename()).toBe('日报-2026-11-21.csv');
  expect(readFileSync(await file.path(), 'utf8')).toContain('合计,1,');
  await at.clerk.press('PageUp');
  await at.clerk.page.getByText('这一天没有售票').waitFor();
  await at.clerk.press('F10');
});

it('the auditor walks the journal with the arrow keys and reads it through', async () => {
  await signInAs('auditor');
  await at.clerk.page.locator('[data-page="journal"]').click();
  await at.clerk.page.locator('tbody tr').first().waitFor();
  await at.clerk.press('k');
  await at.clerk.page.getByText('显示:售票').waitFor();
  await expect.poll(() => at.clerk.page.locator('tbody tr').count(), SOON).toBe(1);
  await at.clerk.page.getByText('已加密封存').waitFor();
  await at.clerk.press('v');
  await at.clerk.page.locator('[data-journal="right"]').waitFor();
  await expectFitToBeSeen();
  await at.clerk.press('F10');
});
