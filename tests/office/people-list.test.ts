import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { PeopleDocument } from '../../contract/people.ts';
import { closeOffices, expectChinese, newId, openOffice, restart, tryOffice } from './kit.ts';
import { added, as, everybody, filesOf, kindsOf, of, openStation } from './people-kit.ts';

afterEach(closeOffices);

describe('the first manager', () => {
  test('is made with the code that is told once, signs in at once, and no code is good any more', async () => {
    const window = await openOffice({ config: { staff: [] } });
    const code = window.office.firstManagerCode ?? '';
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}$/);
    expect(await window.ok('session.info')).toMatchObject({ firstRun: true, signedIn: null });
    const form = { code: ` ${code.toLowerCase()} `, number: '0001', name: '测试站', newPin: '482913' };
    expect(await window.ok('people.firstManager', form)).toMatchObject({
      number: '0001',
      roles: ['manager'],
    });
    const info = await window.ok('session.info');
    expect(info.firstRun).toBeUndefined();
    expect(info.signedIn?.number).toBe('0001');
    // Used twice.
    const again = await window.refusal('people.firstManager', { ...form, number: '0002' });
    expect(again.code).toBe('firstRun.gone');
    expectChinese(again);
    const later = await restart(window, { config: { staff: [] } });
    expect(later.office.firstManagerCode).toBeUndefined();
    await later.ok('session.signIn', { number: '0001', pin: '482913' });
  });

  test('needs no code twice: a restart does not print another while one is good', async () => {
    const window = await openOffice({ config: { staff: [] } });
    expect(window.office.firstManagerCode).toBeDefined();
    const code = window.office.firstManagerCode ?? '';
    const later = await restart(window, { config: { staff: [] } });
    expect(later.office.firstManagerCode).toBeUndefined();
    await later.ok('people.firstManager', { code, number: '0001', name: '测试站', newPin: '482913' });
  });

  test('is refused after five wrong codes, also with the right one, and after a day', async () => {
    const window = await openOffice({ config: { staff: [] } });
    const code = window.office.firstManagerCode ?? '';
    const form = { number: '0001', name: '测试站', newPin: '482913' };
    // A slip in the form costs no try.
    expect((await window.refusal('people.firstManager', { ...form, code, newPin: '111111' })).code).toBe(
      'pin.trivial',
    );
    for (const left of [4, 3, 2, 1]) {
      const refusal = await window.refusal('people.firstManager', { ...form, code: 'AAAA-BBBB-CCCC' });
      expect(refusal.message).toContain(String(left));
    }
    for (const wrong of ['AAAA-BBBB-CCCC', code]) {
      expect((await window.refusal('people.firstManager', { ...form, code: wrong })).code).toBe(
        'firstRun.gone',
      );
    }
    // The next start tells a new one; it lasts a day.
    const second = await restart(window, { config: { staff: [] } });
    const fresh = second.office.firstManagerCode ?? '';
    expect(fresh).not.toBe(code);
    second.machine.pass(24 * 3_600_000);
    expect((await second.refusal('people.firstManager', { ...form, code: fresh })).code).toBe(
      'firstRun.gone',
    );
  });

  test('is not asked for where station.json names a manager, and the code is in no file', async () => {
    expect((await openStation()).office.firstManagerCode).toBeUndefined();
    const window = await openOffice({ config: { staff: [] } });
    const code = window.office.firstManagerCode ?? '';
    for (const text of filesOf(window.machine.folder)) {
      expect(text).not.toContain(code);
      expect(text).not.toContain(code.replaceAll('-', ''));
    }
    expect(JSON.stringify(window.machine.logged)).not.toContain(code);
  });
});

describe('the list at another window', () => {
  test('is taken from the host, newer ones only, and is changed only there', async () => {
    const host = await openStation();
    await as(host, 'manager');
    await host.ok('people.add', added, newId());
    const first = host.office.access.current() as PeopleDocument;
    const other = await openOffice({ config: { staff: [] } });
    expect(other.office.access.take(first)).toEqual({ ok: true, value: null });
    expect(other.office.access.take(structuredClone(first))).toEqual({ ok: true, value: null });
    expect(kindsOf(other).filter((kind) => kind === 'people.taken')).toHaveLength(1);
    await other.ok('session.signIn', of('clerk'));
    await other.ok('session.signIn', of('manager'));
    expect((await other.ok('people.list')).source).toBe('host');
    expect((await other.refusal('people.suspend', { number: '0107' }, newId())).code).toBe('people.notHere');

    await host.ok('people.suspend', { number: '0107' }, newId());
    const second = host.office.access.current() as PeopleDocument;
    expect(other.office.access.take(second)).toMatchObject({ ok: true });
    expect((await other.refusal('session.signIn', of('clerk'), undefined, 'b')).code).toBe(
      'access.suspended',
    );
    for (const wrong of [
      first,
      { ...second, madeAt: 1 },
      { ...second, people: [] },
      {},
      null,
      { ...second, version: 9, people: second.people.filter(({ roles }) => !roles.includes('manager')) },
    ])
      expect(other.office.access.take(wrong)).toMatchObject({ ok: false });
    const later = await restart(other, { config: { staff: [] } });
    expect(later.office.access.current()).toEqual(second);
  });

  test('a one-time PIN is changed at another window through the host, and not without one', async () => {
    const host = await openStation();
    await as(host, 'manager');
    await host.ok('people.add', added, newId());
    const other = await openOffice({ config: { staff: [] } });
    other.office.access.take(host.office.access.current());
    await other.ok('session.signIn', { number: '0120', pin: added.newPin });
    const form = { pin: added.newPin, newPin: '640285' };
    expect((await other.refusal('session.changePin', form)).code).toBe('people.notHere');
    other.office.access.carryPins((number, storedPin) => {
      const changed = host.office.access.changePin(number, storedPin);
      return Promise.resolve(changed.ok ? other.office.access.take(host.office.access.current()) : changed);
    });
    await other.ok('session.changePin', form);
    await other.ok('shifts.current');
    await host.ok('session.signIn', { number: '0120', pin: '640285' }, undefined, 'b');
    // The host is dead and this window takes its place.
    other.office.access.becomeAuthority();
    await other.ok('session.signIn', of('manager'));
    await other.ok('people.suspend', { number: '0120' }, newId());
  });
});

test('the list outlives a ledger that was set aside, and its next version is above any that was lost with it', async () => {
  const config = { staff: await everybody() };
  const window = await openStation();
  await as(window, 'manager');
  await window.ok('people.add', added, newId());
  await window.office.stop();
  const { folder } = window.machine;
  copyFileSync(join(folder, 'ledger.db'), join(folder, 'backup.db'));
  const later = await openOffice({ machine: window.machine.restart(), config });
  await as(later, 'manager');
  await later.ok('people.suspend', { number: '0108' }, newId());
  expect(later.office.access.current()?.version).toBe(2);
  await later.office.stop();
  // An old backup put in its place: it is set aside and succeeded.
  copyFileSync(join(folder, 'backup.db'), join(folder, 'ledger.db'));
  const after = await openOffice({ machine: later.machine.restart(), config });
  expect(after.office.access.current()?.people.map(({ number }) => number)).toContain('0120');
  await as(after, 'manager');
  expect(await after.ok('people.suspend', { number: '0108' }, newId())).toMatchObject({ version: 1_001 });
  expect(await after.ok('people.restore', { number: '0108' }, newId())).toMatchObject({ version: 1_002 });
});

test('a list that does not open with the keys of this PC keeps the office shut', async () => {
  const window = await openStation();
  await as(window, 'manager');
  await window.ok('people.add', added, newId());
  await window.office.stop();
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(join(window.machine.folder, 'ledger.db'));
  database.exec("UPDATE secrets SET sealed = zeroblob(length(sealed)) WHERE name = 'people'");
  database.close();
  await expect(
    tryOffice({ machine: window.machine.restart(), config: { staff: await everybody() } }),
  ).rejects.toThrow(/does not open/);
});
