import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Program } from './program.ts';

const CHROMIUMS = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge',
  'msedge',
];

/** Whether there is a screen to show a window on. */
export function hasDisplay(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
): boolean {
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(environment['DISPLAY']) || Boolean(environment['WAYLAND_DISPLAY']);
}

/** Electron's own binary, when the packages brought it. */
export function findElectron(
  program: Program,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const names = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' } as Record<
    string,
    string
  >;
  const binary = join(program.root, 'node_modules', 'electron', 'dist', names[platform] ?? 'electron');
  return existsSync(binary) ? binary : undefined;
}

/** A Chromium of this PC, on PATH or where Windows installs it. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const onPath = (environment['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => CHROMIUMS.map((name) => join(folder, name)));
  const installed = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const base = environment[variable];
    if (base === undefined) return [];
    return [
      join(base, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      join(base, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ];
  });
  return [...onPath, ...installed].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a fresh profile is given, so that nothing typed at the window is offered again or sent anywhere. */
const preferences = {
  autofill: { enabled: false, profile_enabled: false, credit_card_enabled: false },
  credentials_enable_service: false,
  profile: { password_manager_enabled: false },
  search: { suggest_enabled: false },
  browser: { enable_spellchecking: false },
  translate: { enabled: false },
};

/** Chromium as a window without an address bar, with a profile of its own in `profileFolder`. */
export function chromiumArguments(address: string, profileFolder: string, isRoot: boolean): string[] {
  return [
    `--app=${address}`,
    `--user-data-dir=${profileFolder}`,
    '--window-size=1366,768',
    '--lang=zh-CN',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-session-crashed-bubble',
    '--disable-features=Translate,MediaRouter',
    '--password-store=basic',
    // Chromium refuses to run as root with its sandbox.
    ...(isRoot ? ['--no-sandbox', '--test-type'] : []),
  ];
}

export function isRootUser(): boolean {
  return typeof process.getuid === 'function' && process.getuid() === 0;
}

/** Opens the window; it ends when this process ends, however that is. The answer resolves when the window is closed. */
export function openChromium(
  program: Program,
  chromium: string,
  address: string,
  profileFolder: string,
): { closed: Promise<number>; close(): void } {
  const profile = join(profileFolder, 'Default');
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const preferencesFile = join(profile, 'Preferences');
  if (!existsSync(preferencesFile))
    writeFileSync(preferencesFile, JSON.stringify(preferences), { mode: 0o600 });
  const keeper: ChildProcess = spawn(
    process.execPath,
    [
      program.file('main/shells/keeper.mjs'),
      chromium,
      ...chromiumArguments(address, profileFolder, isRootUser()),
    ],
    {
      stdio: ['pipe', 'ignore', 'inherit'],
      detached: process.platform !== 'win32',
      // On Linux Chromium takes the language of its own texts from here.
      env: { ...process.env, LANGUAGE: 'zh_CN:zh' },
    },
  );
  keeper.stdin?.on('error', () => undefined);
  return {
    closed: new Promise((resolve) => {
      keeper.once('error', () => resolve(1));
      keeper.once('exit', (code) => resolve(code ?? 1));
    }),
    close: () => keeper.stdin?.end(),
  };
}
