import { toHex } from '../../contract/encoding/bytes.ts';
import { ZERO_HASH } from '../../contract/encoding/chain.ts';
import type { NewEntry } from '../../contract/entries.ts';
import type { DepartureId, LedgerId, WindowId } from '../../contract/ids.ts';
import type { StationLinkStatus } from '../../contract/office.ts';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import type { VehicleSpace } from '../../contract/vehicles.ts';
import {
  hostEvents,
  type HostEvent,
  type RelayedAnswer,
  type WindowState,
} from '../../contract/station-link.ts';
import type { WindowSight } from '../../contract/window-sight.ts';
import type { Departure, LeaseCounts } from '../../domain/types.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { RoomWanted } from '../../domain/vehicles/room.ts';
import { createBackOff } from '../citylink/back-off.ts';
import { LedgerWriteError, type Ledger } from '../ledger/types.ts';
import type { Network, Runtime, StationNet } from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import { createDelivery } from './delivery.ts';
import type { Documents } from './documents.ts';
import { Down } from '../citylink/down.ts';
import type { Records } from './records.ts';
import { connectHost, enrolAtHost, type HostCalls } from './host-client.ts';
import { exchangeRecords } from './record-exchange.ts';
import { createRoomBook } from './room-book.ts';
import { createJournalPush } from './journal-push.ts';
import { linkTrouble } from './link-trouble.ts';
import { createSeatBook } from './seat-book.ts';
import { createSightTell } from './sight-tell.ts';
import type { StationRole } from './role.ts';
import { tunnelNetwork } from './tunnel.ts';

export interface MemberParts {
  runtime: Pick<Runtime, 'clock' | 'random' | 'timers' | 'files' | 'network' | 'log'> & {
    stationNet: StationNet;
  };
  ledger: Ledger;
  vault: Pick<Vault, 'publicKey' | 'sign' | 'weeks' | 'weekKeySealedToCity' | 'station'>;
  role: Extract<StationRole, { kind: 'window' }>;
  window: WindowId;
  /** Whether batches are to reach a city at all, and with which key its week keys are sealed; undefined before enrolment there. */
  citySealing: () => { keyId: string; key: string } | undefined;
  documents: Documents;
  state: () => WindowState;
  sight: () => WindowSight;
  write: (entries: NewEntry[]) => void;
  departure: (departureId: string) => Departure | undefined;
  /** What the city said to entries of this ledger that the host passed on. */
  onCityAnswer: (answer: RelayedAnswer) => void;
  /** The city refuses what the host passes on of this ledger. */
  onCityRefused: () => void;
  records: Records;
  /** Seats of a departure came, went, or the host told how many it has. */
  onSeats: (departureId: DepartureId) => void;
  /** The host's last word on this ledger: it has more of it, another history, or signed its machine off. */
  onVerdict: (verdict: 'behind' | 'whole' | 'fork' | 'writtenOff', seq: number) => void;
  onStatus: () => void;
}

/** A window's side of the station. */
export interface Member {
  start(): void;
  stop(): Promise<void>;
  nudge(): void;
  status(): StationLinkStatus;
  isUp(): boolean;
  /** The host is there and passes this ledger's entries on to the city. */
  relays(): boolean;
  ensureSeats(departureId: DepartureId, wanted: LeaseCounts, isSale: boolean): Promise<void> | undefined;
  /** Seats that the host said it has of a departure; undefined before it said so. */
  poolLeft(departureId: string): number | undefined;
  ensureRoom(
    departureId: DepartureId,
    wanted: readonly RoomWanted[],
    isSale: boolean,
  ): Promise<void> | undefined;
  /** Room for vehicles that the host said it has; null: none, undefined: not said yet. */
  roomLeft(departureId: string): VehicleSpace | null | undefined;
  /** Gives back every unsold seat and all unsold room. */
  giveBackAll(): void;
  /** Gives back what is unsold of a departure: its places and its room for vehicles. */
  giveBack(departureId: DepartureId): void;
  /** The host has everything up to here of this ledger. */
  hostSeq(): number;
  readonly network: Network;
  ask(subject: string, params: unknown): Promise<unknown>;
  /** Something may be missing here, or there again. Cheap. */
  tellSight(): void;
  /** Hears who signed in at another window of the station. */
  onSignedIn(hear: (number: string, byWindow: WindowId) => void): void;
  /** Hears how many wrong PINs the host counted for a number over the station. */
  onWrongPins(hear: (wrong: ReturnType<(typeof hostEvents)['person.wrongPins']['parse']>) => void): void;
  /** Hears that the host's picture changed, and that there is contact again. */
  onPicture(hear: (isContact: boolean) => void): void;
  /** Hears that keys to names are to be wiped here; it may come before there is contact. */
  onNameWipe(hear: () => void): void;
  /** Everything of this ledger is at the host; false when it is not within a moment. */
  flush(): Promise<boolean>;
}

/** Sales that follow one another closely go to the host together. */
const GATHER_MS = 150;
const ALIVE_EVERY_MS = 10_000;

export function createMember(parts: MemberParts): Member {
  const { runtime, ledger, vault, role, window, documents, records } = parts;
  const { timers, log, random } = runtime;
  const backOff = createBackOff(random);
  const delivery = createDelivery(timers);
  let state: 'starting' | 'up' | 'down' = 'starting';
  let refusal: Refusal | undefined;
  let host: HostCalls | undefined;
  /** The way to the city alone: this is a second copy of a window. */
  let tunnel: HostCalls | undefined;
  let isOtherCopy = false;
  let hostWindow: WindowId | undefined;
  let hostRelays = false;
  let hostLedger: LedgerId | undefined;
  let isSyncing = false;
  let syncAgain = false;
  let signedIn: Parameters<Member['onSignedIn']>[0] | undefined;
  let wrongPins: Parameters<Member['onWrongPins']>[0] | undefined;
  const pictureHearers: ((isContact: boolean) => void)[] = [];
  let nameWipe: (() => void) | undefined;
  let isStopped = false;
  let isNudged = false;
  let wake: (() => void) | undefined;

  const seats = createSeatBook({ ...parts, host: () => host });
  const rooms = createRoomBook({ ...parts, host: () => host });

  const say = (newState: typeof state, why?: Refusal): void => {
    const hasChanged = state !== newState || refusal?.code !== why?.code || refusal?.message !== why?.message;
    state = newState;
    refusal = why;
    if (!hasChanged) return;
    log.info({ state, ...(why ? { code: why.code } : {}) }, 'station link');
    parts.onStatus();
  };

  const pause = (delayMs: number, isNudgeable: boolean): Promise<void> =>
    new Promise((resolve) => {
      if (isStopped || (isNudgeable && isNudged)) return resolve();
      const timer = timers.setTimeout(end, delayMs);
      function end(): void {
        wake = undefined;
        timers.clearTimeout(timer);
        resolve();
      }
      wake = () => {
        if (isStopped || isNudgeable) end();
      };
    });
  const breathe = (): Promise<boolean> =>
    new Promise((resolve) => void timers.setTimeout(() => resolve(!isStopped), 0));

  const journal = createJournalPush(parts, breathe);

  function status(): StationLinkStatus {
    const backlog = Math.max(0, ledger.head().seq - journal.seq());
    const text =
      state === 'up'
        ? `主机 ${hostWindow?.slice(-2) ?? ''} 号窗口已连接`
        : state === 'starting'
          ? '正在连接主机'
          : '主机没有连上';
    return { state, text, backlog, ...(refusal ? { refusal } : {}) };
  }

  /** Enrols where that is due: at first contact, or at another host than the one that is known. */
  async function join(calls: HostCalls): Promise<void> {
    const joined = ledger.latest('window.joined')?.body;
    if (joined?.['hostKey'] === role.hostKey) return;
    if (role.code === undefined) throw new Down(refuse(joined ? 'host.changed' : 'host.notEnrolled'));
    const before = (joined?.['host'] as WindowId | undefined) ?? null;
    const ends = ledger.station.carried.endsFrom(businessDateOf(runtime.clock.nowMs()));
    const held = { joined: before, holds: seats.holds(), rooms: rooms.holds(), ends };
    const enrolled = await enrolAtHost(calls, vault, role, window, {
      ledger: { ledgerId: ledger.ledgerId, ordinal: ledger.ordinal, ...held },
      freshLedgerId: ledger.ledgerId,
    });
    parts.write([{ kind: 'window.joined', body: { host: enrolled.host, hostKey: role.hostKey } }]);
  }

  /** The host's word on this ledger against what is here. @returns whether anything may be pushed */
  function compare(seq: number, hash: string): void {
    const head = ledger.head().seq;
    if (seq > head) {
      parts.onVerdict('behind', head);
      throw new Down(refuse('ledger.older', { ledgerSeq: head, anchorSeq: seq }));
    }
    const own = seq === 0 ? ZERO_HASH : ledger.entriesAfter(seq - 1, 1, 1)[0]?.hash;
    if (own && toHex(own) === hash) {
      isOtherCopy = false;
      return parts.onVerdict('whole', seq);
    }
    parts.onVerdict('fork', seq);
    // A second connection says from the start what this is, so that it does not put the other copy out.
    if (isOtherCopy) return;
    isOtherCopy = true;
    throw new Down(refuse('city.fork', { seq }));
  }

  /** Another history than the host's: nothing but the way to the city, so that it hears what was sold here. */
  async function asOtherCopy(calls: HostCalls): Promise<never> {
    tunnel = calls;
    say('down', refuse('city.fork', { seq: journal.seq() }));
    for (;;) {
      await pause(ALIVE_EVERY_MS, false);
      if (isStopped || calls.hasEnded()) throw new Down(refuse('host.unavailable'));
      await calls.call('state.tell', parts.state());
    }
  }

  async function contact(): Promise<void> {
    const calls = await connectHost(runtime, vault.station.linkSeed, role, {
      onEvent,
      onEnd: () => {
        host = undefined;
        wakeAll();
      },
    });
    try {
      if (isStopped) return;
      await join(calls);
      const hello = await calls.call('window.hello', {
        window,
        ledgerId: ledger.ledgerId,
        ordinal: ledger.ordinal,
        headSeq: ledger.head().seq,
        otherCopy: isOtherCopy,
        state: parts.state(),
      });
      if (isStopped) return;
      hostWindow = hello.host;
      calls.host = hello.host;
      journal.begin(hello);
      hostRelays = hello.relays;
      hostLedger = hello.ledgerId;
      compare(hello.seq, hello.hash);
      if (!isOtherCopy) records.meetHost(hello.ledgerId);
      if (isOtherCopy) return await asOtherCopy(calls);
      for (const answer of hello.answers) takeAnswer(answer, calls);
      await seats.settle(calls, hello.leases);
      await rooms.settle(calls, hello.rooms);
      host = calls;
      for (const departureId of hello.closed) closed(departureId);
      backOff.reset();
      // In contact is who knows the orders, states and plans of the station.
      await exchangeRecords(records, calls, hello.ledgerId, () => isStopped);
      if (isStopped) return;
      say('up');
      for (const hear of pictureHearers) hear(true);
      for (const mark of hello.documents) await fetchDocument(calls, mark);
      await pushForEver(calls);
    } finally {
      host = undefined;
      tunnel = undefined;
      calls.close();
    }
  }

  async function pushForEver(calls: HostCalls): Promise<void> {
    for (;;) {
      // The end may have come while sales were gathered.
      if (calls.hasEnded()) throw new Down(refuse('host.unavailable'));
      isNudged = false;
      if (await journal.push(calls)) {
        delivery.reached(journal.seq());
        parts.onStatus();
        continue;
      }
      await pause(ALIVE_EVERY_MS, true);
      if (isStopped || calls.hasEnded()) throw new Down(refuse('host.unavailable'));
      if (isNudged) {
        if (!delivery.isAwaited()) await pause(GATHER_MS, false);
      } else await calls.call('state.tell', parts.state());
    }
  }

  function takeAnswer(answer: RelayedAnswer, calls: HostCalls): void {
    if (answer.ledgerId === ledger.ledgerId) parts.onCityAnswer(answer);
    void calls.call('answers.taken', { ids: [answer.id] }).catch(() => undefined);
  }

  /** Soon; asked for often, it is done once more. What fails is done at the next contact. */
  function syncRecords(): void {
    const calls = host;
    const peer = hostLedger;
    if (!calls || !peer) return;
    if (isSyncing) {
      syncAgain = true;
      return;
    }
    isSyncing = true;
    exchangeRecords(records, calls, peer, () => isStopped)
      .catch((error: unknown) => void linkTrouble(error, runtime))
      .finally(() => {
        isSyncing = false;
        if (!syncAgain) return;
        syncAgain = false;
        syncRecords();
      });
  }
  records.onFresh((_fresh, from) => {
    if (from !== hostLedger) syncRecords();
  });

  async function fetchDocument(calls: HostCalls, mark: { name: string; version: number }): Promise<void> {
    if (!documents.isNewer(mark)) return;
    const { document } = await calls.call('document.get', { name: mark.name });
    if (document && documents.isNewer(document)) documents.take(document);
  }

  function onEvent(event: string, data: unknown): void {
    if (!Object.hasOwn(hostEvents, event)) return;
    const parsed = hostEvents[event as HostEvent].safeParse(data);
    const calls = host;
    if (!parsed.success || isStopped) return;
    const told = { event, data: parsed.data } as {
      [E in HostEvent]: { event: E; data: ReturnType<(typeof hostEvents)[E]['parse']> };
    }[HostEvent];
    switch (told.event) {
      case 'city.answer':
        if (calls) takeAnswer(told.data, calls);
        return;
      case 'city.refused':
        if (told.data.ledgerId === ledger.ledgerId) parts.onCityRefused();
        return;
      case 'document.changed':
        if (calls) void fetchDocument(calls, told.data).catch(() => undefined);
        return;
      case 'records.new': {
        const { after, place, records: fresh } = told.data;
        if (!calls || !hostLedger) return;
        const { got, gave } = records.mark(hostLedger);
        if (place <= got) return;
        if (after > got || fresh.length === 0) return syncRecords();
        try {
          records.take(fresh, hostLedger);
          records.setMark(hostLedger, { got: place, gave });
        } catch (error) {
          // The mark stands where it was: they are asked for again.
          if (!(error instanceof LedgerWriteError)) throw error;
          log.error({ code: error.message }, 'disk failed');
        }
        return;
      }
      case 'pool.changed':
        return seats.told(told.data.departureId, told.data.left);
      case 'lease.recall':
        return seats.recalled(told.data.departureId, told.data.all);
      case 'departure.closed':
        return closed(told.data.departureId);
      case 'room.changed':
        return rooms.told(told.data.departureId, told.data.left);
      case 'room.recall':
        return rooms.recalled(told.data.departureId, told.data.all);
      case 'picture.changed':
        return pictureHearers.forEach((hear) => hear(false));
      case 'names.wipe':
        return nameWipe?.();
      case 'person.signedIn':
        if (told.data.byWindow !== window) signedIn?.(told.data.number, told.data.byWindow);
        return;
      case 'person.wrongPins':
        return wrongPins?.(told.data);
      case 'window.writtenOff':
        if (told.data.ledgerId === ledger.ledgerId) parts.onVerdict('writtenOff', ledger.head().seq);
    }
  }

  function closed(departureId: DepartureId): void {
    seats.closed(departureId);
    rooms.closed(departureId);
  }

  function flush(): Promise<boolean> {
    const { seq } = ledger.head();
    if (!host || seq <= journal.seq()) return Promise.resolve(host !== undefined);
    const arrived = delivery.wait(seq);
    wakeAll();
    return arrived;
  }

  function wakeAll(): void {
    isNudged = true;
    wake?.();
  }

  async function run(): Promise<void> {
    for (;;) {
      try {
        await contact();
      } catch (error) {
        if (isStopped) return;
        say('down', linkTrouble(error, runtime));
      }
      if (isStopped) return;
      await pause(backOff.nextDelayMs(), false);
    }
  }

  return {
    start: () => void run(),
    stop() {
      isStopped = true;
      host?.close();
      wake?.();
      return Promise.resolve();
    },
    nudge: wakeAll,
    status,
    isUp: () => host !== undefined,
    relays: () => host !== undefined && hostRelays,
    ensureSeats: seats.ensure,
    ensureRoom: rooms.ensure,
    poolLeft: seats.poolLeft,
    roomLeft: rooms.poolLeft,
    giveBack(departureId) {
      seats.giveBack(departureId, 0);
      rooms.giveBackAll(departureId);
    },
    giveBackAll() {
      seats.giveBack(undefined, 0);
      rooms.giveBackAll(undefined);
    },
    hostSeq: journal.seq,
    network: tunnelNetwork(
      runtime.network,
      () => host ?? tunnel,
      () => runtime.clock.monotonicMs(),
    ),
    async ask(subject, params) {
      if (!host) throw new Down(refuse('host.unavailable'));
      return (await host.call('office.ask', { subject, params })).result;
    },
    onSignedIn: (hear) => void (signedIn = hear),
    onWrongPins: (hear) => void (wrongPins = hear),
    onPicture: (hear) => void pictureHearers.push(hear),
    onNameWipe: (hear) => void (nameWipe = hear),
    flush,
    tellSight: createSightTell({ ...parts, clock: runtime.clock, calls: () => host }),
  };
}
