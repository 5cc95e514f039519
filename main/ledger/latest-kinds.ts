import type { EntryKind } from '../../contract/entries.ts';

/** Kinds whose newest entry can be asked for. */
export type LatestKind = Extract<
  EntryKind,
  | 'ledger.opened'
  | 'feed.applied'
  | 'window.enrolled'
  | 'window.fenced'
  | 'succession.confirmed'
  | 'window.joined'
  | 'window.draining'
  | 'window.drainStopped'
  | 'window.retired'
  | 'host.opened'
  | 'host.thawed'
  | 'backup.copied'
  | 'totals.compared'
>;
