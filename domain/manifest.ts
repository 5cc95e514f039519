import type { BoardingCounts } from '../contract/entries/gate.ts';
import type { EntryBody } from '../contract/entries.ts';
import type { DepartureId, TicketNumber } from '../contract/ids.ts';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../contract/refusals.ts';
import { categoryOf, type BoardingTicket, type Category } from './boarding.ts';
import { localTimeOf } from './time.ts';

/** One passenger or vehicle of the list, without a name. */
export interface ManifestRow {
  readonly ticketNumber: TicketNumber;
  readonly ticketClass: string;
  /** Null where seats are free. */
  readonly seatNumber: number | null;
  /** Identity digest of the ticket's entry, hex; null when its entry has none. */
  readonly digest: string | null;
  readonly category: Category;
  /** The stop on the way where the holder gets off; absent = the end of the line. */
  readonly toStop?: string;
  /** Not checked in full: let in by the list, or before the check. */
  readonly eased?: 'list' | 'deferred';
}

/** The text whose SHA-256 freezes a list: rows by ticket number, nothing personal. Given to JCS by the caller. */
export function manifestToHash(departureId: DepartureId, rows: readonly ManifestRow[]): unknown {
  const sorted = rows.toSorted((a, b) => (a.ticketNumber < b.ticketNumber ? -1 : 1));
  return {
    purpose: 'so.manifest.1',
    departureId,
    rows: sorted.map(({ ticketNumber, ticketClass, seatNumber, digest, category, toStop, eased }) => ({
      ticketNumber,
      ticketClass,
      seatNumber,
      digest,
      category,
      ...(toStop === undefined ? {} : { toStop }),
      ...(eased === undefined ? {} : { eased }),
    })),
  };
}

/** Heads by category. */
export function countsOf(categories: readonly Category[]): BoardingCounts {
  const of = (wanted: Category): number => categories.filter((category) => category === wanted).length;
  const [adults, children, free, infants, vehicles] = (
    ['adult', 'child', 'free', 'infant', 'vehicle'] as const
  ).map(of) as [number, number, number, number, number];
  return { heads: adults + children + free + infants, adults, children, free, infants, vehicles };
}

/** Tickets that hold and are not aboard, in the order given. */
export function missingOf<T extends Pick<BoardingTicket, 'state' | 'aboard'>>(tickets: readonly T[]): T[] {
  return tickets.filter(({ state, aboard }) => state === 'sold' && !aboard);
}

/** A row of a list, with its category as of the travel date. */
export function manifestRow(
  ticket: Pick<BoardingTicket, 'ticketNumber' | 'ticketClass' | 'heads'> & { seatNumber: number | null },
  digest: string | undefined,
  ageYears: number | null,
  infantBelowAgeYears: number,
  toStop?: string,
  eased?: ManifestRow['eased'],
): ManifestRow {
  return {
    ticketNumber: ticket.ticketNumber,
    ticketClass: ticket.ticketClass,
    seatNumber: ticket.seatNumber,
    digest: digest ?? null,
    category: categoryOf(ticket, ageYears, infantBelowAgeYears),
    ...(toStop === undefined ? {} : { toStop }),
    ...(eased === undefined ? {} : { eased }),
  };
}

/**
 * What stands in the way of closing a gate (ticketing rules 2.6.8): it is not open, or the departure is still being sold, so
 * that the list could be wrong the moment it is frozen. `stopOfSaleAtMs` is when its sale ends by itself.
 */
export function obstacleToClosing(
  state: 'none' | 'open' | 'closed',
  sale: { readonly isSelling: boolean; readonly stopOfSaleAtMs: number },
): Refusal | undefined {
  if (state === 'none') return refuse('gate.notOpen');
  if (state === 'closed') return refuse('gate.closedAlready');
  if (sale.isSelling) return refuse('gate.stillSelling', { time: localTimeOf(sale.stopOfSaleAtMs) });
  return undefined;
}

/**
 * Head count after sailing against the list (ticketing rules 1.1.9, 2.6.8). A difference needs a reason; the list itself
 * is not changed, the count stands beside it.
 */
export function decideReconciliation(
  manifest: EntryBody<'manifest.frozen'> | null,
  state: 'none' | 'open' | 'closed',
  command: { departureId: DepartureId; counted: number; reason?: string; clerkNumber: string },
): Outcome<EntryBody<'sailing.reconciled'>> {
  if (!manifest || state !== 'closed') return refused('sailing.notClosed');
  const boarded = manifest.counts.heads;
  const difference = command.counted - boarded;
  const reason = command.reason?.trim() ?? '';
  if (difference !== 0 && reason === '') {
    const amount = difference > 0 ? `多 ${difference}` : `少 ${-difference}`;
    return refused('sailing.reasonMissing', { counted: command.counted, boarded, amount }, 'reason');
  }
  const { departureId, counted, clerkNumber } = command;
  return accepted({
    departureId,
    counted,
    boarded,
    difference,
    ...(reason === '' ? {} : { reason }),
    clerkNumber,
  });
}
