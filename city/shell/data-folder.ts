import {
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { cityKeyFileSchema, makeCityKeyFile, openKeyRing, type CityKeyRing } from '../keys.ts';
import type { CityRuntime } from '../runtime.ts';
import type { EmbeddedPlace } from '../store/pglite.ts';

/** Another gateway works on the folder, or its keys cannot be read: the start is given up with these words. */
export class StartError extends Error {}

/** Names the folder of a blank database (`makeBlank`) for whoever starts many cities, as the tests do. */
export const BLANK_DATABASE = 'STATION_OFFICE_BLANK_DATABASE';

/** Where the embedded database of a data folder is; what an earlier end left half made is thrown away. */
export function embeddedPlace(data: string): EmbeddedPlace {
  const folder = join(data, 'database');
  const making = join(data, 'database.new');
  rmSync(making, { recursive: true, force: true });
  return {
    folder,
    making,
    exists: existsSync(folder),
    copyBlank() {
      const blank = process.env[BLANK_DATABASE];
      if (!blank || !existsSync(blank)) return false;
      cpSync(blank, making, { recursive: true });
      return true;
    },
    made: () => renameSync(making, folder),
  };
}

/** Makes the folder (0700) when it is missing. */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/**
 * The city's keys of `keys.json` (0600), made at the very first start. A broken file is never replaced: windows know
 * the old keys.
 */
export function loadKeyRing(folder: string, runtime: CityRuntime): CityKeyRing {
  const path = join(folder, 'keys.json');
  if (!existsSync(path)) {
    writeDurably(folder, 'keys.json', `${JSON.stringify(makeCityKeyFile(runtime))}\n`, 0o600);
    runtime.log.info({}, 'new city keys made');
  }
  try {
    return openKeyRing(cityKeyFileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))));
  } catch (error) {
    throw new StartError(`${path} is not a readable key file`, { cause: error });
  }
}

/**
 * Keeps a second gateway off the folder: two would ruin an embedded database. A lock whose process is gone is taken over.
 * @returns gives the lock back
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'gateway.pid');
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, `${process.pid} ${startOf(process.pid) ?? ''}\n`);
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid, startedAt] = readFileSync(path, 'utf8').trim().split(' ');
    if (isRunning(Number(pid), startedAt)) throw new StartError(`${folder} is in use by process ${pid}`);
    rmSync(path, { force: true });
  }
  throw new StartError(`${folder} is in use by another process`);
}

/** Whether the very process runs that took the lock: numbers are used again after a restart of the machine. */
function isRunning(pid: number, startedAt: string | undefined): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const start = startOf(pid);
  return start === undefined || startedAt === undefined || start === startedAt;
}

/** When a process began, in the kernel's count since boot; undefined where the system does not say. */
function startOf(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold blanks: fields are counted from behind it; the start is field 22 of proc(5).
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function writeDurably(folder: string, name: string, text: string, mode: number): void {
  const temporary = join(folder, `${name}.new`);
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'wx', mode);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, join(folder, name));
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } catch {
    // Windows cannot sync a folder.
  } finally {
    closeSync(directory);
  }
}
