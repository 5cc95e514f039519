import type { DayTotals } from '../../contract/city.ts';
import type { BusinessDate } from '../../contract/ids.ts';
import type { UploadEntry } from './types.ts';

/** Control totals by business date. */
export type TotalsByDate = Map<BusinessDate, DayTotals>;

interface Counted {
  kind: string;
  businessDate: BusinessDate;
  identity?: unknown;
  body: { fareFen?: unknown };
}

/**
 * Counts entries into the totals of their dates, from their very texts and not from a projection: what is compared with the
 * city is the journal itself. Each entry must be given once, in order.
 */
export function countEntries(
  totals: TotalsByDate,
  entries: readonly Pick<UploadEntry, 'seq' | 'canonical'>[],
): void {
  for (const { seq, canonical } of entries) {
    const { kind, businessDate, identity, body } = JSON.parse(canonical) as Counted;
    const day = totals.get(businessDate) ?? {
      businessDate,
      tickets: 0,
      fen: 0,
      identities: 0,
      entries: 0,
      firstSeq: seq,
      lastSeq: seq,
    };
    day.entries += 1;
    day.lastSeq = seq;
    if (identity !== undefined) day.identities += 1;
    if (kind === 'ticket.sold' || kind === 'vehicle.sold') {
      day.tickets += 1;
      if (typeof body.fareFen === 'number') day.fen += body.fareFen;
    }
    totals.set(businessDate, day);
  }
}
