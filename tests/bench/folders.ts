import { mkdirSync, statfsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Type of a tmpfs in statfs: a disk that is none. */
const TMPFS_MAGIC = 0x01021994;

function onDisk(name: string): string {
  const folder = fileURLToPath(new URL(`../../.cache/${name}`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  if (statfsSync(folder).type === TMPFS_MAGIC)
    throw new Error('the bench needs a disk; this folder is in memory');
  return folder;
}

/** A folder of this run, on the disk the program lies on, never tmpfs. The bench removes it. */
export const runFolder = (name: string): string => onDisk(`bench-${name}-${process.pid}`);

/** A folder that stays for later runs. */
export const keptFolder = (name: string): string => onDisk(`bench-kept/${name}`);
