import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { ensureRenderer } from '../../build/pieces.mjs';
import type { RunningOffice } from '../support/running-office.ts';
import { CLERK } from './bench-station.ts';

/** What the bench puts into the page before the program's own scripts; it only listens. */
const PROBE = `
  window.bench = { last: null, keys: [], rowAt: 0 };
  addEventListener('keydown', (event) => {
    const key = { at: event.timeStamp, committedAt: 0, frameAt: 0 };
    window.bench.last = key;
    window.bench.keys.push(key);
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { key.frameAt = performance.now(); };
      channel.port2.postMessage(null);
    });
  }, true);
  addEventListener('DOMContentLoaded', () => {
    new MutationObserver(() => {
      const key = window.bench.last;
      const now = performance.now();
      if (key && key.committedAt === 0) key.committedAt = now;
      if (window.bench.rowAt === 0 && document.getElementById('passenger-0')) window.bench.rowAt = now;
    }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true });
  });
`;

/** The real page of an office in a real Chromium, a clerk signed in and a shift open. */
export interface BenchPage {
  page: Page;
  /** Milliseconds to add to the page's `performance.now()` to get this process's. */
  offsetMs(): Promise<number>;
  close(): Promise<void>;
}

export async function openPage(office: RunningOffice): Promise<BenchPage> {
  if (!ensureRenderer()) throw new Error('the page could not be built');
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (path) => existsSync(path),
  );
  if (executablePath === undefined) throw new Error('Chromium is not installed: run "sh build/setup.sh"');
  const browser: Browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    const page = await context.newPage();
    await context.addInitScript({ content: PROBE });
    await page.goto(`${office.url}?token=${encodeURIComponent(office.token)}`);
    await page.getByLabel('工号').waitFor();
    await page.keyboard.type(CLERK.number);
    await page.keyboard.press('Enter');
    await page.keyboard.type(CLERK.pin);
    await page.keyboard.press('Enter');
    await page.getByLabel('备用金(元)').waitFor();
    await page.keyboard.type('200');
    await page.keyboard.press('Enter');
    // Late in the evening nothing of today is left to list.
    await page.locator('#departures-grid :is(tbody tr, .empty b)').first().waitFor();
    return { page, offsetMs: () => offsetOf(page), close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** Asks the page's clock often and believes the quickest answer: half of its way is the error. */
async function offsetOf(page: Page): Promise<number> {
  let best = { wayMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
  for (let n = 0; n < 40; n += 1) {
    const before = performance.now();
    const there = await page.evaluate<number>('performance.now()');
    const wayMs = performance.now() - before;
    if (wayMs < best.wayMs) best = { wayMs, offsetMs: before + wayMs / 2 - there };
  }
  return best.offsetMs;
}
