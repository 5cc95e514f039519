import { feeSetSchema, type FeeRules, type FeeSet, type FeeSetRef } from '../../contract/fee-rules.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import { feeRoundWays, type FeeRow, type SettingRow } from '../../contract/basic-data/tables.ts';
import { feeSetFor, feeSetsFromSteps } from '../../domain/refunds/fee-rules.ts';
import { feeSettings } from '../../domain/settings.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { Departure } from '../../domain/types.ts';
import type { Shelf } from './shelf.ts';

/** Fee rows in effect at an instant, with their version: the number of the station's data then, and the settings beside them. */
export interface FeeRowsAt {
  readonly fees: readonly FeeRow[];
  readonly settings: readonly Pick<SettingRow, 'name' | 'value'>[];
  readonly number: number;
}

/** The rows of fees: the station's own before those that came with the program (ticketing rules 2.4). */
export interface FeeBook {
  /** Rules under which tickets sold at these instants are looked at: they have the very rows that each names. */
  rules(soldAtMs: readonly number[]): Outcome<FeeRules>;
  /** What a ticket sold now keeps; undefined where the station has no rules at all. */
  setsFor(
    departure: Departure,
    subject: 'passenger' | 'vehicle',
    nowMs: number,
  ): { refund: FeeSetRef | null; change: FeeSetRef | null } | undefined;
}

/** Of a station's own table, what its columns do not say: settings of the same data, else {@link feeSettings}. */
function besideRows(settings: FeeRowsAt['settings']): Pick<FeeSet, 'rounding'> & { changeTimes: number } {
  const valueOf = (name: keyof typeof feeSettings): number =>
    settings.find((row) => row.name === name)?.value ?? feeSettings[name].value;
  const toFen = feeSetSchema.shape.rounding.shape.toFen.safeParse(valueOf('feeRoundToFen'));
  return {
    rounding: {
      toFen: toFen.success ? toFen.data : feeSettings.feeRoundToFen.value,
      way: feeRoundWays[valueOf('feeRoundWay')] ?? 'halfUp',
    },
    changeTimes: valueOf('changeTimes'),
  };
}

/** @param rowsAt the station's own rows; a window without any gives none */
export function createFeeBook(library: Pick<Shelf, 'feeRules'>, rowsAt: (ms: number) => FeeRowsAt): FeeBook {
  const byNumber = new Map<number, FeeSet[]>();
  const merged = new Map<string, FeeRules>();
  const forSale = new Map<string, { refund: FeeSetRef | null; change: FeeSetRef | null }>();

  function own({ fees, settings, number }: FeeRowsAt): FeeSet[] {
    let sets = byNumber.get(number);
    if (!sets) {
      sets = feeSetsFromSteps(fees, { version: number, ...besideRows(settings) });
      byNumber.set(number, sets);
    }
    return sets;
  }

  function rules(soldAtMs: readonly number[]): Outcome<FeeRules> {
    const shipped = library.feeRules();
    if (!shipped.ok) return shipped;
    const versions = new Map<number, FeeRowsAt>();
    for (const ms of soldAtMs) {
      const rows = rowsAt(ms);
      if (rows.fees.length > 0) versions.set(rows.number, rows);
    }
    if (versions.size === 0) return shipped;
    const newestFirst = [...versions.values()].toSorted((a, b) => b.number - a.number);
    const name = newestFirst.map(({ number }) => number).join(' ');
    let all = merged.get(name);
    if (!all) {
      // The station's own first: of two that fit alike, the first one is taken.
      all = { ...shipped.value, sets: [...newestFirst.flatMap((rows) => own(rows)), ...shipped.value.sets] };
      if (merged.size > 100) merged.clear();
      merged.set(name, all);
    }
    return accepted(all);
  }

  return {
    rules,
    setsFor({ line }, subject, nowMs) {
      const saleDate = businessDateOf(nowMs);
      const name = `${line.id} ${subject} ${saleDate} ${rowsAt(nowMs).number}`;
      const known = forSale.get(name);
      if (known) return known;
      const all = rules([nowMs]);
      if (!all.ok) return undefined;
      const wanted = {
        mode: line.mode,
        lineId: line.id,
        carrierId: line.carrierId ?? null,
        subject,
        saleDate,
      };
      const refOf = (act: 'refund' | 'change'): FeeSetRef | null => {
        const set = feeSetFor(all.value, { act, ...wanted });
        return set ? { id: set.id, version: set.version } : null;
      };
      const sets = { refund: refOf('refund'), change: refOf('change') };
      if (forSale.size > 2_000) forSale.clear();
      forSale.set(name, sets);
      return sets;
    },
  };
}
