/**
 * Makes everything that a package holds: Electron's main, preload and page with electron-vite, then the host, the device
 * process and the gateway. Needs no Electron binary. `STATION_OFFICE_OUT` names another folder than `out/`.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleDigest, outFolder } from './bundle-digest.ts';
import { rendererDigest, root } from './pieces.mjs';
import { runNode } from './program.ts';

const wanted = ['main/index.ts', 'main/shells/preload.ts', 'renderer/index.html', 'main/host.ts'];
const missing = wanted.filter((path) => !existsSync(join(root, path)));
if (missing.length > 0) {
  console.error(`cannot bundle, these are missing: ${missing.join(', ')}`);
  process.exit(1);
}

for (const folder of ['main', 'preload', 'host', 'native', 'city']) {
  rmSync(join(outFolder, folder), { recursive: true, force: true });
}
rmSync(join(outFolder, '.digest'), { force: true });
// Taken before: a source that changes meanwhile makes the bundle stale.
const digest = bundleDigest();
const env = { ELECTRON_SKIP_BINARY_DOWNLOAD: '1', NODE_ENV: 'production' };
const steps: [file: string, args: string[]][] = [
  ['node_modules/electron-vite/bin/electron-vite.js', ['build']],
  ['node_modules/vite/bin/vite.js', ['build', '--config', 'build/vite.processes.ts']],
];
for (const [file, args] of steps) {
  const { code } = await runNode(file, args, { env });
  if (code !== 0) process.exit(code);
}
writeFileSync(join(outFolder, 'renderer', '.digest'), rendererDigest());

const made = [
  'main/index.js',
  'preload/preload.cjs',
  'renderer/index.html',
  'renderer/display.html',
  'host/index.mjs',
  'native/index.mjs',
  'native/simulators/index.mjs',
  'city/index.mjs',
  'main/shells/supervisor.mjs',
  'main/shells/keeper.mjs',
  'main/shells/utility-program.mjs',
];
const absent = made.filter((path) => !existsSync(join(outFolder, path)));
if (absent.length > 0) {
  console.error(`the bundle is not whole, out/ lacks: ${absent.join(', ')}`);
  process.exit(1);
}
writeFileSync(join(outFolder, '.digest'), digest);
