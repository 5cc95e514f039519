import type { DepartureId, WindowId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { HostInput, HostOutput } from '../../contract/station-link.ts';
import type { RoomWanted } from '../../domain/vehicles/room.ts';
import type { Ledger, StationWindowRow } from '../ledger/types.ts';
import type { Timers } from '../runtime.ts';
import type { Grantor } from './grantor.ts';
import type { HostServer } from './host.ts';
import type { RoomGrantor } from './room-grantor.ts';

/** Holders get so long to give back before a request is answered with what there is. */
const RECALL_MS = 700;
const RECALL_STEP_MS = 20;

export interface LeaseDeskParts {
  ledger: Pick<Ledger, 'station'>;
  grantor: Grantor;
  rooms: RoomGrantor;
  timers: Timers;
  window: WindowId;
  isHere: (window: WindowId) => boolean;
  isStopped: () => boolean;
  tell: HostServer['tell'];
}

type Served<T> = Outcome<{ result: T }>;

/** Requests for seats and for room at the host: what is short is asked back from those who may not need it just now. */
export function createLeaseDesk(parts: LeaseDeskParts) {
  const { ledger, grantor, rooms, timers, tell } = parts;
  let returns = 0;

  /** As it is written down now: two people may have signed the machine off since its window said hello. */
  const mayHold = (row: StationWindowRow, ledgerId: string): boolean =>
    ledgerId === row.ledgerId &&
    ledger.station
      .windows()
      .some((one) => one.window === row.window && one.ledgerId === ledgerId && one.state === 'enrolled');
  const served = <T>(given: Outcome<T>): Served<T> => (given.ok ? accepted({ result: given.value }) : given);
  const counted = <T>(taken: Outcome<T>): Served<T> => {
    if (taken.ok) returns += 1;
    return served(taken);
  };

  /** Asks holders that are here, and waits a little for the first that gives back. */
  async function recall(
    event: 'lease.recall' | 'room.recall',
    departureId: DepartureId,
    except: WindowId,
  ): Promise<void> {
    const grants =
      event === 'lease.recall'
        ? ledger.station.grantsOf(departureId)
        : ledger.station.roomGrantsOf(departureId);
    const holders = new Set(
      grants.map(({ holder }) => holder).filter((holder) => holder !== except && parts.isHere(holder)),
    );
    if (holders.size === 0) return;
    for (const holder of holders) tell(holder, event, { departureId, all: false });
    const before = returns;
    const isOver = (): boolean => parts.isStopped() || returns !== before;
    for (let waitedMs = 0; waitedMs < RECALL_MS && !isOver(); waitedMs += RECALL_STEP_MS)
      await new Promise<void>((resolve) => void timers.setTimeout(resolve, RECALL_STEP_MS));
  }

  return {
    recall: (departureId: DepartureId): Promise<void> => recall('lease.recall', departureId, parts.window),
    recallRoom: (departureId: DepartureId): Promise<void> => recall('room.recall', departureId, parts.window),

    /** @param isThere whether who asked still hears the answer: what nobody hears of is not given */
    async request(
      row: StationWindowRow,
      input: HostInput<'lease.request'>,
      isThere: () => boolean,
    ): Promise<Served<HostOutput<'lease.request'>>> {
      if (!mayHold(row, input.ledgerId)) return refused('window.writtenOff');
      const give = () => served(grantor.request(row.window, input));
      const isKnown = ledger.station.grantOfRequest(input.ledgerId, input.requestId) !== undefined;
      const isReady = grantor.leftOf(input.departureId) >= Math.max(1, input.wanted);
      if (isKnown || isReady || grantor.isHeld(input.departureId, row.window)) return give();
      if (input.wanted === 0) return give();
      grantor.recallOwn(input.departureId, 0);
      if (grantor.leftOf(input.departureId) >= input.wanted) return give();
      await recall('lease.recall', input.departureId, row.window);
      if (parts.isStopped() || !isThere()) return refused('host.unavailable');
      return mayHold(row, input.ledgerId) ? give() : refused('window.writtenOff');
    },
    takeReturn: (
      row: StationWindowRow,
      input: HostInput<'lease.return'>,
    ): Served<HostOutput<'lease.return'>> => counted(grantor.takeReturn(row.window, input)),

    /** As {@link request}. */
    async requestRoom(
      row: StationWindowRow,
      input: HostInput<'room.request'>,
      isThere: () => boolean,
    ): Promise<Served<HostOutput<'room.request'>>> {
      if (!mayHold(row, input.ledgerId)) return refused('window.writtenOff');
      const give = () => served(rooms.request(row.window, input));
      const wanted: readonly RoomWanted[] = input.wanted;
      const isKnown = ledger.station.roomGrantOfRequest(input.ledgerId, input.requestId) !== undefined;
      const isHeld = grantor.isHeld(input.departureId, row.window);
      if (isKnown || isHeld || rooms.has(input.departureId, wanted)) return give();
      rooms.recallOwn(input.departureId);
      if (rooms.has(input.departureId, wanted)) return give();
      await recall('room.recall', input.departureId, row.window);
      if (parts.isStopped() || !isThere()) return refused('host.unavailable');
      return mayHold(row, input.ledgerId) ? give() : refused('window.writtenOff');
    },
    takeRoomReturn: (
      row: StationWindowRow,
      input: HostInput<'room.return'>,
    ): Served<HostOutput<'room.return'>> => counted(rooms.takeReturn(row.window, input)),
  };
}
