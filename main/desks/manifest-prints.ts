import { type DeviceEventOf, type ListSheet } from '../../contract/device.ts';
import type { DepartureId } from '../../contract/ids.ts';
import type { ManifestPage, OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { PRINT_REASON_TEXTS } from '../devices/device-texts.ts';
import { charactersOnSheet, profileOfPrinter } from '../devices/printer-font.ts';
import type { Caller, DeskContext } from './context.ts';
import type { GlyphDesk } from './glyphs.ts';
import { CATEGORY_WORDS, countsLine, EXPECTED_WORDS, titleOf } from './manifest-files.ts';
import type { Manifests } from './manifests.ts';
import type { PrinterPort } from './prints.ts';

/** The printer, for a sheet that is no ticket. */
export interface ListPrinterPort {
  readyPrinter: PrinterPort['readyPrinter'];
  print(job: { jobId: string; deviceId: string; document: ListSheet }): void;
}

/**
 * Passenger lists on the receipt printer. A list is no ticket: it may be printed again at will, so its outcome is told and
 * not kept; that a copy left is in the journal.
 */
export function createManifestPrints(
  context: DeskContext,
  manifests: Manifests,
  printer: ListPrinterPort,
  glyphs: GlyphDesk,
) {
  const { config, runtime } = context;
  const onTheirWay = new Map<string, DepartureId>();

  return {
    print(input: OfficeInput<'gate.print'>, caller: Caller): Outcome<OfficeOutput<'gate.print'>> {
      const deviceId = printer.readyPrinter();
      if (deviceId === undefined) return refused('manifest.noPrinter');
      const page = manifests.copyFor('receipt', input, caller);
      if (!page.ok) return page;
      const sheet = listSheetOf(page.value);
      const jobId = `list-${runtime.random.id()}`;
      onTheirWay.set(jobId, input.departureId);
      const wanted = charactersOnSheet(profileOfPrinter(config.devices, deviceId), sheet);
      glyphs.wait(wanted, () => {
        printer.print({ jobId, deviceId, document: glyphs.onSheet(sheet, wanted) });
      });
      return accepted({ jobId });
    },

    /** True when the sheet was one of these. */
    finished({ jobId, outcome, reason }: DeviceEventOf<'print.finished'>): boolean {
      const departureId = onTheirWay.get(jobId);
      if (departureId === undefined) return false;
      onTheirWay.delete(jobId);
      context.emit('gate.printed', {
        jobId,
        departureId,
        outcome,
        ...(reason === undefined ? {} : { reason: PRINT_REASON_TEXTS[reason] }),
      });
      return true;
    },
  };
}

/** The list as it stands on receipt paper. */
export function listSheetOf(page: ManifestPage): ListSheet {
  const { lineName, date, departLocal, vesselName, version, hash, madeAt, clerkNumber } = page;
  return {
    kind: 'list',
    title: titleOf(page),
    fields: [
      { label: '车站', value: page.stationName },
      { label: '班次', value: `${lineName} ${date} ${departLocal}` },
      { label: '船(车)', value: vesselName },
      { label: '人数', value: countsLine(page) },
    ],
    rows: page.rows.map(
      ({ n, name, masked, ticketClass, seat, to, toStop, category, check }) =>
        `${String(n).padStart(3, ' ')} ${name} ${masked} ${ticketClass} ${seat}${toStop ? ` 到${to}` : ''}${category === 'infant' ? ` ${CATEGORY_WORDS.infant}` : ''}${check && ` ${check}`}`,
    ),
    foot: [
      page.expected ? EXPECTED_WORDS : `第 ${version} 版 ${hash.slice(0, 16)}`,
      `${madeAt} 工号 ${clerkNumber}`,
      '实有人数:________ 签字:________',
    ],
  };
}
