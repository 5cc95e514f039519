import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Feed } from '../../contract/feed.ts';
import type { Migration } from '../store/migrate.ts';
import { trialFeedFrom, trialTableNames, type TrialTables } from '../trial-feed.ts';

/**
 * A folder of `city/` in the program, found from above this file: it may run from its source or from a bundle, which
 * lies elsewhere in the program and leaves SQL and tables where they are. Throws when the program is not whole.
 */
function programFolder(name: 'migrations' | 'trial', from = fileURLToPath(import.meta.url)): string {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const found = join(folder, 'city', name);
    if (existsSync(found)) return found;
    if (dirname(folder) === folder) throw new Error(`no city/${name} above ${from}`);
  }
}

/** The city's own migrations, as they come with the program. */
export function readMigrations(): Migration[] {
  const folder = programFolder('migrations');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => ({ name: name.slice(0, -4), sql: readFileSync(join(folder, name), 'utf8') }));
}

/** The trial tables, as they come with the program. */
export function readTrialTables(): TrialTables {
  const folder = programFolder('trial');
  const texts = trialTableNames.map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
  return Object.fromEntries(texts) as TrialTables;
}

/** The trial feed, version 1. @param issuedAt UTC milliseconds; the start of 2026 unless told */
export function trialFeed(issuedAt = 1_767_225_600_000): Feed {
  return trialFeedFrom(readTrialTables(), issuedAt);
}
