import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleDigest } from '../../build/bundle-digest.ts';
import { root } from '../../build/pieces.mjs';

/**
 * A copy of the program in a folder of its own, as a package would lay it out or as a checkout is: `bundled` has no
 * source at all, so whatever leans on one is found out. The packages are those of this checkout.
 */
export interface ProgramLayout {
  root: string;
  remove(): void;
}

/** What a package holds beside the bundles; `electron-builder.yml` says the same, and a test compares them. */
export const packedFolders = ['migrations', 'plans', 'city/migrations', 'city/trial'] as const;
const sourceFolders = ['main', 'contract', 'domain', 'native', 'city', 'migrations', 'plans'] as const;

export async function layOutProgram(kind: 'bundled' | 'checkout'): Promise<ProgramLayout> {
  const folder = mkdtempSync(join(tmpdir(), `so-${kind}-`));
  const copy = (path: string): void => cpSync(join(root, path), join(folder, path), { recursive: true });
  copy('package.json');
  await bringBundles(join(folder, 'out'));
  for (const path of kind === 'bundled' ? packedFolders : sourceFolders) copy(path);
  if (kind === 'checkout') {
    for (const made of ['main', 'host', 'native', 'city'])
      rmSync(join(folder, 'out', made), { recursive: true, force: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return {
    root: folder,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

/** The bundles of `out/` when they are made from these very sources, else fresh ones; `out/` is left as it is. */
async function bringBundles(target: string): Promise<void> {
  const stamp = join(root, 'out', '.digest');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === bundleDigest()) {
    cpSync(join(root, 'out'), target, { recursive: true });
    return;
  }
  mkdirSync(target, { recursive: true });
  const bundling = spawn(process.execPath, [join(root, 'build', 'bundle.ts')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, STATION_OFFICE_OUT: target },
  });
  let said = '';
  for (const stream of [bundling.stdout, bundling.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise((resolve) => void bundling.once('close', resolve));
  if (code !== 0) throw new Error(`the program does not bundle:\n${said.slice(-2000)}`);
}
