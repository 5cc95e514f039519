/**
 * Takes the pictures of the README and the operating guide from real offices: `npm run pictures`, or only some of them by
 * the parts named: `npm run pictures -- workspaces training`. The clock of the trial is set, so that they look the same
 * whenever they are taken.
 */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { openClerk, openShift, signIn, startBrowser, startHost, type Clerk } from './host.ts';
import { takeNotices } from './notice-pictures.ts';
import { takeFog } from './fog-pictures.ts';
import { takeFork } from './fork-pictures.ts';
import { retireAndReplace } from './retirement-story.ts';
import { takeReserves, takeStops } from './stop-pictures.ts';
import { takeLinkDown, takeTroubles } from './trouble-pictures.ts';
import { takeFirstRun, takeTraining, takeWorkspaces } from './workspace-pictures.ts';

// Taken in the browser shell wherever they are taken, so that they stay the same.
process.env['STATION_SCREENS'] = 'chromium';
const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
mkdirSync(folder, { recursive: true });

const take = async ({ page }: Clerk, name: string): Promise<void> => {
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${folder}${name}.png` });
  process.stderr.write(`docs/pictures/${name}.png\n`);
};

/** One ticket, the whole way. */
async function takeSale(browser: Browser): Promise<void> {
  const host = await startHost();
  try {
    const clerk = await openClerk(browser, host);
    const { page } = clerk;
    const picture = (name: string): Promise<void> => take(clerk, name);
    const lay = async (person: string, count: number): Promise<void> => {
      await clerk.layCard(person);
      await page.locator(`#passenger-${count - 1}`).waitFor();
    };
    const sold = async (): Promise<void> => {
      await page.locator('[data-figure="total"]', { hasText: /\d/ }).waitFor();
      await clerk.press('Enter', 'Enter');
      await clerk.sees('张票已打印');
    };

    await page.getByLabel('工号').waitFor();
    await picture('sign-in');
    await signIn(clerk);
    await page.getByLabel('备用金(元)').waitFor();
    await clerk.type('200');
    await picture('open-shift');
    await page.keyboard.press('Control+a');
    await openShift(clerk);
    await clerk.sees('08:30');
    await picture('sale-empty');

    await clerk.press('1', 'Enter');
    await lay('p01', 1);
    await lay('p05', 2);
    await lay('p08', 3);
    await clerk.sees('儿童票 · 年龄');
    await picture('sale-three');
    await clerk.press('Enter');
    await clerk.type('100');
    await picture('sale-cash');
    await clerk.press('Enter');
    await clerk.sees('3 张票已打印');
    await picture('sale-sold');

    await clerk.trial('link');
    for (const person of ['p02', 'p03', 'p04', 'p12']) {
      await clerk.press('1');
      await lay(person, 1);
      await sold();
    }
    await clerk.press('2');
    await lay('p06', 1);
    await lay('p07', 2);
    await page.waitForFunction(() =>
      /\d [秒分]/.test(document.querySelector('[data-chip="link"]')?.textContent ?? ''),
    );
    await picture('sale-offline');

    await clerk.press('Escape', 'Escape', 'F9');
    await clerk.sees('这张票');
    await picture('sold-list');
    await clerk.press('F2', 'F1');
    await page.getByRole('dialog').waitFor();
    await picture('keys');
    await clerk.press('F1');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    // A form that is refused at several places.
    await clerk.press('F2', '1', 'Enter');
    await lay('p01', 1);
    await clerk.sees('该证件已有本班次的票');
    await clerk.press('Enter');
    await picture('sale-refused');
    await clerk.press('Escape', 'Escape');

    await clerk.press('Alt+t');
    await page.locator('.trial').waitFor();
    await picture('trial-panel');
    await clerk.press('Escape', 'F10');
    await page.getByLabel('实点现金(元)').waitFor();
    await clerk.type('400');
    await clerk.press('Enter');
    await clerk.sees('已交班');
    await picture('shift-closed');
    await clerk.close();
  } finally {
    await host.stop();
  }
}

const parts: Record<string, (browser: Browser) => Promise<void>> = {
  sale: takeSale,
  workspaces: (browser) => takeWorkspaces(browser, take),
  fog: (browser) => takeFog(browser, take),
  training: (browser) => takeTraining(browser, take),
  firstRun: (browser) => takeFirstRun(browser, take),
  troubles: (browser) => takeTroubles(browser, take),
  station: async (browser) => void (await retireAndReplace(browser, take)),
  notices: (browser) => takeNotices(browser, take),
  stops: (browser) => takeStops(browser, take),
  reserves: (browser) => takeReserves(browser, take),
  fork: (browser) => takeFork(browser, take),
  linkDown: (browser) => takeLinkDown(browser, take),
};
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0)
  throw new Error(
    `no pictures are called ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}`,
  );
const browser = await startBrowser();
try {
  for (const [name, part] of Object.entries(parts))
    if (asked.length === 0 || asked.includes(name)) await part(browser);
} finally {
  await browser.close();
}
