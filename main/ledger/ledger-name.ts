import type { EntryBody } from '../../contract/entries.ts';
import type { LedgerId, WindowId } from '../../contract/ids.ts';

/** Who a ledger is, as its opening entry says. */
export interface LedgerName {
  readonly ledgerId: LedgerId;
  readonly window: WindowId;
  readonly ordinal: number;
  /** Four digits that all its ticket numbers begin with: the city knows them as this station's. */
  readonly stationCode: string;
  /** When and what this ledger was made after one that was left behind; null for a first one. */
  readonly succession: (NonNullable<EntryBody<'ledger.opened'>['succession']> & { atMs: number }) | null;
}
