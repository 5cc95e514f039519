import type { KeyObject } from 'node:crypto';
import { sealedWeekKeySchema, type SealedWeekKey } from '../../contract/encoding/batch.ts';
import { openWeekKey, type CityKeyRing } from '../keys.ts';
import type { Sql } from '../store/store.ts';
import type { LedgerKey } from './record.ts';

/** The week keys of one ledger during one batch: those stored and those that it brings. */
export interface WeekKeys {
  /** Weeks whose key came now for the first time. */
  newWeeks: string[];
  /** All weeks whose key is held, sorted. */
  weeks: string[];
  /** The keys of those of these weeks that are held, opened. */
  keysOf: (weeks: Iterable<string>) => ReadonlyMap<string, KeyObject>;
}

/**
 * Stores the keys that a batch brings, as they came, after opening them once. A key that does not open is not stored
 * and not acknowledged, so the window sends it again.
 */
export async function takeWeekKeys(
  sql: Sql,
  ring: CityKeyRing,
  key: LedgerKey,
  brought: readonly SealedWeekKey[],
  nowMs: number,
): Promise<WeekKeys> {
  const stored = await sql.query<{ week: string; sealed: string }>(
    'select week, sealed from week_keys where window_id = $1 and ledger_id = $2 order by week',
    [key.window, key.ledgerId],
  );
  const sealedByWeek = new Map(stored.map((row) => [row.week, row.sealed]));
  const opened = new Map<string, KeyObject | undefined>();
  const newWeeks: string[] = [];
  for (const weekKey of brought) {
    if (sealedByWeek.has(weekKey.week)) continue;
    const raw = openWeekKey(ring, key.ledgerId, weekKey);
    if (!raw) continue;
    opened.set(weekKey.week, raw);
    sealedByWeek.set(weekKey.week, JSON.stringify(weekKey));
    newWeeks.push(weekKey.week);
    await sql.query(
      `insert into week_keys (window_id, ledger_id, week, city_key_id, sealed, received_at)
       values ($1, $2, $3, $4, $5, $6)`,
      [key.window, key.ledgerId, weekKey.week, weekKey.cityKeyId, JSON.stringify(weekKey), nowMs],
    );
  }
  const keyOf = (week: string): KeyObject | undefined => {
    if (!opened.has(week)) {
      const sealed = sealedByWeek.get(week);
      const raw = sealed && openWeekKey(ring, key.ledgerId, sealedWeekKeySchema.parse(JSON.parse(sealed)));
      opened.set(week, raw === '' ? undefined : raw);
    }
    return opened.get(week);
  };
  return {
    newWeeks,
    weeks: [...sealedByWeek.keys()].toSorted(),
    keysOf: (named) => {
      const held = new Map<string, KeyObject>();
      for (const week of new Set(named)) {
        const raw = keyOf(week);
        if (raw) held.set(week, raw);
      }
      return held;
    },
  };
}

/** Weeks whose key the city holds for a ledger, sorted. */
export async function heldWeeks(sql: Sql, key: LedgerKey): Promise<string[]> {
  const rows = await sql.query<{ week: string }>(
    'select week from week_keys where window_id = $1 and ledger_id = $2 order by week',
    [key.window, key.ledgerId],
  );
  return rows.map((row) => row.week);
}
