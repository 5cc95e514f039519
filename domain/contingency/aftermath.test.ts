import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../contract/contingency.ts';
import { createStateBook } from '../departures/state-book.ts';
import { createOrderBook } from './orders.ts';
import {
  at,
  end,
  facts,
  fastBoat,
  ferry,
  here,
  HOUR,
  keyOf,
  MINUTE,
  morning,
  only,
  order,
  plan,
  ruleBook,
  stateSet,
} from './sample.ts';
import { suggestions } from './suggest.ts';
import { soldUnheard, type Sale } from './unheard.ts';
import { moveInOrder, workListOf, type Berth, type StoppedTicket } from './work-list.ts';

const stop: Effect = { effect: 'departureState', state: 'paused' };
const sale = (over: Partial<Sale> = {}): Sale => ({
  ticketNumber: '1',
  departure: ferry,
  subject: 'passenger',
  window: 'pier/04',
  soldAt: morning + MINUTE,
  plans: [],
  ...over,
});

describe('a departure sold by a window that had not heard of its stop', () => {
  const fog = order(1, [stop], { until: null });
  const lifted = [fog, end(2, keyOf(fog), morning + HOUR)];
  const found = (sales: Sale[], records: Parameters<typeof createOrderBook>[0] = lifted) =>
    soldUnheard(createOrderBook(records), createStateBook([]), sales);

  test('is listed with what forbade it', () => {
    expect(found([sale()])).toEqual([
      {
        ticketNumber: '1',
        departureId: ferry.departureId,
        window: 'pier/04',
        soldAt: morning + MINUTE,
        because: [`${here}-1`],
        knew: false,
      },
    ]);
    expect(found([sale({ soldAt: morning - 1 }), sale({ soldAt: morning + HOUR })])).toEqual([]);
  });

  test('by a window that knew is a defect and says so', () => {
    expect(found([sale({ plans: [`${here}-1`] })])).toMatchObject([{ knew: true }]);
  });

  test('counts for passengers and vehicles apart, and for states set singly', () => {
    const states = createStateBook([stateSet(7, 'paxOnly', only(ferry))]);
    const car = sale({ subject: 'vehicle' });
    expect(soldUnheard(createOrderBook([]), states, [sale(), car])).toMatchObject([
      { because: [`${here}-7`] },
    ]);
    const noCars = order(3, [{ effect: 'sale', sell: 'nothing', of: 'vehicles' }], { until: null });
    expect(found([sale(), car], [noCars])).toHaveLength(1);
  });

  test('never costs its passenger anything: whoever is listed for a stop has a free refund', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -90, max: 180 }),
        fc.constantFrom(fastBoat, ferry),
        (minute, departure) => {
          const soldAt = morning + minute * MINUTE;
          if (found([sale({ soldAt, departure })]).length === 0) return;
          const { rights } = ruleBook(lifted).rulesFor(at(departure), morning + 3 * HOUR);
          expect(rights({ departure, soldAt, subject: 'passenger' }).refund).not.toBeNull();
        },
      ),
    );
  });
});

describe('what the office sees', () => {
  const fog = plan([stop], {
    id: 'fog',
    trigger: { manual: true, suggestedWhen: [{ sees: 'visibilityBelow', metres: 500, mark: 'C2' }] },
  });
  const broken = plan([stop], {
    id: 'broken',
    trigger: {
      manual: true,
      suggestedWhen: [
        { sees: 'readerSilent', minutes: 2, mark: 'D' },
        { sees: 'printerOut', minutes: 3, mark: 'D' },
        { sees: 'linkLost', minutes: 5, mark: 'D' },
        { sees: 'windAtLeast', beaufort: 8, mark: 'C2' },
        { sees: 'queueAtLeast', people: 500, mark: 'M0' },
      ],
    },
  });
  const ids = (observed: Parameters<typeof suggestions>[1]) =>
    suggestions([fog, broken], observed).map(({ planId, sees }) => `${planId} ${sees}`);

  test('suggests a plan when its figure is crossed, and not before', () => {
    expect(suggestions([fog], { visibilityMetres: 420 })).toEqual([
      { planId: 'fog', sees: 'visibilityBelow', seen: 420, threshold: 500 },
    ]);
    expect(ids({ visibilityMetres: 500 })).toEqual([]);
    expect(ids({})).toEqual([]);
    expect(ids({ readerSilentMin: 2 })).toEqual(['broken readerSilent']);
    expect(ids({ printerOutMin: 3 })).toEqual(['broken printerOut']);
    expect(ids({ linkLostMin: 4.9 })).toEqual([]);
    expect(ids({ linkLostMin: 5, windBeaufort: 9 })).toEqual(['broken linkLost']);
    expect(ids({ windBeaufort: 8, visibilityMetres: 100 })).toEqual([
      'fog visibilityBelow',
      'broken windAtLeast',
    ]);
    expect(ids({ queuePeople: 500 })).toEqual(['broken queueAtLeast']);
  });
});

describe('the work list of a stopped departure', () => {
  const gained = {
    refund: { untilMs: null, because: ['a-1'] },
    change: { untilMs: null, because: ['a-1'], to: 'sameLine' as const },
  };
  const stopped = (n: number, over: Partial<StoppedTicket> = {}): StoppedTicket => ({
    ticketNumber: String(n).padStart(3, '0'),
    departure: ferry,
    subject: 'passenger',
    heads: 1,
    soldAt: morning - n * MINUTE,
    party: null,
    state: 'sold',
    rights: gained,
    ...over,
  });
  const berth = (departLocal: string, placesLeft: number, over: Partial<Berth> = {}): Berth => {
    const departure = facts(departLocal);
    return {
      departure,
      rules: ruleBook([]).rulesFor(at(departure), morning),
      placesLeft,
      vehiclePlacesLeft: 0,
      ...over,
    };
  };

  test('holds who is neither moved nor refunded, first buyer first', () => {
    const list = workListOf([
      stopped(1),
      stopped(2),
      stopped(3, { state: 'refunded' }),
      stopped(4, { state: 'replaced' }),
      stopped(5, { state: 'voided' }),
      stopped(6, { state: 'boarded' }),
      stopped(7, { rights: { refund: null, change: null } }),
    ]);
    expect(list.open.map(({ ticketNumber }) => ticketNumber)).toEqual(['002', '001']);
    expect(list).toMatchObject({ refunded: 1, moved: 1, passengersOpen: 2 });
  });

  test('moves to the earliest sailing with places, never back in time, never to one that is stopped', () => {
    const list = workListOf([stopped(3), stopped(2), stopped(1)]);
    const closed = facts('10:30');
    const rules = ruleBook([order(1, [stop])]).rulesFor(at(closed), morning);
    const { moved, left } = moveInOrder(list, [
      berth('14:00', 5),
      berth('12:00', 2),
      berth('09:00', 9),
      { ...berth('10:30', 9), rules },
    ]);
    expect(moved).toEqual([
      { ticketNumber: '003', toDepartureId: facts('12:00').departureId },
      { ticketNumber: '002', toDepartureId: facts('12:00').departureId },
      { ticketNumber: '001', toDepartureId: facts('14:00').departureId },
    ]);
    expect(left).toEqual([]);
  });

  test('keeps parties together; a party that fits nowhere does not hold up the others', () => {
    const family = [9, 8, 7].map((n) => stopped(n, { party: 'family' }));
    const { moved, left } = moveInOrder(workListOf([...family, stopped(1)]), [berth('12:00', 2)]);
    expect(moved).toEqual([{ ticketNumber: '001', toDepartureId: facts('12:00').departureId }]);
    expect(left.map(({ ticketNumber }) => ticketNumber)).toEqual(['009', '008', '007']);
  });

  test('another line only when the right names it and it goes to the same place', () => {
    const other = (lineId: string, toPlaceId = 'island') => {
      const departure = facts('12:00', { lineId, toPlaceId });
      return { ...berth('12:00', 9), departure };
    };
    const to = (reach: 'sameLine' | 'anyLine' | string[], berths: Berth[]) =>
      moveInOrder(
        workListOf([stopped(1, { rights: { ...gained, change: { ...gained.change, to: reach } } })]),
        berths,
      ).moved.length;
    expect(to('sameLine', [other('w-fast')])).toBe(0);
    expect(to('anyLine', [other('w-fast')])).toBe(1);
    expect(to('anyLine', [other('w-fast', 'elsewhere')])).toBe(0);
    expect(to(['w-fast'], [other('w-fast')])).toBe(1);
  });

  test('whatever the crowd: each ticket once, no sailing beyond its places, nobody lost', () => {
    const crowd = fc.array(
      fc.record({
        soldBefore: fc.nat(500),
        party: fc.option(fc.constantFrom('p', 'q', 'r')),
        vehicle: fc.boolean(),
      }),
      { maxLength: 60 },
    );
    const places = fc.array(
      fc.record({ hour: fc.integer({ min: 11, max: 20 }), seats: fc.nat(25), cars: fc.nat(4) }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(crowd, places, (people, berths) => {
        const tickets = people.map(({ soldBefore, party, vehicle }, n) =>
          stopped(n, {
            soldAt: morning - soldBefore,
            party,
            heads: vehicle ? 0 : 1,
            subject: vehicle ? 'vehicle' : 'passenger',
          }),
        );
        const offered = berths.map(({ hour, seats, cars }, n) => {
          const departure = facts(`${hour}:00`, {
            departureId: `w-pier-island/2025-06-15/${hour}00-${n + 1}`,
          });
          return { ...berth(`${hour}:00`, seats), departure, vehiclePlacesLeft: cars };
        });
        const { moved, left } = moveInOrder(workListOf(tickets), offered);
        const numbers = [...moved, ...left].map(({ ticketNumber }) => ticketNumber);
        expect(numbers.toSorted()).toEqual(tickets.map(({ ticketNumber }) => ticketNumber).toSorted());
        const byNumber = new Map(tickets.map((ticket) => [ticket.ticketNumber, ticket]));
        for (const { departure, placesLeft, vehiclePlacesLeft } of offered) {
          const aboard = moved
            .filter((each) => each.toDepartureId === departure.departureId)
            .map(({ ticketNumber }) => byNumber.get(ticketNumber));
          expect(aboard.reduce((sum, ticket) => sum + (ticket?.heads ?? 0), 0)).toBeLessThanOrEqual(
            placesLeft,
          );
          expect(aboard.filter((ticket) => ticket?.subject === 'vehicle').length).toBeLessThanOrEqual(
            vehiclePlacesLeft,
          );
        }
      }),
    );
  });
});
