import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core';
import { root } from '../../build/pieces.mjs';
import { findProgram } from '../../main/shells/program.ts';
import { findElectron, hasDisplay, isRootUser } from '../../main/shells/window-program.ts';

/** What a screen spec says where it cannot drive the real program. */
export const NO_ELECTRON = 'skipped: no Electron binary';

/**
 * The real Electron, or why it cannot be driven here: its binary is not in the packages below `programRoot`, or there is no
 * screen.
 */
export function realElectron(
  programRoot: string = root,
  environment: NodeJS.ProcessEnv = process.env,
): { binary: string } | { missing: 'binary' | 'screen' } {
  const binary = findElectron(findProgram(join(programRoot, 'main', 'shells', 'program.ts')));
  if (binary === undefined) return { missing: 'binary' };
  return hasDisplay(process.platform, environment) ? { binary } : { missing: 'screen' };
}

/** What the screens are driven in: the built program in the real Electron, or the host's page in Chromium and why. */
export type Screens = { binary: string } | { chromium: string };

const WHY_NOT = {
  binary: 'no Electron binary in node_modules/electron/dist',
  screen: 'an Electron binary, but no screen: neither DISPLAY nor WAYLAND_DISPLAY is set',
};

/** The real Electron wherever its binary resolves and there is a screen for it. `STATION_SCREENS=chromium` wants the other. */
export function chooseScreens(
  programRoot: string = root,
  environment: NodeJS.ProcessEnv = process.env,
): Screens {
  if (environment['STATION_SCREENS'] === 'chromium') return { chromium: 'STATION_SCREENS asks for it' };
  const found = realElectron(programRoot, environment);
  return 'binary' in found ? found : { chromium: WHY_NOT[found.missing] };
}

/** The one line by which a run says what its screens were driven in. */
export function screensLine(screens: Screens): string {
  return 'binary' in screens
    ? `screens: the built program in the real Electron, ${screens.binary}`
    : `screens: Chromium (${screens.chromium})`;
}

export interface ElectronLaunch {
  /** Where the bundles are, as `out/` below it. */
  programRoot?: string;
  /** The binary; that of {@link realElectron} when not given. */
  binary?: string;
  /** Further switches of the program: `--clock=…`. */
  switches?: readonly string[];
  /** As a page of a browser would be opened: of another country than the station's. */
  locale?: string;
  timezoneId?: string;
}

/**
 * The program in the real Electron, from the bundles in `out/` or those of `programRoot`. Its windows are pages of
 * Playwright: `app.firstWindow()`. Throws when there is no Electron: ask {@link realElectron} first.
 */
export async function launchElectron(
  dataFolder: string,
  { programRoot = root, binary = binaryHere(), switches = [], locale, timezoneId }: ElectronLaunch = {},
): Promise<ElectronApplication> {
  if (!existsSync(join(programRoot, 'out', 'main', 'index.js')))
    throw new Error('the program is not bundled: npm run build');
  return _electron.launch({
    executablePath: binary,
    args: [programRoot, `--data=${dataFolder}`, ...switches, ...(isRootUser() ? ['--no-sandbox'] : [])],
    timeout: 60_000,
    ...(locale === undefined ? {} : { locale }),
    ...(timezoneId === undefined ? {} : { timezoneId }),
  });
}

function binaryHere(): string {
  const found = realElectron();
  if (!('binary' in found)) throw new Error(`no Electron can be driven here: no ${found.missing}`);
  return found.binary;
}
