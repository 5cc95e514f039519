import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { launchElectron, type ElectronLaunch } from '../support/electron-app.ts';
import type { Host, HostOptions } from './host.ts';
import { signalDevices } from './processes-below.ts';

/** The code for the first manager, which the program without another voice writes into its log. */
function codeInLog(folder: string): string | undefined {
  const logs = join(folder, 'logs');
  if (!existsSync(logs)) return undefined;
  const text = readdirSync(logs)
    .map((name) => readFileSync(join(logs, name), 'utf8'))
    .join('\n');
  return /"firstManagerCode":"([^"]+)"/.exec(text)?.[1];
}

/**
 * The built program in the real Electron, as a host of the screen specs: the office runs inside it, and its window is the
 * page. A program that does not start is an error here, never a reason to take Chromium.
 */
export async function startElectronHost(
  binary: string,
  options: HostOptions & { clock: string },
  away: Pick<ElectronLaunch, 'locale' | 'timezoneId'>,
): Promise<Host> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'station-e2e-'));
  if (options.station !== undefined)
    writeFileSync(join(folder, 'station.json'), JSON.stringify(options.station));
  const switches = [
    // A second screen of this machine would have the passengers' page on it.
    '--display=off',
    ...(options.station === undefined ? [`--clock=${options.clock}`] : []),
    ...(options.sheets === undefined ? [] : [`--sheets=${options.sheets}`]),
  ];
  let app: ElectronApplication;
  try {
    const { programRoot } = options;
    app = await launchElectron(folder, {
      binary,
      switches,
      ...(programRoot === undefined ? {} : { programRoot }),
      ...away,
    });
  } catch (error) {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    throw new Error(`the real Electron did not start (${binary}): ${String(error)}`, { cause: error });
  }
  const child = app.process();
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  let first: Page | undefined = await app.firstWindow();
  await first.waitForLoadState('domcontentloaded');
  const again = (changes: Partial<HostOptions & { clock: string }> = {}): Promise<Host> =>
    startElectronHost(binary, { ...options, ...changes, folder }, away);
  const leave = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) await app.close();
    await ended;
  };
  return {
    folder,
    isBrowser: false,
    firstManagerCode: codeInLog(folder),
    address: first.url(),
    said: () => said,
    async page(_browser, { size, before }) {
      if (first === undefined) throw new Error('the program has one window, and it is taken');
      const page = first;
      first = undefined;
      await before?.(page);
      await page.setViewportSize(size);
      return page;
    },
    async stop() {
      await leave();
      rmSync(folder, { recursive: true, force: true });
    },
    async killAndRestart(changes = {}) {
      child.kill('SIGKILL');
      await ended;
      return again(changes);
    },
    async restart(between) {
      await leave();
      await between?.(folder);
      return again();
    },
    devices: (signal) => signalDevices(child.pid ?? 0, signal),
  };
}
