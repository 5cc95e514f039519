import { afterEach, expect, test } from 'vitest';
import type { OfficeInput } from '../../contract/office.ts';
import { GATE, standAtGate, staffOfAllRoles } from './gate-kit.ts';
import { closeOffices, ferry, newId, numberOf, openOffice, type TestOffice } from './kit.ts';
import { as, of } from './people-kit.ts';

afterEach(closeOffices);

const BOSS = 'boss';
const HOUR = 3_600_000;

async function openStation() {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  const gate = await standAtGate(window);
  return { window, gate };
}
const order = (window: TestOffice, planId: string) =>
  window.ok(
    'plans.order',
    {
      planId,
      scope: {},
      until: window.machine.runtime.clock.nowMs() + HOUR,
      reason: '设备故障',
      orderedBy: null,
      measured: {
        what: 'queue',
        value: '600',
        unit: '人',
        source: '现场清点',
        at: window.machine.runtime.clock.nowMs(),
      },
      secondSignature: of('shiftLeader'),
    },
    newId(),
    BOSS,
  );
const end = (window: TestOffice, key: unknown) =>
  window.ok(
    'plans.end',
    { order: key, reason: '已恢复', orderedBy: null, measured: null, secondSignature: of('shiftLeader') },
    newId(),
    BOSS,
  );
const eased = (window: TestOffice, input: Partial<OfficeInput<'gate.present'>>) =>
  window.ok('gate.present', { departureId: ferry(), ...input }, newId(), GATE);
const lastBody = async (window: TestOffice, kind: string) => {
  const { entries } = await window.ok('journal.page', { limit: 30 }, undefined, BOSS);
  return entries.find((entry) => entry.kind === kind)?.body;
};
const viewOf = (window: TestOffice) =>
  window.ok('gate.view', { departureId: ferry() as never }, undefined, GATE);

test('with no plan in force nobody boards by the list or before the check, and the gate says so by name', async () => {
  const { window, gate } = await openStation();
  const text = numberOf(await window.sell(ferry(), [1]));
  await gate.open(ferry());
  expect(await eased(window, { text, check: 'list' })).toMatchObject({
    admit: false,
    refusal: { code: 'rules.listNotAllowed' },
  });
  expect(await eased(window, { text, check: 'deferred' })).toMatchObject({
    admit: false,
    refusal: { code: 'rules.deferNotAllowed' },
  });
  expect((await viewOf(window)).eased).toBeUndefined();
  expect(await gate.present(ferry(), text)).toMatchObject({ admit: true });
});

test('with the reader down the gate boards by the list, by name or number, once the passenger has signed', async () => {
  const { window, gate } = await openStation();
  const sold = await window.sell(ferry(), [1, 2, 3]);
  const [first = '', second = '', third = ''] = sold.tickets.map(({ ticketNumber }) => ticketNumber);
  await gate.open(ferry());
  const { key } = await order(window, 'reader-down');
  const view = await viewOf(window);
  expect(view.eased).toEqual({ check: 'list', evidence: ['headCount', 'nameList', 'signature'] });

  const unsigned = await eased(window, { text: first, check: 'list' });
  expect(unsigned).toMatchObject({ admit: false, refusal: { code: 'rules.evidence' } });
  expect(unsigned.refusal?.message).toContain('签字');
  expect(await eased(window, { text: first, check: 'list', signed: true })).toMatchObject({
    admit: true,
    method: 'list',
    ticket: { ticketNumber: first },
  });
  expect(await lastBody(window, 'ticket.boarded')).toMatchObject({
    ticketNumber: first,
    method: 'list',
    evidence: ['headCount', 'nameList', 'signature'],
  });

  const { tickets } = await window.ok(
    'gate.passengers',
    { departureId: ferry() as never, which: 'missing' },
    undefined,
    GATE,
  );
  const name = tickets.find(({ ticketNumber }) => ticketNumber === second)?.name ?? '';
  expect(await eased(window, { text: name, check: 'list', signed: true })).toMatchObject({
    admit: true,
    ticket: { ticketNumber: second },
  });
  const nobody = await window.refusal(
    'gate.present',
    { departureId: ferry(), text: '查无此人', check: 'list', signed: true },
    newId(),
    GATE,
  );
  expect(nobody.code).toBe('boarding.nameUnknown');
  // A list is no check put off, and a full check is always right.
  expect(await eased(window, { text: third, check: 'deferred' })).toMatchObject({
    refusal: { code: 'rules.deferNotAllowed' },
  });
  expect(await gate.present(ferry(), third)).toMatchObject({ admit: true, method: 'typed' });
  await end(window, key);
  expect((await viewOf(window)).unchecked).toBe(0);
});

test('with the system down people go aboard before the check and stay on the open list until it is made good', async () => {
  const { window, gate } = await openStation();
  const sold = await window.sell(ferry(), [1, 2]);
  const [first = '', second = ''] = sold.tickets.map(({ ticketNumber }) => ticketNumber);
  await gate.open(ferry());
  const { key } = await order(window, 'system-down');
  for (const text of [first, second])
    expect(await eased(window, { text, check: 'deferred', signed: true })).toMatchObject({
      admit: true,
      method: 'deferred',
      ticket: { unchecked: true },
    });
  await end(window, key);
  const open = async () =>
    (await window.ok('gate.unchecked', {}, undefined, GATE)).tickets.map(({ ticketNumber }) => ticketNumber);
  expect(await open()).toEqual([first, second]);
  expect((await viewOf(window)).unchecked).toBe(2);

  const settle = { departureId: ferry(), ticketNumber: first, result: 'matches', note: '' };
  expect((await window.ok('gate.check', settle, newId(), GATE)).unchecked).toBeUndefined();
  expect((await window.refusal('gate.check', settle, newId(), GATE)).code).toBe('boarding.notDeferred');
  const other = { ...settle, ticketNumber: second, result: 'differs' };
  expect((await window.refusal('gate.check', other, newId(), GATE)).code).toBe('boarding.checkNote');
  expect(await open()).toEqual([second]);
  await window.ok('gate.check', { ...other, note: '没有证件' }, newId(), GATE);
  expect(await open()).toEqual([]);
  expect(await lastBody(window, 'boarding.checked')).toMatchObject({ result: 'differs', note: '没有证件' });
});

test('the list of a vessel says who was not checked in full, and what was left behind', async () => {
  const { window, gate } = await openStation();
  const sold = await window.sell(ferry(), [1, 2]);
  const [first = '', second = ''] = sold.tickets.map(({ ticketNumber }) => ticketNumber);
  await gate.open(ferry());
  await order(window, 'system-down');
  await eased(window, { text: first, check: 'deferred', signed: true });
  await gate.present(ferry(), second);
  await window.ok('gate.stopSale', { departureId: ferry() }, newId(), GATE);
  await window.ok('gate.close', { departureId: ferry() }, newId(), GATE);
  expect(await lastBody(window, 'manifest.frozen')).toMatchObject({
    counts: { heads: 2 },
    eased: { list: 0, deferred: 1, evidence: ['checkAboard', 'headCount', 'nameList', 'signature'] },
  });
  const page = await window.ok(
    'gate.page',
    { departureId: ferry() as never, reason: '随船' },
    undefined,
    GATE,
  );
  expect(page.rows.map(({ ticketNumber, check }) => [ticketNumber, check])).toEqual([
    [first, '待补查'],
    [second, ''],
  ]);
});

test('before the gate closes the list to board by names who is expected, with a line to sign; the frozen one is another', async () => {
  const { window, gate } = await openStation();
  const sold = await window.sell(ferry(), [1, 2]);
  const [first = '', second = ''] = sold.tickets.map(({ ticketNumber }) => ticketNumber);
  await gate.open(ferry());
  await gate.present(ferry(), first);
  const asked = { departureId: ferry(), reason: '按名单检票' };
  expect((await window.refusal('gate.page', asked, undefined, GATE)).code).toBe('manifest.none');
  const page = await window.ok('gate.page', { ...asked, expected: true }, undefined, GATE);
  expect(page).toMatchObject({ expected: true, counts: { heads: 1 } });
  expect(page.rows.map(({ ticketNumber, check }) => [ticketNumber, check])).toEqual([[second, '________']]);
  expect(await lastBody(window, 'manifest.exported')).toMatchObject({ form: 'page', reason: '按名单检票' });
  await window.ok('gate.stopSale', { departureId: ferry() }, newId(), GATE);
  await window.ok('gate.close', { departureId: ferry() }, newId(), GATE);
  const late = await window.refusal('gate.page', { ...asked, expected: true }, undefined, GATE);
  expect(late.code).toBe('boarding.gateClosed');
});
