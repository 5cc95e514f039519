import { AxeBuilder } from '@axe-core/playwright';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureRenderer, findNode } from '../../build/pieces.mjs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findChromium } from '../../main/shells/window-program.ts';
import { chooseScreens, type Screens } from '../support/electron-app.ts';
import { startElectronHost } from './electron-host.ts';
import { signalDevices } from './processes-below.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A real office on a data folder of its own: in the real Electron where its binary resolves, else in its browser shell. */
export interface Host {
  folder: string;
  /** A browser can go to its address; else it has a window of its own. */
  readonly isBrowser: boolean;
  /** The page's address, in the browser shell with its one-time token. */
  address: string;
  /** The clerk's page: a new one of the browser at {@link address}, or the program's one window. */
  page(browser: Browser, options: { size: Size; before?: (page: Page) => Promise<void> }): Promise<Page>;
  /** The code that the first start of a station without a manager told. */
  firstManagerCode: string | undefined;
  /** What the host said on stderr, for the report of a failed test. */
  said(): string;
  /** Ends it and takes its folder away; also when it no longer runs. */
  stop(): Promise<void>;
  /** Ends it without taking leave, as a power cut would, and starts it again on the same folder. */
  killAndRestart(changes?: Pick<HostOptions, 'clock'>): Promise<Host>;
  /** Ends it in order, lets `between` do to its folder what people do, and starts it again on what is there then. */
  restart(between?: (folder: string) => unknown): Promise<Host>;
  /** Lets the simulated devices stand still (`SIGSTOP`): their ports are there and nobody answers. `SIGCONT` wakes them. */
  devices(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

export interface HostOptions {
  folder?: string;
  /** Wall clock of the trial at the start; {@link MORNING} when not given. */
  clock?: string;
  /** Every byte of the simulated printer is appended to this file. */
  sheets?: string;
  /** `station.json` of a station that is no trial, written before the start: the clock is then the machine's own. */
  station?: unknown;
  /** What a spec does that only the browser shell has; it is then driven in Chromium, and says so. */
  inBrowser?: string;
  /** What the screens are driven in; {@link chooseScreens} when not given. */
  screens?: Screens;
  /** Where the bundles of the program are that Electron is given; this checkout when not given. */
  programRoot?: string;
}

/** Not Shanghai: the screen shows the office's time, whatever the machine thinks. */
const AWAY = { locale: 'zh-CN', timezoneId: 'America/New_York' };

/** A busy hour: boats before and after it, whatever the real time is. */
export const MORNING = '2026-11-21T08:21:00+08:00';

if (!ensureRenderer()) throw new Error('the page could not be built');

/** Starts the office in what screens are driven in here, and waits until it serves. What does not start is an error. */
export async function startHost(options: HostOptions = {}): Promise<Host> {
  const screens = options.screens ?? chooseScreens();
  if (!('binary' in screens)) return startBrowserHost(options);
  if (options.inBrowser === undefined)
    return startElectronHost(screens.binary, { clock: MORNING, ...options }, AWAY);
  console.log(`screens: Chromium here, for ${options.inBrowser}`);
  return startBrowserHost(options);
}

/** Starts `main/host.mjs`. */
async function startBrowserHost(options: HostOptions): Promise<Host> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'station-e2e-'));
  if (options.station !== undefined)
    writeFileSync(join(folder, 'station.json'), JSON.stringify(options.station));
  const clock = options.station === undefined ? ['--clock', options.clock ?? MORNING] : [];
  const sheets = options.sheets === undefined ? [] : ['--sheets', options.sheets];
  const child: ChildProcess = spawn(
    findNode() ?? process.execPath,
    ['main/host.mjs', '--data', folder, '--with-parent', ...clock, ...sheets],
    {
      cwd: root,
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = await new Promise<{ url: string; token: string; firstManagerCode?: string }>(
    (resolve, reject) => {
      let out = '';
      let isReady = false;
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        const line = out.split('\n').find((one) => one.startsWith('{'));
        if (line === undefined || !out.includes('\n')) return;
        const told = JSON.parse(line) as {
          ready: boolean;
          url: string;
          token: string;
          firstManagerCode?: string;
        };
        // One that refuses says why on stderr, and ends.
        if (!told.ready) return;
        isReady = true;
        resolve(told);
      });
      child.once('exit', (code) => {
        if (!isReady && options.folder === undefined) rmSync(folder, { recursive: true, force: true });
        reject(new Error(`the host ended with ${code}: ${said}`));
      });
    },
  );
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  const address = `${ready.url}?token=${encodeURIComponent(ready.token)}`;
  return {
    folder,
    isBrowser: true,
    firstManagerCode: ready.firstManagerCode,
    address,
    said: () => said,
    async page(browser, { size, before }) {
      const page = await (await browser.newContext({ viewport: size, ...AWAY })).newPage();
      await before?.(page);
      await page.goto(address);
      return page;
    },
    async stop() {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
    async killAndRestart(changes = {}) {
      await end('SIGKILL');
      return startBrowserHost({ ...options, ...changes, folder });
    },
    async restart(between) {
      await end('SIGTERM');
      await between?.(folder);
      return startBrowserHost({ ...options, folder });
    },
    devices: (signal) => signalDevices(child.pid ?? 0, signal),
  };
}

/** Chromium without the network chatter that a closed station network would refuse. */
export function startBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no Chromium on PATH: sh build/setup.sh');
  return chromium.launch({
    executablePath,
    // A machine without a locale would not let it write or read files with Chinese names.
    env: { ...definedEnvironment(), LC_ALL: 'C.UTF-8' },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--font-render-hinting=none',
    ],
  });
}

const definedEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );

/** One page at the clerk's screen, with every key counted and everything that went wrong in it kept. */
export interface Clerk {
  /** The page of now: another one after {@link moveTo} where the program brings its own window. */
  readonly page: Page;
  readonly context: BrowserContext;
  /** Goes to another host, such as one that was killed and started again; what the page met meanwhile is forgotten. */
  moveTo(host: Host): Promise<void>;
  /** Presses keys one after the other and counts them. */
  press(...keys: string[]): Promise<void>;
  /** Types characters as keys and counts them. */
  type(text: string): Promise<void>;
  keys(): number;
  resetKeys(): void;
  /** What the page reported as error, refused script or style. Must stay empty. */
  troubles: string[];
  /** The text of a part of the status bar, by its name. */
  chip(name: string): Promise<string>;
  /** Lays a card as the trial panel does; no key of the clerk. */
  layCard(person: string): Promise<void>;
  trial(button: 'remove' | 'link' | 'paper' | 'reader'): Promise<void>;
  figure(name: string): Promise<string>;
  /** Waits until a text is on the page. */
  sees(text: string | RegExp, timeoutMs?: number): Promise<void>;
  /** The next sale reaches the office, its answer never comes back; then the link breaks, or hangs for ever (`null`). */
  loseNextSale(breaksAfterMs: number | null): void;
  close(): Promise<void>;
}

/** How long a test waits for what the screen should show at once; generous, for a busy machine. */
export const SOON = { timeout: 15_000 };

/** From one card to the next; the reader takes a card that is back within a second for the same one. */
const HAND_MS = 1300;

/** A quick clerk, from one typed character to the next. */
const BETWEEN_KEYS_MS = 60;

export interface Size {
  width: number;
  height: number;
}

/** What a page is opened with. */
export interface ClerkOptions {
  size?: Size;
  /** Puts the test between page and office, so that it can lose answers; see {@link Clerk.loseNextSale}. */
  relayed?: boolean;
}

export async function openClerk(browser: Browser, host: Host, options: ClerkOptions = {}): Promise<Clerk> {
  const size = options.size ?? { width: 1366, height: 768 };
  const troubles: string[] = [];
  let losing: { breaksAfterMs: number | null } | undefined;
  const relay = (page: Page): Promise<void> =>
    page.routeWebSocket(/\/office$/, (socket) => {
      const office = socket.connectToServer();
      let isDeaf = false;
      socket.onMessage((message) => {
        office.send(message);
        if (!losing || !message.toString().includes('"sales.sell"')) return;
        const { breaksAfterMs } = losing;
        losing = undefined;
        isDeaf = true;
        if (breaksAfterMs !== null) setTimeout(() => void socket.close(), breaksAfterMs);
      });
      office.onMessage((message) => {
        if (!isDeaf) socket.send(message);
      });
    });
  const open = async (at: Host): Promise<Page> => {
    if (options.relayed && !at.isBrowser)
      throw new Error('relayed needs the browser shell: say so by inBrowser');
    return at.page(browser, {
      size,
      async before(opened) {
        opened.on('console', (message) => {
          if (message.type() === 'error') troubles.push(message.text());
        });
        opened.on('pageerror', (error) => troubles.push(String(error)));
        if (options.relayed) await relay(opened);
      },
    });
  };
  let page = await open(host);
  let count = 0;
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) {
      count += 1;
      await page.keyboard.press(key);
      // Faster than any person is a keyboard scanner.
      if (key.length === 1) await page.waitForTimeout(BETWEEN_KEYS_MS);
    }
  };
  /** The trial panel is worked by its own keys; they are the passenger's hands, so they are not counted. */
  const inTrial = async (selector: string): Promise<void> => {
    await page.keyboard.press('Alt+t');
    const button = page.locator(selector);
    await button.focus();
    await page.keyboard.press('Enter');
    await page.locator('.trial').waitFor({ state: 'detached' });
  };
  return {
    get page() {
      return page;
    },
    get context() {
      return page.context();
    },
    async moveTo(next) {
      if (next.isBrowser) await page.goto(next.address);
      else page = await open(next);
      // What the page met while the program was gone.
      troubles.length = 0;
    },
    press,
    async type(text) {
      await press(...Array.from(text));
    },
    keys: () => count,
    resetKeys() {
      count = 0;
    },
    troubles,
    chip: async (name) => (await page.locator(`[data-chip="${name}"]`).innerText()).replaceAll(/\s+/g, ' '),
    async layCard(person) {
      // A hand takes one card away before it lays the next, and the reader sees that it is gone.
      await inTrial('[data-trial="remove"]');
      await page.waitForTimeout(HAND_MS);
      await inTrial(`[data-person="${person}"]`);
    },
    trial: (button) => inTrial(`[data-trial="${button}"]`),
    figure: (name) => page.locator(`[data-figure="${name}"]`).innerText(),
    async sees(text, timeoutMs = 20_000) {
      await page.getByText(text).first().waitFor({ timeout: timeoutMs });
    },
    loseNextSale(breaksAfterMs) {
      losing = { breaksAfterMs };
    },
    close: () => page.context().close(),
  };
}

/** Signs the first trial clerk in, as a clerk would. */
export async function signIn(clerk: Clerk): Promise<void> {
  await clerk.page.getByLabel('工号').waitFor();
  await clerk.type('0107');
  await clerk.press('Enter');
  await clerk.type('246810');
  await clerk.press('Enter');
}

/** Opens the shift with 200 yuan. */
export async function openShift(clerk: Clerk): Promise<void> {
  await clerk.page.getByLabel('备用金(元)').waitFor();
  await clerk.type('200');
  await clerk.press('Enter');
  await clerk.page.getByRole('combobox', { name: '去往' }).waitFor();
}

/** What axe finds wrong, as one line each; empty when nothing. In the page itself: Electron opens no blank one beside it. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${one.help} — ${node.target.join(' ')} ${node.html.slice(0, 120)}`),
  );
}

/** Elements that stick out of the window, whether the page itself scrolls, and panels whose keys or columns go on beyond their side. */
export function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const out: string[] = [];
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    if (scrollWidth > clientWidth) out.push(`page is ${scrollWidth} wide in ${clientWidth}`);
    if (scrollHeight > clientHeight) out.push(`page is ${scrollHeight} high in ${clientHeight}`);
    for (const element of document.querySelectorAll('body *')) {
      const box = element.getBoundingClientRect();
      // A table of basic data has as many columns as it has, and may be wider than its panel.
      const clips =
        getComputedStyle(element).overflowX !== 'visible' &&
        element.querySelector('button, table') &&
        !element.closest('.data');
      if (clips && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
        out.push(
          `${element.tagName} ${element.className} is cut at its side: ${element.scrollWidth} in ${element.clientWidth}`,
        );
      if (element.closest('.scroll, .found, .paper, .chip')) continue;
      if (box.width > 0 && (box.right > clientWidth + 0.5 || box.bottom > clientHeight + 0.5))
        out.push(
          `${element.tagName} ${element.className} ends at ${Math.round(box.right)},${Math.round(box.bottom)}`,
        );
    }
    return out;
  });
}
