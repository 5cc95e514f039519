import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { CarriedFolder } from '../runtime.ts';

/** Larger files are none of ours; reading one would fill the memory. */
const MOST_BYTES = 64 * 1024 * 1024;

/** A folder that a person named. @throws Node's error when it is not there, or cannot be made */
export function openCarriedFolder(path: string, options: { make: boolean }): CarriedFolder {
  if (options.make) mkdirSync(path, { recursive: true, mode: 0o700 });
  readdirSync(path);
  const locate = (name: string): string => {
    if (!/^[A-Za-z0-9][A-Za-z0-9.-]{0,200}$/.test(name))
      throw new TypeError(`not a name of a carried file: ${JSON.stringify(name)}`);
    return join(path, name);
  };
  return {
    path,
    list: () => readdirSync(path).filter((name) => /^[A-Za-z0-9][A-Za-z0-9.-]{0,200}$/.test(name)),
    read(name) {
      const file = locate(name);
      if (statSync(file).size > MOST_BYTES) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
      return new Uint8Array(readFileSync(file));
    },
    write(name, bytes) {
      const target = locate(name);
      const draft = `${target}.tmp`;
      try {
        const descriptor = openSync(draft, 'w', 0o600);
        try {
          for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
          fsyncSync(descriptor);
        } finally {
          closeSync(descriptor);
        }
        renameSync(draft, target);
      } catch (error) {
        rmSync(draft, { force: true });
        throw error;
      }
      syncFolder(path);
    },
    move(from, to) {
      renameSync(locate(from), locate(to));
      syncFolder(path);
    },
    sizeBytes: (name) => statSync(locate(name)).size,
    freeBytes() {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    },
    remove(name) {
      rmSync(locate(name), { force: true });
      syncFolder(path);
    },
  };
}

/** Makes a rename or removal last. Windows, and sticks with a FAT file system, may not know the call. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  try {
    const descriptor = openSync(path, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!/^(?:EINVAL|ENOTSUP|EPERM)$/.test(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}
