import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isRootUser } from '../../main/shells/window-program.ts';
import {
  axeFindings,
  MORNING,
  openClerk,
  openShift,
  signIn,
  startBrowser,
  startHost,
  type Host,
} from './host.ts';
import { familyOf, survivors } from '../shells/processes.ts';
import { chooseScreens, screensLine, type Screens } from '../support/electron-app.ts';
import { newDataFolder, pageShown, startElectron } from '../electron/electron-process.ts';
import { layOutProgram, type ProgramLayout } from '../electron/program-layout.ts';

const standIn = fileURLToPath(new URL('stand-in-binary.mjs', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'so-screens-'));
const notes = join(scratch, 'notes.jsonl');
let layout: ProgramLayout;
beforeAll(async () => {
  layout = await layOutProgram('bundled');
});
afterAll(() => {
  layout.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** A checkout whose packages have an executable where Electron's would be. */
function checkoutWith(script: string): { root: string; binary: string } {
  const folder = mkdtempSync(join(scratch, 'checkout-'));
  const dist = join(folder, 'node_modules', 'electron', 'dist');
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "station-office", "version": "0.1.0" }');
  const binary = join(dist, process.platform === 'win32' ? 'electron.exe' : 'electron');
  writeFileSync(binary, `#!/bin/sh\n${script}\n`);
  chmodSync(binary, 0o755);
  return { root: folder, binary };
}
/** Playwright leaves promises behind when a launch fails, and their rejection is no failure of the test that wanted it to fail. */
async function withoutLooseEnds(work: () => Promise<void>): Promise<void> {
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  const strange: unknown[] = [];
  process.on('unhandledRejection', (reason) => {
    if (!String(reason).includes('Process failed to launch')) strange.push(reason);
  });
  try {
    await work();
    await pause(100);
    expect(strange).toEqual([]);
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const one of others) process.on('unhandledRejection', one);
  }
}

const working = checkoutWith(`exec '${process.execPath}' '${standIn}' '${notes}' "$@"`);
const broken = checkoutWith(
  `echo 'error while loading shared libraries: libnss3.so' >&2; echo '{}' >> '${notes}'; exit 127`,
);
const screenOf = { DISPLAY: ':9' };

describe('what the screen specs are driven in', () => {
  test('is the real Electron wherever its binary resolves and there is a screen', () => {
    const chosen = chooseScreens(working.root, screenOf);
    expect(chosen).toEqual({ binary: working.binary });
    expect(screensLine(chosen)).toBe(`screens: the built program in the real Electron, ${working.binary}`);
    expect(chooseScreens(working.root, { WAYLAND_DISPLAY: 'wayland-0' })).toEqual(chosen);
  });

  test('is Chromium where there is no binary, no screen, or somebody asks for it, and the run says which', () => {
    rmSync(checkoutWith('').binary);
    const without = checkoutWith('');
    rmSync(without.binary);
    for (const [where, environment, why] of [
      [without.root, screenOf, 'no Electron binary'],
      [working.root, {}, 'an Electron binary, but no screen'],
      [working.root, { ...screenOf, STATION_SCREENS: 'chromium' }, 'STATION_SCREENS asks for it'],
    ] as const) {
      const chosen = chooseScreens(where, environment);
      expect(chosen).not.toHaveProperty('binary');
      expect(screensLine(chosen)).toMatch(new RegExp(`^screens: Chromium \\(${why}`));
    }
  });
});

describe('where the binary resolves', () => {
  let browser: Browser;
  const hosts: Host[] = [];
  const screens = (): Screens => chooseScreens(working.root, screenOf);
  const startedWith = (): { pid: number; args: string[]; cwd: string }[] =>
    existsSync(notes)
      ? readFileSync(notes, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { pid: number; args: string[]; cwd: string })
      : [];
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.stop();
    rmSync(notes, { force: true });
  });
  afterAll(async () => {
    await browser.close();
  });
  /** As every screen spec starts its office, but for the choice. */
  const start = async (options: Parameters<typeof startHost>[0] = {}): Promise<Host> => {
    const host = await startHost({ screens: screens(), programRoot: layout.root, ...options });
    hosts.push(host);
    return host;
  };

  test('a spec starts the built program with its folder and clock, works its window, kills it and finds it again', async () => {
    const sheets = join(scratch, 'sheets.bin');
    const host = await start({ sheets });
    const [begun] = startedWith();
    const ours = ['--inspect=0', '--remote-debugging-port=0', '--no-sandbox'];
    expect(begun?.args.filter((one) => !ours.includes(one))).toEqual([
      layout.root,
      `--data=${host.folder}`,
      '--display=off',
      `--clock=${MORNING}`,
      `--sheets=${sheets}`,
    ]);
    expect(begun?.args.includes('--no-sandbox')).toBe(isRootUser() || process.platform === 'linux');
    const pagesBefore = browser.contexts().length;
    const clerk = await openClerk(browser, host, { size: { width: 1024, height: 768 } });
    expect(browser.contexts(), 'no page of Chromium was opened').toHaveLength(pagesBefore);
    expect(clerk.page.viewportSize()).toEqual({ width: 1024, height: 768 });
    expect(await clerk.page.evaluate('Intl.DateTimeFormat().resolvedOptions().timeZone')).toBe(
      'America/New_York',
    );
    await signIn(clerk);
    await openShift(clerk);
    await clerk.sees('08:30');
    expect(await axeFindings(clerk.page)).toEqual([]);
    await expect(host.page(browser, { size: { width: 800, height: 600 } })).rejects.toThrow('one window');

    const family = familyOf(begun?.pid ?? 0);
    expect(family.length).toBeGreaterThan(3);
    const again = await host.killAndRestart({ clock: '2026-11-21T08:24:00+08:00' });
    hosts.splice(0, 1, again);
    expect(await survivors(family, 10_000)).toEqual([]);
    expect(startedWith()[1]?.args).toContain('--clock=2026-11-21T08:24:00+08:00');
    expect(startedWith()[1]?.args).toContain(`--data=${host.folder}`);
    const before = clerk.page;
    await clerk.moveTo(again);
    expect(clerk.page).not.toBe(before);
    await signIn(clerk);
    await clerk.sees('上次运行留下的事');
    const last = familyOf(startedWith()[1]?.pid ?? 0);
    await again.stop();
    expect(await survivors(last, 10_000)).toEqual([]);
    expect(existsSync(again.folder)).toBe(false);
  });

  test('a spec that needs the browser shell says why, and has it', async () => {
    const host = await start({ inBrowser: 'a page of its own kind' });
    expect(host.isBrowser).toBe(true);
    expect(host.address).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(startedWith()).toEqual([]);
  });

  test('a program that does not start is red, with what it said: Chromium is not taken in silence', async () => {
    const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('station-e2e-'));
    const before = new Set(folders());
    await withoutLooseEnds(async () => {
      const refused = start({ screens: chooseScreens(broken.root, screenOf) });
      await expect(refused).rejects.toThrow(/the real Electron did not start .*libnss3\.so/s);
    });
    expect(startedWith(), 'it was tried once').toHaveLength(1);
    expect(hosts).toEqual([]);
    expect(
      folders().filter((name) => !before.has(name) && existsSync(join(tmpdir(), name, 'station.json'))),
    ).toEqual([]);
  });

  test('a program that is not bundled is red too', async () => {
    await expect(start({ programRoot: working.root })).rejects.toThrow('the program is not bundled');
    expect(startedWith()).toEqual([]);
  });
});

describe('the program itself, on the double', () => {
  const opened = async (
    switches: Record<string, string>,
    station?: string,
  ): Promise<{ html: string; atMs: number | undefined }> => {
    const data = newDataFolder();
    if (station !== undefined) writeFileSync(join(data.path, 'station.json'), station);
    const electron = startElectron(layout, 'bundled', { data: data.path, switches });
    try {
      const { page } = await pageShown(electron);
      const html = page?.html ?? '';
      if (html.includes('站务窗口不能启动')) return { html, atMs: undefined };
      const { nowMs } = await electron.result<{ nowMs: number }>(1, 'status.get');
      return { html, atMs: nowMs };
    } finally {
      await electron.kill();
      data.remove();
    }
  };

  test('moves the clock of a trial, as the host does', async () => {
    const { atMs } = await opened({ clock: MORNING });
    expect(Math.abs((atMs ?? 0) - Date.parse(MORNING))).toBeLessThan(60_000);
  });

  test('refuses a clock that is no instant', async () => {
    expect((await opened({ clock: 'tomorrow' })).html).toContain('--clock 应为带时区的时刻');
  });
});
