import { describe, expect, test } from 'vitest';
import type { Effect } from '../../contract/contingency.ts';
import { preview, type PreviewTicket } from './preview.ts';
import {
  coach,
  end,
  facts,
  fastBoat,
  ferry,
  HOUR,
  keyOf,
  morning,
  order,
  ruleBook,
  window3,
} from './sample.ts';

const laterBoat = facts('13:00', { lineId: 'w-fast', vesselKind: 'regular', capacity: 250 });
const departures = [
  { facts: ferry, seatsLeft: 50 },
  { facts: laterBoat, seatsLeft: 90 },
  { facts: fastBoat, seatsLeft: 40 },
  { facts: coach, seatsLeft: 20 },
];
const ticket = (departureId: string, over: Partial<PreviewTicket> = {}): PreviewTicket => ({
  departureId,
  subject: 'passenger',
  fareFen: 3_000,
  heads: 1,
  channel: 'window',
  soldAt: morning - HOUR,
  ...over,
});
const tickets = [
  ticket(fastBoat.departureId),
  ticket(fastBoat.departureId, { channel: 'web', fareFen: 1_500 }),
  ticket(fastBoat.departureId, { subject: 'vehicle', heads: 0, fareFen: 22_800 }),
  ticket(ferry.departureId),
];
const stop: Effect = { effect: 'departureState', state: 'paused', scope: { vesselKinds: ['highSpeed'] } };
const look = (before: ReturnType<typeof ruleBook>, after: ReturnType<typeof ruleBook>, nowMs = morning) =>
  preview(before, after, departures, tickets, window3, nowMs);

describe('before a plan is confirmed', () => {
  const fog = order(1, [stop]);

  test('the manager sees departures, tickets, people, money, and what could be offered instead', () => {
    expect(look(ruleBook([]), ruleBook([fog]))).toEqual({
      rows: [
        {
          departureId: fastBoat.departureId,
          before: 'normal',
          after: 'paused',
          sold: false,
          tickets: 3,
          passengers: 2,
          vehicles: 1,
          elsewhere: 1,
          refundableFen: 27_300,
          instead: { departureId: laterBoat.departureId, seatsLeft: 90 },
        },
      ],
      departures: 1,
      byState: { paused: 1 },
      tickets: 3,
      passengers: 2,
      vehicles: 1,
      refundableFen: 27_300,
    });
  });

  test('its end is shown the same way, and gives no new money away', () => {
    const shown = look(ruleBook([fog]), ruleBook([fog, end(2, keyOf(fog), morning)]));
    expect(shown.rows).toMatchObject([{ before: 'paused', after: 'normal', sold: true, refundableFen: 0 }]);
  });

  test('a plan that only gives money back touches its departures too', () => {
    const divert = order(1, [
      { effect: 'refund', free: true, of: 'passengers', until: { hoursAfterEnd: 1 } },
    ]);
    const shown = look(ruleBook([]), ruleBook([divert]));
    expect(shown).toMatchObject({ departures: 4, tickets: 4, refundableFen: 7_500 });
  });

  test('what has left is not touched any more, and a change of nothing touches nothing', () => {
    expect(look(ruleBook([]), ruleBook([fog]), morning + 2 * HOUR).departures).toBe(0);
    expect(look(ruleBook([fog]), ruleBook([fog])).rows).toEqual([]);
  });
});
