import type { KeyObject } from 'node:crypto';
import {
  sealedWeekKeySchema,
  type Batch,
  type SealedRow,
  type SealedWeekKey,
} from '../../contract/encoding/batch.ts';
import { openWeekKey, type CityKeyRing } from '../keys.ts';
import type { Sql } from '../store/store.ts';
import { isIdentityOpenedBy } from './judge.ts';
import type { LedgerKey } from './record.ts';

/** The week keys of one ledger during one batch: those stored and those that it brings. */
export interface WeekKeys {
  /** Weeks whose rows can be opened only now. */
  newWeeks: string[];
  /** All weeks whose key is held, sorted. */
  weeks: string[];
  /** The keys of those of these weeks that are held, opened. */
  keysOf: (weeks: Iterable<string>) => ReadonlyMap<string, KeyObject>;
}

interface Held {
  sealed: string;
  isProven: boolean;
}

type Line = Batch['entries'][number];

/** Keys of one week that are looked at, and rows that each of them is tried on: more of them are nobody's window. */
const MOST_OFFERED = 4;
const MOST_TRIED = 1_000;

/**
 * Stores the keys that a batch brings, as they came, after opening them once. A key that does not open is not stored
 * and not acknowledged, so the window sends it again.
 *
 * The signature of a batch covers its entries, not the keys beside them: whoever carries a file can put another key in, sealed to this
 * city. So a key is believed when it opened an identity whose digest stands in an entry, and never given up from then on. One that opens none
 * of the rows that are here is not kept; one that came before its rows is kept until they are here. The week is not acknowledged then, the window
 * sends its key again, and what waits is settled.
 */
export async function takeWeekKeys(
  sql: Sql,
  ring: CityKeyRing,
  key: LedgerKey,
  { weekKeys: brought, entries }: Pick<Batch, 'weekKeys' | 'entries'>,
  nowMs: number,
): Promise<WeekKeys> {
  const stored = await sql.query<{ week: string; sealed: string; proven: boolean }>(
    'select week, sealed, proven from week_keys where window_id = $1 and ledger_id = $2 order by week',
    [key.window, key.ledgerId],
  );
  const held = new Map<string, Held>(
    stored.map(({ week, sealed, proven }) => [week, { sealed, isProven: proven }]),
  );
  const opened = new Map<string, KeyObject | undefined>();
  const keyOf = (week: string): KeyObject | undefined => {
    if (!opened.has(week)) {
      const sealed = held.get(week)?.sealed;
      const raw = sealed && openWeekKey(ring, key.ledgerId, sealedWeekKeySchema.parse(JSON.parse(sealed)));
      opened.set(week, raw === '' ? undefined : raw);
    }
    return opened.get(week);
  };
  const newWeeks: string[] = [];
  const offered = Map.groupBy(
    brought.filter(({ week }) => !held.get(week)?.isProven),
    ({ week }) => week,
  );
  const rows = rowsByWeek(entries, (week) => offered.has(week) || held.get(week)?.isProven === false);
  for (const week of new Set([...offered.keys(), ...rows.keys()])) {
    const lines = rows.get(week) ?? [];
    const own = keyOf(week);
    if (own && opensOne(own, key.ledgerId, lines)) {
      await sql.query(
        'update week_keys set proven = true where window_id = $1 and ledger_id = $2 and week = $3',
        [key.window, key.ledgerId, week],
      );
      continue;
    }
    const candidates = (offered.get(week) ?? []).slice(0, MOST_OFFERED).flatMap((sealed) => {
      const raw = openWeekKey(ring, key.ledgerId, sealed);
      return raw ? [{ sealed, raw }] : [];
    });
    let found = candidates.find(({ raw }) => opensOne(raw, key.ledgerId, lines));
    const waiting = found || candidates.length === 0 ? [] : await waitingRows(sql, key, week);
    found ??= candidates.find(({ raw }) => opensOne(raw, key.ledgerId, waiting));
    const isProven = found !== undefined;
    const isWrong = !isProven && lines.length + waiting.length > 0;
    if (held.has(week)) {
      if (!isProven && !isWrong) continue;
      await sql.query('delete from week_keys where window_id = $1 and ledger_id = $2 and week = $3', [
        key.window,
        key.ledgerId,
        week,
      ]);
      held.delete(week);
      opened.delete(week);
    }
    const kept = found ?? (isWrong ? undefined : candidates[0]);
    if (!kept) continue;
    await storeKey(sql, key, kept.sealed, isProven, nowMs);
    held.set(week, { sealed: JSON.stringify(kept.sealed), isProven });
    opened.set(week, kept.raw);
    newWeeks.push(week);
  }
  return {
    newWeeks,
    weeks: [...held.keys()].toSorted(),
    keysOf: (named) => {
      const keys = new Map<string, KeyObject>();
      for (const week of new Set(named)) {
        const raw = keyOf(week);
        if (raw) keys.set(week, raw);
      }
      return keys;
    },
  };
}

async function storeKey(
  sql: Sql,
  { window, ledgerId }: LedgerKey,
  sealed: SealedWeekKey,
  isProven: boolean,
  nowMs: number,
): Promise<void> {
  await sql.query(
    `insert into week_keys (window_id, ledger_id, week, city_key_id, sealed, received_at, proven)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [window, ledgerId, sealed.week, sealed.cityKeyId, JSON.stringify(sealed), nowMs, isProven],
  );
}

function rowsByWeek(entries: readonly Line[], isAsked: (week: string) => boolean): Map<string, Line[]> {
  const rows = new Map<string, Line[]>();
  for (const line of entries) {
    if (!line.row || !isAsked(line.row.week)) continue;
    const same = rows.get(line.row.week) ?? [];
    if (same.length < MOST_TRIED) same.push(line);
    rows.set(line.row.week, same);
  }
  return rows;
}

const opensOne = (raw: KeyObject, ledgerId: string, lines: readonly Line[]): boolean =>
  lines.some(({ entry, row }) => row !== undefined && isIdentityOpenedBy(raw, ledgerId, entry, row));

/** Identities of a week that are here and wait for its key, the newest first. */
async function waitingRows(sql: Sql, { window, ledgerId }: LedgerKey, week: string): Promise<Line[]> {
  const rows = await sql.query<SealedRow & { entry: string }>(
    `select e.entry, r.alg, r.ref, r.week, r.nonce, r.sealed
     from verdicts v
     join entries e using (window_id, ledger_id, seq)
     join sealed_rows r using (window_id, ledger_id, seq)
     where v.window_id = $1 and v.ledger_id = $2 and v.verdict = 'held' and v.waits_for = 'weekKey' and v.week = $3
     order by v.seq desc limit ${MOST_TRIED}`,
    [window, ledgerId, week],
  );
  return rows.map(({ entry, ...row }) => ({ entry, row }));
}

/** Weeks whose key the city holds for a ledger, sorted. */
export async function heldWeeks(sql: Sql, key: LedgerKey): Promise<string[]> {
  const rows = await sql.query<{ week: string }>(
    'select week from week_keys where window_id = $1 and ledger_id = $2 order by week',
    [key.window, key.ledgerId],
  );
  return rows.map((row) => row.week);
}
