/**
 * Starts a part of the program by name on the Node 24 that the lock file brings, after making sure that what it
 * needs is there. Runs on an older Node too: `npm run` may have been called by any. `npm run NAME -- ARGUMENTS`.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  ensureProgram,
  ensureRenderer,
  findNode,
  nodeIsNewEnough,
  pcscliteIsBuilt,
  root,
  say,
} from './pieces.mjs';

/**
 * `page`: the screens' bundle must be fresh. `simulators`: 'must' ends here without socat, 'may' goes on and the
 * office says which device is missing.
 */
const parts = {
  start: { entry: 'main/start.mjs', page: true, simulators: 'may', cards: true },
  host: { entry: 'main/host.mjs', page: true, simulators: 'may', cards: true },
  demo: { entry: 'tests/demo/demo.mjs', page: true, simulators: 'must', cards: false },
  bench: { entry: 'tests/bench/bench.mjs' },
  proof: { entry: 'tests/proof/proof.mjs', page: true, simulators: 'must', cards: false },
  test: { entry: 'build/test.ts' },
  types: { entry: 'build/types.ts' },
  lint: { entry: 'build/lint.ts' },
  doors: { entry: 'build/doors.ts' },
  docs: { entry: 'build/generate-docs.mjs' },
  build: { entry: 'build/bundle.ts' },
  dist: { entry: 'build/dist.ts' },
  pictures: { entry: 'tests/e2e/pictures.ts', page: true, simulators: 'must', cards: false },
};

const [name, ...rest] = process.argv.slice(2);
const part = name === undefined ? undefined : parts[name];
if (!part) fail(`no part is called "${name ?? ''}"; there are: ${Object.keys(parts).join(', ')}`);

const node = findNode() ?? (nodeIsNewEnough() ? process.execPath : undefined);
if (!node || !existsSync(join(root, 'node_modules', 'zod')))
  fail('the packages are not installed: run "npm ci" first');
const entry = join(root, part.entry);
if (!existsSync(entry)) fail(`${part.entry} is missing from this copy of the program`);
if (part.simulators && process.platform === 'linux') {
  const found = ensureProgram('socat', 'socat', 'simulated readers and printers stand behind its ports');
  if (!found && part.simulators === 'must') process.exit(1);
}
if (part.cards && !pcscliteIsBuilt())
  say('smart cards are not available until "sh build/setup.sh" has built their binding');
if (part.page && !ensureRenderer()) process.exit(1);

const follow = pathToFileURL(join(root, 'build', 'follow-parent.mjs')).href;
const nodeArguments = ['--import', follow, entry, ...rest];

if (typeof process.execve === 'function' && process.platform !== 'win32') {
  // One process fewer: this one becomes the part, so a signal to it reaches the part and nothing is left behind.
  // It follows npm's end; started by hand, it belongs to the shell like any program.
  const parent =
    process.env['npm_lifecycle_event'] === undefined ? {} : { STATION_OFFICE_PARENT: String(process.ppid) };
  process.execve(node, [node, ...nodeArguments], { ...process.env, ...parent });
} else {
  const child = spawn(node, nodeArguments, {
    stdio: 'inherit',
    env: { ...process.env, STATION_OFFICE_PARENT: String(process.pid) },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${node} does not start: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
}

function fail(text) {
  say(text);
  process.exit(1);
}
