import { afterEach, expect, test } from 'vitest';
import { closeOffices, expectRefused, ferry, newId, numberOf, openWindow } from './kit.ts';
import { staffOfAllRoles } from './gate-kit.ts';
import { as } from './people-kit.ts';

afterEach(closeOffices);

test('a ticket that stands twice in one command is taken back once: the drawer gives its money once', async () => {
  const window = await openWindow();
  const sale = await window.sell(ferry(), [1]);
  const number = numberOf(sale);
  const fareFen = sale.tickets[0]?.fareFen ?? 0;
  const twice = { ticketNumbers: [number, number], backFen: 2 * fareFen, reason: '售错' };
  await expectRefused(window, 'request.shape', 'tickets.void', twice);
  expect((await window.ok('shifts.current')).shift).toMatchObject({ backFen: 0 });
});

test('cash that is owed for a ticket is fetched once, though its number stands twice in the command', async () => {
  const window = await openWindow({ config: { staff: await staffOfAllRoles() } });
  await as(window, 'manager', 'boss');
  const sale = await window.sell(ferry(), [1]);
  const number = numberOf(sale);
  const fareFen = sale.tickets[0]?.fareFen ?? 0;
  const scope = { departures: [ferry()] };
  await window.ok(
    'departures.setState',
    { scope, state: 'cancelled', reason: '机械故障', orderedBy: null },
    newId(),
    'boss',
  );
  await window.ok('worklist.refund', { departureId: ferry() }, newId(), 'boss');
  const twice = { ticketNumbers: [number, number], backFen: 2 * fareFen, documentShown: true };
  await expectRefused(window, 'request.shape', 'tickets.payOut', twice);
});

test('a free child still changes with its adult when the adult’s lost ticket was issued again', async () => {
  const window = await openWindow();
  const adult = await window.holder(1);
  const typed = { documentKind: '117', number: 'T330000001', name: '样例小乙', birthDate: '20230501' };
  const child = await window.ok('holders.type', typed);
  const passengers = [
    { holderRef: adult, ticketClass: 'full' },
    { holderRef: child.holderRef, ticketClass: 'free_child', childBasis: 'age', carriedBy: adult },
  ];
  const { totalFen } = await window.ok('sales.quote', { departureId: ferry(), passengers });
  const order = { departureId: ferry(), passengers, payment: 'cash', totalFen, tenderedFen: totalFen };
  const sale = await window.ok('sales.sell', order, newId());
  const [lost, childs] = [numberOf(sale), numberOf(sale, 1)];
  const again = await window.ok('tickets.reissue', { ticketNumber: lost, documentShown: true }, newId());
  const found = (await window.ok('tickets.find', { text: again.newTicketNumber })).tickets[0];
  expect(found?.party).toEqual([childs]);
  const left = (await window.ok('tickets.find', { text: childs })).tickets[0];
  expect(left?.party).toEqual([again.newTicketNumber]);
});

test('a ticket that took the place of another is not taken back as if unsold: its money came in with the first one', async () => {
  const window = await openWindow();
  const sale = await window.sell(ferry(), [1]);
  const { shift } = await window.ok('shifts.current');
  const countedFen = (shift?.floatFen ?? 0) + (shift?.salesFen ?? 0);
  await window.ok('shifts.close', { countedFen }, newId());
  await window.openShift();
  const lost = { ticketNumber: numberOf(sale), documentShown: true };
  const { newTicketNumber } = await window.ok('tickets.reissue', lost, newId());
  const fareFen = sale.tickets[0]?.fareFen;
  const void_ = { ticketNumbers: [newTicketNumber], backFen: fareFen, reason: '售错' };
  await expectRefused(window, 'void.replacement', 'tickets.void', void_);
  const found = (await window.ok('tickets.find', { text: newTicketNumber })).tickets[0];
  expect(found?.void.refusal?.code).toBe('void.replacement');
});
