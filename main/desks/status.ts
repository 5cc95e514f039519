import type { DeviceStatus, LinkStatus, OfficeOutput, OfficeStatus } from '../../contract/office.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { DeskContext } from './context.ts';
import { shiftView } from './shifts.ts';

/** The status bar: link, devices, plans, shift, prints. */
export function createStatusDesk(
  context: DeskContext,
  sources: { link: () => LinkStatus; devices: () => DeviceStatus[] },
) {
  const { ledger, runtime } = context;

  function status(): OfficeStatus {
    const nowMs = runtime.clock.nowMs();
    const shift = ledger.openShift();
    return {
      nowMs,
      businessDate: businessDateOf(nowMs),
      link: sources.link(),
      devices: sources.devices(),
      plans: context.plans(),
      feedVersion: context.timetable()?.version ?? 0,
      shift: shift ? shiftView(shift) : null,
      printsToSettle: ledger.unknownPrintCount(),
      uploadsRefused: ledger.uploadState().refusedEntries,
    };
  }

  return {
    status,
    get: (): Outcome<OfficeOutput<'status.get'>> => accepted(status()),
  };
}
