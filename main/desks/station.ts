import type { OfficeInput, OfficeOutput, StationWindowView } from '../../contract/office.ts';
import type { WindowId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { StationWindowRow } from '../ledger/types.ts';
import { codeHash, freshCode, STATION_CODE_LIFE_MS } from '../station/enrolment.ts';
import type { Caller, DeskContext } from './context.ts';
import { writeOfficeEntries } from './journal.ts';

/** Windows of the station and their host, for people. */
export function createStationDesk(context: DeskContext) {
  const { ledger, runtime, station, vault, config } = context;

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
    };
  }

  return {
    'station.info'(): Outcome<OfficeOutput<'station.info'>> {
      return accepted({
        role: station.kind,
        link: station.status(),
        linkKey: vault.station.linkKey,
        ports: station.server?.listening().ports ?? [],
        frozenThrough: station.kind === 'host' ? station.frozenThrough() : null,
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
      const window = `${config.station.id}/${String(input.window).padStart(2, '0')}` as WindowId;
      if (window === context.window) return refused('host.otherStation', { window }, 'window');
      const code = freshCode(runtime.random);
      const expiresAt = runtime.clock.nowMs() + STATION_CODE_LIFE_MS;
      const body = { window, codeHash: codeHash(code), expiresAt };
      writeOfficeEntries(context, [{ kind: 'station.codeIssued', body }], caller.person?.number);
      return accepted({ code, window, expiresAt });
    },

    'station.recall'({
      departureId,
    }: OfficeInput<'station.recall'>): Outcome<OfficeOutput<'station.recall'>> {
      const { server, grantor } = station;
      if (!server || !grantor) return refused('host.notHost');
      const holders = new Set(ledger.station.grantsOf(departureId).map(({ holder }) => holder));
      const live = server.live().filter(({ row }) => holders.has(row.window));
      for (const { row } of live) server.tell(row.window, 'lease.recall', { departureId, all: true });
      return accepted({ asked: live.length, left: grantor.leftOf(departureId) });
    },

    'station.conflicts'(): Outcome<OfficeOutput<'station.conflicts'>> {
      if (!station.server) return refused('host.notHost');
      return accepted({ seats: ledger.station.seatConflicts() });
    },
  };
}
