import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the program's own files lie: a checkout, or the folder that a package was unpacked to. */
export interface Program {
  /** Name and version, for the journal and the sign-in page. */
  readonly name: string;
  readonly root: string;
  /** The built page. */
  readonly pageFolder: string;
  /** Absolute path of a program file; a bundled program prefers the bundle of that file under `out/`. */
  file(path: string): string;
  /** A Node to run the program's other processes with: this one or, inside Electron, the one that the packages brought. */
  node(): string | undefined;
}

/**
 * Finds the program from the place of this file, which is `main/shells` in a checkout and somewhere under `out` in a
 * bundle. Throws when there is no package.json above it: then the program is not whole.
 */
export function findProgram(from: string = fileURLToPath(import.meta.url)): Program {
  let folder = dirname(from);
  while (!isProgramRoot(folder)) {
    const above = dirname(folder);
    if (above === folder) throw new Error(`no package.json of the program above ${from}`);
    folder = above;
  }
  const root = folder;
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const isBundled = from.startsWith(join(root, 'out'));
  return {
    name: `station-office/${version}`,
    root,
    pageFolder: join(root, 'out', 'renderer'),
    file(path) {
      const bundled = join(root, 'out', path);
      return isBundled && existsSync(bundled) ? bundled : join(root, path);
    },
    node() {
      if (process.versions['electron'] === undefined) return process.execPath;
      const os = process.platform === 'win32' ? 'win' : process.platform;
      const binary = process.platform === 'win32' ? 'node.exe' : 'node';
      const brought = join(root, 'node_modules', `node-${os}-${process.arch}`, 'bin', binary);
      return existsSync(brought) ? brought : undefined;
    },
  };
}

function isProgramRoot(folder: string): boolean {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) return false;
  return (JSON.parse(readFileSync(path, 'utf8')) as { name?: string }).name === 'station-office';
}

/** `migrations/NNNN_….sql` in the order of their numbers. */
export function readMigrations(program: Program): { name: string; sql: string }[] {
  const folder = program.file('migrations');
  return readdirSync(folder)
    .filter((name) => /^\d{4}_[a-z0-9_-]+\.sql$/.test(name))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') }));
}

/** `plans/*.yaml`: contingency plans and fee rules. A window sells without them too: what is in force stands in its journal. */
export function readPlanFiles(program: Program): { name: string; text: string }[] {
  const folder = program.file('plans');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}
