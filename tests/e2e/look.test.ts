import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
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
  host = await startHost();
  browser = await startBrowser();
  clerk = await openClerk(browser, host);
});
afterAll(async () => {
  await browser.close();
  await host.stop();
});

/** Looked at with axe in the size of the window PC, and measured in both sizes. */
async function expectFitToBeSeen(): Promise<void> {
  expect(await axeFindings(clerk.page)).toEqual([]);
  for (const size of [
    { width: 1024, height: 768 },
    { width: 1366, height: 768 },
  ]) {
    await clerk.page.setViewportSize(size);
    expect(await overflow(clerk.page)).toEqual([]);
  }
}

describe('every screen is clean for axe and fits 1366 and 1024', () => {
  it('sign-in', async () => {
    await clerk.page.getByLabel('工号').waitFor();
    await expectFitToBeSeen();
  });

  it('sign-in, refused', async () => {
    await clerk.type('0107');
    await clerk.press('Enter');
    await clerk.type('1');
    await clerk.press('Enter');
    await clerk.sees('工号或口令不对');
    await expectFitToBeSeen();
    await clerk.page.reload();
  });

  it('open shift', async () => {
    await signIn(clerk);
    await clerk.page.getByLabel('备用金(元)').waitFor();
    await expectFitToBeSeen();
  });

  it('sale, empty', async () => {
    await openShift(clerk);
    await clerk.sees('08:30');
    await expectFitToBeSeen();
  });

  it('sale, looking for a destination', async () => {
    await clerk.type('d');
    await clerk.page.locator('#places-found li').nth(3).waitFor();
    await expectFitToBeSeen();
    await clerk.press('Escape');
  });

  it('sale, with four passengers and one of them refused', async () => {
    await clerk.press('1', 'Enter');
    for (const person of ['p01', 'p05', 'p08']) {
      await clerk.layCard(person);
      await clerk.page
        .locator('[id^="passenger-"]')
        .nth(['p01', 'p05', 'p08'].indexOf(person) + 1)
        .waitFor();
    }
    await clerk.layCard('p01');
    await clerk.sees('同一证件在本单出现两次');
    await expectFitToBeSeen();
    await clerk.press('Delete');
    await clerk.page.getByText('同一证件在本单出现两次').waitFor({ state: 'detached' });
  });

  it('sale, at the money, short', async () => {
    await clerk.press('Enter');
    await clerk.type('5');
    await clerk.press('Enter');
    await clerk.sees('少于应收');
    await expectFitToBeSeen();
  });

  it('sale, just sold', async () => {
    await clerk.press('Control+a');
    await clerk.type('200');
    await clerk.press('Enter');
    await clerk.sees('张票已打印。请交票');
    await expectFitToBeSeen();
  });

  it('trial panel', async () => {
    await clerk.press('Alt+t');
    await clerk.page.locator('.trial').waitFor();
    await expectFitToBeSeen();
    await clerk.press('Escape');
  });

  it('help', async () => {
    await clerk.press('F1');
    await clerk.page.getByRole('dialog').waitFor();
    await expectFitToBeSeen();
    expect(await clerk.page.getByRole('dialog').innerText()).toContain('遗失补票');
    await clerk.press('F1');
    await clerk.page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('sold list', async () => {
    await clerk.press('F9');
    await clerk.sees('这张票');
    await expectFitToBeSeen();
  });

  it('close shift, before and after the count', async () => {
    await clerk.press('F10');
    await clerk.page.getByLabel('实点现金(元)').waitFor();
    await expectFitToBeSeen();
    await clerk.type('200');
    await clerk.press('Enter');
    await clerk.sees('已交班');
    await expectFitToBeSeen();
  });
});
