import { setView } from '../../state/store.ts';

/** Opens the clerk's page after the sale, for a ticket when one is named. */
export function openAfterSale(ticketNumber: string | null = null): void {
  setView({ screen: 'afterSale', afterSale: ticketNumber, filtering: false, scanned: null });
}
