import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { SLOT_BYTES, type FileStore } from '../runtime.ts';

/**
 * The data folder, made with mode 0700 when it is not there. New files are 0600 unless told otherwise.
 * Names that lead out of the folder throw: they come from the program, never from outside.
 */
export function folderStore(path: string): FileStore {
  const folder = resolve(path);
  makeFolder(folder);

  const locate = (name: string): string => {
    const parts = name.split('/');
    const isInside = parts.every((part) => /^[^\\:\0]+$/.test(part) && part !== '.' && part !== '..');
    if (!isInside) throw new TypeError(`not a name inside the data folder: ${JSON.stringify(name)}`);
    return join(folder, ...parts);
  };
  const replace = (target: string, fill: (draft: string) => void, mode: number): void => {
    makeFolder(dirname(target));
    const draft = `${target}.${randomBytes(4).toString('hex')}.tmp`;
    try {
      closeSync(openSync(draft, 'wx', mode));
      fill(draft);
      const descriptor = openSync(draft, 'r+');
      try {
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      // The process's umask may have taken bits away, a copy may have brought others.
      if (process.platform !== 'win32') chmodSync(draft, mode);
      renameSync(draft, target);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
    syncFolder(dirname(target));
  };

  return {
    folder,
    readText(name) {
      try {
        return readFileSync(locate(name), 'utf8');
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    writeAtomic: (name, text, mode = 0o600) =>
      replace(locate(name), (draft) => writeFileSync(draft, text), mode),
    writeSlot(name, slot, text) {
      const target = locate(name);
      const page = Buffer.alloc(SLOT_BYTES, ' ');
      if (Buffer.byteLength(text) > SLOT_BYTES) throw new RangeError('a slot is a page');
      page.write(text);
      const descriptor = openSlots(target);
      try {
        if (writeSync(descriptor, page, 0, SLOT_BYTES, slot * SLOT_BYTES) !== SLOT_BYTES)
          throw new Error('ENOSPC: a slot was written in part');
        fdatasyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
    },
    copy(from, to) {
      const source = locate(from);
      replace(locate(to), (draft) => copyFileSync(source, draft, constants.COPYFILE_FICLONE), 0o600);
    },
    move(from, to) {
      const target = locate(to);
      makeFolder(dirname(target));
      renameSync(locate(from), target);
      syncFolder(dirname(target));
      if (dirname(locate(from)) !== dirname(target)) syncFolder(dirname(locate(from)));
    },
    remove(name) {
      const target = locate(name);
      if (!existsSync(target)) return;
      rmSync(target);
      syncFolder(dirname(target));
    },
    exists: (name) => existsSync(locate(name)),
    sizeBytes: (name) => statSync(locate(name), { throwIfNoEntry: false })?.size,
    list(name) {
      try {
        return readdirSync(name === '' ? folder : locate(name)).sort();
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
  };
}

/** A file of two slots, its whole length on the disk before anything stands in it. */
function openSlots(target: string): number {
  try {
    return openSync(target, 'r+');
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  makeFolder(dirname(target));
  const descriptor = openSync(target, 'wx+', 0o600);
  writeSync(descriptor, Buffer.alloc(2 * SLOT_BYTES, ' '));
  fsyncSync(descriptor);
  syncFolder(dirname(target));
  return descriptor;
}

function makeFolder(folder: string): void {
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined) syncFolder(dirname(made));
}

/** Makes a rename or removal last through a power cut. Windows has no such call and does it by itself. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
