import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trialStaff } from '../../main/trial-station.ts';
import { axeFindings, openClerk, overflow, startBrowser, startHost, type Clerk, type Host } from './host.ts';

let host: Host;
let browser: Browser;
let desk: Clerk;

beforeAll(async () => {
  host = await startHost();
  browser = await startBrowser();
  desk = await openClerk(browser, host);
});
afterAll(async () => {
  await browser.close();
  await host.stop();
});

async function signInAs(role: string): Promise<void> {
  const person = trialStaff.find(({ roles }) => roles[0] === role);
  if (!person) throw new Error(`the trial has no ${role}`);
  await desk.page.getByLabel('工号').waitFor();
  await desk.type(person.number);
  await desk.press('Enter');
  await desk.type(person.pin);
  await desk.press('Enter');
}
const names = async (): Promise<string[]> =>
  (await desk.page.locator('.workspaces button').allInnerTexts()).map((text) => text.replaceAll('\n', ' '));

/** With axe in the size of the window PC, and measured in both sizes. */
async function expectFitToBeSeen(): Promise<void> {
  expect(await axeFindings(desk.page)).toEqual([]);
  for (const size of [
    { width: 1024, height: 768 },
    { width: 1366, height: 768 },
  ]) {
    await desk.page.setViewportSize(size);
    expect(await overflow(desk.page)).toEqual([]);
  }
}

describe('after sign-in a person gets the work that the roles open', () => {
  it('a clerk has the sale and no switch', async () => {
    await signInAs('clerk');
    await desk.page.getByLabel('备用金(元)').waitFor();
    expect(await names()).toEqual([]);
    await desk.press('Alt+3');
    await desk.page.getByLabel('备用金(元)').waitFor();
    await desk.press('Escape');
  });

  it.each(['technician', 'auditor'])(
    '%s has one workspace, and every page of it is fit to be seen',
    async (role) => {
      await signInAs(role);
      await desk.page.locator('main.page-body').waitFor();
      expect(await names()).toEqual([]);
      const pages = await desk.page.locator('[data-page]').all();
      for (const page of pages) {
        await page.click();
        await expectFitToBeSeen();
      }
      if (pages.length === 0) await expectFitToBeSeen();
      await desk.press('F10');
    },
  );

  it('a manager switches between own work and the auditor’s with the keys shown', async () => {
    await signInAs('manager');
    await desk.page.locator('[data-workspace="manager"][aria-current="page"]').waitFor();
    expect(await names()).toEqual(['站长 Alt+3', '稽核 Alt+4']);
    await desk.press('Alt+4');
    await desk.page.locator('[data-workspace="auditor"][aria-current="page"]').waitFor();
    await desk.press('Alt+1');
    expect(await desk.page.locator('[data-workspace="auditor"][aria-current="page"]').count()).toBe(1);
    await desk.press('Alt+3');
    for (const page of await desk.page.locator('[data-page]').all()) {
      await page.click();
      await expectFitToBeSeen();
    }
    await desk.press('F10');
  });

  it('a shift leader keeps the sale as it was while looking elsewhere', async () => {
    await signInAs('shiftLeader');
    await desk.page.getByLabel('备用金(元)').waitFor();
    await desk.type('200');
    await desk.press('Enter');
    await desk.sees('08:30');
    await expectFitToBeSeen();
    await desk.press('1', 'Enter');
    await desk.layCard('p01');
    await desk.page.locator('#passenger-0').waitFor();
    await desk.press('Alt+2');
    await desk.page.locator('main.gate').waitFor();
    // A card laid while another workspace is open does not slip into the order.
    await desk.layCard('p02');
    // By then the reader has told of it, while the sale was not on screen.
    await desk.page.waitForTimeout(2_000);
    await desk.press('Alt+1');
    await desk.page.locator('#passenger-0').waitFor();
    expect(await desk.page.locator('[id^="passenger-"]', { hasText: '330999' }).count()).toBe(1);
  });
});
