import type { OfficeInput, OfficeOutput, RetirementView, StationWindowView } from '../../contract/office.ts';
import type { WindowId } from '../../contract/ids.ts';
import { mayCall } from '../../contract/permissions.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { StationWindowRow } from '../ledger/types.ts';
import { codeHash, freshCode, STATION_CODE_LIFE_MS } from '../station/enrolment.ts';
import { seatCount } from '../../domain/lease-pool.ts';
import type { Retirement } from '../station/retirement.ts';
import { roomFigures } from '../../domain/vehicles/room.ts';
import { unsoldOfRoomGrant } from '../station/room-grantor.ts';
import { writeOffEntries } from '../station/write-off.ts';
import { mayThaw } from '../station/thaw.ts';
import type { Caller, DeskContext, Mutation } from './context.ts';
import { writeOfficeEntries } from './journal.ts';
import { knownMachines } from './losses.ts';

/** Windows of the station and their host, for people. */
export function createStationDesk(context: DeskContext, retirement: Retirement) {
  const { ledger, runtime, station, vault, config } = context;

  const windowId = (number: number): WindowId =>
    `${config.station.id}/${String(number).padStart(2, '0')}` as WindowId;

  function view(row: StationWindowRow): StationWindowView {
    const live = station.server?.live().find((each) => each.row.ledgerId === row.ledgerId);
    const known = ledger.station.relayLedger(row.window, row.ledgerId);
    const given = ledger.station.grantsTo(row.window, row.ledgerId);
    let unsold = 0;
    for (const { leaseId, count } of given)
      unsold += Math.max(0, count - ledger.station.relayTicketsOfLease(leaseId).length);
    return {
      window: row.window,
      ledgerId: row.ledgerId,
      ordinal: row.ordinal,
      state: row.state,
      connected: live !== undefined,
      heardAt: live?.heardAtMs ?? known?.heardAtMs ?? null,
      signedIn: live?.state.signedIn ?? [],
      shiftClerk: live?.state.shiftClerk ?? null,
      draining: live?.state.draining ?? false,
      program: live?.state.program ?? '',
      backlog: live?.state.backlog ?? 0,
      seq: known?.seq ?? 0,
      citySeq: known?.citySeq ?? 0,
      unsold,
      ...unsoldRoomOf(row),
      mayGate: ledger.station.mayGate(row.window),
      namesWiped: row.state === 'enrolled' ? wipeOf(row.window) : null,
    };
  }

  function wipeOf(window: WindowId): StationWindowView['namesWiped'] {
    const wipe = ledger.station.nameWipe(window);
    return wipe ? { orderedAt: wipe.orderedAtMs, confirmedAt: wipe.confirmedAtMs } : null;
  }

  /** Room for vehicles in its hands that no vehicle known here took. */
  function unsoldRoomOf({ window, ledgerId }: StationWindowRow) {
    const rooms = ledger.station
      .roomGrantsTo(window, ledgerId)
      .flatMap((grant) => unsoldOfRoomGrant(grant, ledger.station.relayVehiclesOfLease(grant.leaseId)) ?? []);
    return roomFigures(rooms);
  }

  function relayView(): OfficeOutput<'station.info'>['relay'] {
    const { batches, bytes, oldestAtMs, waiting } = ledger.station.relayState();
    return { batches, bytes, oldestAt: oldestAtMs, waiting };
  }

  /** A window that holds seats of a host before this one, or that host itself, and never enrolled here. */
  const holderOf = (window: WindowId) => {
    const held = ledger.station.heldSeats().find((one) => one.window === window);
    return held && { window, ledgerId: held.ledgerId, state: 'enrolled' as const };
  };

  const isReadBack = (ledgerId: string): boolean =>
    ledger.station.lostLedgers().some((one) => one.ledgerId === ledgerId);

  const writeOff: Mutation<OfficeInput<'station.writeOff'>, OfficeOutput<'station.writeOff'>> = {
    decide(input, { countersignedBy }) {
      if (!station.server) return refused('host.notHost');
      const window = windowId(input.window);
      const enrolled = ledger.station.windows().findLast((one) => one.window === window);
      const row = enrolled ?? holderOf(window);
      if (row && !enrolled && input.unsoldProven && !isReadBack(row.ledgerId))
        return refused('host.unsoldUnread', { window: input.window }, 'unsoldProven');
      const entries = writeOffEntries(ledger, row, input, countersignedBy);
      if (!entries.ok) return entries;
      return accepted({
        entries: entries.value,
        afterwards: () => {
          if (row) station.server?.tell(window, 'window.writtenOff', { ledgerId: row.ledgerId });
          for (const { kind, body } of entries.value)
            if (kind === 'lease.writtenOff') station.grantor?.moved(body.departureId);
            else if (kind === 'vehicleLease.writtenOff') station.rooms?.moved(body.departureId);
        },
      });
    },
    answer(entries) {
      const ends = entries.flatMap((entry) => (entry.kind === 'lease.writtenOff' ? [entry.body] : []));
      const freed = ends.reduce((sum, body) => sum + (body.freed ? seatCount(body.freed) : 0), 0);
      return { leases: ends.length, freed };
    },
  };

  const thaw: Mutation<OfficeInput<'station.thaw'>, OfficeOutput<'station.thaw'>> = {
    decide({ reason, diskGone = [] }, { countersignedBy }) {
      if (!station.server) return refused('host.notHost');
      if (station.frozenThrough() === null) return refused('host.nothingFrozen');
      const machines = knownMachines(context);
      const gone = [...new Set(diskGone.map(windowId))];
      const may = mayThaw(machines, gone);
      if (!may.ok) return may;
      const windows = [...new Set(ledger.station.windows().map((row) => row.window))];
      const signed = countersignedBy === undefined ? {} : { countersignedBy };
      const readBack = [...new Set(machines.lost.map(({ window }) => window))];
      const known = { windows, readBack, ...(gone.length > 0 ? { diskGone: gone } : {}) };
      return accepted({ entries: [{ kind: 'host.thawed' as const, body: { ...known, reason, ...signed } }] });
    },
    answer(entries) {
      const thawed = entries.find((entry) => entry.kind === 'host.thawed');
      return { windows: thawed?.kind === 'host.thawed' ? thawed.body.windows.length : 0 };
    },
  };

  function retirementView(): RetirementView {
    const isRetired = retirement.isRetired();
    const state = isRetired
      ? retirement.isWiped()
        ? 'wiped'
        : 'retired'
      : retirement.isDraining()
        ? 'draining'
        : 'open';
    return {
      state,
      blockedBy: isRetired ? null : (retirement.blockedBy() ?? null),
      nextOrdinal: ledger.ordinal + 1,
    };
  }

  const drain: Mutation<OfficeInput<'window.retire'>, RetirementView> = {
    decide({ reason }, caller) {
      if (retirement.isRetired()) return refused('window.retired');
      if (retirement.isDraining()) return refused('window.draining');
      const body = { clerkNumber: caller.person?.number ?? '', reason };
      return accepted({
        entries: [{ kind: 'window.draining' as const, body }],
        afterwards: () => station.member?.giveBackAll(),
      });
    },
    answer: retirementView,
  };
  const stopDrain: Mutation<OfficeInput<'window.retire'>, RetirementView> = {
    decide({ reason }, caller) {
      if (retirement.isRetired()) return refused('window.retired');
      if (!retirement.isDraining()) return refused('window.notDraining');
      const body = { clerkNumber: caller.person?.number ?? '', reason };
      return accepted({ entries: [{ kind: 'window.drainStopped' as const, body }] });
    },
    answer: retirementView,
  };
  const retire: Mutation<OfficeInput<'window.retire'>, RetirementView> = {
    decide({ reason }, caller) {
      if (retirement.isRetired()) return refused('window.retired');
      if (!retirement.isDraining()) return refused('window.notDraining');
      const detail = retirement.blockedBy();
      if (detail !== undefined) return refused('window.retireBlocked', { detail });
      const body = { clerkNumber: caller.person?.number ?? '', nextOrdinal: ledger.ordinal + 1, reason };
      return accepted({ entries: [{ kind: 'window.retired' as const, body }] });
    },
    answer: retirementView,
  };

  return {
    'station.info'(): Outcome<OfficeOutput<'station.info'>> {
      return accepted({
        role: station.kind,
        link: station.status(),
        linkKey: vault.station.linkKey,
        ports: station.server?.listening().ports ?? [],
        frozenThrough: station.kind === 'host' ? station.frozenThrough() : null,
        relay: station.kind === 'host' ? relayView() : null,
      });
    },

    'station.windows'(): Outcome<OfficeOutput<'station.windows'>> {
      if (!station.server) return refused('host.notHost');
      const newest = new Map<string, StationWindowRow>();
      for (const row of ledger.station.windows()) newest.set(row.window, row);
      const rows = [...newest.values()].toSorted((a, b) => (a.window < b.window ? -1 : 1));
      return accepted({ windows: rows.map((row) => view(row)) });
    },

    /** The code itself is shown once and never written down. */
    'station.code'(
      input: OfficeInput<'station.code'>,
      caller: Caller,
    ): Outcome<OfficeOutput<'station.code'>> {
      if (!station.server) return refused('host.notHost');
      const window = windowId(input.window);
      if (window === context.window) return refused('host.otherStation', { window }, 'window');
      // Whoever may give codes may not therefore give names: that right is as its own method has it.
      const changes = input.gate !== undefined && input.gate !== ledger.station.mayGate(window);
      if (changes && !mayCall('station.gateRight', caller.person?.roles ?? null))
        return refused('access.role', {}, 'gate');
      const code = freshCode(runtime.random);
      const expiresAt = runtime.clock.nowMs() + STATION_CODE_LIFE_MS;
      const why = input.reason === undefined ? {} : { reason: input.reason };
      const body = { window, codeHash: codeHash(code), expiresAt, ...why };
      const right =
        !changes || input.gate === undefined
          ? []
          : [{ kind: 'window.gateRightSet' as const, body: { window, allowed: input.gate, ...why } }];
      writeOfficeEntries(context, [{ kind: 'station.codeIssued', body }, ...right], caller.person?.number);
      return accepted({ code, window, expiresAt });
    },

    'station.recall'(
      { departureId, reason }: OfficeInput<'station.recall'>,
      caller: Caller,
    ): Outcome<OfficeOutput<'station.recall'>> {
      const { server, grantor } = station;
      if (!server || !grantor) return refused('host.notHost');
      const grants = [...ledger.station.grantsOf(departureId), ...ledger.station.roomGrantsOf(departureId)];
      const holders = new Set(grants.map(({ holder }) => holder));
      const live = server.live().filter(({ row }) => holders.has(row.window));
      const body = { departureId, asked: live.length, reason };
      writeOfficeEntries(context, [{ kind: 'lease.recallAsked', body }], caller.person?.number);
      for (const { row } of live) {
        server.tell(row.window, 'lease.recall', { departureId, all: true });
        server.tell(row.window, 'room.recall', { departureId, all: true });
      }
      return accepted({ asked: live.length, left: grantor.leftOf(departureId) });
    },

    'station.conflicts'(): Outcome<OfficeOutput<'station.conflicts'>> {
      if (!station.server) return refused('host.notHost');
      return accepted({ seats: ledger.station.seatConflicts() });
    },
    'station.writeOff': writeOff,
    'station.thaw': thaw,
    'window.drain': drain,
    'window.stopDrain': stopDrain,
    'window.retire': retire,
    'window.retirement': (): Outcome<RetirementView> => accepted(retirementView()),
  };
}
