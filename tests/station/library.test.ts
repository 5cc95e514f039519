import { afterEach, expect, test } from 'vitest';
import { closeOffices, newId, restart, type TestOffice } from '../office/kit.ts';
import { of } from '../office/people-kit.ts';
import { as, clerkOf, linkIs, openHost, openWindowAt, windowOptions } from './kit.ts';
import { expectOrders, fog, order, word } from './orders-kit.ts';
import { filesWith } from './authority-kit.ts';
import { readPlanFiles } from '../support/machine.ts';

afterEach(closeOffices);

const listOf = (office: TestOffice) => office.ok('plans.list', {}, undefined, 'manager');
const fogOf = async (office: TestOffice) =>
  (await listOf(office)).plans.find(({ planId }) => planId === 'fog');
/** The office comes to have the fog plan in this version. */
const expectFog = (office: TestOffice, version: number) =>
  expect.poll(async () => (await fogOf(office))?.version, { timeout: 15_000 }).toBe(version);
const secondFog = filesWith('fog.yaml', 'version: 1', 'version: 2');

test('the host’s library is that of every window, with its signature, and a window has no other', async () => {
  const station = await openHost();
  await expect.poll(async () => (await fogOf(station.host))?.signer?.kind).toBe('station');
  const { plans: plansOfHost } = await listOf(station.host);
  const options = await windowOptions(station, 2, { plans: [] });
  const two = await openWindowAt(station, 2, { plans: [], machine: options.machine as never });
  await as(two, 'manager');
  await expectFog(two, 1);
  const { plans, waiting } = await listOf(two);
  expect(plans).toEqual(plansOfHost);
  expect(plans.every(({ signer }) => signer?.kind === 'station' && signer.name.endsWith('/01'))).toBe(true);
  expect(waiting).toEqual([]);
  const refusal = await two.refusal(
    'plans.sign',
    { planId: 'fog', version: 1, hash: '0'.repeat(64), secondSignature: of('shiftLeader') },
    newId(),
    'manager',
  );
  expect(refusal.code).toBe('plan.notSigner');
  // Without its host it goes on with the last good ones, over a restart too.
  await station.host.office.stop();
  const back = await restart(two, { ...options, machine: two.machine.restart() });
  await as(back, 'manager');
  const { id } = await order(back);
  await expectOrders(back, [id]);
});

test('a plan file that somebody changed at one window is told there and changes nothing, and the order carries what the host signed', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2, {
    plans: filesWith('fog.yaml', 'state: paused', 'state: windowOnly'),
  });
  await as(two, 'manager');
  await expectFog(two, 1);
  const { broken } = await listOf(two);
  expect(broken).toMatchObject([{ what: 'fog.yaml' }]);
  expect(broken[0]?.message).toContain('fog.yaml');
  expect((await fogOf(two))?.hash).toBe((await fogOf(station.host))?.hash);
  const { id } = await order(two);
  await expectOrders(station.host, [id]);
  await as(station.host, 'manager');
  expect((await listOf(station.host)).broken).toEqual([]);
});

test('a later version counts once the manager signed it at the host, and an order of it holds at a window that was away', async () => {
  let { host, ...rest } = await openHost();
  const options = await windowOptions({ host, ...rest }, 2);
  const two = await openWindowAt({ host, ...rest }, 2, { machine: options.machine as never });
  await as(two, 'manager');
  await expectFog(two, 1);
  await two.office.stop();

  // The new file is on the host's disk; nobody signed it yet.
  const listen = [`127.0.0.1:${rest.port}`];
  await host.office.stop();
  ({ host, ...rest } = await openHost({ machine: host.machine.restart(), plans: secondFog }, { listen }));
  await expectFog(host, 1);
  const [draft] = (await listOf(host)).waiting;
  expect(draft).toMatchObject({ planId: 'fog', version: 2, signedVersion: 1 });
  const asked = {
    planId: 'fog',
    version: 2,
    hash: draft?.hash ?? '',
    secondSignature: of('shiftLeader'),
  };
  const changed = await host.refusal('plans.sign', { ...asked, hash: '0'.repeat(64) }, newId(), 'manager');
  expect(changed.code).toBe('plan.fileChanged');
  await host.ok('plans.sign', asked, newId(), 'manager');
  expect(await fogOf(host)).toMatchObject({ version: 2 });
  expect((await host.refusal('plans.sign', asked, newId(), 'manager')).code).toBe('plan.nothingToSign');
  const { id, key } = await order(host);

  const back = await restart(two, { ...options, machine: two.machine.restart() });
  await back.ok('session.signIn', clerkOf(2));
  await as(back, 'manager');
  await linkIs(back, 'up');
  await expectOrders(back, [id]);
  await expectFog(back, 2);
  await as(host, 'manager');
  await host.ok('plans.end', { order: key, ...word }, newId(), 'manager');
  await expectOrders(back, []);
});

test('at the host a file that was changed under its old version is told, and the signed one stays in force', async () => {
  const { host, port } = await openHost();
  await expect.poll(async () => (await fogOf(host))?.signer?.kind).toBe('station');
  const before = await fogOf(host);
  await host.office.stop();
  const again = await openHost(
    {
      machine: host.machine.restart(),
      plans: filesWith('fog.yaml', 'reviewEveryMin: 30', 'reviewEveryMin: 31'),
    },
    { listen: [`127.0.0.1:${port}`] },
  );
  const { broken, waiting } = await listOf(again.host);
  expect(broken).toMatchObject([{ what: 'fog.yaml' }]);
  expect(waiting).toEqual([]);
  expect((await fogOf(again.host))?.hash).toBe(before?.hash);
});

test('a window that never heard of its host’s plans puts none in force', async () => {
  const station = await openHost({ plans: [] });
  const two = await openWindowAt(station, 2, { plans: readPlanFiles() });
  await as(two, 'manager');
  expect((await listOf(two)).plans).toEqual([]);
  expect((await two.refusal('plans.order', fog(two), newId(), 'manager')).code).toBe('plan.unknown');
});

test('a window that comes after the host was replaced follows what the lost one ordered and signed', async () => {
  const lost = await openHost({ plans: filesWith('fog.yaml', 'reviewEveryMin: 30', 'reviewEveryMin: 20') });
  const two = await openWindowAt(lost, 2);
  const { id } = await order(lost.host);
  await expectOrders(two, [id]);
  await lost.host.office.stop();
  await two.office.stop();
  const next = await openHost({ config: { window: 9 } }, { takesOver: true });
  const options = await windowOptions(next, 2);
  const again = await restart(two, { ...options, machine: two.machine.restart() });
  await again.ok('session.signIn', clerkOf(2));
  await linkIs(again, 'up');
  await expectOrders(next.host, [id]);
  const four = await openWindowAt(next, 4);
  await as(four, 'manager');
  await expectOrders(four, [id]);
  const { plans } = await listOf(four);
  expect(plans.find(({ planId }) => planId === 'fog')).toMatchObject({
    reviewEveryMin: 20,
    signer: { kind: 'station', name: expect.stringMatching(/\/01$/) },
  });
});
