/** A vessel of a line and day that rolls (流水、滚动发班), as sale and check-in look at it when they pass on. */
export interface RollingVessel {
  readonly departureId: string;
  /** UTC milliseconds. */
  readonly departAt: number;
  /** Still sold or checked in at all: not left, not closed, not stopped. Asked only of vessels that may be taken. */
  isOpen(): boolean;
  /** Heads that still fit, within what is licensed and in hand. Asked only of vessels that are open. */
  room(): number;
}

/**
 * The vessel on which so many heads go: the chosen one while it is open and has room for all of them, else the next of its line and
 * day that is and has, without anybody choosing again (ticketing rules 3.3, 3.4). Never an earlier one, and none beyond its room: people who
 * came together stay together. Undefined when no vessel takes them. `vessels` in any order; one that is not among them is not passed on from.
 */
export function vesselFor<V extends RollingVessel>(
  vessels: readonly V[],
  chosenId: string,
  heads: number,
): V | undefined {
  const inOrder = vessels.toSorted(
    (a, b) => a.departAt - b.departAt || (a.departureId < b.departureId ? -1 : 1),
  );
  const at = inOrder.findIndex(({ departureId }) => departureId === chosenId);
  if (at < 0) return undefined;
  return inOrder.slice(at).find((vessel) => vessel.isOpen() && vessel.room() >= heads);
}
