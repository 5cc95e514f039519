import { toHex } from '../../contract/encoding/bytes.ts';
import { ZERO_HASH } from '../../contract/encoding/chain.ts';
import type { NewEntry } from '../../contract/entries.ts';
import type { DepartureId, LedgerId, WindowId } from '../../contract/ids.ts';
import { accepted, refuse, refused, type Outcome } from '../../contract/refusals.ts';
import {
  hostMethods,
  type HostEvent,
  type HostEventData,
  type HostInput,
  type HostMethod,
  type HostOutput,
  type WindowState,
} from '../../contract/station-link.ts';
import { cityAddress } from '../citylink/address.ts';
import { cityCa } from '../citylink/city-ca.ts';
import type { StationConfig } from '../../contract/station.ts';
import type { Ledger, StationWindowRow } from '../ledger/types.ts';
import {
  NetworkError,
  type Runtime,
  type StationConnection,
  type StationConnectionEvents,
  type StationNet,
} from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import { checkBatch, unpackBatch, type TakenBatch } from './batch-intake.ts';
import { createCityRelay, type CityRelay } from './city-relay.ts';
import type { Documents } from './documents.ts';
import { enrolWindow, recogniseWindow } from './enrolment.ts';
import { leaseOf, type Grantor } from './grantor.ts';
import { MOST_RECORD_CHARS, MOST_RECORDS } from '../../contract/station-records.ts';
import { createLeaseDesk } from './lease-desk.ts';
import { createPeer, unknownMethod, type Peer } from './peer.ts';
import type { Records } from './records.ts';
import type { LinkAddress } from './role.ts';
import { linkRoomOf, type RoomGrantor } from './room-grantor.ts';
import type { SightBook } from './sight-book.ts';

/** A window as its host sees it now. */
export interface LiveWindow {
  row: StationWindowRow;
  state: WindowState;
  from: string;
  heardAtMs: number;
}

export interface HostParts {
  runtime: Pick<Runtime, 'clock' | 'random' | 'timers' | 'files' | 'network' | 'log'> & {
    stationNet: StationNet;
  };
  ledger: Pick<Ledger, 'station' | 'ledgerId'>;
  vault: Pick<Vault, 'station'>;
  window: WindowId;
  listen: readonly LinkAddress[];
  city: StationConfig['city'];
  /** Batches of other windows that the city has answered are kept so long. */
  keepRelayedMs: number;
  grantor: Grantor;
  /** This host was named in the place of another one. */
  tookOver: () => boolean;
  rooms: RoomGrantor;
  documents: Documents;
  write: (entries: NewEntry[]) => void;
  /** A batch of another window is stored: the station's picture takes it. Called again after a crash for what it may lack. */
  onBatch: (window: WindowId, ledgerId: LedgerId, batch: TakenBatch) => void;
  records: Records;
  sights: SightBook;
  /** A part of this office answers a question of a window's. */
  ask: (subject: string, params: unknown, from: WindowId) => Promise<Outcome<unknown>>;
  /** Something that the status bar or a list of windows shows. */
  onChanged: () => void;
}

/** The station's host: serves the other offices. */
export interface HostServer {
  start(): void;
  stop(): Promise<void>;
  live(): LiveWindow[];
  /** Asks seats of a departure back for this office itself; resolves when some came or nobody answered in time. */
  recall(departureId: DepartureId): Promise<void>;
  recallRoom(departureId: DepartureId): Promise<void>;
  /** The port that each address got, and why one could not be had. */
  listening(): { ports: number[]; trouble: ReturnType<typeof refuse> | undefined };
  tellAll<E extends HostEvent>(event: E, data: HostEventData<E>): void;
  tell<E extends HostEvent>(window: WindowId, event: E, data: HostEventData<E>): void;
  /** Ends the connections of a window: it must say hello again. */
  drop(window: WindowId): void;
}

interface Guest {
  peer: Peer;
  connection: StationConnection;
  row?: StationWindowRow;
  /** A second copy of a window's key: served only the way to the city, so that it can say what it sold. */
  otherCopyOf?: StationWindowRow;
  state?: WindowState;
  heardAtMs: number;
}

/** An address that is taken is tried again after so long. */
const LISTEN_AGAIN_MS = 5_000;
const MOST_GUESTS = 200;
/** What a second copy of a window's key may ask. */
const OF_OTHER_COPY: ReadonlySet<HostMethod> = new Set(['city.request', 'state.tell']);
const CITY_ANSWER_BYTES = 48 * 1024 * 1024;

const lengthOf = (records: readonly { text: string }[]): number =>
  records.reduce((sum, { text }) => sum + text.length, 0);

type Served<M extends HostMethod> = Outcome<{ result: HostOutput<M>; body?: Uint8Array }>;

export function createHostServer(parts: HostParts): HostServer {
  const { runtime, ledger, vault, grantor, rooms, documents, records } = parts;
  const { timers, log, clock } = runtime;
  const guests = new Set<Guest>();
  const servers: { port: number; close(): Promise<void> }[] = [];
  let trouble: ReturnType<typeof refuse> | undefined;
  let isStopped = false;
  let relay: CityRelay | undefined;

  const guestOf = (window: WindowId): Guest | undefined =>
    [...guests].find(({ row }) => row?.window === window);
  const tell: HostServer['tell'] = (window, event, data) => guestOf(window)?.peer.tell(event, data);
  const tellAll: HostServer['tellAll'] = (event, data) => {
    for (const guest of guests) if (guest.row) guest.peer.tell(event, data);
  };

  const welcome = (connection: StationConnection): StationConnectionEvents => {
    const guest: Guest = {
      connection,
      heardAtMs: clock.nowMs(),
      peer: createPeer(timers, {
        onRequest: (method, params, body) => {
          guest.heardAtMs = clock.nowMs();
          return serve(guest, method, params, body);
        },
        onEvent: () => undefined,
        onEnd(why) {
          guests.delete(guest);
          log.info({ window: guest.row?.window, from: connection.from, why }, 'a window left');
          if (!guest.row) return;
          if (!guestOf(guest.row.window)) parts.sights.gone(guest.row.window);
          parts.onChanged();
        },
      }),
    };
    guests.add(guest);
    guest.peer.attach(connection);
    if (guests.size > MOST_GUESTS || isStopped) guest.peer.close();
    return guest.peer.events;
  };

  function serve(guest: Guest, method: string, params: unknown, body: Uint8Array) {
    if (!Object.hasOwn(hostMethods, method)) return unknownMethod(method);
    const name = method as HostMethod;
    const input = hostMethods[name].input.safeParse(params);
    if (!input.success)
      return refused('host.rubbish', { detail: `${name} ${input.error.issues[0]?.path.join('.') ?? ''}` });
    if (name === 'window.enrol') return enrol(guest, input.data as HostInput<'window.enrol'>);
    if (name === 'window.hello') return hello(guest, input.data as HostInput<'window.hello'>);
    const row = guest.row ?? (OF_OTHER_COPY.has(name) ? guest.otherCopyOf : undefined);
    if (!row) return refused('host.notEnrolled');
    const answer = handlers[name] as (
      guest: Guest,
      row: StationWindowRow,
      input: unknown,
      body: Uint8Array,
    ) => Served<HostMethod> | Promise<Served<HostMethod>>;
    return answer(guest, row, input.data, body);
  }

  const leases = createLeaseDesk({
    ledger,
    grantor,
    rooms,
    timers,
    window: parts.window,
    isHere: (window) => guestOf(window) !== undefined,
    isStopped: () => isStopped,
    tell,
  });

  const enrolment = {
    ledger,
    grantor,
    rooms,
    window: parts.window,
    hostKey: vault.station.linkKey,
    nowMs: () => clock.nowMs(),
    tookOver: parts.tookOver,
    write: parts.write,
    takeRecords: records.take,
  };

  function enrol(guest: Guest, input: HostInput<'window.enrol'>): Served<'window.enrol'> {
    const { peerKey, from } = guest.connection;
    const enrolled = enrolWindow(enrolment, peerKey, input);
    if (!enrolled.ok) {
      log.warn({ window: input.window, from, code: enrolled.refusal.code }, 'a window is not enrolled');
      return enrolled;
    }
    log.info({ window: input.window, from }, 'a window enrolled');
    parts.onChanged();
    return accepted({ result: enrolled.value });
  }

  function hello(guest: Guest, input: HostInput<'window.hello'>): Served<'window.hello'> {
    const { peerKey, from } = guest.connection;
    const recognised = recogniseWindow(enrolment, peerKey, input);
    if (!recognised.ok) {
      log.warn({ window: input.window, from, code: recognised.refusal.code }, 'a window is not served');
      return recognised;
    }
    const row = recognised.value;
    if (input.otherCopy) {
      log.error({ window: row.window, from }, 'a second copy of a window is here');
      guest.otherCopyOf = row;
      return accepted({ result: welcomeOf(row) });
    }
    // The same key again: the older connection is a cable that nobody has noticed yet, or a second copy that the chain will show.
    for (const other of guests) if (other !== guest && other.row?.window === row.window) other.peer.close();
    guest.row = row;
    guest.state = input.state;
    parts.sights.came(row.window, row.ledgerId, input.headSeq, input.state);
    log.info({ window: row.window, from }, 'a window is here');
    if (row.state === 'writtenOff') guest.peer.tell('window.writtenOff', { ledgerId: row.ledgerId });
    else if (ledger.station.nameWipe(row.window)?.confirmedAtMs === null) guest.peer.tell('names.wipe', {});
    parts.onChanged();
    return accepted({ result: welcomeOf(row) });
  }

  /** What a window is told at its first word: where its journal stands here, and what is its own. */
  function welcomeOf(row: StationWindowRow): HostOutput<'window.hello'> {
    const known = ledger.station.relayLedger(row.window, row.ledgerId);
    const isOff = row.state !== 'enrolled';
    const given = isOff ? [] : ledger.station.grantsTo(row.window, row.ledgerId);
    const roomGiven = isOff ? [] : ledger.station.roomGrantsTo(row.window, row.ledgerId);
    return {
      host: parts.window,
      sealing: vault.station.sealing,
      relays: relay?.isOn ?? false,
      seq: known?.seq ?? 0,
      hash: toHex(known?.hash ?? ZERO_HASH),
      weekKeys: ledger.station.relayWeeks(row.window, row.ledgerId).map(({ week }) => week),
      leases: given.map(leaseOf),
      rooms: roomGiven.map(linkRoomOf),
      closed: [...new Set([...given, ...roomGiven].map(({ departureId }) => departureId))].filter(
        (departureId) => ledger.station.isClosed(departureId),
      ),
      answers: ledger.station.answersFor(row.window, row.ledgerId, 1_000),
      documents: documents.marks(),
      ledgerId: ledger.ledgerId,
      now: clock.nowMs(),
    };
  }

  const handlers: {
    [M in Exclude<HostMethod, 'window.enrol' | 'window.hello'>]: (
      guest: Guest,
      row: StationWindowRow,
      input: HostInput<M>,
      body: Uint8Array,
    ) => Served<M> | Promise<Served<M>>;
  } = {
    'lease.request': (guest, row, input) => leases.request(row, input, () => guests.has(guest)),
    'lease.return': (_guest, row, input) => leases.takeReturn(row, input),
    'room.request': (guest, row, input) => leases.requestRoom(row, input, () => guests.has(guest)),
    'room.return': (_guest, row, input) => leases.takeRoomReturn(row, input),
    'pools.get': (_guest, _row, { departureIds }) => {
      const counts = ledger.station.poolCounts(departureIds);
      return accepted({
        result: {
          pools: [...counts].map(([departureId, left]) => ({
            departureId: departureId as DepartureId,
            left,
          })),
        },
      });
    },
    'journal.push': (_guest, row, _input, body) => push(row, body),
    'answers.taken': (_guest, row, { ids }) => {
      ledger.station.dropAnswers(row.window, ids);
      return accepted({ result: {} });
    },
    'city.request': (_guest, _row, input, body) => askCity(input, body),
    'document.get': (_guest, _row, { name }) =>
      accepted({ result: { document: documents.get(name) ?? null } }),
    'records.sync': (_guest, row, { after, records: given }) => {
      records.take(given, row.ledgerId);
      return accepted({ result: records.after(after, row.ledgerId) });
    },
    'state.tell': (guest, _row, input) => {
      guest.state = input;
      parts.onChanged();
      return accepted({ result: {} });
    },
    'sight.tell': (_guest, row, input) => {
      parts.sights.tell(row.window, input);
      return accepted({ result: {} });
    },
    // Who was signed off, or went, is asked for its journal alone: names, permits and PINs are the station's.
    'office.ask': async (_guest, row, { subject, params }) => {
      const state = stateOf(row);
      if (state !== 'enrolled') return refused(state === 'retired' ? 'host.retired' : 'window.writtenOff');
      const answer = await parts.ask(subject, params, row.window);
      return answer.ok ? accepted({ result: { result: answer.value } }) : answer;
    },
  };

  /** As it is written down now: two people may have signed the machine off since it said hello. */
  const stateOf = ({ window, ledgerId }: StationWindowRow): StationWindowRow['state'] =>
    ledger.station.windows().find((one) => one.window === window && one.ledgerId === ledgerId)?.state ??
    'writtenOff';

  /** Durable first, then said. What comes twice is answered twice. */
  function push(row: StationWindowRow, gzip: Uint8Array): Served<'journal.push'> {
    const unpacked = unpackBatch(gzip);
    if (!unpacked.ok) return unpacked;
    const { head } = unpacked.value;
    const { window, ledgerId } = head;
    // A window that goes on in a new ledger brings the end of the old one too.
    const owner = ledger.station
      .windows()
      .find((each) => each.window === window && each.ledgerId === ledgerId && each.linkKey === row.linkKey);
    if (window !== row.window || !owner) return refused('city.unknownWindow', { window });
    const known = ledger.station.relayLedger(window, ledgerId) ?? { seq: 0, hash: ZERO_HASH };
    const weeks = (): string[] => ledger.station.relayWeeks(window, ledgerId).map(({ week }) => week);
    if (head.to <= known.seq) return accepted({ result: { seq: known.seq, weekKeys: weeks() } });
    const checked = checkBatch(unpacked.value, owner.signingKey, known);
    if (!checked.ok) {
      log.warn({ window, from: head.from, to: head.to, code: checked.refusal.code }, 'a batch is refused');
      return checked;
    }
    const taken = checked.value;
    // First, because the batch comes again when this fails, and never again once it is stored.
    if (taken.entries.some(({ kind }) => kind === 'window.retired') && owner.state === 'enrolled')
      parts.write([{ kind: 'station.windowRetired', body: { window, ledgerId } }]);
    const weekKeys = taken.weekKeys.filter(({ cityKeyId }) => cityKeyId === vault.station.sealing.keyId);
    ledger.station.keepBatch({
      window,
      ledgerId,
      from: taken.from,
      to: taken.to,
      batch: gzip,
      hash: taken.hash,
      weekKeys,
      tickets: taken.tickets,
      vehicles: taken.vehicles,
      atMs: clock.nowMs(),
    });
    parts.onBatch(window, ledgerId, taken);
    relay?.nudge(window, ledgerId);
    return accepted({ result: { seq: taken.to, weekKeys: weeks() } });
  }

  async function askCity(
    input: HostInput<'city.request'>,
    body: Uint8Array,
  ): Promise<Served<'city.request'>> {
    const address = parts.city && cityAddress(parts.city.url);
    const ca = parts.city && cityCa(runtime.files, parts.city.url, parts.city.ca);
    if (!address?.ok || !ca?.ok) return refused('host.noCity');
    try {
      const answer = await runtime.network.request({
        url: `${address.value}${input.path}`,
        method: 'POST',
        headers: { 'content-type': input.contentType },
        body,
        timeoutMs: input.timeoutMs,
        maxBytes: CITY_ANSWER_BYTES,
        ...(ca.value ? { ca: ca.value.pem } : {}),
      });
      return accepted({ result: { status: answer.status, headers: answer.headers }, body: answer.body });
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      return refused('city.unavailable');
    }
  }

  records.onFresh((fresh, from) => {
    const first = fresh[0];
    const last = fresh.at(-1);
    if (!first || !last) return;
    // Whoever gave them has them; a message too long to be one is asked for.
    const isLong = fresh.length > MOST_RECORDS || lengthOf(fresh) > MOST_RECORD_CHARS;
    const told = isLong ? [] : fresh.map(({ issuer, n, text }) => ({ issuer, n, text }));
    const after = isLong ? last.place : first.place - 1;
    for (const { row, peer } of guests)
      if (row && row.ledgerId !== from) peer.tell('records.new', { after, place: last.place, records: told });
  });

  async function listen(address: LinkAddress): Promise<void> {
    for (;;) {
      try {
        const seed = vault.station.linkSeed;
        const server = await runtime.stationNet.listen({ ...address, seed }, welcome);
        if (isStopped) return await server.close();
        servers.push(server);
        log.info({ host: address.host, port: server.port }, 'serving the station');
        trouble = undefined;
        return parts.onChanged();
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
        trouble = refuse('host.listen', { address: `${address.host}:${address.port}`, detail: error.detail });
        log.error(
          { host: address.host, port: address.port, why: error.detail },
          'the station cannot be served',
        );
        parts.onChanged();
      }
      await new Promise<void>((resolve) => void timers.setTimeout(resolve, LISTEN_AGAIN_MS));
      if (isStopped) return;
    }
  }

  return {
    start() {
      if (parts.city)
        relay = createCityRelay({
          runtime,
          ledger,
          city: parts.city,
          keepMs: parts.keepRelayedMs,
          onAnswer: (window, answer) => tell(window, 'city.answer', answer),
          onRefused: (window, ledgerId, refusal) =>
            tell(window, 'city.refused', { ledgerId, code: refusal.code }),
        });
      for (const address of parts.listen) void listen(address);
    },
    async stop() {
      isStopped = true;
      relay?.stop();
      for (const { peer } of guests) peer.close();
      await Promise.all(servers.map((server) => server.close()));
    },
    live: () =>
      [...guests].flatMap(({ row, state, connection, heardAtMs }) =>
        row && state ? [{ row, state, from: connection.from, heardAtMs }] : [],
      ),
    listening: () => ({ ports: servers.map(({ port }) => port), trouble }),
    recall: leases.recall,
    recallRoom: leases.recallRoom,
    tellAll,
    tell,
    drop(window) {
      for (const guest of guests) if (guest.row?.window === window) guest.peer.close();
    },
  };
}
