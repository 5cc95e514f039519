import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { ReserveView } from '../../contract/office/reserves.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { Departure } from '../../domain/types.ts';
import type { DeskContext, Mutation } from './context.ts';

/** Seats kept back (留座) and departures on another vessel, for the manager. */
export function createReserveDesk(
  context: DeskContext,
  surplus: (input: OfficeInput<'data.surplus'>) => Outcome<OfficeOutput<'data.surplus'>>,
) {
  const { ledger, runtime, station } = context;

  const sailing = ({ departureId, departLocal, line, vesselName }: Departure) => ({
    departureId,
    departLocal,
    lineName: line.name,
    vesselName,
  });

  function reservesOf(departure: Departure, nowMs: number): ReserveView[] {
    if (!departure.reserves) return [];
    const released = ledger.releasedReserves(departure.departureId);
    return departure.reserves.map(({ purpose, count, ranges, releaseAt }) => ({
      ...sailing(departure),
      purpose,
      count,
      seats: ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join('、'),
      releaseAt: Math.max(0, releaseAt),
      state: released.has(purpose) ? 'released' : nowMs < releaseAt ? 'kept' : 'due',
    }));
  }

  const release: Mutation<OfficeInput<'reserves.release'>, OfficeOutput<'reserves.release'>> = {
    decide({ departureId, purpose, reason }, _caller, nowMs) {
      if (station.kind === 'window') return refused('reserve.atHost');
      const departure = context.timetable()?.departure(departureId);
      if (!departure) return refused('departure.unknown', { departureId }, 'departureId');
      const found = reservesOf(departure, nowMs).find((one) => one.purpose === purpose);
      if (!found) return refused('reserve.unknown', { purpose }, 'purpose');
      if (found.state !== 'kept') return refused('reserve.released', { purpose }, 'purpose');
      return accepted({
        entries: [{ kind: 'reserve.released' as const, body: { departureId, purpose, reason } }],
        afterwards() {
          station.seatsReleased(departureId);
          context.emit('timetable.changed', { feedVersion: context.timetable()?.version ?? 0 });
        },
      });
    },
    answer(entries) {
      const released = entries.find((entry) => entry.kind === 'reserve.released');
      if (released?.kind !== 'reserve.released') throw new TypeError('a release has its entry');
      const { departureId, purpose } = released.body;
      return { departureId, purpose };
    },
  };

  return {
    'reserves.day'({ date }: OfficeInput<'reserves.day'>): Outcome<OfficeOutput<'reserves.day'>> {
      const timetable = context.timetable();
      if (!timetable) return refused('timetable.none');
      const nowMs = runtime.clock.nowMs();
      return accepted({
        reserves: timetable.departuresOn(date).flatMap((departure) => reservesOf(departure, nowMs)),
        substituted: timetable.substitutesOn(date).flatMap((departure) => {
          const found = surplus({ departureId: departure.departureId });
          if (!found.ok) return [];
          const { capacity } = departure;
          const counts = { surplus: found.value.surplus.length, reseat: found.value.reseat.length };
          return [{ ...sailing(departure), capacity, ...counts }];
        }),
        isGrantor: station.kind !== 'window',
      });
    },
    'reserves.release': release,
  };
}
