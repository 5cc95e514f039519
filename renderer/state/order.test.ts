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
  asPassengers,
  emptyOrder,
  withHolder,
  withNextClass,
  withoutSubject,
  withPrint,
  withSuggestions,
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
    const suggested = withSuggestions(orderOf('a'), [quote('a', 'child_half', 10)]);
    expect(suggested.passengers[0]).toMatchObject({
      ticketClass: 'child_half',
      childBasis: 'age',
      ageYears: 10,
    });
    const chosen = withNextClass(withNextClass(suggested));
    expect(chosen.passengers[0]).toMatchObject({ ticketClass: 'full', chosen: true });
    expect(withSuggestions(chosen, [quote('a', 'child_half', 10)])).toBe(chosen);
  });

  it('goes back to full when the day of travel makes a child grown up', () => {
    const child = withSuggestions(orderOf('a'), [quote('a', 'child_half', 14)]);
    const grown = withSuggestions(child, [quote('a', 'full', 15)]);
    expect(asPassengers(grown)).toEqual([{ holderRef: 'a'.repeat(32), ticketClass: 'full' }]);
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
