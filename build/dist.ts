/**
 * Packs the bundles with electron-builder; its options go through (`npm run dist -- --linux deb`). Nothing is published.
 * `ELECTRON_DIST` names a folder with an unpacked Electron where its binary cannot be fetched.
 */
import { runNode } from './program.ts';

const bundled = await runNode('build/bundle.ts', []);
if (bundled.code !== 0) process.exit(bundled.code);

const electronDist = process.env['ELECTRON_DIST'];
const { code } = await runNode('node_modules/electron-builder/cli.js', [
  '--config',
  'electron-builder.yml',
  '--publish',
  'never',
  ...(electronDist === undefined ? [] : [`--config.electronDist=${electronDist}`]),
  ...process.argv.slice(2),
]);
process.exitCode = code;
