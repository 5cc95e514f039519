import type {
  FencedView,
  LinkStatus,
  OfficeOutput,
  ShiftView,
  SuccessionView,
} from '../../contract/office.ts';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import { businessDateOf, addDays } from '../../domain/time.ts';
import type { DeskContext, Mutation } from './context.ts';
import { printState } from './print-state.ts';
import { shiftView } from './shifts.ts';

/** What the link says about this ledger: the city has more of it than is here, in its last word on it. */
export interface CityWord {
  isBehind(): boolean;
}

/**
 * What a kill, a restored backup or a second machine leaves for people: shown on one page, settled with few keys. Nothing is
 * sold while the window is fenced, behind the city, or goes on in a new ledger that nobody has confirmed.
 */
export function createRecoveryDesk(
  context: Pick<DeskContext, 'ledger' | 'runtime' | 'timetable'>,
  city: CityWord,
  openCommands: () => OfficeOutput<'commands.open'>['commands'],
) {
  const { ledger, runtime } = context;
  let counted: { key: string; departures: number } | undefined;

  const isConfirmed = (): boolean => ledger.latest('succession.confirmed') !== undefined;
  let confirmed = isConfirmed();

  /** Counted once a minute: the status bar asks after every sale. */
  function frozenDepartures(): number {
    const through = ledger.succession?.frozenThrough;
    const timetable = context.timetable();
    if (!through || !timetable) return 0;
    const nowMs = runtime.clock.nowMs();
    const key = `${timetable.version}/${Math.floor(nowMs / 60_000)}`;
    if (counted?.key === key) return counted.departures;
    const { advanceSaleDays } = timetable.settings;
    let departures = 0;
    const today = businessDateOf(nowMs);
    const lastOnSale = addDays(today, advanceSaleDays.value);
    for (let date = today; date <= through && date <= lastOnSale; date = addDays(date, 1)) {
      departures += timetable.departuresOn(date).filter(({ departAt }) => departAt > nowMs).length;
    }
    counted = { key, departures };
    return departures;
  }

  function view(): SuccessionView | undefined {
    const { succession } = ledger;
    if (!succession) return undefined;
    const { why, atMs, fromSeq, anchored, frozenThrough } = succession;
    return {
      why,
      at: atMs,
      fromSeq,
      anchorSeq: anchored?.seq ?? null,
      frozenThrough,
      frozenDepartures: frozenDepartures(),
      confirmed,
    };
  }

  /** As long as it is somebody's task, or departures are still frozen. */
  function succession(): SuccessionView | undefined {
    const shown = view();
    if (!shown) return undefined;
    const isOver =
      shown.frozenThrough === null || shown.frozenThrough < businessDateOf(runtime.clock.nowMs());
    return shown.confirmed && isOver ? undefined : shown;
  }

  function fenced(): FencedView | undefined {
    const fence = ledger.fenced();
    if (fence) {
      const { reason, seq } = fence;
      const why = reason === 'fork' ? refuse('window.fenced', { seq }) : refuse('window.writtenOff');
      return { reason, seq, refusal: why };
    }
    if (!city.isBehind()) return undefined;
    const ledgerSeq = ledger.head().seq;
    return { reason: 'behind', seq: ledgerSeq + 1, refusal: refuse('window.behind', { ledgerSeq }) };
  }

  const confirm: Mutation<Record<string, never>, SuccessionView> = {
    decide(_input, caller) {
      if (!ledger.succession || isConfirmed()) return refused('succession.none');
      return accepted({
        entries: [
          {
            kind: 'succession.confirmed' as const,
            body: {
              clerkNumber: caller.person?.number ?? '',
              frozenThrough: ledger.succession.frozenThrough,
              frozenDepartures: frozenDepartures(),
            },
          },
        ],
      });
    },
    answer() {
      confirmed = true;
      const shown = view();
      if (!shown) throw new Error('a confirmed succession without a successor');
      return shown;
    },
  };

  return {
    confirm,
    succession,
    fenced,

    /** Why nothing at all may be sold now; undefined when it may. */
    standstill(): Refusal | undefined {
      const fence = fenced();
      if (fence) return fence.refusal;
      return ledger.succession && !confirmed ? refuse('succession.unconfirmed') : undefined;
    },

    summary(): Outcome<OfficeOutput<'recovery.summary'>> {
      const shift = ledger.openShift();
      const { backlogEntries, oldestAtMs } = ledger.uploadState();
      const shownShift: ShiftView | null = shift ? shiftView(shift) : null;
      const succeeded = succession();
      const fence = fenced();
      return accepted({
        commands: openCommands(),
        prints: ledger.unknownPrints().flatMap(({ ticketNumber, copy }) => {
          const ticket = ledger.ticket(ticketNumber);
          if (!ticket) return [];
          return [
            {
              ticketNumber,
              departureId: ticket.body.departureId,
              soldAt: ticket.atMs,
              print: printState(ledger.printOf(ticketNumber, copy)),
            },
          ];
        }),
        printsWaiting: ledger.queuedPrints().length,
        unsent: { entries: backlogEntries, oldestAt: oldestAtMs },
        shift: shownShift,
        ...(succeeded ? { succession: succeeded } : {}),
        ...(fence ? { fenced: fence } : {}),
      });
    },
  };
}

/** Follows the link's word on whether the city has more of this ledger: said once it holds until a contact says otherwise. */
export function createCityWord(): CityWord & { heard(status: LinkStatus): void } {
  let behind = false;
  return {
    isBehind: () => behind,
    heard({ state, refusal }) {
      if (refusal?.code === 'ledger.older') behind = true;
      else if (state === 'up' || state === 'fenced') behind = false;
    },
  };
}
