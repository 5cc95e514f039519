import { jcs } from '../../contract/encoding/jcs.ts';
import type { RulesView } from '../../contract/office/rules-view.ts';
import type { DepartureFacts } from '../../domain/contingency/facts.ts';
import type { RuleBook, Rules } from '../../domain/contingency/rules.ts';

function viewOf(rules: Rules, departure: DepartureFacts, nowMs: number): RulesView {
  const { state, sale, channelsClosed, identity, boarding, leases, payments, printing, queueNumbers } = rules;
  const { refund, change } = rules.rights({ departure, soldAt: nowMs, subject: 'passenger' });
  return {
    state,
    passengers: sale.passengers,
    vehicles: sale.vehicles,
    channelsClosed: [...channelsClosed].toSorted(),
    capture: identity.capture,
    boarding: { open: boarding.open, by: boarding.by, check: boarding.check },
    leases,
    payments: payments === null ? null : [...payments].toSorted(),
    printing,
    queueNumbers,
    freeRefund: refund !== null,
    freeChange: change !== null,
  };
}

/** Rules that hold now and that would hold then, for so many of the departures: departures alike stand together. */
export function rulesViews(
  before: RuleBook,
  after: RuleBook,
  departures: readonly DepartureFacts[],
  window: string,
  nowMs: number,
): { departures: number; now: RulesView; after: RulesView }[] {
  const found = new Map<string, { departures: number; now: RulesView; after: RulesView }>();
  for (const departure of departures) {
    const context = { window, channel: 'window' as const, departure };
    const now = viewOf(before.rulesFor(context, nowMs), departure, nowMs);
    const later = viewOf(after.rulesFor(context, nowMs), departure, nowMs);
    const text = jcs([now, later]);
    const same = found.get(text);
    if (same) same.departures += 1;
    else found.set(text, { departures: 1, now, after: later });
  }
  return [...found.values()].toSorted((a, b) => b.departures - a.departures);
}
