import type { Fen } from '../../contract/ids.ts';
import type { OfficeInput, OfficeOutput, ShiftView } from '../../contract/office.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import { decideCloseShift, decideCloseShiftFor, decideOpenShift } from '../../domain/shifts.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { DrawerRow } from '../ledger/backup-types.ts';
import type { ShiftRow } from '../ledger/types.ts';
import type { DeskContext, Mutation } from './context.ts';

type OpenInput = { floatFen: Fen };
type CloseInput = { countedFen: Fen };

/** Opening, showing and closing the shift of this window. One shift at a time. */
export function createShiftDesk(context: DeskContext) {
  const { ledger, runtime } = context;

  const open: Mutation<OpenInput, OfficeOutput<'shifts.open'>> = {
    decide(input, caller) {
      const decided = decideOpenShift(
        {
          openShift: ledger.openShift() ?? null,
          freshShiftId: runtime.random.id(),
          ...drawerOf(ledger.drawer()),
        },
        { clerkNumber: caller.person?.number ?? '', floatFen: input.floatFen },
      );
      if (!decided.ok) return decided;
      return accepted({ entries: decided.value.entries });
    },
    answer(entries) {
      const entry = entries.find((each) => each.kind === 'shift.opened');
      if (entry?.kind !== 'shift.opened') throw new Error('a shift opening without its entry');
      const { shiftId, clerkNumber, floatFen } = entry.body;
      const businessDate = businessDateOf(entry.at);
      // As it was opened, however much has been sold when the same command is asked again.
      return {
        shiftId,
        clerkNumber,
        openedAt: entry.at,
        businessDate,
        floatFen,
        ticketCount: 0,
        salesFen: 0 as Fen,
        backCount: 0,
        backFen: 0 as Fen,
        moreFen: 0 as Fen,
      };
    },
  };

  const close: Mutation<CloseInput, OfficeOutput<'shifts.close'>> = {
    decide(input, caller) {
      const decided = decideCloseShift(
        { openShift: ledger.openShift() ?? null },
        { clerkNumber: caller.person?.number ?? '', countedFen: input.countedFen },
      );
      if (!decided.ok) return decided;
      return accepted({ entries: decided.value.entries });
    },
    answer(entries) {
      const entry = entries.find((each) => each.kind === 'shift.closed');
      if (entry?.kind !== 'shift.closed') throw new Error('a shift closing without its entry');
      const { shiftId, countedFen, expectedFen, differenceFen, paper } = entry.body;
      const counted = { countedFen, expectedFen, differenceFen, ...(paper === undefined ? {} : { paper }) };
      return { ...viewOf(shiftId), closedAt: entry.at, ...counted };
    },
  };

  const closeFor: Mutation<OfficeInput<'shifts.closeFor'>, OfficeOutput<'shifts.closeFor'>> = {
    decide(input, caller) {
      if (caller.countersignedBy === undefined)
        throw new Error('a shift closed for another without signature');
      const decided = decideCloseShiftFor(
        { openShift: ledger.openShift() ?? null },
        {
          clerkNumber: caller.person?.number ?? '',
          countedFen: input.countedFen,
          countersignedBy: caller.countersignedBy,
          ...(input.paper === undefined ? {} : { paper: input.paper }),
        },
      );
      if (!decided.ok) return decided;
      return accepted({ entries: decided.value.entries });
    },
    answer: close.answer,
  };

  function viewOf(shiftId: string): ShiftView {
    const row = ledger.shift(shiftId);
    if (!row) throw new Error('a shift that the ledger does not know');
    return shiftView(row);
  }

  return {
    open,
    close,
    closeFor,
    current(): Outcome<OfficeOutput<'shifts.current'>> {
      const row = ledger.openShift();
      if (row) return accepted({ shift: shiftView(row) });
      const waiting = ledger.drawer();
      if (!waiting) return accepted({ shift: null });
      const { shiftId: _shiftId, ...drawer } = waiting;
      return accepted({ shift: null, drawer });
    },
  };
}

const drawerOf = (drawer: DrawerRow | undefined): { drawer?: { shiftId: string; fen: Fen } } =>
  drawer ? { drawer: { shiftId: drawer.shiftId, fen: drawer.fen } } : {};

/** A shift row of the ledger as a page sees it. */
export function shiftView(row: ShiftRow): ShiftView {
  const { shiftId, clerkNumber, openedAtMs, businessDate, floatFen, ticketCount, salesFen } = row;
  const { backCount, backFen, moreFen } = row;
  return {
    shiftId,
    clerkNumber,
    openedAt: openedAtMs,
    businessDate,
    floatFen,
    ticketCount,
    salesFen,
    backCount,
    backFen,
    moreFen,
  };
}
