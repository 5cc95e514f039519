import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './pieces.mjs';

/** Where the bundles go: `out/`, unless `STATION_OFFICE_OUT` names another folder. */
export const outFolder = process.env['STATION_OFFICE_OUT'] ?? join(root, 'out');

/** Digest of everything that the bundles are made from; `out/.digest` holds it, so that a stale bundle is known. */
export function bundleDigest(): string {
  const hash = createHash('sha256');
  const rooms = ['main', 'contract', 'domain', 'native', 'city', 'renderer'];
  const paths = globSync(
    [
      ...rooms.map((room) => `${room}/**/*.{ts,tsx,mjs,css,html,svg}`),
      'build/*.ts',
      '*.ts',
      'package-lock.json',
    ],
    { cwd: root },
  ).sort();
  for (const path of paths)
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}
