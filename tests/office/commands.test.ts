import { afterEach, describe, expect, test } from 'vitest';
import { officeMethods, type OfficeMethod, type SaleResult } from '../../contract/office.ts';
import { mayCall, permissions } from '../../contract/permissions.ts';
import { adult } from '../support/people.ts';
import {
  closeOffices,
  expectChinese,
  expectRefused,
  ferry,
  newId,
  openOffice,
  openWindow,
  restart,
} from './kit.ts';

afterEach(closeOffices);

/** A sale as it must be answered every time; where its sheets are by now is news, not part of the answer. */
const withoutSheets = (sale: unknown): unknown => {
  const { tickets, ...rest } = sale as SaleResult;
  return { ...rest, tickets: tickets.map((ticket) => ({ ...ticket, print: null })) };
};

describe('the same command twice', () => {
  test('is one sale and one answer, also after a restart of the office', async () => {
    const window = await openWindow();
    const order = await window.order(ferry(), [1, 2], { tenderedFen: 10_000 });
    const id = newId();
    const first = await window.ok('sales.sell', order, id);
    const after = window.books();
    expect(first).toMatchObject({ commandId: id, totalFen: 6_000, changeFen: 4_000 });
    expect(withoutSheets(await window.ok('sales.sell', order, id))).toEqual(withoutSheets(first));
    expect(window.books()).toEqual(after);

    const again = await restart(window);
    await again.signIn();
    const signedIn = again.books();
    expect(withoutSheets(await again.ok('sales.sell', order, id))).toEqual(withoutSheets(first));
    expect(again.books()).toEqual(signedIn);
    expect(signedIn.tickets).toBe(2);
  });

  test('is answered although its passengers were forgotten and its departure has left meanwhile', async () => {
    const window = await openWindow();
    const order = await window.order(ferry(), [1]);
    const id = newId();
    const first = await window.ok('sales.sell', order, id);
    window.machine.pass(6 * 3_600_000);
    expect(withoutSheets(await window.ok('sales.sell', order, id))).toEqual(withoutSheets(first));
  });

  test('opens one shift and closes one shift, and says the same of it however much was sold since', async () => {
    const window = await openOffice();
    await window.signIn();
    const [open, close] = [newId(), newId()];
    const opened = await window.ok('shifts.open', { floatFen: 20_000 }, open);
    await window.sell(ferry(), [1, 2, 3]);
    expect(await window.ok('shifts.open', { floatFen: 20_000 }, open)).toEqual(opened);
    const closed = await window.ok('shifts.close', { countedFen: 28_900 }, close);
    expect(closed).toMatchObject({
      expectedFen: 29_000,
      countedFen: 28_900,
      differenceFen: -100,
      ticketCount: 3,
      salesFen: 9_000,
    });
    const books = window.books();
    expect(await window.ok('shifts.close', { countedFen: 28_900 }, close)).toEqual(closed);
    expect(await window.ok('shifts.open', { floatFen: 20_000 }, open)).toEqual(opened);
    expect(window.books()).toEqual(books);
    expect(await window.ok('shifts.current')).toEqual({ shift: null });
  });

  test('sent ten times at once, by a page that does not wait, is one sale', async () => {
    const window = await openWindow();
    const order = await window.order(ferry(), [1]);
    const id = newId();
    const answers = await Promise.all(Array.from({ length: 10 }, () => window.ok('sales.sell', order, id)));
    expect(new Set(answers.map((answer) => JSON.stringify(withoutSheets(answer)))).size).toBe(1);
    expect(window.books().tickets).toBe(1);
  });
});

describe('a command id is refused', () => {
  test('with another body, or for another method', async () => {
    const window = await openWindow();
    const order = await window.order(ferry(), [1]);
    const id = newId();
    await window.ok('sales.sell', order, id);
    await expectRefused(window, 'command.differs', 'sales.sell', { ...order, tenderedFen: 10_000 }, id);
    await expectRefused(
      window,
      'command.differs',
      'sales.sell',
      { ...order, departureId: ferry('1320') },
      id,
    );
    await expectRefused(window, 'command.differs', 'shifts.close', { countedFen: 53_000 }, id);
  });

  test('when it is missing where something is written, and when it comes with a plain question', async () => {
    const window = await openWindow();
    const before = window.books();
    for (const method of Object.keys(officeMethods) as OfficeMethod[]) {
      const { mutating } = officeMethods[method];
      if (method.startsWith('trial.') || !mayCall(method, ['clerk'])) continue;
      const refusal = await window.refusal(method, {}, mutating ? undefined : newId());
      expect(refusal, method).toMatchObject({
        code: mutating ? 'request.commandIdMissing' : 'request.commandIdUnexpected',
        field: 'commandId',
      });
      expectChinese(refusal);
    }
    expect(window.books()).toEqual(before);
  });

  test('a refused command leaves its id free: the clerk takes the cash that was missing and goes on', async () => {
    const window = await openWindow();
    const order = await window.order(ferry(), [1]);
    const id = newId();
    await expectRefused(window, 'money.short', 'sales.sell', { ...order, tenderedFen: 0 }, id);
    await window.ok('sales.sell', order, id);
    expect(window.books().tickets).toBe(1);
  });
});

describe('commands whose answer no page saw', () => {
  test('are given after a restart with their answer, until a page says that it has shown it', async () => {
    const window = await openWindow();
    await window.ok('commands.seen', {
      commandIds: (await window.ok('commands.open')).commands.map(({ commandId }) => commandId),
    });
    const id = newId();
    const sold = await window.ok('sales.sell', await window.order(ferry(), [1, 2]), id);

    const again = await restart(window);
    await again.signIn(1);
    const { commands } = await again.ok('commands.open');
    expect(commands).toHaveLength(1);
    expect(commands[0]).toMatchObject({ commandId: id, method: 'sales.sell', at: sold.at });
    expect(withoutSheets(commands[0]?.result)).toEqual(withoutSheets(sold));
    expect(JSON.stringify(commands)).not.toContain(adult(1).name);

    await again.ok('commands.seen', { commandIds: [id, 'an-id-that-nobody-ever-sent'] });
    expect(await again.ok('commands.open')).toEqual({ commands: [] });
    const third = await restart(again);
    await third.signIn();
    expect(await third.ok('commands.open')).toEqual({ commands: [] });
  });
});

describe('who may call', () => {
  test('nobody calls a clerk’s method before signing in, from another page, or after signing out', async () => {
    const window = await openWindow();
    const before = window.books();
    for (const method of Object.keys(officeMethods) as OfficeMethod[]) {
      const { mutating } = officeMethods[method];
      if (permissions[method] === 'public') continue;
      const refusal = await window.refusal(method, {}, mutating ? newId() : undefined, 'another page');
      expect(refusal.code, method).toBe('access.signInFirst');
      expectChinese(refusal);
    }
    expect(window.books()).toEqual(before);
    await window.ok('session.signOut');
    expect((await window.refusal('shifts.current')).code).toBe('access.signInFirst');
    expect(window.books().kinds.at(-1)).toBe('session.signedOut');
  });

  test('a restart asks for the PIN again, and the shift stays open', async () => {
    const again = await restart(await openWindow());
    expect((await again.refusal('sales.list', { limit: 5 })).code).toBe('access.signInFirst');
    expect(await again.ok('session.info')).toMatchObject({ signedIn: null });
    await again.signIn();
    expect((await again.ok('shifts.current')).shift).toMatchObject({ clerkNumber: '0107', floatFen: 50_000 });
  });

  test('a wrong PIN and an unknown number are refused alike and leave nothing', async () => {
    const window = await openOffice();
    const refusals = [];
    for (const [number, pin] of [
      ['0107', '246811'],
      ['0199', '246810'],
      ['', ''],
      ['0107', ''],
    ] as const)
      refusals.push(await expectRefused(window, 'access.wrongPin', 'session.signIn', { number, pin }));
    expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
    // A Chinese keyboard may be in full-width mode.
    await window.ok('session.signIn', { number: '０１０７', pin: '２４６８１０' });
  });

  test('outside a trial there are no trial methods, and no method that is not in the contract', async () => {
    const window = await openWindow();
    for (const method of [
      'trial.layCard',
      'trial.people',
      'sales.sel',
      'constructor',
      '__proto__',
      'toString',
      '../etc',
      'sales.sell\n',
    ]) {
      const refusal = await expectRefused(window, 'request.unknownMethod', method, {});
      expect(refusal.field).toBe('method');
    }
  });

  test('a page without a sign-in hears of the link and devices, never of a passenger or a ticket', async () => {
    const window = await openWindow();
    const heard: string[] = [];
    window.office.subscribe('a page nobody signed in on', ({ event }) => void heard.push(event));
    await window.sell(ferry(), [1]);
    window.machine.pass(100);
    expect(window.events.map(({ event }) => event)).toContain('departure.changed');
    expect(new Set(heard)).toEqual(new Set(['status.changed', 'link.changed', 'display.changed']));
  });
});
