import type { NewEntry } from '../contract/entries.ts';
import type { Fen } from '../contract/ids.ts';
import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import type { OpenShift } from './types.ts';

export interface ShiftDecision {
  readonly shiftId: string;
  readonly entries: NewEntry[];
}

/**
 * Opens a shift with the float counted into the drawer, `floatFen`. A window has one drawer, so one shift at a time: while
 * any is open, a second one is refused (`shift.alreadyOpen`). `freshShiftId` is a new 128-bit id. A drawer that was counted for an absent clerk
 * is taken over by whoever opens next; what they count differently is recorded.
 */
export function decideOpenShift(
  state: {
    readonly openShift: Pick<OpenShift, 'clerkNumber'> | null;
    readonly freshShiftId: string;
    /** A drawer counted for an absent clerk, not taken over yet. */
    readonly drawer?: { readonly shiftId: string; readonly fen: number };
  },
  command: { readonly clerkNumber: string; readonly floatFen: number },
): Outcome<ShiftDecision> {
  if (state.openShift) return refused('shift.alreadyOpen', { clerkNumber: state.openShift.clerkNumber });
  const { clerkNumber, floatFen } = command;
  const { freshShiftId: shiftId, drawer } = state;
  return accepted({
    shiftId,
    entries: [
      {
        kind: 'shift.opened',
        body: {
          shiftId,
          clerkNumber,
          floatFen: floatFen as Fen,
          ...(drawer
            ? {
                tookOver: {
                  shiftId: drawer.shiftId,
                  drawerFen: drawer.fen as Fen,
                  differenceFen: floatFen - drawer.fen,
                },
              }
            : {}),
        },
      },
    ],
  });
}

/**
 * Closes the shift with the cash counted. Expected is the float, the cash sales and what changes brought in, less the cash given back; a difference is recorded as it is, too
 * little being negative, and never stops the closing. Only the clerk who opened the shift closes it (`shift.notOpen`, `shift.otherClerk`).
 */
export function decideCloseShift(
  state: { readonly openShift: OpenShift | null },
  command: { readonly clerkNumber: string; readonly countedFen: number },
): Outcome<ShiftDecision> {
  const shift = state.openShift;
  if (!shift) return refused('shift.notOpen');
  if (shift.clerkNumber !== command.clerkNumber) {
    return refused('shift.otherClerk', { clerkNumber: shift.clerkNumber });
  }
  return closing(shift, command.countedFen);
}

/**
 * Closes the shift of a clerk who is absent: somebody else counts the drawer (`clerkNumber`, the entry's actor) and a third
 * person, or at least not the same, countersigns. One's own shift is closed the ordinary way (`shift.own`).
 */
export function decideCloseShiftFor(
  state: { readonly openShift: OpenShift | null },
  command: {
    readonly clerkNumber: string;
    readonly countedFen: number;
    readonly countersignedBy: string;
    readonly paper?: number;
  },
): Outcome<ShiftDecision> {
  const shift = state.openShift;
  if (!shift) return refused('shift.notOpen');
  if (shift.clerkNumber === command.clerkNumber) return refused('shift.own');
  return closing(shift, command.countedFen, command);
}

function closing(
  shift: OpenShift,
  countedFen: number,
  { countersignedBy, paper }: { readonly countersignedBy?: string; readonly paper?: number } = {},
): Outcome<ShiftDecision> {
  const { backFen = 0, backCount = 0, moreFen = 0 } = shift;
  const expectedFen = shift.floatFen + shift.salesFen + moreFen - backFen;
  const body = {
    shiftId: shift.shiftId,
    clerkNumber: shift.clerkNumber,
    countedFen: countedFen as Fen,
    expectedFen: expectedFen as Fen,
    differenceFen: countedFen - expectedFen,
    ticketCount: shift.ticketCount,
    salesFen: shift.salesFen as Fen,
    ...(backCount + backFen + moreFen > 0
      ? { backCount, backFen: backFen as Fen, moreFen: moreFen as Fen }
      : {}),
    ...(countersignedBy === undefined ? {} : { countersignedBy }),
    ...(paper === undefined ? {} : { paper }),
  };
  return accepted({ shiftId: shift.shiftId, entries: [{ kind: 'shift.closed', body }] });
}
