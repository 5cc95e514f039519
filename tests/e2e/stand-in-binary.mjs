/**
 * Stands where Electron's binary would, for tests of how the screen specs start it: keeps what it was started with, and answers
 * Playwright as Electron does, by a Node inspector and a DevTools port. Behind it are the host and Chromium, not Electron: what it
 * shows is the starting, the page and the ending, never that the program runs in Electron.
 *
 * `node stand-in-binary.mjs NOTES ARGUMENT…`; NOTES is a file to which a line of JSON is added.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import inspector from 'node:inspector';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findNode, root } from '../../build/pieces.mjs';
import { chromiumArguments, findChromium, isRootUser } from '../../main/shells/window-program.ts';

const [notes, ...args] = process.argv.slice(2);
appendFileSync(
  notes,
  `${JSON.stringify({ pid: process.pid, args, cwd: process.cwd(), display: process.env.DISPLAY })}\n`,
);
const switchOf = (name) => args.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3);

// Playwright asks the main process for `require('electron')`.
globalThis.standIn = {
  app: { quit: () => void leave() },
  webContents: { fromDevToolsTargetId: () => null },
  BrowserWindow: { fromWebContents: () => null },
};
const electronUrl = 'file:///stand-in-electron.cjs';
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: electronUrl, shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === electronUrl
      ? { format: 'commonjs', source: 'module.exports = globalThis.standIn', shortCircuit: true }
      : next(url, context),
});
inspector.open(0, '127.0.0.1');

const data = switchOf('data');
const node = findNode() ?? process.execPath;
const given = ['clock', 'sheets'].flatMap((name) =>
  switchOf(name) === undefined ? [] : [`--${name}`, switchOf(name)],
);
const host = spawn(node, [join(root, 'main/host.mjs'), '--data', data, '--with-parent', ...given], {
  cwd: root,
  stdio: ['pipe', 'pipe', 'inherit'],
});
const ready = await new Promise((resolve, reject) => {
  let out = '';
  host.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
    if (out.includes('\n')) resolve(JSON.parse(out.split('\n')[0]));
  });
  host.once('exit', (code) => reject(new Error(`the host ended with ${code}`)));
});
const hostEnded = new Promise((resolve) => void host.once('exit', resolve));

const profile = join(data, 'electron');
const port = join(profile, 'DevToolsActivePort');
// Of a start before this one, which was killed.
rmSync(port, { force: true });
const address = `${ready.url}?token=${encodeURIComponent(ready.token)}`;
// Its keeper ends it with this process, however that ends.
const browser = spawn(
  node,
  [
    join(root, 'main/shells/keeper.mjs'),
    findChromium(),
    '--headless',
    '--disable-gpu',
    '--remote-debugging-port=0',
    ...chromiumArguments(address, profile, isRootUser()),
  ],
  { stdio: ['pipe', 'ignore', 'inherit'] },
);
const browserEnded = new Promise((resolve) => void browser.once('exit', resolve));
while (!existsSync(port) || !readFileSync(port, 'utf8').includes('/devtools/')) await pause(20);
const [number, path] = readFileSync(port, 'utf8').trim().split('\n');
process.stderr.write(`DevTools listening on ws://127.0.0.1:${number}${path}\n`);

async function leave() {
  host.stdin.end();
  browser.stdin.end();
  await Promise.all([hostEnded, browserEnded]);
  process.exit(0);
}
