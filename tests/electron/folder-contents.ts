import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every file and folder below, by its path from there: size and SHA-256 of a file, `folder` of a folder. */
export function contentsOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(
    paths.map((path) => {
      const whole = join(folder, path);
      if (statSync(whole).isDirectory()) return [path, 'folder'];
      const bytes = readFileSync(whole);
      return [path, `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`];
    }),
  );
}
