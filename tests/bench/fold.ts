import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { effectSchema, type Plan } from '../../contract/contingency.ts';
import { preview, type PreviewTicket } from '../../domain/contingency/preview.ts';
import {
  facts,
  HOUR,
  MINUTE,
  morning,
  order,
  plan,
  ruleBook,
  stateSet,
  window3,
} from '../../domain/contingency/sample.ts';
import type { KnownRecord } from '../../domain/contingency/orders.ts';
import { readPlan } from '../../main/plans/read-plan.ts';
import { explains, latency, median, percentile, round, type Figure } from './figure.ts';

const root = join(import.meta.dirname, '..', '..');
const shipped = [
  'fog',
  'wind-typhoon',
  'peak',
  'divert',
  'reader-down',
  'printer-down',
  'system-down',
  'link-lost',
  'power-lost',
  'transition',
];

/** The plans as they come with the program, and two more that speak of scopes and payments: twelve in all. */
function twelvePlans(): Plan[] {
  const read = shipped.map((name) => {
    const found = readPlan(readFileSync(join(root, 'plans', `${name}.yaml`), 'utf8'));
    if (!found.ok) throw new Error(`${name}: ${found.refusal.message}`);
    return found.value;
  });
  const payments = effectSchema.parse({ effect: 'payments', allow: ['cash'], scope: { modes: ['water'] } });
  const late = effectSchema.parse({
    effect: 'sale',
    sell: 'nothing',
    scope: { departing: { from: '20:00' }, lines: ['line-3', 'line-4'] },
  });
  return [...read, plan([payments], { id: 'eleven' }), plan([late], { id: 'twelve' })];
}

const kinds = ['highSpeed', 'regular', 'carFerry', 'speedboat'] as const;

/** 300 departures of ten lines and four kinds of vessels over a day. */
const departures = Array.from({ length: 300 }, (_, index) => {
  const minutes = 8 * 60 + 10 + index * 2;
  const local = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return facts(local, {
    lineId: `line-${index % 10}`,
    vesselKind: kinds[index % 4] ?? null,
    toPlaceId: index % 3 === 0 ? 'putuoshan' : 'pier',
  });
});

function twelveOrders(): KnownRecord[] {
  return twelvePlans().map((each, index) =>
    order(index + 1, each, { until: each.loosensAtMostMin === null ? null : morning + 4 * HOUR }),
  );
}

/** The rules of one command with twelve plans in force, a day's state changes and a ticket's rights: everything a refund asks. */
export function benchFold({ quick }: { quick: boolean }): Promise<Figure[]> {
  const changes = departures
    .filter((_, index) => index % 10 === 0)
    .map((departure, index) =>
      stateSet(100 + index, 'pending', {
        lines: [departure.lineId],
        dates: { from: '2025-06-15' as never, to: '2025-06-15' as never },
      }),
    );
  const begun = performance.now();
  const book = ruleBook(twelveOrders(), changes);
  const madeMs = performance.now() - begun;
  if (book.plans(morning).length !== 12) throw new Error('twelve plans must be in force');
  const rounds = quick ? 40 : 200;
  const rulesUs: number[] = [];
  const rightsUs: number[] = [];
  let stopped = 0;
  for (let index = 0; index < rounds; index += 1) {
    const rulesBegun = performance.now();
    for (const departure of departures)
      if (
        book.rulesFor({ window: window3, channel: 'window', departure }, morning).sale.passengers ===
        'nothing'
      )
        stopped += 1;
    rulesUs.push(((performance.now() - rulesBegun) * 1_000) / departures.length);
    const rightsBegun = performance.now();
    for (const departure of departures)
      book
        .rulesFor({ window: window3, channel: 'window', departure }, morning)
        .rights({ departure, soldAt: morning - HOUR, subject: 'passenger' });
    rightsUs.push(((performance.now() - rightsBegun) * 1_000) / departures.length);
  }
  if (stopped === 0) throw new Error('nothing was folded');
  return Promise.resolve([
    { metric: 'rulesMedian', value: round(median(rulesUs), 2), unit: 'us', goal: 50, better: 'lower' },
    explains('rulesP95', percentile(rulesUs, 0.95), 'us', 2),
    explains('rulesAndRightsMedian', median(rightsUs), 'us', 2),
    explains('ordersInForce', 12, 'orders', 0),
    explains('bookMade', madeMs, 'ms', 2),
  ]);
}

/** What a manager sees before confirming the fog plan over 300 departures with 20,000 tickets sold. */
export function benchPreview({ quick }: { quick: boolean }): Promise<Figure[]> {
  const [fog, ...others] = twelveOrders();
  if (!fog) throw new Error('the fog plan is missing');
  const tickets = Array.from({ length: 20_000 }, (_, index): PreviewTicket => ({
    departureId: departures[index % 300]?.departureId ?? '',
    subject: index % 40 === 0 ? 'vehicle' : 'passenger',
    fareFen: 3_000,
    heads: index % 40 === 0 ? 0 : 1,
    channel: index % 3 === 0 ? 'web' : 'window',
    soldAt: morning - index * MINUTE,
  }));
  const input = departures.map((each) => ({ facts: each, seatsLeft: 40 }));
  const alone: number[] = [];
  const among: number[] = [];
  for (let index = 0; index < (quick ? 15 : 60); index += 1) {
    let begun = performance.now();
    const shown = preview(ruleBook([]), ruleBook([fog]), input, tickets, window3, morning);
    alone.push(performance.now() - begun);
    if (shown.departures === 0 || shown.tickets === 0) throw new Error('the fog plan touches nothing');
    begun = performance.now();
    preview(ruleBook(others), ruleBook([...others, fog]), input, tickets, window3, morning);
    among.push(performance.now() - begun);
  }
  return Promise.resolve([
    ...latency('fog', alone, 100),
    explains('fogAmongElevenP95', percentile(among, 0.95), 'ms', 2),
    explains('departures', input.length, 'departures', 0),
    explains('tickets', tickets.length, 'tickets', 0),
  ]);
}
