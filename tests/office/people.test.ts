import { afterEach, describe, expect, test } from 'vitest';
import { readEntries } from './books.ts';
import { closeOffices, expectChinese, newId, restart } from './kit.ts';
import { added, as, everybody, filesOf, kindsOf, of, openStation } from './people-kit.ts';

afterEach(closeOffices);

describe('people kept by the manager', () => {
  test('somebody added signs in with the one-time PIN, which opens nothing but its change', async () => {
    const window = await openStation();
    await as(window, 'manager');
    const id = newId();
    const answer = await window.ok('people.add', added, id);
    expect(answer).toMatchObject({ version: 1, number: '0120', roles: ['clerk', 'gate'], state: 'active' });
    // The same command again, also after a restart of the office.
    expect(await window.ok('people.add', added, id)).toEqual(answer);
    const list = await window.ok('people.list');
    expect(list).toMatchObject({ source: 'own', version: 1 });
    expect(list.people.map(({ number }) => number)).toContain('0107');
    expect(JSON.stringify(list)).not.toContain('scrypt');

    await window.ok('session.signIn', { number: '0120', pin: added.newPin }, undefined, 'new');
    expect(await window.ok('session.info', {}, undefined, 'new')).toMatchObject({ limit: 'changePin' });
    expect((await window.refusal('shifts.current', {}, undefined, 'new')).code).toBe('access.changePinFirst');
    const change = (pin: string, newPin: string) =>
      window.ask('session.changePin', { pin, newPin }, undefined, 'new');
    expect(await change(added.newPin, added.newPin)).toMatchObject({ refusal: { code: 'pin.same' } });
    expect(await change(added.newPin, '120120')).toMatchObject({ refusal: { code: 'pin.trivial' } });
    expect(await change(added.newPin, '640285')).toMatchObject({ ok: true });
    expect(await window.ok('shifts.current', {}, undefined, 'new')).toEqual({ shift: null });
    const later = await restart(window, { config: { staff: await everybody() } });
    expect((await later.refusal('session.signIn', { number: '0120', pin: added.newPin })).code).toBe(
      'access.wrongPin',
    );
    await later.ok('session.signIn', { number: '0120', pin: '640285' });
    expect((await later.ok('session.info')).limit).toBeUndefined();
  });

  test('neither a name nor a hash is in the journal, and no hash or PIN in any file in clear', async () => {
    const window = await openStation();
    await as(window, 'manager');
    await window.ok('people.add', added, newId());
    const entries = JSON.stringify(readEntries(window.machine.folder));
    expect(entries).toContain('"person.changed"');
    expect(entries).not.toContain('scrypt');
    expect(entries).not.toContain('样例新');
    expect(window.books().kinds.filter((kind) => kind === 'person.changed')).toHaveLength(1);
    const hash = window.office.access.current()?.people.find(({ number }) => number === '0120')?.pin ?? '';
    expect(hash).toMatch(/^scrypt\$/);
    for (const text of filesOf(window.machine.folder)) expect(text).not.toContain(hash.slice(-20));
  });

  test('roles that are taken away end at once, and a suspended person is signed out at once', async () => {
    const window = await openStation();
    await as(window, 'manager');
    await window.ok('people.add', added, newId());
    await as(window, 'clerk', 'desk');
    await window.ok('shifts.current', {}, undefined, 'desk');
    const who = { number: '0107', name: '测试丙', ticketName: '丙', roles: ['gate'] };
    await window.ok('people.change', who, newId());
    expect((await window.refusal('shifts.current', {}, undefined, 'desk')).code).toBe('access.role');
    expect((await window.refusal('people.change', who, newId())).code).toBe('people.already');
    await window.ok('people.suspend', { number: '0107' }, newId());
    expect((await window.refusal('shifts.current', {}, undefined, 'desk')).code).toBe('access.signInFirst');
    expect((await window.refusal('session.signIn', of('clerk'), undefined, 'desk')).code).toBe(
      'access.suspended',
    );
    await window.ok('people.restore', { number: '0107' }, newId());
    await as(window, 'clerk', 'desk');
  });

  test('the last manager cannot be demoted, nobody suspends or resets themselves, and numbers are not given out again', async () => {
    const window = await openStation();
    await as(window, 'manager');
    const me = { number: '0001', name: '测试站', ticketName: null };
    expect((await window.refusal('people.change', { ...me, roles: ['clerk'] }, newId())).code).toBe(
      'people.lastManager',
    );
    expect((await window.refusal('people.suspend', { number: '0001' }, newId())).code).toBe('people.self');
    expect(
      (await window.refusal('people.resetPin', { number: '0001', newPin: '640285' }, newId())).code,
    ).toBe('people.ownPin');
    await window.ok('people.suspend', { number: '0108' }, newId());
    expect((await window.refusal('people.add', { ...added, number: '0108' }, newId())).code).toBe(
      'people.numberTaken',
    );
    expect(
      (await window.refusal('people.resetPin', { number: '0999', newPin: '640285' }, newId())).code,
    ).toBe('people.unknown');
    expect(kindsOf(window).filter((kind) => kind === 'person.changed')).toHaveLength(1);
  });

  test('who wants it has a name on tickets beside the number', async () => {
    const window = await openStation();
    await as(window, 'manager');
    await window.ok(
      'people.change',
      { number: '0107', name: '测试丙', ticketName: '丙师傅', roles: ['clerk'] },
      newId(),
    );
    await window.ok('session.signOut');
    await as(window, 'clerk');
    await window.openShift();
    const sale = await window.sell('w-wgz-pts/2026-11-21/1220', [1]);
    const { parts } = await window.ok('sales.paper', { ticketNumber: sale.tickets[0]?.ticketNumber });
    expect(JSON.stringify(parts)).toContain('工号 0107 丙师傅');
  });

  test('a manager’s reset gives a one-time PIN and does not lift a lock', async () => {
    const window = await openStation();
    await as(window, 'manager');
    for (let n = 0; n < 5; n += 1)
      await window.ask('session.signIn', { number: '0107', pin: '000000' }, undefined, 'desk');
    await window.ok('people.resetPin', { number: '0107', newPin: '640285' }, newId());
    expect(
      (await window.refusal('session.signIn', { number: '0107', pin: '640285' }, undefined, 'desk')).code,
    ).toBe('access.locked');
    window.machine.pass(60_000);
    await window.ok('session.signIn', { number: '0107', pin: '640285' }, undefined, 'desk');
    expect(await window.ok('session.info', {}, undefined, 'desk')).toMatchObject({ limit: 'changePin' });
  });
});

describe('a PIN tried again and again', () => {
  test('10,000 times at once: five are tried, one lock is journalled, and a restart forgives nothing', async () => {
    const window = await openStation();
    const tries = await Promise.all(
      Array.from({ length: 10_000 }, (_, n) =>
        window.ask('session.signIn', { number: '0107', pin: String(100_000 + n) }, undefined, `s${n % 50}`),
      ),
    );
    const codes = tries.map((answer) => (answer.ok ? 'ok' : answer.refusal.code));
    expect(codes.filter((code) => code === 'access.wrongPin')).toHaveLength(4);
    expect(codes.filter((code) => code === 'access.locked')).toHaveLength(9_996);
    expect(kindsOf(window).filter((kind) => kind === 'access.locked')).toHaveLength(1);
    // The right PIN is refused too, here and after a restart.
    expect((await window.refusal('session.signIn', of('clerk'))).code).toBe('access.locked');
    const later = await restart(window, { config: { staff: await everybody() } });
    const refusal = await later.refusal('session.signIn', of('clerk'));
    expect(refusal.code).toBe('access.locked');
    expectChinese(refusal);
    // Another number is not touched.
    await as(later, 'gate', 'gate');
    later.machine.pass(60_000);
    expect((await later.refusal('session.signIn', { number: '0107', pin: '000000' })).code).toBe(
      'access.locked',
    );
    later.machine.pass(60_000);
    expect((await later.refusal('session.signIn', of('clerk'))).code).toBe('access.locked');
    later.machine.pass(240_000);
    await as(later, 'clerk');
    expect(kindsOf(later).filter((kind) => kind === 'access.locked')).toHaveLength(2);
  });

  test('a number that nobody has is answered like one that somebody has, and leaves nothing in the journal', async () => {
    const window = await openStation();
    const before = window.books();
    const codes = [];
    for (let n = 0; n < 7; n += 1)
      codes.push((await window.refusal('session.signIn', { number: '0999', pin: '246810' })).code);
    expect(codes).toEqual([
      ...Array<string>(4).fill('access.wrongPin'),
      ...Array<string>(3).fill('access.locked'),
    ]);
    expect(window.books()).toEqual(before);
  });

  test('a lock is lifted by the manager with another’s signature, each with their own secret', async () => {
    const window = await openStation();
    await as(window, 'manager');
    const unlock = (secondSignature: { number: string; pin: string }, id = newId()) =>
      window.ask('people.unlock', { number: '0107', secondSignature }, id);
    expect(await unlock(of('shiftLeader'))).toMatchObject({ refusal: { code: 'people.notLocked' } });
    for (let n = 0; n < 5; n += 1)
      await window.ask('session.signIn', { number: '0107', pin: '000000' }, undefined, 'desk');
    const before = window.books();
    expect(await unlock(of('manager'))).toMatchObject({
      refusal: { code: 'signature.samePerson', field: 'secondSignature.number' },
    });
    expect(await unlock(of('auditor'))).toMatchObject({ refusal: { code: 'signature.role' } });
    expect(await unlock({ ...of('shiftLeader'), pin: '000000' })).toMatchObject({
      refusal: { code: 'access.wrongPin', field: 'secondSignature.pin' },
    });
    expect(window.books().kinds).toEqual(before.kinds);
    const id = newId();
    expect(await unlock(of('shiftLeader'), id)).toMatchObject({
      result: { number: '0107', countersignedBy: '0301' },
    });
    // Asked again, without another look at the signature.
    expect(await unlock({ number: '0301', pin: '' }, id)).toMatchObject({
      result: { countersignedBy: '0301' },
    });
    expect(readEntries(window.machine.folder).at(-1)).toMatchObject({
      kind: 'access.unlocked',
      actor: '0001',
      body: { number: '0107', countersignedBy: '0301' },
    });
    await as(window, 'clerk', 'desk');
  });

  test('wrong second signatures count towards the lock-out of the person who was named', async () => {
    const window = await openStation();
    await as(window, 'manager');
    for (let n = 0; n < 5; n += 1)
      await window.ask(
        'people.unlock',
        { number: '0107', secondSignature: { number: '0301', pin: '000000' } },
        newId(),
      );
    expect((await window.refusal('session.signIn', of('shiftLeader'), undefined, 'desk')).code).toBe(
      'access.locked',
    );
    expect(readEntries(window.machine.folder).at(-1)?.body).toMatchObject({ at: 'secondSignature' });
  });
});

describe('a locked screen', () => {
  test('is opened by the same person’s PIN and by nobody else’s, and what was on the form is still there', async () => {
    const window = await openStation();
    await as(window, 'clerk');
    await window.openShift();
    const holderRef = await window.holder(1);
    await window.ok('session.lock', { why: 'asked' });
    expect(await window.ok('session.info')).toMatchObject({
      limit: 'locked',
      lockedWhy: 'asked',
      signedIn: { number: '0107' },
    });
    expect((await window.refusal('sales.list', { limit: 1 })).code).toBe('access.sessionLocked');
    expect((await window.refusal('session.resume', { pin: '135790' })).code).toBe('access.wrongPin');
    await window.ok('session.resume', { pin: '246810' });
    expect((await window.ok('shifts.current')).shift).toMatchObject({ clerkNumber: '0107' });
    const departureId = 'w-wgz-pts/2026-11-21/1220';
    const passengers = [{ holderRef, ticketClass: 'full' }];
    expect((await window.ok('sales.quote', { departureId, passengers })).totalFen).toBeGreaterThan(0);
    expect((await window.refusal('session.resume', { pin: '246810' })).code).toBe('access.notLocked');
  });

  test('comes by itself to a page that said it was alive and fell silent, and never to a script', async () => {
    const window = await openStation();
    await as(window, 'clerk', 'page at the window');
    await as(window, 'clerk', 'script');
    await window.ok('session.alive', {}, undefined, 'page at the window');
    window.machine.pass(10 * 60_000);
    await window.ok('shifts.current', {}, undefined, 'page at the window');
    window.machine.pass(2 * 60_000);
    expect((await window.refusal('shifts.current', {}, undefined, 'page at the window')).code).toBe(
      'access.sessionLocked',
    );
    await window.ok('shifts.current', {}, undefined, 'script');
    expect(await window.ok('session.info', {}, undefined, 'page at the window')).toMatchObject({
      lockedWhy: 'idle',
    });
  });

  test('is what the window is left with when the same person signs in elsewhere, and it is journalled', async () => {
    const window = await openStation();
    await as(window, 'clerk');
    const heard: string[] = [];
    window.office.access.onSignedIn((number) => heard.push(number));
    expect(window.office.access.signedInElsewhere('0107', 'zhujiajian-wugongzhi/04' as never)).toBe(1);
    expect(window.office.access.signedInElsewhere('0107', 'zhujiajian-wugongzhi/04' as never)).toBe(0);
    expect(kindsOf(window).at(-1)).toBe('session.takenOver');
    expect(await window.ok('session.info')).toMatchObject({ lockedWhy: 'elsewhere' });
    await window.ok('session.resume', { pin: '246810' });
    expect(heard).toEqual(['0107']);
  });
});

describe('the shift of a clerk who is absent', () => {
  test('is closed by the shift leader with a second signature, and the entry says who did and who signed', async () => {
    const window = await openStation();
    await as(window, 'clerk');
    await window.openShift();
    await window.ok('session.signOut');
    await as(window, 'shiftLeader');
    expect((await window.refusal('shifts.close', { countedFen: 50_000 }, newId())).code).toBe(
      'shift.otherClerk',
    );
    expect((await window.refusal('shifts.closeFor', { countedFen: 50_000 }, newId())).code).toBe(
      'request.shape',
    );
    const closed = await window.ok(
      'shifts.closeFor',
      { countedFen: 49_900, paper: 120, secondSignature: of('manager') },
      newId(),
    );
    expect(closed).toMatchObject({ clerkNumber: '0107', differenceFen: -100, paper: 120 });
    expect(readEntries(window.machine.folder).at(-1)).toMatchObject({
      kind: 'shift.closed',
      actor: '0301',
      body: { clerkNumber: '0107', countersignedBy: '0001', paper: 120 },
    });
    expect(window.books().verified).toMatchObject({ ok: true });
    // The drawer waits for the next clerk, who counts it again; what differs is written down.
    expect(await window.ok('shifts.current')).toEqual({
      shift: null,
      drawer: {
        fen: 49_900,
        paper: 120,
        clerkNumber: '0107',
        countedBy: '0301',
        countersignedBy: '0001',
        at: expect.any(Number),
      },
    });
    await window.openShift();
    expect(readEntries(window.machine.folder).at(-1)).toMatchObject({
      kind: 'shift.opened',
      body: { floatFen: 50_000, tookOver: { drawerFen: 49_900, differenceFen: 100 } },
    });
    expect((await window.ok('shifts.current')).drawer).toBeUndefined();
    // A shift that its own clerk closes hands nothing over.
    await window.ok('shifts.close', { countedFen: 50_000 }, newId());
    expect(await window.ok('shifts.current')).toEqual({ shift: null });
  });

  test('is not closed by its own clerk in that way, nor by a clerk for another', async () => {
    const window = await openStation();
    await as(window, 'clerk');
    await window.openShift();
    const params = { countedFen: 50_000, secondSignature: of('manager') };
    expect((await window.refusal('shifts.closeFor', params, newId())).code).toBe('access.role');
    await window.ok('session.signOut');
    await as(window, 'shiftLeader');
    expect(
      (await window.refusal('shifts.closeFor', { ...params, secondSignature: of('clerk') }, newId())).code,
    ).toBe('signature.role');
  });
});
