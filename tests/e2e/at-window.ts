import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import {
  openClerk,
  openShift,
  signIn,
  startBrowser,
  startHost,
  type Clerk,
  type ClerkOptions,
  type Host,
  type HostOptions,
} from './host.ts';

/** A window for all tests of a file, opened before the first and ended after the last. */
export interface AtWindow {
  readonly host: Host;
  readonly browser: Browser;
  readonly clerk: Clerk;
  /** Goes on with another host on the same folder, such as one that was killed and started again; the page goes to it. */
  moveTo(host: Host): Promise<void>;
}

export interface AtWindowOptions {
  host?: HostOptions | (() => Promise<Host>);
  clerk?: ClerkOptions;
  /** How far the clerk has come when the first test begins; at the sale when not given. */
  upTo?: 'page' | 'signedIn' | 'sale';
}

/** The preamble of most specs: office, browser, page, the first trial clerk signed in, the shift open. */
export function atWindow(options: AtWindowOptions = {}): AtWindow {
  let host: Host | undefined;
  let browser: Browser | undefined;
  let clerk: Clerk | undefined;
  const there = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the window is not open yet');
    return part;
  };
  beforeAll(async () => {
    host = await (typeof options.host === 'function' ? options.host() : startHost(options.host));
    browser = await startBrowser();
    clerk = await openClerk(browser, host, options.clerk);
    if (options.upTo === 'page') return;
    await signIn(clerk);
    if (options.upTo === 'signedIn') return;
    await openShift(clerk);
    await clerk.page.locator('#departures-grid tbody tr').first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
  });
  return {
    get host() {
      return there(host);
    },
    get browser() {
      return there(browser);
    },
    get clerk() {
      return there(clerk);
    },
    async moveTo(next) {
      host = next;
      await there(clerk).moveTo(next);
    },
  };
}

/** Sells a ticket to whose card is named, for the next boat and the exact cash, and waits until its sheet is out. */
export async function sellTo(clerk: Clerk, person: string): Promise<void> {
  await layAndPrice(clerk, person);
  await clerk.press('Enter', 'Enter');
  await clerk.sees('张票已打印。请交票');
}

/** The person on the form for the next boat to the first quick destination, and the fare known. */
export async function layAndPrice(clerk: Clerk, person: string): Promise<void> {
  await clerk.page.locator('main.sale').waitFor();
  await clerk.press('1');
  await clerk.layCard(person);
  // The figures of the last sale stand there until somebody is on the form.
  await clerk.page.locator('#passenger-0').waitFor();
  await clerk.page.locator('[data-figure="total"]', { hasText: /\d/ }).waitFor();
}
