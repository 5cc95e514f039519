import type { NewEntry } from '../../contract/entries.ts';
import { heldBackAt, type HeldBack } from '../../domain/reserves.ts';
import type { BusinessDate, DepartureId, LedgerId, WindowId } from '../../contract/ids.ts';
import { refused, type Outcome } from '../../contract/refusals.ts';
import type { Rules } from '../../domain/contingency/rules.ts';
import type { RelayedAnswer, WindowState } from '../../contract/station-link.ts';
import type { WindowSight } from '../../contract/window-sight.ts';
import type { StationConfig } from '../../contract/station.ts';
import { latest, MOST_ADVANCE_DAYS } from '../../domain/succession.ts';
import { addDays, businessDateOf } from '../../domain/time.ts';
import { seatsLeft } from '../../domain/seats.ts';
import type { Departure, LeaseCounts, Timetable } from '../../domain/types.ts';
import { noRoom, roomLacking } from '../../domain/vehicles/room.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Runtime, StationNet } from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import type { TakenBatch } from './batch-intake.ts';
import { createDocuments, type Documents } from './documents.ts';
import { createGrantor, type Grantor } from './grantor.ts';
import { createHostServer, type HostServer } from './host.ts';
import { readBack } from './read-back.ts';
import { createRoomGrantor, type RoomGrantor } from './room-grantor.ts';
import { createMember, type Member, type MemberParts } from './member.ts';
import { createRecords, type Records } from './records.ts';
import { stationRole, type StationRole } from './role.ts';
import { createSightBook, type SightBook } from './sight-book.ts';
import type { StationLink } from './station.ts';

export interface StationParts {
  runtime: Runtime;
  config: StationConfig;
  ledger: Ledger;
  vault: Vault;
  window: WindowId;
  timetable: () => Timetable | undefined;
  /** What the plans in force say of giving places of a departure to a window. */
  leases: (departure: Departure, holder: WindowId) => Rules['leases'];
  citySealing: () => { keyId: string; key: string } | undefined;
  /** Windows that tell their host how they are tell this. */
  state: () => WindowState;
  /** And this, of its devices and links. */
  sight: () => WindowSight;
  write: (entries: NewEntry[]) => void;
  onCityAnswer: (answer: RelayedAnswer) => void;
  onVerdict: MemberParts['onVerdict'];
  /** The city refuses this ledger's batches that the host passes on: its link should look why. */
  onCityRefused: () => void;
  /** Other windows' entries, at the host: for the station's picture. */
  onBatch: (window: WindowId, ledgerId: LedgerId, batch: TakenBatch) => void;
  onSeats: (departureId: DepartureId) => void;
  onChanged: () => void;
}

/** This office's place in its station. `grantor` and `server` at the host, `member` at a window of one. */
export interface Station extends StationLink {
  readonly role: StationRole;
  readonly grantor: Grantor | undefined;
  readonly rooms: RoomGrantor | undefined;
  readonly server: HostServer | undefined;
  readonly member: Member | undefined;
  /** At the host: what the city has of a lost machine of this station is known here from then on. */
  readonly readBack: ((lost: WindowId, reason?: string) => Promise<Outcome<null>>) | undefined;
  /** Answers questions that windows ask this office by subject. */
  answers(
    subject: string,
    answer: (params: unknown, from: WindowId) => Promise<Outcome<unknown>> | Outcome<unknown>,
  ): void;
  /** Entries that every office of the station hears of. */
  readonly records: Records;
  /** What the windows said of themselves; empty but at the host. */
  readonly sights: Pick<SightBook, 'of'>;
}

const DAY_MS = 24 * 3_600_000;
const NOTHING: LeaseCounts = { seats: 0, heads: 0, freeChildren: 0 };

/** Makes the station link of an office. Without a network of its station an office with a host sells what it holds. */
export function createStation(parts: StationParts): Station {
  const { runtime, ledger, window, config } = parts;
  const role = stationRole(config);
  const subjects = new Map<string, Parameters<Station['answers']>[1]>();
  const net: StationNet = runtime.stationNet ?? {
    connect: () => Promise.reject(new Error('no network')),
    listen: () => Promise.reject(new Error('no network')),
  };
  const withNet = { ...runtime, stationNet: net };
  const records = createRecords({
    ledger,
    vault: parts.vault,
    window,
    log: runtime.log,
    random: runtime.random,
    isAlone: role.kind === 'alone',
  });
  const sights = createSightBook(runtime.clock);
  const departure = (id: string): Departure | undefined => parts.timetable()?.departure(id);
  let server: HostServer | undefined;
  let member: Member | undefined;
  const documents: Documents = createDocuments(runtime.log, (mark) =>
    server?.tellAll('document.changed', mark),
  );

  function frozenThrough(): BusinessDate | null {
    if (role.kind === 'window') return null;
    const succeeded = ledger.succession?.frozenThrough ?? null;
    if (role.kind === 'alone') return succeeded;
    const opened = ledger.latest('host.opened');
    const thawed = ledger.latest('host.thawed');
    if (thawed && thawed.seq > (opened?.seq ?? 0)) return null;
    // The city knows another host: who gives which seats is for people to settle.
    const verdict = opened && ledger.verdictsOf([opened.seq]).get(opened.seq);
    if (verdict?.refusal?.code === 'city.secondHost')
      return addDays(businessDateOf(runtime.clock.nowMs()), MOST_ADVANCE_DAYS);
    return latest([succeeded, (opened?.body['frozenThrough'] as BusinessDate | null | undefined) ?? null]);
  }

  const heldBack = (of: Departure): HeldBack | undefined =>
    of.reserves && role.kind !== 'window'
      ? heldBackAt(of.reserves, runtime.clock.nowMs(), ledger.releasedReserves(of.departureId))
      : undefined;
  const isHeld = (of: Departure, holder: WindowId): boolean => parts.leases(of, holder) !== 'normal';
  const tookOver = (): boolean =>
    role.kind === 'host' &&
    (role.takesOver || (ledger.latest('host.opened')?.body['frozenThrough'] ?? null) !== null);
  const giving = {
    tookOver,
    heldBack,
    isHeld,
    ledger,
    random: runtime.random,
    window,
    departure,
    nowMs: () => runtime.clock.nowMs(),
    sellers: () => 1 + (server?.live().filter(({ state }) => state.signedIn.length > 0).length ?? 0),
    frozenThrough,
    write: parts.write,
  };
  const rooms =
    role.kind === 'host'
      ? createRoomGrantor({
          ...giving,
          onMoved(departureId, left) {
            server?.tellAll('room.changed', { departureId, left });
            parts.onSeats(departureId);
          },
        })
      : undefined;
  const grantor =
    role.kind === 'host'
      ? createGrantor({
          ...giving,
          onMoved(departureId, left) {
            server?.tellAll('pool.changed', { departureId, left });
            parts.onSeats(departureId);
          },
        })
      : undefined;

  if (role.kind === 'host' && grantor && rooms)
    server = createHostServer({
      runtime: withNet,
      ledger,
      vault: parts.vault,
      window,
      listen: role.listen,
      city: config.city,
      keepRelayedMs: role.keepRelayedDays * DAY_MS,
      grantor,
      tookOver,
      rooms,
      documents,
      write: parts.write,
      onBatch: parts.onBatch,
      records,
      sights,
      async ask(subject, params, from) {
        const answer = subjects.get(subject);
        return answer ? await answer(params, from) : refused('host.unknownSubject', { subject });
      },
      onChanged: parts.onChanged,
    });
  if (role.kind === 'window')
    member = createMember({
      runtime: withNet,
      ledger,
      vault: parts.vault,
      role,
      window,
      citySealing: parts.citySealing,
      departure,
      documents,
      state: parts.state,
      sight: parts.sight,
      write: parts.write,
      onCityAnswer: parts.onCityAnswer,
      records,
      onSeats: parts.onSeats,
      onVerdict: parts.onVerdict,
      onCityRefused: parts.onCityRefused,
      onStatus: parts.onChanged,
    });

  /** An office that is host for the first time says so, and after another one what it cannot prove. */
  function openAsHost(): void {
    if (role.kind !== 'host') return;
    const { linkKey } = parts.vault.station;
    if (ledger.latest('host.opened')?.body['linkKey'] === linkKey) return;
    const today = businessDateOf(runtime.clock.nowMs());
    const through = role.takesOver ? addDays(today, MOST_ADVANCE_DAYS) : null;
    parts.write([{ kind: 'host.opened', body: { linkKey, frozenThrough: through } }]);
  }

  return {
    kind: role.kind,
    role,
    grantor,
    rooms,
    server,
    member,
    documents,
    records,
    sights,
    readBack:
      grantor && rooms
        ? (lost, reason) =>
            readBack(
              {
                runtime,
                ledger,
                vault: parts.vault,
                city: config.city,
                window,
                grantor,
                rooms,
                write: parts.write,
              },
              lost,
              reason,
            )
        : undefined,
    start() {
      openAsHost();
      records.look();
      server?.start();
      member?.start();
    },
    async stop() {
      await server?.stop();
      await member?.stop();
    },
    nudge() {
      records.look();
      member?.nudge();
      if (server) documents.look();
    },
    status() {
      if (member) return member.status();
      if (!server) return { state: 'alone', text: '本窗口单独售票' };
      const windows = server.live().length;
      const { trouble } = server.listening();
      return {
        state: 'host',
        text: `本机是站级主机,${windows} 个窗口在线`,
        windows,
        ...(trouble ? { refusal: trouble } : {}),
      };
    },
    ownGrant(of, wanted) {
      if (role.kind === 'alone') return undefined;
      return grantor ? grantor.ownGrant(of, wanted) : null;
    },
    ensureSeats(departureId, wanted, isSale) {
      if (member) return member.ensureSeats(departureId, wanted, isSale);
      if (!server || !grantor || !isSale || grantor.isHeld(departureId, window)) return undefined;
      const inHand = seatsLeft(ledger.leasesOf(departureId));
      return inHand + grantor.leftOf(departureId) >= wanted.seats ? undefined : server.recall(departureId);
    },
    heldBack: (of) => (role.kind === 'alone' ? heldBack(of) : undefined),
    more(of) {
      if (role.kind === 'alone') return undefined;
      if (grantor) return grantor.more(of);
      // The host gives nothing out: what this window holds is what it can sell.
      if (isHeld(of, window)) return NOTHING;
      // Before the host said anything of it, nobody has touched it, as far as this window knows.
      const left = member?.isUp() ? (member.poolLeft(of.departureId) ?? Math.min(of.seats, of.capacity)) : 0;
      const heads = left + Math.max(0, of.capacity - of.seats);
      return left > 0 ? { seats: left, heads, freeChildren: of.freeChildQuota } : NOTHING;
    },
    ownRoom(of, wanted) {
      if (role.kind === 'alone') return undefined;
      return rooms ? rooms.ownRoom(of, wanted) : null;
    },
    ensureRoom(departureId, wanted, isSale) {
      if (member) return member.ensureRoom(departureId, wanted, isSale);
      if (!server || !rooms || grantor?.isHeld(departureId, window) === true) return undefined;
      const lacking = roomLacking(ledger.vehicleLeasesOf(departureId), wanted);
      return lacking.length === 0 || rooms.has(departureId, lacking)
        ? undefined
        : server.recallRoom(departureId);
    },
    moreRoom(of) {
      if (role.kind === 'alone' || of.vehicleSpace === null) return undefined;
      if (rooms) return rooms.more(of) ?? undefined;
      const none = noRoom(of.vehicleSpace.kind);
      if (!member?.isUp() || isHeld(of, window)) return none;
      // Before the host said anything of it, nobody has touched it, as far as this window knows.
      const left = member.roomLeft(of.departureId);
      return left === undefined ? of.vehicleSpace : (left ?? none);
    },
    frozenThrough,
    network: member?.network ?? runtime.network,
    relays: () => member?.relays() ?? false,
    seatsReleased: (departureId) => grantor?.moved(departureId),
    departureClosed: (departureId) => server?.tellAll('departure.closed', { departureId }),
    answers: (subject, answer) => void subjects.set(subject, answer),
  };
}
