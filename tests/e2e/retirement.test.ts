import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeFindings, overflow, startBrowser, type Clerk } from './host.ts';
import { retireAndReplace } from './retirement-story.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

async function expectFitToBeSeen({ page }: Clerk): Promise<void> {
  expect(await axeFindings(page)).toEqual([]);
  for (const width of [1024, 1366]) {
    await page.setViewportSize({ width, height: 768 });
    expect(await overflow(page)).toEqual([]);
  }
}

it('a window retires and its successor begins from the keyboard, each step with its reason', async () => {
  expect(await retireAndReplace(browser, expectFitToBeSeen)).toEqual([]);
});
