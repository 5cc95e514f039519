import type { Channel, DepartureState } from '../../contract/contingency.ts';
import type { DepartureFacts } from './facts.ts';
import type { RuleBook, Rules } from './rules.ts';

/** One ticket sold, as a preview counts it. */
export interface PreviewTicket {
  readonly departureId: string;
  readonly subject: 'passenger' | 'vehicle';
  readonly fareFen: number;
  /** Heads that it counts in the licence; 0 for a vehicle. */
  readonly heads: number;
  readonly channel: Channel;
  /** Refunded, void and boarded tickets are not given here. */
  readonly soldAt: number;
}

export interface PreviewDeparture {
  readonly facts: DepartureFacts;
  /** Places left in all hands; null = not known. */
  readonly seatsLeft: number | null;
}

export interface PreviewRow {
  readonly departureId: string;
  readonly before: DepartureState;
  readonly after: DepartureState;
  /** Whether passengers can be sold to, after. */
  readonly sold: boolean;
  readonly tickets: number;
  readonly passengers: number;
  readonly vehicles: number;
  /** Tickets that came through another channel than a window. */
  readonly elsewhere: number;
  /** Fares of the tickets that could be given back free because of the change. */
  readonly refundableFen: number;
  /** Next departure of the line that day that is sold and has places, after; null = none. */
  readonly instead: { readonly departureId: string; readonly seatsLeft: number } | null;
}

export interface Preview {
  /** Departures for which anything changes, by time. */
  readonly rows: readonly PreviewRow[];
  readonly departures: number;
  readonly byState: Readonly<Partial<Record<DepartureState, number>>>;
  readonly tickets: number;
  readonly passengers: number;
  readonly vehicles: number;
  readonly refundableFen: number;
}

/**
 * What a switch would do, before anybody confirms it: `before` and `after` are the rule books without and with the record in
 * question, so a start, an end and a state change are shown alike. Pure and without effect; money is integer fen.
 */
export function preview(
  before: RuleBook,
  after: RuleBook,
  departures: readonly PreviewDeparture[],
  tickets: readonly PreviewTicket[],
  window: string,
  nowMs: number,
): Preview {
  const sold = new Map<string, PreviewTicket[]>();
  for (const ticket of tickets) {
    const there = sold.get(ticket.departureId);
    if (there) there.push(ticket);
    else sold.set(ticket.departureId, [ticket]);
  }
  const seen = departures
    .filter(({ facts }) => (facts.leftAt ?? facts.departAt) > nowMs)
    .map(({ facts, seatsLeft }) => {
      const context = { window, channel: 'window' as const, departure: facts };
      return {
        facts,
        seatsLeft,
        old: before.rulesFor(context, nowMs),
        fresh: after.rulesFor(context, nowMs),
      };
    })
    .toSorted((a, b) => a.facts.departAt - b.facts.departAt);
  const rows: PreviewRow[] = [];
  for (const { facts, old, fresh } of seen) {
    const gains = {
      passenger: gainedBy(old, fresh, facts, 'passenger', nowMs),
      vehicle: gainedBy(old, fresh, facts, 'vehicle', nowMs),
    };
    if (!differs(old, fresh) && !gains.passenger && !gains.vehicle) continue;
    const row = { tickets: 0, passengers: 0, vehicles: 0, elsewhere: 0, refundableFen: 0 };
    for (const ticket of sold.get(facts.departureId) ?? []) {
      row.tickets += 1;
      row.passengers += ticket.heads;
      if (ticket.subject === 'vehicle') row.vehicles += 1;
      if (ticket.channel !== 'window') row.elsewhere += 1;
      if (gains[ticket.subject]) row.refundableFen += ticket.fareFen;
    }
    const other = seen.find(
      (each) =>
        each.facts.lineId === facts.lineId &&
        each.facts.date === facts.date &&
        each.facts.departAt > facts.departAt &&
        canBeSold(each.fresh) &&
        (each.seatsLeft ?? 0) > 0,
    );
    rows.push({
      departureId: facts.departureId,
      before: old.state,
      after: fresh.state,
      sold: canBeSold(fresh),
      ...row,
      instead: other ? { departureId: other.facts.departureId, seatsLeft: other.seatsLeft ?? 0 } : null,
    });
  }
  const byState: Partial<Record<DepartureState, number>> = {};
  for (const { after: state } of rows) byState[state] = (byState[state] ?? 0) + 1;
  const sum = (of: (row: PreviewRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    rows,
    departures: rows.length,
    byState,
    tickets: sum((row) => row.tickets),
    passengers: sum((row) => row.passengers),
    vehicles: sum((row) => row.vehicles),
    refundableFen: sum((row) => row.refundableFen),
  };
}

function canBeSold({ sale, boarding }: Rules): boolean {
  return (sale.passengers === 'fixed' || sale.passengers === 'rolling') && boarding.open;
}

/** Whether a ticket sold by now would have a free refund that it has not, or from one more cause. */
function gainedBy(
  before: Rules,
  after: Rules,
  departure: DepartureFacts,
  subject: 'passenger' | 'vehicle',
  soldAt: number,
): boolean {
  const old = before.rights({ departure, soldAt, subject }).refund;
  const fresh = after.rights({ departure, soldAt, subject }).refund;
  return fresh !== null && fresh.because.some((id) => !old?.because.includes(id));
}

/** Whether anything that a desk obeys is another; the parts are few and small. */
function differs(a: Rules, b: Rules): boolean {
  return (
    a.state !== b.state ||
    a.sale.passengers !== b.sale.passengers ||
    a.sale.vehicles !== b.sale.vehicles ||
    a.identity.capture !== b.identity.capture ||
    a.boarding.open !== b.boarding.open ||
    a.boarding.by !== b.boarding.by ||
    a.boarding.check !== b.boarding.check ||
    a.leases !== b.leases ||
    a.printing !== b.printing ||
    a.queueNumbers !== b.queueNumbers ||
    !sameSet(a.channelsClosed, b.channelsClosed) ||
    !sameSet(a.payments, b.payments)
  );
}

function sameSet(a: ReadonlySet<string> | null, b: ReadonlySet<string> | null): boolean {
  if (a === null || b === null) return a === b;
  return a.size === b.size && [...a].every((each) => b.has(each));
}
