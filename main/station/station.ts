import type { BusinessDate, DepartureId } from '../../contract/ids.ts';
import type { StationLinkStatus } from '../../contract/office.ts';
import type { VehicleSpace } from '../../contract/vehicles.ts';
import type { HeldBack } from '../../domain/reserves.ts';
import type { Departure, LeaseCounts, OwnGrant, OwnRoom } from '../../domain/types.ts';
import type { RoomWanted } from '../../domain/vehicles/room.ts';
import type { Network } from '../runtime.ts';
import type { Documents } from './documents.ts';

/** What the rest of an office sees of its place in the station, whatever its role. */
export interface StationLink {
  readonly kind: 'alone' | 'host' | 'window';
  /** Begins to serve or to look for the host. */
  start(): void;
  stop(): Promise<void>;
  /** Something was appended. Cheap. */
  nudge(): void;
  status(): StationLinkStatus;
  /**
   * Seats that this office may give itself for a sale that lacks `wanted`; undefined: it is its own host and gives itself the
   * whole of an untouched departure; null: it gives itself none.
   */
  ownGrant(departure: Departure, wanted: LeaseCounts): OwnGrant | null | undefined;
  /**
   * Asks the host for seats so that `wanted` are in hand; undefined when that needs no waiting. `isSale`: they are sold as soon as
   * it resolves; else a form is being filled in, and they stay in hand for it a while. Rejects only when the disk fails.
   */
  ensureSeats(departureId: DepartureId, wanted: LeaseCounts, isSale: boolean): Promise<void> | undefined;
  /** What can be had beyond the leases in hand, as far as is known; undefined when it is its own host. */
  more(departure: Departure): LeaseCounts | undefined;
  /** Seats kept back from sale (留座) where this office is its own host; else whoever gives the seats keeps them. */
  heldBack(departure: Departure): HeldBack | undefined;
  /** Seats that were kept back may be given. */
  seatsReleased(departureId: DepartureId): void;
  /** The same three of room for vehicles. */
  ownRoom(departure: Departure, wanted: readonly RoomWanted[]): OwnRoom | null | undefined;
  ensureRoom(
    departureId: DepartureId,
    wanted: readonly RoomWanted[],
    isSale: boolean,
  ): Promise<void> | undefined;
  moreRoom(departure: Departure): VehicleSpace | undefined;
  /** No seat of departures up to it may be given to itself; null when there is none such. */
  frozenThrough(): BusinessDate | null;
  /** The way to the city: through the host where there is one, straight where it does not answer. */
  readonly network: Network;
  /** The host has this ledger's entries and passes them on: the window need not send them itself. */
  relays(): boolean;
  readonly documents: Documents;
  /** No seat of a departure is given any more: windows are told, and give back what they did not sell. */
  departureClosed(departureId: DepartureId): void;
}
