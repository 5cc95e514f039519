import type { LostLedgerView, OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { WindowId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { businessDateOf, localTimeOf } from '../../domain/time.ts';
import { notReported, unaccounted, type KnownMachines } from '../station/thaw.ts';
import type { DeskContext } from './context.ts';

/** What this host knows of machines that had seats of the host before. */
export function knownMachines({ ledger, window, runtime }: DeskContext): KnownMachines {
  return {
    own: window,
    isSucceeded: ledger.succession !== null,
    windows: ledger.station.windows(),
    lost: ledger.station.lostLedgers(),
    held: ledger.station.heldSeats(),
    today: businessDateOf(runtime.clock.nowMs()),
  };
}

/** At a host: what is known of machines of the station that are lost, and what is not. */
export function createLossDesk(context: DeskContext) {
  const { ledger, station, config } = context;

  const lost = (): LostLedgerView[] =>
    ledger.station
      .lostLedgers()
      .map(({ window, ledgerId, upTo, lastAtMs, tickets, leases, isForked, wasHost }) => ({
        window,
        ledgerId,
        upTo,
        lastAt: lastAtMs,
        tickets,
        leases,
        isForked,
        wasHost,
      }));
  const numberOf = (window: WindowId): string => String(Number(window.slice(-2)));
  const instantText = (atMs: number): string => `${businessDateOf(atMs)} ${localTimeOf(atMs)}`;

  /** Holders of seats or room that neither enrolled here nor are known to be lost. */
  function missingHolders(): OfficeOutput<'station.losses'>['notReported'] {
    const held = notReported(knownMachines(context));
    return [...Map.groupBy(held, ({ ledgerId }) => ledgerId)].flatMap(([ledgerId, rows]) => {
      const [first] = rows;
      if (!first) return [];
      const departures = rows.map(({ departureId, seats, sold, laneCm, places, vehicles }) => ({
        departureId,
        seats,
        sold,
        laneCm,
        places,
        vehicles,
      }));
      return [{ window: first.window, ledgerId, departures }];
    });
  }

  function unknown(missing: OfficeOutput<'station.losses'>['notReported']): string[] {
    const read = lost();
    const words = read.map(
      ({ window, lastAt, isForked }) =>
        `${numberOf(window)} 号窗口 ${instantText(lastAt)} 以后写下的没有到达城市平台${isForked ? '(该账本已分叉)' : ''};其间售出的票本站无从得知,请按存根和旅客手中的票核对`,
    );
    if (read.length === 0 && station.frozenThrough() !== null)
      words.push('原主机的账本还没有从城市平台读回;它自己售出的票本站不知道');
    for (const { window } of missing)
      words.push(
        `${numberOf(window)} 号窗口还没有到本主机报到;它售出的票只知道城市平台读回的部分,座位按原主机的记录都算已分出`,
      );
    return words;
  }

  return {
    async 'station.readBack'({
      window: number,
      reason,
    }: OfficeInput<'station.readBack'>): Promise<Outcome<OfficeOutput<'station.readBack'>>> {
      if (!station.readBack) return refused('host.notHost');
      const window = `${config.station.id}/${String(number).padStart(2, '0')}` as WindowId;
      if (window === context.window && ledger.succession === null)
        return refused('host.nothingLost', { window }, 'window');
      const done = await station.readBack(window, reason);
      if (!done.ok) return done;
      return accepted({ lost: lost().filter((one) => one.window === window) });
    },

    'station.losses'(): Outcome<OfficeOutput<'station.losses'>> {
      if (!station.server) return refused('host.notHost');
      const missing = missingHolders();
      const waitsFor = station.frozenThrough() === null ? null : unaccounted(knownMachines(context));
      return accepted({ lost: lost(), notReported: missing, unknown: unknown(missing), waitsFor });
    },
  };
}
