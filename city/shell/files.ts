import { readdirSync, readFileSync } from 'node:fs';
import type { Feed } from '../../contract/feed.ts';
import type { Migration } from '../store/migrate.ts';
import { trialFeedFrom, trialTableNames, type TrialTables } from '../trial-feed.ts';

/** The city's own migrations, as they come with the program. */
export function readMigrations(): Migration[] {
  const folder = new URL('../migrations/', import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => ({ name: name.slice(0, -4), sql: readFileSync(new URL(name, folder), 'utf8') }));
}

/** The trial tables, as they come with the program. */
export function readTrialTables(): TrialTables {
  const folder = new URL('../trial/', import.meta.url);
  const texts = trialTableNames.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]);
  return Object.fromEntries(texts) as TrialTables;
}

/** The trial feed, version 1. @param issuedAt UTC milliseconds; the start of 2026 unless told */
export function trialFeed(issuedAt = 1_767_225_600_000): Feed {
  return trialFeedFrom(readTrialTables(), issuedAt);
}
