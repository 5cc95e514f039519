import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where this PC keeps what programs write for themselves. */
export function applicationDataFolder(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): string {
  if (platform === 'win32') return environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  const wanted = environment['XDG_DATA_HOME'];
  return wanted !== undefined && wanted.startsWith('/') ? wanted : join(home, '.local', 'share');
}

/**
 * The data folder when none is named: `station-office/<window>` in the application data. The one that is there, or
 * that of window `newWindow` when there is none; undefined when there are several, because then somebody has to choose.
 */
export function defaultDataFolder(
  newWindow: number,
  base: string = applicationDataFolder(),
): string | undefined {
  const top = join(base, 'station-office');
  const windows = listOrNothing(top).filter((name) => /^[1-9]\d?$/.test(name));
  if (windows.length > 1) return undefined;
  return resolve(top, windows[0] ?? String(newWindow));
}

function listOrNothing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
