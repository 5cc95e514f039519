import type { AfterSaleAct, FeeBand, FeeRules, FeeSet, FeeSetRef } from '../../contract/fee-rules.ts';
import { accepted, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import { addDays, isCalendarDate } from '../time.ts';

const FOREVER = Number.POSITIVE_INFINITY;

/**
 * What the schema of fee rules cannot say. Two rows that hold for the same ticket at the same moment, a moment for which there is
 * none, versions of one subject that overlap or leave days out, a mode without a general refund rule: all refused by name.
 */
export function checkFeeRules(rules: FeeRules): Outcome<FeeRules> {
  const seen = new Set<string>();
  const general = new Set<string>();
  for (const set of rules.sets) {
    const name = nameOf(set);
    if (seen.size === seen.add(name).size) return refused('feeRules.wrong', { detail: `${name} 有两份` });
    if (!isCalendarDate(set.validFrom) || (set.validTo !== null && set.validTo < set.validFrom))
      return refused('feeRules.wrong', { detail: `${name} 的有效期不对` });
    if ((set.act === 'change') !== (set.times !== null))
      return refused('feeRules.wrong', { detail: `${name} 的改签次数:改签须写,退票不写` });
    const wrong = wrongBands(set);
    if (wrong) return { ok: false, refusal: wrong };
    if (
      set.act === 'refund' &&
      set.carrierId === null &&
      set.lines === null &&
      set.of === 'all' &&
      set.validTo === null
    )
      general.add(set.mode);
  }
  for (const mode of new Set(rules.sets.map((set) => set.mode)))
    if (!general.has(mode))
      return refused('feeRules.gap', {
        where: `${mode === 'water' ? '水路' : '道路'}没有一直有效的一般退票规则`,
      });
  const wrong = wrongVersions(rules.sets);
  return wrong ? { ok: false, refusal: wrong } : accepted(rules);
}

const nameOf = ({ id, version, act }: FeeSet): string =>
  `${id} 第 ${version} 版(${act === 'refund' ? '退票' : '改签'})`;

function wrongBands(set: FeeSet): Refusal | undefined {
  const inOrder = set.bands.toSorted((a, b) => (a.fromMin ?? -FOREVER) - (b.fromMin ?? -FOREVER));
  let reached = -FOREVER;
  let before: FeeBand | undefined;
  for (const band of inOrder) {
    const from = band.fromMin ?? -FOREVER;
    const to = band.toMin ?? FOREVER;
    if (from >= to)
      return refused('feeRules.wrong', { detail: `${nameOf(set)} 的 ${said(band)} 起止颠倒` }).refusal;
    if (from < reached || (before && from === -FOREVER))
      return refused('feeRules.overlap', {
        first: `${nameOf(set)} ${before ? said(before) : ''}`,
        second: said(band),
      }).refusal;
    if (from > reached)
      return refused('feeRules.gap', {
        where: `${nameOf(set)} 开航前 ${shown(reached)} 至 ${shown(from)} 分钟`,
      }).refusal;
    reached = to;
    before = band;
  }
  if (reached < FOREVER)
    return refused('feeRules.gap', { where: `${nameOf(set)} 开航前 ${shown(reached)} 分钟以上` }).refusal;
  return undefined;
}

const shown = (minutes: number): string => (Number.isFinite(minutes) ? String(minutes) : '任意');
const said = ({ fromMin, toMin }: FeeBand): string =>
  `[${shown(fromMin ?? FOREVER)}, ${shown(toMin ?? FOREVER)})`;

/** Sets that speak of the same tickets follow each other day by day. */
function wrongVersions(sets: readonly FeeSet[]): Refusal | undefined {
  const bySubject = Map.groupBy(sets, ({ act, mode, carrierId, of }) =>
    [act, mode, carrierId ?? '', of].join(' '),
  );
  for (const same of bySubject.values()) {
    const inOrder = same.toSorted((a, b) =>
      a.validFrom < b.validFrom ? -1 : a.validFrom > b.validFrom ? 1 : 0,
    );
    for (const [index, set] of inOrder.entries()) {
      const later = inOrder.slice(index + 1).filter((each) => sharesLines(set, each));
      const next = later[0];
      if (!next) continue;
      if (set.validTo === null || next.validFrom <= set.validTo)
        return refused('feeRules.overlap', { first: nameOf(set), second: nameOf(next) }).refusal;
      if (set.id === next.id && next.validFrom !== addDays(set.validTo, 1))
        return refused('feeRules.gap', { where: `${nameOf(set)} ${set.validTo} 之后至 ${next.validFrom}` })
          .refusal;
    }
  }
  return undefined;
}

function sharesLines(a: FeeSet, b: FeeSet): boolean {
  if (a.lines === null || b.lines === null) return a.lines === b.lines;
  return a.lines.some((line) => b.lines?.includes(line));
}

/** What chooses a set: the nearest wins, lines before carrier before mode, and passengers or vehicles before both. */
export interface FeeSubject {
  readonly act: AfterSaleAct;
  readonly mode: 'water' | 'road';
  readonly lineId: string;
  readonly carrierId: string | null;
  readonly subject: 'passenger' | 'vehicle';
  /** Business date of the sale. */
  readonly saleDate: string;
}

/** The set that a ticket is sold under; undefined = that act is not offered. A ticket keeps its id and version. */
export function feeSetFor(rules: FeeRules, wanted: FeeSubject): FeeSet | undefined {
  const { act, mode, lineId, carrierId, subject, saleDate } = wanted;
  const weight = (set: FeeSet): number =>
    (set.lines ? 4 : 0) + (set.carrierId === null ? 0 : 2) + (set.of === 'all' ? 0 : 1);
  let best: FeeSet | undefined;
  for (const set of rules.sets) {
    const fits =
      set.act === act &&
      set.mode === mode &&
      set.validFrom <= saleDate &&
      (set.validTo === null || saleDate <= set.validTo) &&
      (set.carrierId === null || set.carrierId === carrierId) &&
      (set.lines === null || set.lines.includes(lineId)) &&
      set.of !== (subject === 'passenger' ? 'vehicles' : 'passengers');
    if (fits && (!best || weight(set) > weight(best))) best = set;
  }
  return best;
}

/** The very rows that a ticket names, however long ago. */
export function feeSetOf(rules: FeeRules, { id, version }: FeeSetRef, act: AfterSaleAct): Outcome<FeeSet> {
  const set = rules.sets.find((each) => each.id === id && each.version === version && each.act === act);
  return set ? accepted(set) : refused('feeRules.unknown', { ruleSet: id, version });
}

/** A fee with the row that it came from; `feeFen` null = not possible any more. */
export interface Fee {
  readonly feeFen: number | null;
  readonly set: FeeSetRef;
  readonly band: number;
}

/** The fee of a fare at an instant: share, rounding, least amount, and never more than the fare. */
export function feeAt(set: FeeSet, fareFen: number, departAt: number, nowMs: number): Fee {
  const minutes = (departAt - nowMs) / 60_000;
  const band = set.bands.findIndex(
    ({ fromMin, toMin }) => (fromMin ?? -FOREVER) <= minutes && minutes < (toMin ?? FOREVER),
  );
  const row = set.bands[band];
  if (!row) throw new TypeError('checked fee rules have a row for every moment');
  const { id, version, rounding } = set;
  const feeFen =
    row.percent === null
      ? null
      : Math.min(fareFen, Math.max(row.leastFen, rounded(fareFen * row.percent, rounding)));
  return { feeFen, set: { id, version }, band };
}

/** Rounds hundredths of a fen (fare × per cent) to whole units, in integers. */
function rounded(hundredths: number, { toFen, way }: FeeSet['rounding']): number {
  const unit = toFen * 100;
  const whole = Math.floor(hundredths / unit);
  const rest = hundredths - whole * unit;
  const up = way === 'up' ? rest > 0 : way === 'halfUp' && rest * 2 >= unit;
  return (whole + (up ? 1 : 0)) * toFen;
}

/** A step of a station's own fee table: holds until `minutesBefore` (negative = after departure); the greatest that still holds counts. */
export interface FeeStep {
  readonly feeId: string;
  readonly kind: AfterSaleAct;
  readonly mode: 'water' | 'road' | 'both';
  readonly lineId: string | null;
  readonly minutesBefore: number;
  readonly percent: number | null;
  readonly leastFen: number;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly mark: FeeBand['mark'];
  readonly source: string;
}

/** Steps of a table as sets with bands. Below the last step nothing is possible. `version` is that of the station's data. */
export function feeSetsFromSteps(
  steps: readonly FeeStep[],
  rest: Pick<FeeSet, 'rounding'> & { readonly version: number; readonly changeTimes: number },
): FeeSet[] {
  const groups = Map.groupBy(steps, ({ feeId, kind, mode, lineId, validFrom }) =>
    JSON.stringify([feeId, kind, mode, lineId, validFrom]),
  );
  return [...groups.values()].flatMap((group) => {
    const down = group.toSorted((a, b) => b.minutesBefore - a.minutesBefore);
    const first = down[0];
    if (!first) return [];
    const bands = down.map((step, index): FeeBand => ({
      fromMin: step.minutesBefore,
      toMin: down[index - 1]?.minutesBefore ?? null,
      percent: step.percent,
      leastFen: step.leastFen as FeeBand['leastFen'],
      mark: step.mark,
    }));
    const last = down.at(-1)?.minutesBefore ?? 0;
    bands.push({
      fromMin: null,
      toMin: last,
      percent: null,
      leastFen: 0 as FeeBand['leastFen'],
      mark: first.mark,
    });
    const modes = first.mode === 'both' ? (['water', 'road'] as const) : [first.mode];
    return modes.map((mode): FeeSet => ({
      id: first.mode === 'both' ? `${first.feeId}-${mode}` : first.feeId,
      version: rest.version,
      act: first.kind,
      mode,
      carrierId: null,
      lines: first.lineId === null ? null : [first.lineId],
      of: 'all',
      rounding: rest.rounding,
      bands,
      times: first.kind === 'change' ? rest.changeTimes : null,
      validFrom: first.validFrom as FeeSet['validFrom'],
      validTo: first.validTo as FeeSet['validTo'],
      mark: first.mark,
      source: first.source,
    }));
  });
}
