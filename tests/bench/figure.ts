/** One measured number. `goal` is null where the number only explains another. */
export interface Figure {
  metric: string;
  value: number;
  unit: string;
  goal: number | null;
  better: 'higher' | 'lower';
}

export interface BenchOptions {
  /** Smaller, for CI. */
  quick: boolean;
  /** 1; 2 and 3 when a quick run missed a goal and everything is measured anew. */
  attempt: number;
}

export type BenchRun = (options: BenchOptions) => Promise<Figure[]>;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Nearest-rank percentile, `share` from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

/** Half the distance between the quartiles as a share of the median, in per cent: how far to trust a median. */
export function spreadPercent(values: readonly number[]): number {
  return (50 * (percentile(values, 0.75) - percentile(values, 0.25))) / median(values);
}

export const round = (value: number, digits = 3): number => Number(value.toFixed(digits));

/** A number without a goal: it explains the one that has one. */
export function explains(metric: string, value: number, unit: string, digits = 1): Figure {
  return { metric, value: round(value, digits), unit, goal: null, better: 'lower' };
}

/** Times of something that happened often: p95 against the goal, with median, worst and count. */
export function latency(name: string, timesMs: readonly number[], goalP95Ms: number): Figure[] {
  return [
    {
      metric: `${name}P95`,
      value: round(percentile(timesMs, 0.95), 2),
      unit: 'ms',
      goal: goalP95Ms,
      better: 'lower',
    },
    explains(`${name}Median`, median(timesMs), 'ms', 2),
    explains(`${name}Worst`, Math.max(...timesMs), 'ms', 2),
    explains(`${name}Count`, timesMs.length, 'times', 0),
  ];
}
