import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startLineProxy } from '../city/line-proxy.ts';
import { sellTo } from './at-window.ts';
import { openClerk, openShift, signIn, startHost, type Clerk, type Host } from './host.ts';
import { openTestCity, writeTrialStation } from './test-city.ts';

/** A copy of the window has sold too: what the one that reached the city second shows, with the ticket that is there twice. */
export async function takeFork(
  browser: Browser,
  take: (clerk: Clerk, name: string) => Promise<void>,
): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'station-fork-'));
  const folderOf = (name: string): string => join(base, name);
  const city = await openTestCity(folderOf('city'));
  const line = await startLineProxy(Number(new URL(await city.listen(0)).port));
  const url = `http://127.0.0.1:${line.port}`;
  let host: Host | undefined;
  const isUp = (clerk: Clerk): Promise<void> =>
    clerk.page.locator('[data-chip="link"]', { hasText: /已联网$/ }).waitFor({ timeout: 60_000 });
  const signInAgain = async (clerk: Clerk): Promise<void> => {
    await signIn(clerk);
    await clerk.sees('上次运行留下的事');
    await clerk.press('Enter');
  };
  try {
    mkdirSync(folderOf('first'));
    const enrolmentCode = await city.makeEnrolmentCode();
    await writeTrialStation(folderOf('first'), { city: { url, enrolmentCode } });
    host = await startHost({ folder: folderOf('first') });
    const clerk = await openClerk(browser, host);
    await signIn(clerk);
    await openShift(clerk);
    await clerk.sees('08:30');
    await isUp(clerk);
    host = await host.restart((folder) => cpSync(folder, folderOf('second'), { recursive: true }));
    await clerk.moveTo(host);
    await signInAgain(clerk);
    await sellTo(clerk, 'p01');
    await isUp(clerk);

    let isOut = true;
    line.rule = () => (isOut ? { cutUpAfter: 0 } : {});
    await host.stop();
    // The copied notes name processes and ports of the first machine.
    rmSync(join(folderOf('second'), 'trial'), { recursive: true, force: true });
    await writeTrialStation(folderOf('second'), { city: { url } });
    host = await startHost({ folder: folderOf('second') });
    await clerk.moveTo(host);
    await signInAgain(clerk);
    await sellTo(clerk, 'p02');
    isOut = false;
    await clerk.page.locator('[data-part="other-copy"] li').waitFor({ timeout: 120_000 });
    await clerk.press('F2');
    await take(clerk, 'fenced-other-copy');
    await clerk.close();
  } finally {
    await host?.stop();
    await line.close();
    await city.close();
    rmSync(base, { recursive: true, force: true });
  }
}
