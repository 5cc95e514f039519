/**
 * Completes package-lock.json after `npm install`: a registry that holds only some platforms' binaries makes npm leave
 * the others out, and `npm ci` then calls the lock file out of sync. Each optional package that an entry names by an
 * exact version gets an entry of its own, with the platform that its name tells. Download addresses are taken out.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = [
  'arm64',
  'arm',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'x64',
  'wasm32',
];

/**
 * @param {{packages: Record<string, any>}} lock a parsed package-lock.json, changed in place
 * @returns {string[]} the entries that were added
 */
export function completeLock(lock) {
  const added = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    delete entry.resolved;
    if (path === '') continue;
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!/^\d+\.\d+\.\d+[^ |]*$/.test(version) || isFound(lock.packages, path, name)) continue;
      lock.packages[`node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
      };
      added.push(name);
    }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return added;
}

/** Walks up the folders as Node does: is the package found from there? */
function isFound(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}

function platformOf(name) {
  const words = name.split(/[-/]/);
  const platform = {};
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (cpu) platform.cpu = [cpu];
  if (os) platform.os = [os];
  if (words.some((word) => word.startsWith('musl'))) platform.libc = ['musl'];
  else if (words.some((word) => word.startsWith('gnu'))) platform.libc = ['glibc'];
  return platform;
}

if (process.argv[1]?.endsWith('complete-lock.mjs')) {
  const path = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  const added = completeLock(lock);
  writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`);
  process.stderr.write(`${added.length} entries added${added.map((name) => `\n  ${name}`).join('')}\n`);
}
