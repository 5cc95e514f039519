import type { DeviceEventOf, SelfTestSheet } from '../../contract/device.ts';
import type { DeviceStatus, OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, refused } from '../../contract/refusals.ts';
import { dateTimeLabel } from '../../domain/print-text.ts';
import { PRINT_REASON_TEXTS } from '../devices/device-texts.ts';
import { charactersOnSheet, profileOfPrinter } from '../devices/printer-font.ts';
import { LedgerWriteError } from '../ledger/types.ts';
import type { DeskContext, Mutation } from './context.ts';
import type { GlyphDesk } from './glyphs.ts';
import { writeOfficeEntries } from './journal.ts';

/** The printers, for a test sheet: any that is ready, not only the one that tickets go to. */
export interface TestPrinterPort {
  statuses(): DeviceStatus[];
  print(job: { jobId: string; deviceId: string; document: SelfTestSheet }): void;
}

/**
 * Test sheets of a printer. Each takes a piece of ticket paper, so each is in the journal before its first byte goes out and once more
 * with its outcome; what the office's end cut off in between counts as used paper. Nothing is ever printed again by itself.
 */
export function createTestSheets(context: DeskContext, printers: TestPrinterPort, glyphs: GlyphDesk) {
  const { runtime } = context;
  const onTheirWay = new Set<string>();

  const testSheet: Mutation<OfficeInput<'printer.testSheet'>, OfficeOutput<'printer.testSheet'>> = {
    decide({ deviceId }, _caller, nowMs) {
      const printer = printers
        .statuses()
        .find((status) => status.kind === 'printer' && status.deviceId === deviceId);
      if (!printer) return refused('print.noSuchPrinter', {}, 'deviceId');
      if (printer.state !== 'ready')
        return refused('print.printerNotReady', { detail: printer.text }, 'deviceId');
      const sheetId = runtime.random.id();
      return accepted({
        entries: [
          { kind: 'printer.tested' as const, body: { sheetId, deviceId, outcome: 'sending' as const } },
        ],
        afterwards() {
          onTheirWay.add(sheetId);
          const document: SelfTestSheet = { kind: 'selfTest', printedAt: dateTimeLabel(nowMs) };
          const profile = profileOfPrinter(context.config.devices, deviceId);
          // A font is shown as it is; a printer that has none would show nothing but 〓.
          const wanted = profile.font === 'raster' ? charactersOnSheet(profile, document) : [];
          glyphs.wait(wanted, () => {
            printers.print({ jobId: sheetId, deviceId, document: glyphs.onSheet(document, wanted) });
          });
        },
      });
    },
    answer(entries) {
      const entry = entries.find((each) => each.kind === 'printer.tested');
      if (entry?.kind !== 'printer.tested') throw new Error('a test sheet without its entry');
      const { sheetId, deviceId } = entry.body;
      return { sheetId, deviceId };
    },
  };

  return {
    testSheet,
    /** True when the sheet was one of these. */
    finished({ jobId, deviceId, outcome, reason }: DeviceEventOf<'print.finished'>): boolean {
      if (!onTheirWay.delete(jobId)) return false;
      const body = { sheetId: jobId, deviceId, outcome, ...(reason === undefined ? {} : { reason }) };
      try {
        writeOfficeEntries(context, [{ kind: 'printer.tested', body }]);
      } catch (error) {
        // The sheet is in the journal already and counts as used paper; only how it came out is lost.
        if (!(error instanceof LedgerWriteError)) throw error;
        runtime.log.error({ code: error.message }, 'disk failed after a test sheet');
      }
      context.emit('printer.tested', {
        sheetId: jobId,
        deviceId,
        outcome,
        ...(reason === undefined ? {} : { reason: PRINT_REASON_TEXTS[reason] }),
      });
      context.changed();
      return true;
    },
  };
}
