import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { askForToken } from './control.ts';
import { giveUp, outliveReaders, startHost, stopWhenTold, type Host } from './host.ts';
import { readHostOptions, type HostOptions } from './host-options.ts';
import type { CreateOffice } from './open-office.ts';
import { findProgram, type Program } from './program.ts';
import { findChromium, findElectron, hasDisplay, isRootUser, openChromium } from './window-program.ts';

/** A browser that ends so soon has not shown the page. */
const SHOWN_AFTER_MS = 3000;

/** `npm start`. Takes the options of the host; says in one Chinese line what it does. */
export async function runStart(args: readonly string[], createOffice: CreateOffice): Promise<void> {
  outliveReaders();
  const read = readHostOptions(args);
  if (!read.ok) return giveUp([read.refusal]);
  const options = read.value;
  const program = findProgram();
  const isShown = hasDisplay();
  const electron = isShown ? findElectron(program) : undefined;
  if (electron !== undefined && isBundled(program)) return becomeElectron(program, electron, options);

  const started = await startHost(options, createOffice);
  if (!started.ok) {
    if (started.refusals[0].code === 'folder.locked') return showRunningOffice(program, options, isShown);
    return giveUp(started.refusals);
  }
  const host = started.value;
  const shown = show(program, host, isShown);
  const stop = stopWhenTold(
    {
      ...host,
      stop() {
        shown?.close();
        return host.stop();
      },
    },
    options.withParent,
  );
  if (!shown) return;
  const openedMs = performance.now();
  await shown.closed;
  if (performance.now() - openedMs < SHOWN_AFTER_MS) {
    say(`浏览器没有打开,请在本机浏览器打开: ${addressOf(host)}`);
    return;
  }
  say('窗口已关闭,程序结束。');
  stop();
}

interface Shown {
  closed: Promise<number>;
  close(): void;
}

/** Opens a window on the page, or says where the page is. */
function show(
  program: Program,
  host: Pick<Host, 'url' | 'folder' | 'newToken'>,
  isShown: boolean,
): Shown | undefined {
  const chromium = isShown ? findChromium() : undefined;
  if (chromium === undefined) {
    const why = isShown ? '没有找到 Chromium' : '没有图形界面';
    say(`${why},请在本机浏览器打开: ${addressOf(host)}`);
    return undefined;
  }
  say(`站务窗口已打开: ${host.url}`);
  return openChromium(program, chromium, addressOf(host), join(host.folder, 'chromium'));
}

/** The folder is in use: a second start shows the office that runs on it. */
async function showRunningOffice(program: Program, options: HostOptions, isShown: boolean): Promise<void> {
  const asked = await askForToken(options.folder);
  if (!asked.ok) return giveUp([asked.refusal]);
  say('程序已在运行,打开它的页面。');
  const { url, token } = asked.value;
  const shown = show(program, { url, folder: options.folder, newToken: () => token }, isShown);
  await shown?.closed;
}

/** Electron needs the bundles; they are made when they are not there and can be made. */
function isBundled(program: Program): boolean {
  const main = join(program.root, 'out', 'main', 'index.js');
  const bundle = join(program.root, 'build', 'bundle.ts');
  if (!existsSync(main) && existsSync(bundle))
    spawnSync(process.execPath, [bundle], { cwd: program.root, stdio: ['ignore', 2, 2] });
  return existsSync(main);
}

/** This process becomes Electron, so that nothing stands between it and whoever started it. */
function becomeElectron(program: Program, electron: string, options: HostOptions): void {
  const args = [program.root, `--data=${options.folder}`, ...(isRootUser() ? ['--no-sandbox'] : [])];
  say('站务窗口已打开。');
  if (process.platform !== 'win32' && typeof process.execve === 'function')
    process.execve(electron, [electron, ...args], { ...process.env });
  const ended = spawnSync(electron, args, { stdio: 'inherit' });
  process.exitCode = ended.status ?? 1;
}

function addressOf(host: Pick<Host, 'url' | 'newToken'>): string {
  return `${host.url}?token=${host.newToken()}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
