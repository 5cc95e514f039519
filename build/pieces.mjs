/**
 * Finds the pieces that the program stands on: the Node that the lock file names, the page's bundle, socat, the
 * smart card binding. Plain JavaScript that Node 18 can read, because it runs before Node 24 is found.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
export const neededNodeMajor = 24;

/** Says something to the person, on stderr, so that stdout stays the program's own. */
export function say(text) {
  process.stderr.write(`station-office: ${text}\n`);
}

/** Whether this very process is new enough. */
export function nodeIsNewEnough() {
  return Number(process.versions.node.split('.')[0]) >= neededNodeMajor;
}

/** Path of the Node binary that the lock file brought for this platform, or undefined. */
export function findNode() {
  const os = process.platform === 'win32' ? 'win' : process.platform;
  const folder = join(root, 'node_modules', `node-${os}-${process.arch}`);
  const binary = process.platform === 'win32' ? join(folder, 'bin', 'node.exe') : join(folder, 'bin', 'node');
  return existsSync(binary) ? binary : undefined;
}

/** First executable of that name on PATH, or undefined. */
export function findProgram(name) {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const candidate = join(folder, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/**
 * Makes sure that a Debian program is there: installs its package when root, else says which one to install.
 * @returns {boolean} whether the program is there now
 */
export function ensureProgram(name, debianPackage, whatFor) {
  if (findProgram(name)) return true;
  const isRoot = typeof process.getuid === 'function' && process.getuid() === 0;
  if (isRoot && findProgram('apt-get')) {
    say(`${name} is missing (${whatFor}): installing the Debian package ${debianPackage}`);
    const options = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update', '-qq'], options);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debianPackage], options);
    if (findProgram(name)) return true;
  }
  say(`${name} is missing (${whatFor}): install the Debian package ${debianPackage}`);
  return false;
}

/** Whether the smart card binding has been built; without it the office runs and says so. */
export function pcscliteIsBuilt() {
  return existsSync(join(root, 'node_modules', 'pcsclite', 'build', 'Release', 'pcsclite.node'));
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  const files = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules') files.push(...filesBelow(path));
    } else if (!/\.(test\.tsx?|md)$/.test(entry.name)) files.push(path);
  }
  return files.sort((a, b) => (a < b ? -1 : 1));
}

/** Digest of everything that the page is made from: its own room, the contract, the domain, the build file and the lock. */
export function rendererDigest() {
  const hash = createHash('sha256');
  const sources = [
    ...['renderer', 'contract', 'domain'].flatMap((room) => filesBelow(join(root, room))),
    join(root, 'build', 'vite.renderer.ts'),
    join(root, 'main', 'shells', 'page-policy.ts'),
    join(root, 'package-lock.json'),
  ];
  for (const path of sources) {
    hash.update(path.slice(root.length)).update('\0');
    if (existsSync(path)) hash.update(readFileSync(path));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/**
 * Builds `out/renderer` when it is not there or older than its sources. The new bundle is made beside the old one
 * and takes its place at once, so an office that is serving it never sees half a page.
 * @returns {boolean} whether an up-to-date bundle is there now
 */
export function ensureRenderer() {
  const target = join(root, 'out', 'renderer');
  const stamp = join(target, '.digest');
  const digest = rendererDigest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return true;
  const node = findNode() ?? process.execPath;
  const fresh = join(root, 'out', `renderer-${process.pid}`);
  say(
    existsSync(target) ? 'the page has changed: building it again' : 'the page is not built yet: building it',
  );
  mkdirSync(join(root, 'out'), { recursive: true });
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const built = spawnSync(
    node,
    [
      vite,
      'build',
      '--config',
      join(root, 'build', 'vite.renderer.ts'),
      '--outDir',
      fresh,
      '--logLevel',
      'warn',
    ],
    // A test runner's own NODE_ENV would put React's development build into the page.
    { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, NODE_ENV: 'production' } },
  );
  if (built.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    say('the page could not be built');
    return false;
  }
  writeFileSync(join(fresh, '.digest'), digest);
  const old = join(root, 'out', `renderer-old-${process.pid}`);
  if (existsSync(target)) renameSync(target, old);
  renameSync(fresh, target);
  rmSync(old, { recursive: true, force: true });
  return true;
}
