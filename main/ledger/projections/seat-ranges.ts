/** Inclusive ranges of seat numbers, ascending and apart from each other. */
export type SeatRanges = [number, number][];

/** Sorts and joins ranges. Seats named twice, or a range that runs backwards, are a defect and throw. */
export function tidyRanges(ranges: readonly (readonly [number, number])[]): SeatRanges {
  const tidy: SeatRanges = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (from > to) throw new RangeError(`seats ${from}–${to} run backwards`);
    const last = tidy.at(-1);
    if (last && from <= last[1]) throw new RangeError(`seat ${from} is named twice`);
    if (last && from === last[1] + 1) last[1] = to;
    else tidy.push([from, to]);
  }
  return tidy;
}

export function countSeats(ranges: SeatRanges): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/** The ranges without one seat; undefined when the seat is not in them. */
export function withoutSeat(ranges: SeatRanges, seat: number): SeatRanges | undefined {
  const at = ranges.findIndex(([from, to]) => from <= seat && seat <= to);
  const range = ranges[at];
  if (!range) return undefined;
  const [from, to] = range;
  const left: SeatRanges = [];
  if (from < seat) left.push([from, seat - 1]);
  if (seat < to) left.push([seat + 1, to]);
  return ranges.toSpliced(at, 1, ...left);
}

/** The ranges with one seat more; undefined when it is in them. */
export function withSeat(ranges: SeatRanges, seat: number): SeatRanges | undefined {
  if (ranges.some(([from, to]) => from <= seat && seat <= to)) return undefined;
  return tidyRanges([...ranges, [seat, seat]]);
}
