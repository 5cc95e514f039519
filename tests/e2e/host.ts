import { AxeBuilder } from '@axe-core/playwright';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureRenderer, findNode } from '../../build/pieces.mjs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A real office in its browser shell, on a data folder of its own. */
export interface Host {
  folder: string;
  /** The page's address with its one-time token. */
  address: string;
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

/** Processes below one, by Linux's own list. */
function below(pid: number): { pid: number; command: string }[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const parent = Number(/^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1]);
        return [
          {
            pid: Number(name),
            parent,
            command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' '),
          },
        ];
      } catch {
        return []; // ended meanwhile
      }
    });
  const found = all.filter((one) => one.parent === pid);
  return found.flatMap((one) => [one, ...below(one.pid)]);
}

export interface HostOptions {
  folder?: string;
  /** Wall clock of the trial at the start; {@link MORNING} when not given. */
  clock?: string;
  /** Every byte of the simulated printer is appended to this file. */
  sheets?: string;
  /** `station.json` of a station that is no trial, written before the start: the clock is then the machine's own. */
  station?: unknown;
}

/** A busy hour: boats before and after it, whatever the real time is. */
export const MORNING = '2026-11-21T08:21:00+08:00';

if (!ensureRenderer()) throw new Error('the page could not be built');

/** Starts `main/host.mjs` and waits until it serves. */
export async function startHost(options: HostOptions = {}): Promise<Host> {
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
  return {
    folder,
    firstManagerCode: ready.firstManagerCode,
    address: `${ready.url}?token=${encodeURIComponent(ready.token)}`,
    said: () => said,
    async stop() {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
    async killAndRestart(changes = {}) {
      await end('SIGKILL');
      return startHost({ ...options, ...changes, folder });
    },
    async restart(between) {
      await end('SIGTERM');
      await between?.(folder);
      return startHost({ ...options, folder });
    },
    devices(signal) {
      const found = below(child.pid ?? 0).filter((one) => one.command.includes('native/simulators'));
      if (found.length === 0) throw new Error('no simulated devices are running');
      for (const one of found) process.kill(one.pid, signal);
    },
  };
}

/** Debian's Chromium without the network chatter that a closed station network would refuse. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
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

/** One page at the clerk's screen, with every key counted and everything that went wrong in it kept. */
export interface Clerk {
  page: Page;
  context: BrowserContext;
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
  trial(button: 'remove' | 'link' | 'paper'): Promise<void>;
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
  const context = await browser.newContext({
    viewport: options.size ?? { width: 1366, height: 768 },
    locale: 'zh-CN',
    // Not Shanghai: the screen shows the office's time, whatever the machine thinks.
    timezoneId: 'America/New_York',
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(String(error)));
  let losing: { breaksAfterMs: number | null } | undefined;
  if (options.relayed)
    await page.routeWebSocket(/\/office$/, (socket) => {
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
  await page.goto(host.address);
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
    page,
    context,
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
    close: () => context.close(),
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

/** What axe finds wrong, as one line each; empty when nothing. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${one.help} — ${node.target.join(' ')} ${node.html.slice(0, 120)}`),
  );
}

/** Elements that stick out of the window, and whether the page itself scrolls. */
export function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const out: string[] = [];
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    if (scrollWidth > clientWidth) out.push(`page is ${scrollWidth} wide in ${clientWidth}`);
    if (scrollHeight > clientHeight) out.push(`page is ${scrollHeight} high in ${clientHeight}`);
    for (const element of document.querySelectorAll('body *')) {
      const box = element.getBoundingClientRect();
      if (element.closest('.scroll, .found, .paper, .chip')) continue;
      if (box.width > 0 && (box.right > clientWidth + 0.5 || box.bottom > clientHeight + 0.5))
        out.push(
          `${element.tagName} ${element.className} ends at ${Math.round(box.right)},${Math.round(box.bottom)}`,
        );
    }
    return out;
  });
}
