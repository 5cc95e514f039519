import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleDigest } from '../../build/bundle-digest.ts';
import { root } from '../../build/pieces.mjs';
import { chooseScreens, screensLine } from '../support/electron-app.ts';

/** Once before the screen specs: says what they are driven in, and makes sure that the real program is built from these sources. */
export default function sayScreens(): void {
  const screens = chooseScreens();
  console.log(screensLine(screens));
  if (!('binary' in screens)) return;
  const stamp = join(root, 'out', '.digest');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === bundleDigest()) return;
  const { status } = spawnSync(process.execPath, [join(root, 'build', 'bundle.ts')], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the program does not bundle, and the screens are to be driven in it');
}
