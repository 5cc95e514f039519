import { afterEach, describe, expect, test } from 'vitest';
import { citizenNumber, adult } from '../support/people.ts';
import {
  closeOffices,
  expectRefused,
  ferry,
  minibus,
  numberOf,
  openOffice,
  openWindow,
  restart,
} from './kit.ts';

afterEach(closeOffices);

const type = (number: string, name = '测试甲') => ({ documentKind: '111', number, name });

describe('a typed document', () => {
  test('with a wrong check digit, a birth in the future or that never was, of wrong length or letters, is refused', async () => {
    const window = await openWindow();
    const { number } = adult(3);
    const wrong = number.slice(0, 17) + (number.endsWith('1') ? '2' : '1');
    const cases = [
      ['document.checkDigit', wrong],
      ['document.birthFuture', citizenNumber('20261122', 11)],
      ['document.birthDate', citizenNumber('20010230', 11)],
      ['document.length', number.slice(0, 15)],
      ['document.characters', `${number.slice(0, 9)}A${number.slice(10)}`],
      ['document.province', `00${number.slice(2)}`],
    ] as const;
    for (const [code, text] of cases) {
      const refusal = await expectRefused(window, code, 'holders.type', type(text));
      expect(refusal.field).toBe('number');
      expect(JSON.stringify(refusal), code).not.toContain(text);
    }
    await expectRefused(window, 'document.name', 'holders.type', type(number, '甲1'));
  });

  test('born today is a passenger, born tomorrow is not: the day is that of Shanghai', async () => {
    const window = await openWindow({ nowMs: Date.UTC(2026, 10, 20, 16, 0, 0) });
    await window.ok('holders.type', type(citizenNumber('20261121', 12)));
    await expectRefused(window, 'document.birthFuture', 'holders.type', type(citizenNumber('20261122', 12)));
  });
});

describe('a sale is refused and nothing is used up', () => {
  test('when the document holds a ticket for that departure already', async () => {
    const window = await openWindow();
    const sale = await window.sell(ferry(), [5]);
    const again = await window.order(ferry(), [6, 5], { totalFen: 6_000, tenderedFen: 6_000 });
    const refusal = await expectRefused(window, 'holder.hasTicket', 'sales.sell', again);
    expect(refusal).toMatchObject({ field: 'passengers.1' });
    expect(refusal.message).toContain(numberOf(sale));
    // The other passenger of that order is free to travel, and the same document on another departure as well.
    await window.sell(ferry(), [6]);
    await window.sell(ferry('1320'), [5]);
  });

  test('when the same document stands twice in one order', async () => {
    const window = await openWindow();
    await expectRefused(
      window,
      'holder.twice',
      'sales.sell',
      await window.order(ferry(), [7, 7], { totalFen: 6_000, tenderedFen: 6_000 }),
    );
  });

  test('when the places are gone: six in a minibus, and not one more', async () => {
    const window = await openWindow();
    await window.sell(minibus(), [1, 2, 3, 4]);
    const three = await window.order(minibus(), [5, 6, 7]);
    const refusal = await expectRefused(window, 'seat.noneHeld', 'sales.sell', three);
    expect(refusal.message).toContain('2');
    await window.sell(minibus(), [5, 6]);
    await expectRefused(window, 'seat.noneHeld', 'sales.sell', await window.order(minibus(), [7]));
    expect(window.books().seats[minibus()]).toEqual({ total: 6, sold: 6 });
    const { departures } = await window.ok('timetable.departures', {
      date: '2026-11-22',
      lineId: 'r-dhk-nbjc',
    });
    expect(departures).toMatchObject([{ left: 0, state: 'soldOut' }]);
  });

  test('when seven want a minibus of six that nobody has touched: not even its seats are taken', async () => {
    const window = await openWindow();
    const refusal = await expectRefused(
      window,
      'seat.noneHeld',
      'sales.sell',
      await window.order(minibus(), [1, 2, 3, 4, 5, 6, 7]),
    );
    expect(refusal.message).toContain('7');
    expect(window.books().seats).toEqual({});
  });

  test('when it has left: at the minute itself, one second before it is still sold', async () => {
    const window = await openWindow();
    const order = await window.order(ferry(), [8, 9]);
    const departAt = Date.UTC(2026, 10, 21, 4, 20, 0);
    window.machine.pass(departAt - 1_000 - window.machine.runtime.clock.nowMs());
    await window.sell(ferry(), [8]);
    window.machine.pass(1_000);
    const refusal = await expectRefused(window, 'departure.left', 'sales.sell', {
      ...order,
      passengers: [{ holderRef: await window.holder(9), ticketClass: 'full' }],
    });
    expect(refusal.message).toContain('12:20');
  });

  test('when it is beyond the days on sale, or not in the timetable, or on a day that does not exist', async () => {
    const window = await openWindow();
    await expectRefused(
      window,
      'departure.notOnSaleYet',
      'sales.sell',
      await window.order(ferry('1220', '2026-11-25'), [1]),
    );
    const order = await window.order(ferry(), [1]);
    await expectRefused(window, 'departure.unknown', 'sales.sell', { ...order, departureId: ferry('1221') });
    await expectRefused(window, 'departure.unknown', 'sales.sell', {
      ...order,
      departureId: ferry('1220', '2026-02-31'),
    });
  });

  test('when the money is short by one fen, or the total is not the one that the clerk saw', async () => {
    const window = await openWindow();
    const short = await expectRefused(
      window,
      'money.short',
      'sales.sell',
      await window.order(ferry(), [1], { tenderedFen: 2_999 }),
    );
    expect(short).toMatchObject({ field: 'tenderedFen' });
    expect(short.message).toContain('29.99');
    const changed = await expectRefused(
      window,
      'fare.changed',
      'sales.sell',
      await window.order(ferry(), [1], { totalFen: 2_900, tenderedFen: 10_000 }),
    );
    expect(changed).toMatchObject({ field: 'totalFen' });
    expect(changed.message).toContain('30.00');
    await expectRefused(
      window,
      'fare.changed',
      'sales.sell',
      await window.order(ferry(), [1], { totalFen: 3_001, tenderedFen: 10_000 }),
    );
  });

  test('when the passenger was typed in ten minutes ago, or cleared from the form', async () => {
    const window = await openWindow();
    const order = await window.order(ferry(), [1]);
    window.machine.pass(599_000);
    await window.ok('sales.quote', { departureId: order['departureId'], passengers: order['passengers'] });
    window.machine.pass(1_000);
    const gone = await expectRefused(window, 'holder.gone', 'sales.sell', order);
    expect(gone.field).toBe('passengers.0.holderRef');

    const cleared = await window.order(ferry(), [2]);
    await window.ok('holders.drop', {
      holderRefs: [(cleared['passengers'] as { holderRef: string }[])[0]?.holderRef],
    });
    await expectRefused(window, 'holder.gone', 'sales.sell', cleared);
  });

  test('when nobody is in the order, or more than fit one', async () => {
    const window = await openWindow();
    const order = await window.order(ferry(), [1]);
    await expectRefused(window, 'sale.empty', 'sales.sell', { ...order, passengers: [] });
    const many = await window.order(
      ferry(),
      Array.from({ length: 21 }, (_, n) => n),
    );
    await expectRefused(window, 'sale.tooMany', 'sales.sell', many);
  });

  test('when no shift is open, or it is another clerk’s', async () => {
    const window = await openOffice();
    await window.signIn(0);
    await expectRefused(
      window,
      'shift.notOpen',
      'sales.sell',
      await window.order(ferry(), [1], { totalFen: 3_000, tenderedFen: 3_000 }),
    );
    await window.openShift();
    await window.signIn(1);
    const order = await window.order(ferry(), [1], { totalFen: 3_000, tenderedFen: 3_000 });
    const refusal = await expectRefused(window, 'shift.otherClerk', 'sales.sell', order);
    expect(refusal.message).toContain('0107');
    await expectRefused(window, 'shift.alreadyOpen', 'shifts.open', { floatFen: 100 });
    await expectRefused(window, 'shift.otherClerk', 'shifts.close', { countedFen: 50_000 });
    await window.signIn(0);
    await window.sell(ferry(), [1]);
    await window.ok('shifts.close', { countedFen: 53_000 }, 'close-of-the-first-clerk');
    await expectRefused(window, 'shift.notOpen', 'shifts.close', { countedFen: 53_000 });
    await window.signIn(1);
    await window.openShift(100);
    await window.sell(ferry(), [2]);
  });

  test('when the fare is a child’s and the rules do not give it', async () => {
    const window = await openWindow();
    const sale = async (birth: string, childBasis?: string) => {
      const { holderRef } = await window.ok('holders.type', type(citizenNumber(birth, 21)));
      const passenger = {
        holderRef,
        ticketClass: 'child_half',
        ...(childBasis === undefined ? {} : { childBasis }),
      };
      return {
        departureId: ferry(),
        passengers: [passenger],
        payment: 'cash',
        totalFen: 1_500,
        tenderedFen: 1_500,
      };
    };
    await expectRefused(window, 'fare.childAge', 'sales.sell', await sale('20110102', 'age'));
    await expectRefused(window, 'fare.childAdult', 'sales.sell', await sale('19900102', 'height'));
    await expectRefused(window, 'fare.childBasisMissing', 'sales.sell', await sale('20160102'));
  });

  test('when there is no timetable, because the file put there is wrong: the log says where, nothing is sold by halves', async () => {
    const window = await openWindow();
    const order = await window.order(ferry(), [1]);
    await window.office.stop();
    window.machine.runtime.files.writeAtomic('feed/own.json', '{"version": 1, "departures": "all"}');
    const after = await restart(window);
    await after.signIn();
    const holderRef = await after.holder(1);
    const params = { ...order, passengers: [{ holderRef, ticketClass: 'full' }] };
    await expectRefused(after, 'timetable.none', 'sales.sell', params);
    await expectRefused(after, 'timetable.none', 'timetable.departures', { date: '2026-11-21' });
    expect(after.machine.logged).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'wrong shape' }),
    );
  });
});
