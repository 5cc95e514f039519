import { describe, expect, test } from 'vitest';
import { entryBodies } from '../contract/entries.ts';
import type { DepartureId } from '../contract/ids.ts';
import { classesOn } from './fares.ts';
import { decideQuote } from './quote.ts';
import { decideSale } from './sale.ts';
import { car, ferries, freeChild, sampleFerryFeed } from './sample-ferry.ts';
import { adult, child, morning, order, stateFor } from './sample-sale.ts';
import { createTimetable } from './timetable.ts';
import type { SalePassenger, SaleState, SaleVehicle, Timetable } from './types.ts';

const on = (line: string) => `${line}/2025-06-15/0800`;
function state(line: string, passengers: number, vehicles = 0, timetable: Timetable = ferries): SaleState {
  const id = on(line);
  return stateFor(
    id,
    {
      timetable,
      departure: timetable.departure(id),
      departureId: id as DepartureId,
      existingVehicles: Array.from({ length: vehicles }, () => undefined),
      freshVehicleLeaseId: 'c'.repeat(32),
    },
    morning,
    passengers,
  );
}
/** Sells for the total that the quote says, or the refusal's code and field. */
function sold(
  line: string,
  passengers: SalePassenger[],
  vehicles: SaleVehicle[] = [],
  timetable: Timetable = ferries,
) {
  const before = state(line, passengers.length, vehicles.length, timetable);
  const { totalFen } = decideQuote(before, { passengers, vehicles }, morning);
  const decided = decideSale(before, { ...order(passengers, totalFen), vehicles }, morning);
  if (!decided.ok) return `${decided.refusal.code} ${decided.refusal.field ?? ''}`.trim();
  for (const entry of decided.value.entries)
    expect(entryBodies[entry.kind].parse(entry.body)).toEqual(entry.body);
  return decided.value;
}
const tickets = (result: ReturnType<typeof sold>) => {
  if (typeof result === 'string') throw new Error(result);
  return result.entries.flatMap(({ kind, body }) => (kind === 'ticket.sold' ? [body] : []));
};

describe('a free child', () => {
  test('has a zero ticket of its own, tied to the ticket of its adult, on a ship without a seat and with a head', () => {
    const result = sold('w-lane', [adult('a'), freeChild('c', 0)]);
    const [grown, small] = tickets(result);
    expect(small).toMatchObject({
      ticketClass: 'free_child',
      fareFen: 0,
      seatNumber: null,
      takes: 'head',
      carriedBy: grown?.ticketNumber,
      childBasis: 'age',
    });
    expect(grown).toMatchObject({ seatNumber: 1 });
    expect(grown).not.toHaveProperty('takes');
  });

  test('on a coach is outside the seats, at most ten per cent of them', () => {
    const family = (n: number) => [adult(`a${n}`), freeChild(`c${n}`, 2 * n)];
    const [, small] = tickets(sold('r-bus', family(0)));
    expect(small).toMatchObject({ takes: 'quota', seatNumber: null });
    expect(tickets(sold('r-bus', [...family(0), ...family(1)]))).toHaveLength(4);
    expect(sold('r-bus', [...family(0), ...family(1), ...family(2)])).toBe('child.quota departureId');
  });

  test('needs a grown-up of the same order who takes no other', () => {
    expect(sold('w-lane', [freeChild('c', 0)])).toBe('child.adultMissing passengers.0.carriedBy');
    expect(sold('w-lane', [{ ...freeChild('c', 0), carriedBy: -1 }])).toBe(
      'child.adultMissing passengers.0.carriedBy',
    );
    expect(sold('w-lane', [child('k'), freeChild('c', 0)])).toBe('child.adultMissing passengers.1.carriedBy');
    expect(sold('w-lane', [adult('a'), freeChild('c', 0), freeChild('d', 0)])).toBe(
      'child.perAdult passengers.2.carriedBy',
    );
    const two = createTimetable(sampleFerryFeed({ freeChildrenPerAdult: { value: 2, mark: 'D' } }));
    expect(tickets(sold('w-lane', [adult('a'), freeChild('c', 0), freeChild('d', 0)], [], two))).toHaveLength(
      3,
    );
  });

  test('is six at most, or as small by height', () => {
    const seven = { ...freeChild('c', 0), birthDate: '2018-01-01' };
    expect(sold('w-lane', [adult('a'), seven])).toBe('fare.childTooOld passengers.1.childBasis');
    const measured = { ...seven, childBasis: 'height' as const };
    expect(tickets(sold('w-lane', [adult('a'), measured]))[1]).toMatchObject({ childBasis: 'height' });
  });

  test('is suggested for a small child when an adult of the order has none yet', () => {
    const small = (key: string): SalePassenger => ({ ...adult(key), birthDate: '2021-01-01' });
    const without = [adult('a'), small('c'), small('d')];
    const quote = decideQuote(state('w-lane', 3), { passengers: without }, morning);
    expect(quote.passengers.map((one) => [one.suggestedClass, one.suggestedCarrier])).toEqual([
      ['full', undefined],
      ['free_child', 0],
      ['free_child', 0],
    ]);
    const first = [without[0], { ...freeChild('c', 0) }, without[2]] as SalePassenger[];
    const next = decideQuote(state('w-lane', 3), { passengers: first }, morning);
    expect(next.passengers.map((one) => one.suggestedClass)).toEqual(['full', 'free_child', 'child_half']);
  });
});

describe('heads and seats', () => {
  test('every head counts on a ship: six seats, eight heads', () => {
    const crowd = Array.from({ length: 6 }, (_, n) => adult(`a${n}`));
    const two = [freeChild('c', 0), freeChild('d', 1)];
    expect(tickets(sold('w-lane', [...crowd, ...two]))).toHaveLength(8);
    expect(sold('w-lane', [...crowd, ...two, freeChild('e', 2)])).toBe('head.noneHeld departureId');
    expect(sold('w-lane', [...crowd, adult('a6')])).toBe('seat.noneHeld departureId');
  });
});

describe('fares for whom the law names', () => {
  test('a disabled serviceman and disabled police pay half on showing the card, and the ticket says which', () => {
    const served = { ...adult('a'), ticketClass: 'serviceman_half' };
    expect(sold('w-lane', [served])).toBe('fare.proofMissing passengers.0.proof');
    expect(sold('w-lane', [{ ...served, proof: 'disabledPoliceCard' }])).toBe(
      'fare.proofMissing passengers.0.proof',
    );
    expect(tickets(sold('w-lane', [{ ...served, proof: 'disabledServicemanCard' }]))[0]).toMatchObject({
      fareFen: 1500,
      proof: 'disabledServicemanCard',
    });
  });

  test('a class that is data only is not sold, one with a youngest age asks for it', () => {
    expect(sold('w-lane', [{ ...adult('a'), ticketClass: 'student_half', proof: 'studentCard' }])).toBe(
      'fare.unknown passengers.0.ticketClass',
    );
    const old = { ...adult('a'), ticketClass: 'elderly', proof: 'seniorCard' as const };
    expect(sold('w-lane', [old])).toBe('fare.tooYoung passengers.0.ticketClass');
    expect(sold('w-lane', [{ ...old, birthDate: null }])).toBe('fare.ageUnknown passengers.0.ticketClass');
    expect(tickets(sold('w-lane', [{ ...old, birthDate: '1950-01-01' }]))[0]).toMatchObject({
      fareFen: 2000,
    });
  });

  test('the upper cabin has no places of its own yet and is not offered', () => {
    const departure = ferries.departure(on('w-lane'));
    if (!departure) throw new Error('no ferry');
    expect(classesOn(ferries, departure).map(({ name, proof }) => [name, proof])).toEqual([
      ['全票', null],
      ['儿童票', null],
      ['免票儿童', null],
      ['残疾军人票', 'disabledServicemanCard'],
      ['伤残警察票', 'disabledPoliceCard'],
      ['老年票', 'seniorCard'],
      ['随车驾驶员', null],
    ]);
  });
});

describe('a document', () => {
  test('whose kind is off or unknown buys nothing', () => {
    expect(sold('w-lane', [{ ...adult('a'), documentKind: 'social-card' }])).toBe(
      'document.kindOff passengers.0.documentKind',
    );
    expect(sold('w-lane', [{ ...adult('a'), documentKind: 'made-up' }])).toBe(
      'document.kindUnknown passengers.0.documentKind',
    );
  });

  test('of the police office is recorded with its office', () => {
    const proof = { ...adult('a'), documentKind: 'temp-proof' };
    expect(sold('w-lane', [proof])).toBe('document.office passengers.0.documentOffice');
    expect(tickets(sold('w-lane', [{ ...proof, documentOffice: '样例派出所' }]))[0]).toMatchObject({
      documentKind: 'temp-proof',
      documentOffice: '样例派出所',
    });
  });

  test('of another kind needs the second signature of a shift leader, which the ticket names', () => {
    const other = { ...adult('a'), documentKind: '990', documentOffice: '样例单位' };
    const quote = decideQuote(state('w-lane', 1), { passengers: [other] }, morning);
    expect(quote.passengers[0]).toMatchObject({ needsApproval: true, fareFen: 3000 });
    expect(sold('w-lane', [other])).toBe('document.approval passengers.0.documentKind');
    const signed = { ...order([other], 3000), countersignedBy: '2001' };
    const decided = decideSale(state('w-lane', 1), signed, morning);
    expect(
      decided.ok && decided.value.entries.find(({ kind }) => kind === 'ticket.sold')?.body,
    ).toMatchObject({
      countersignedBy: '2001',
    });
  });
});

describe('a driver', () => {
  test('has the driver’s fare only with a vehicle of the order', () => {
    const driver = { ...adult('a'), ticketClass: 'driver_with_vehicle' };
    expect(sold('w-lane', [driver])).toBe('fare.driverOnly passengers.0.ticketClass');
    expect(tickets(sold('w-lane', [driver], [car(0)]))[0]).toMatchObject({ fareFen: 0, seatNumber: 1 });
  });

  test('counts among the heads unless the setting says otherwise', () => {
    const without = createTimetable(sampleFerryFeed({ driverCountsInHeads: { value: false, mark: 'M0' } }));
    expect(tickets(sold('w-lane', [adult('a')], [car(0)], without))[0]).toMatchObject({
      takes: 'none',
      seatNumber: null,
    });
  });
});
