import type { StateBook } from '../departures/state-book.ts';
import { stateMeanings } from '../departures/states.ts';
import type { DepartureFacts } from './facts.ts';
import type { OrderBook } from './orders.ts';

/** A sale as its journal entry has it. `plans` are the orders that the selling window knew of then. */
export interface Sale {
  readonly ticketNumber: string;
  readonly departure: DepartureFacts;
  readonly subject: 'passenger' | 'vehicle';
  readonly window: string;
  readonly soldAt: number;
  readonly plans: readonly string[];
}

/** A ticket sold although something forbade it. */
export interface UnheardSale {
  readonly ticketNumber: string;
  readonly departureId: string;
  readonly window: string;
  readonly soldAt: number;
  /** Orders and state changes that forbade it, sorted. */
  readonly because: readonly string[];
  /** The window carried one of the orders and sold all the same: a defect, not a matter of contact. */
  readonly knew: boolean;
}

/**
 * Tickets that a window sold before it had heard that the sale was stopped: found when journals meet, shown to people, and never the
 * passenger's loss, because such a ticket was bought while the right was there (`rights.ts`). Instants are those of the signers, so
 * what is sold within the difference of two clocks may be listed or not.
 */
export function soldUnheard(orders: OrderBook, states: StateBook, sales: Iterable<Sale>): UnheardSale[] {
  const found: UnheardSale[] = [];
  const histories = new Map<string, ReturnType<StateBook['history']>>();
  const historyOf = (departure: DepartureFacts): ReturnType<StateBook['history']> => {
    // Asked once a departure, not once a ticket.
    const known = histories.get(departure.departureId) ?? states.history(departure);
    histories.set(departure.departureId, known);
    return known;
  };
  for (const { ticketNumber, departure, subject, window, soldAt, plans } of sales) {
    const part = subject === 'passenger' ? 'passengers' : 'vehicles';
    const because: string[] = [];
    for (const { state, changeId, fromMs, toMs } of historyOf(departure)) {
      const held = fromMs <= soldAt && (toMs === null || soldAt < toMs);
      if (held && stateMeanings[state][part] === 'closed') because.push(changeId);
    }
    for (const { id, record, endedAtMs, effects } of orders.orders) {
      if (soldAt < record.at || (endedAtMs !== null && soldAt >= endedAtMs)) continue;
      const forbids = effects.some(({ effect, matcher }) => {
        if (!matcher.departure(departure, true) || !matcher.window(window)) return false;
        if (effect.effect === 'departureState') return stateMeanings[effect.state][part] === 'closed';
        return (
          effect.effect === 'sale' && effect.sell === 'nothing' && (effect.of === 'all' || effect.of === part)
        );
      });
      if (forbids) because.push(id);
    }
    if (because.length === 0) continue;
    const knew = because.some((id) => plans.includes(id));
    const { departureId } = departure;
    found.push({ ticketNumber, departureId, window, soldAt, because: because.toSorted(), knew });
  }
  return found;
}
