import { afterEach, expect, test } from 'vitest';
import { closeOffices, type TestOffice } from '../office/kit.ts';
import { clerkOf, linkIs, openHost, openWindowAt, until, windowOptions } from './kit.ts';

afterEach(closeOffices);

const VICTIM = clerkOf(9);
const tryPin = (office: TestOffice, pin: string, session: string) =>
  office.ask('session.signIn', { number: VICTIM.number, pin }, undefined, session);

test('a PIN tried at several windows is locked at all of them after five tries in all, and a right one forgives everywhere', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  const three = await openWindowAt(station, 3);
  const offices = [two, three, station.host];
  const codes: string[] = [];
  for (let n = 0; n < 30; n += 1) {
    const office = offices[n % offices.length] ?? two;
    const answer = await tryPin(office, String(100_000 + n), 'thief');
    if (!answer.ok) codes.push(answer.refusal.code);
  }
  expect(codes).toHaveLength(30);
  // The fifth locks; a try that was under way while the word travelled may come before it.
  expect(codes.filter((code) => code === 'access.wrongPin').length).toBeLessThan(5 + offices.length);
  for (const office of offices)
    await until(async () => {
      const answer = await tryPin(office, VICTIM.pin, 'owner');
      return !answer.ok && answer.refusal.code === 'access.locked' ? true : undefined;
    }, 'locked everywhere');

  // Nobody else is locked, and unlocking at the host counts for all.
  expect((await two.ask('session.signIn', clerkOf(2), undefined, 'other')).ok).toBe(true);
  await station.host.ok(
    'people.unlock',
    { number: VICTIM.number, secondSignature: { number: '0301', pin: '864201' } },
    'unlock-0000000001',
    'manager',
  );
  await until(
    async () => ((await tryPin(three, VICTIM.pin, 'owner')).ok ? true : undefined),
    'unlocked at a window',
  );
});

test('a window out of contact counts its own, and tells nobody', async () => {
  const station = await openHost();
  const options = await windowOptions(station, 2);
  const two = await openWindowAt(station, 2, { machine: options.machine as never });
  await station.host.office.stop();
  await linkIs(two, 'down');
  const codes: string[] = [];
  for (let n = 0; n < 7; n += 1) {
    const answer = await tryPin(two, String(200_000 + n), 'thief');
    if (!answer.ok) codes.push(answer.refusal.code);
  }
  expect(codes.filter((code) => code === 'access.wrongPin')).toHaveLength(4);
  expect(codes.at(-1)).toBe('access.locked');
});
