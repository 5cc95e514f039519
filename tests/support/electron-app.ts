import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core';
import { root } from '../../build/pieces.mjs';
import { findProgram } from '../../main/shells/program.ts';
import { findElectron, hasDisplay, isRootUser } from '../../main/shells/window-program.ts';

/** What a screen spec says where it cannot drive the real program. */
export const NO_ELECTRON = 'skipped: no Electron binary';

/** The real Electron, or why it cannot be driven here: its binary is not in the packages, or there is no screen. */
export function realElectron(): { binary: string } | { missing: 'binary' | 'screen' } {
  const binary = findElectron(findProgram(join(root, 'main', 'shells', 'program.ts')));
  if (binary === undefined) return { missing: 'binary' };
  return hasDisplay() ? { binary } : { missing: 'screen' };
}

/**
 * The program in the real Electron, from the bundles in `out/` or those of `programRoot`. Its windows are pages of
 * Playwright: `app.firstWindow()`. Throws when there is no Electron: ask {@link realElectron} first.
 */
export async function launchElectron(
  dataFolder: string,
  programRoot: string = root,
): Promise<ElectronApplication> {
  const found = realElectron();
  if (!('binary' in found)) throw new Error(`no Electron can be driven here: no ${found.missing}`);
  if (!existsSync(join(programRoot, 'out', 'main', 'index.js')))
    throw new Error('the program is not bundled: npm run build');
  return _electron.launch({
    executablePath: found.binary,
    args: [programRoot, `--data=${dataFolder}`, ...(isRootUser() ? ['--no-sandbox'] : [])],
    timeout: 60_000,
  });
}
