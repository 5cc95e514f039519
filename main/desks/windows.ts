import type { OfficeOutput, StationWindowView } from '../../contract/office.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import { businessDateOf } from '../../domain/time.ts';
import { roomFigures, unsoldRoom } from '../../domain/vehicles/room.ts';
import type { DeskContext } from './context.ts';

/** Windows and their state: this one from its own ledger, the others from what the host hears, where this office is the host. */
export function createWindowsDesk(
  context: DeskContext,
  sources: {
    isDraining: () => boolean;
    isRetired: () => boolean;
    /** Refused where this office is no host. */
    others: () => Outcome<{ windows: StationWindowView[] }>;
  },
) {
  const { ledger, runtime, station, sessions, window } = context;

  function own(nowMs: number): StationWindowView {
    const upload = ledger.uploadState();
    const leases = ledger.unsoldLeases(businessDateOf(nowMs));
    return {
      window,
      ledgerId: ledger.ledgerId,
      ordinal: ledger.ordinal,
      state: sources.isRetired() ? 'retired' : 'enrolled',
      connected: true,
      heardAt: nowMs,
      signedIn: sessions.people().map(({ number }) => number),
      shiftClerk: ledger.openShift()?.clerkNumber ?? null,
      draining: sources.isDraining(),
      program: context.program,
      backlog: upload.backlogEntries,
      seq: ledger.head().seq,
      citySeq: upload.ackSeq,
      unsold: leases.reduce((sum, { heads }) => sum + heads.total - heads.sold, 0),
      ...roomFigures(ledger.vehicleLeasesFrom(businessDateOf(nowMs)).map((lease) => unsoldRoom(lease))),
      // A window of a host is told with the picture; its page does not know.
      mayGate: station.kind === 'window' ? null : true,
      namesWiped: null,
    };
  }

  return {
    'windows.list'(): Outcome<OfficeOutput<'windows.list'>> {
      const at = runtime.clock.nowMs();
      const others = sources.others();
      return accepted({
        role: station.kind,
        at,
        windows: [
          { ...own(at), here: true },
          ...(others.ok ? others.value.windows : [])
            .filter((one) => one.window !== window)
            .map((one) => ({ ...one, here: false })),
        ],
      });
    },
  };
}
