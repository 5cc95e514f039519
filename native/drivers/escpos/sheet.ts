/** A sheet before it becomes bytes. The layout lives in the contract, because the ticket's picture on screen is the same. */
import type { PrintDocument, PrinterProfile } from '../../../contract/device.ts';
import { columnsOf } from '../../../contract/printer-profiles.ts';
import { layOutSheet, type SheetPart } from '../../../contract/ticket-layout.ts';

export { fareText, type SheetPart } from '../../../contract/ticket-layout.ts';

export function partsOf(
  document: PrintDocument,
  profile: Pick<PrinterProfile, 'paperWidthMm' | 'font'>,
): SheetPart[] {
  return layOutSheet(document, { columns: columnsOf(profile), font: profile.font });
}
