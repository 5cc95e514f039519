import { describe, expect, it } from 'vitest';
import {
  commandIdSchema,
  departureIdSchema,
  fenSchema,
  holderRefSchema,
  ticketNumberSchema,
} from '../../contract/ids.ts';
import type { DepartureView, HolderView } from '../../contract/office.ts';
import { listed, standing } from './departures.ts';
import {
  afterSale,
  asksForChild,
  asPassengers,
  asVehicles,
  emptyOrder,
  withHolder,
  withNextClass,
  withoutSubject,
  withPrint,
  withSuggestions,
  withVehicle,
  type Order,
} from './order.ts';

const commandId = commandIdSchema.parse('command-0000000000001');
const nextId = commandIdSchema.parse('command-0000000000002');
const departureId = departureIdSchema.parse('w-wgz-pts/2026-11-21/0920');
const shown = { date: '2026-11-21', departureId };

const holder = (sign: string, capture: 'chip' | 'typed' = 'chip'): HolderView => ({
  holderRef: holderRefSchema.parse(sign.repeat(32)),
  documentKind: '111',
  kindName: '身份证',
  name: `T${sign}`,
  masked: '330999********0000',
  capture,
});
const orderOf = (...signs: string[]): Order =>
  signs.reduce((order, sign) => withHolder(order, holder(sign), shown), emptyOrder(commandId));
const quote = (sign: string, suggestedClass: 'full' | 'child_half', ageYears: number | null) => ({
  holderRef: holderRefSchema.parse(sign.repeat(32)),
  fareFen: fenSchema.parse(3000),
  suggestedClass,
  ageYears,
});

describe('the form of one sale', () => {
  it('is fixed to the date and departure on screen as soon as somebody is on it', () => {
    const order = orderOf('a');
    expect([order.date, order.departureId, order.row]).toEqual(['2026-11-21', departureId, 1]);
    expect(withHolder(order, holder('b'), { date: '2026-11-22', departureId: null })).toMatchObject({
      date: '2026-11-21',
      departureId,
    });
  });

  it('keeps a card that is laid while a sale is being written for the next form', () => {
    const busy: Order = { ...orderOf('a'), selling: 'asking' };
    const later = withHolder(busy, holder('b'), shown);
    expect(later.passengers.length).toBe(1);
    expect(later.notice).toEqual({ kind: 'laterCard', name: 'Tb' });
    const next = afterSale(later, nextId);
    expect(next.commandId).toBe(nextId);
    expect(asPassengers(next)).toEqual([{ holderRef: 'b'.repeat(32), ticketClass: 'full' }]);
    expect([next.departureId, next.cash, next.selling]).toEqual([null, '', null]);
  });

  it('does not change while a sale is being written', () => {
    const busy: Order = { ...orderOf('a'), selling: 'askingAgain' };
    expect(withoutSubject(busy)).toBe(busy);
    expect(withNextClass(busy)).toBe(busy);
  });

  it('takes the last one off when the clerk stands on the empty slot, else the one the clerk stands on', () => {
    expect(asPassengers(withoutSubject(orderOf('a', 'b'))).map((one) => one.holderRef.charAt(0))).toEqual([
      'a',
    ]);
    expect(
      asPassengers(withoutSubject({ ...orderOf('a', 'b'), row: 0 })).map((one) => one.holderRef.charAt(0)),
    ).toEqual(['b']);
    const empty = emptyOrder(commandId);
    expect(withoutSubject(empty)).toBe(empty);
  });

  it('goes round full, child by age, child by height, always with the test that gave the fare', () => {
    const classes: unknown[] = [];
    let order = orderOf('a');
    for (let press = 0; press < 4; press += 1) {
      classes.push(asPassengers(order)[0]);
      order = withNextClass(order);
    }
    const holderRef = 'a'.repeat(32);
    expect(classes).toEqual([
      { holderRef, ticketClass: 'full' },
      { holderRef, ticketClass: 'child_half', childBasis: 'age' },
      { holderRef, ticketClass: 'child_half', childBasis: 'height' },
      { holderRef, ticketClass: 'full' },
    ]);
  });

  it('follows the suggested class until the clerk chooses one', () => {
    const suggested = withSuggestions(orderOf('a'), {
      passengers: [quote('a', 'child_half', 10)],
      classes: [],
    });
    expect(suggested.passengers[0]).toMatchObject({
      ticketClass: 'child_half',
      childBasis: 'age',
      ageYears: 10,
    });
    const chosen = withNextClass(withNextClass(suggested));
    expect(chosen.passengers[0]).toMatchObject({ ticketClass: 'full', chosen: true });
    expect(withSuggestions(chosen, { passengers: [quote('a', 'child_half', 10)], classes: [] })).toBe(chosen);
  });

  it('goes back to full when the day of travel makes a child grown up', () => {
    const child = withSuggestions(orderOf('a'), { passengers: [quote('a', 'child_half', 14)], classes: [] });
    const grown = withSuggestions(child, { passengers: [quote('a', 'full', 15)], classes: [] });
    expect(asPassengers(grown)).toEqual([{ holderRef: 'a'.repeat(32), ticketClass: 'full' }]);
  });
});

describe('families and vehicles on the form', () => {
  const fareFen = fenSchema.parse(1500);
  const offered = (
    ticketClass: string,
    byChildTest = false,
    proof: 'disabledServicemanCard' | null = null,
  ) => ({
    ticketClass,
    name: ticketClass,
    fareFen,
    byChildTest,
    proof,
  });
  const classes = [
    offered('full'),
    offered('child_half', true),
    offered('free_child', true),
    offered('serviceman_half', false, 'disabledServicemanCard'),
    offered('driver_with_vehicle'),
  ];
  const ref = (sign: string) => holderRefSchema.parse(sign.repeat(32));
  const free = (sign: string, with_: string) => ({
    holderRef: ref(sign),
    fareFen,
    suggestedClass: 'free_child',
    suggestedCarrier: ref(with_),
    ageYears: 4,
  });
  const car = {
    vehicleType: 'small_car',
    typeName: '小型轿车',
    lengthCm: 480,
    plate: '浙L12345',
    driver: ref('a'),
  };

  it('lets the first small child ride free with its adult and asks again for the second', () => {
    const order = withSuggestions(orderOf('a', 'b', 'c'), {
      passengers: [free('b', 'a'), free('c', 'a')],
      classes,
    });
    expect(asPassengers(order)).toEqual([
      { holderRef: ref('a'), ticketClass: 'full' },
      { holderRef: ref('b'), ticketClass: 'free_child', childBasis: 'age', carriedBy: ref('a') },
      { holderRef: ref('c'), ticketClass: 'child_half', childBasis: 'age' },
    ]);
    expect(withSuggestions(order, { passengers: [free('b', 'a')], classes })).toBe(order);
  });

  it('ties the next who comes to the adult of the row after one key, and only that one', () => {
    const asked = asksForChild({ ...orderOf('a'), row: 0 });
    expect(asked.childOf).toBe(ref('a'));
    const with_ = withHolder(asked, holder('b'), shown);
    expect(asPassengers(with_)[1]).toMatchObject({ ticketClass: 'free_child', carriedBy: ref('a') });
    expect(asPassengers(withHolder(with_, holder('c'), shown))[2]).toEqual({
      holderRef: ref('c'),
      ticketClass: 'full',
    });
    expect(asksForChild({ ...with_, row: 1 }).childOf).toBeNull();
  });

  it('unties a child whose adult is taken off, and takes the vehicle off with its driver', () => {
    const child = withHolder(asksForChild({ ...orderOf('a'), row: 0 }), holder('b'), shown);
    const both = withVehicle(child, car, classes);
    expect(asPassengers(both)[0]?.ticketClass).toBe('driver_with_vehicle');
    const left = withoutSubject({ ...both, row: 0 });
    expect(asPassengers(left)).toEqual([{ holderRef: ref('b'), ticketClass: 'full' }]);
    expect(left.vehicles).toEqual([]);
  });

  it('offers a class only to whom it can be sold, with the proof that it asks for', () => {
    const seen: unknown[] = [];
    let order = { ...orderOf('a', 'b'), row: 1 };
    for (let press = 0; press < 7; press += 1) {
      order = withNextClass(order, classes);
      const { ticketClass, childBasis, proof, carriedBy } = asPassengers(order)[1] ?? {};
      seen.push([ticketClass, childBasis ?? proof ?? '', carriedBy?.charAt(0) ?? '']);
    }
    expect(seen).toEqual([
      ['child_half', 'age', ''],
      ['child_half', 'height', ''],
      ['free_child', 'age', 'a'],
      ['free_child', 'height', 'a'],
      ['serviceman_half', 'disabledServicemanCard', ''],
      ['full', '', ''],
      ['child_half', 'age', ''],
    ]);
  });

  it('sends vehicles as the office wants them, one a driver, and takes the one of the row off', () => {
    const order = withVehicle(withVehicle(orderOf('a', 'b'), car, []), { ...car, plate: '浙L54321' }, []);
    const { typeName: _, ...sent } = car;
    expect(asVehicles(order)).toEqual({ vehicles: [{ ...sent, plate: '浙L54321' }] });
    expect(asVehicles(orderOf('a'))).toEqual({});
    const off = withoutSubject({ ...order, row: 2 });
    expect([off.vehicles, off.passengers.length, off.row]).toEqual([[], 2, 2]);
  });
});

describe('the sheets of the last sale', () => {
  const ticketNumber = ticketNumberSchema.parse('33092611210301000018');
  const print = { state: 'waiting' as const, copy: 1 };
  const fen = fenSchema.parse(3000);
  const last = {
    departLocal: '09:20',
    toName: 'P',
    result: {
      commandId,
      at: 1,
      departureId,
      totalFen: fen,
      tenderedFen: fen,
      changeFen: fenSchema.parse(0),
      tickets: [
        {
          ticketNumber,
          holderRef: null,
          ticketClass: 'full' as const,
          className: '全票',
          fareFen: fen,
          seatNumber: null,
          print,
        },
      ],
    },
  };

  it('move on as the printer tells, and only they', () => {
    expect(
      withPrint(last, ticketNumber, { state: 'confirmed', copy: 1 })?.result.tickets[0]?.print.state,
    ).toBe('confirmed');
    expect(withPrint(last, '33092611210301000026', { state: 'confirmed', copy: 1 })).toBe(last);
    expect(withPrint(null, ticketNumber, print)).toBeNull();
  });
});

describe('the list of departures', () => {
  const at = (time: string): number => Date.parse(`2026-11-21T${time}:00+08:00`);
  const boat = (
    time: string,
    from: string,
    to: string,
    state: DepartureView['state'] = 'onSale',
  ): DepartureView =>
    ({
      departureId: `w-${from}-${to}/2026-11-21/${time.replace(':', '')}`,
      departAt: at(time),
      departLocal: time,
      fromPlaceId: from,
      toPlaceId: to,
      state,
    }) as DepartureView;
  const boats = [
    boat('08:00', 'here', 'a'),
    boat('10:00', 'here', 'a'),
    boat('09:00', 'here', 'b'),
    boat('08:30', 'far', 'a'),
    boat('09:30', 'here', 'a', 'saleEnded'),
  ];
  const times = (list: readonly DepartureView[]): string[] => list.map((one) => one.departLocal);

  it('begins with the next one from this pier and leaves out what has left', () => {
    expect(times(listed(boats, 'here', null, null, at('08:10')))).toEqual(['09:00', '09:30', '10:00']);
    expect(times(listed(boats, 'here', 'a', null, at('08:10')))).toEqual(['09:30', '10:00', '08:30']);
  });

  it('stands on the next one that is on sale', () => {
    expect(standing(listed(boats, 'here', 'a', null, at('08:10')), null)?.departLocal).toBe('10:00');
    expect(standing([], null)).toBeUndefined();
  });

  it('never slides from the chosen one to another, even when it has left', () => {
    const chosen = 'w-here-a/2026-11-21/0800';
    const list = listed(boats, 'here', 'a', chosen, at('08:10'));
    expect(standing(list, chosen)?.departLocal).toBe('08:00');
  });
});
