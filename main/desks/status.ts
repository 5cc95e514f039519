import type {
  DeviceStatus,
  FencedView,
  LinkStatus,
  OfficeOutput,
  OfficeStatus,
  StationLinkStatus,
  SuccessionView,
} from '../../contract/office.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { DeskContext } from './context.ts';
import { shiftView } from './shifts.ts';

/** The status bar: link, devices, plans, shift, prints. */
export function createStatusDesk(
  context: DeskContext,
  sources: {
    link: () => LinkStatus;
    station: () => StationLinkStatus;
    devices: () => DeviceStatus[];
    inForce: () => NonNullable<OfficeStatus['inForce']>;
    succession: () => SuccessionView | undefined;
    fenced: () => FencedView | undefined;
    doubled: () => number;
    /** Why the day's copy of the ledger is owed. */
    backup: () => OfficeStatus['backup'];
  },
) {
  const { ledger, runtime } = context;

  function status(): OfficeStatus {
    const nowMs = runtime.clock.nowMs();
    const shift = ledger.openShift();
    const succession = sources.succession();
    const fenced = sources.fenced();
    const inForce = sources.inForce();
    const backup = sources.backup();
    return {
      nowMs,
      businessDate: businessDateOf(nowMs),
      link: sources.link(),
      station: sources.station(),
      devices: sources.devices(),
      plans: context.plans(),
      ...(inForce.length > 0 ? { inForce } : {}),
      feedVersion: context.timetable()?.version ?? 0,
      shift: shift ? shiftView(shift) : null,
      printsToSettle: ledger.unknownPrintCount(),
      uploadsRefused: ledger.uploadState().refusedEntries,
      doubled: sources.doubled(),
      ...(succession ? { succession } : {}),
      ...(fenced ? { fenced } : {}),
      ...(backup ? { backup } : {}),
    };
  }

  return {
    status,
    get: (): Outcome<OfficeOutput<'status.get'>> => accepted(status()),
  };
}
