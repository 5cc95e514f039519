/** A sheet before it becomes bytes. The layout lives in the contract, because the ticket's picture on screen is the same. */
import type { PrintDocument } from '../../../contract/device.ts';
import { layOutSheet, type SheetPart } from '../../../contract/ticket-layout.ts';

export { fareText, type SheetPart } from '../../../contract/ticket-layout.ts';

export function partsOf(document: PrintDocument, columns: number): SheetPart[] {
  return layOutSheet(document, { columns });
}
