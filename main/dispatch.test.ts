import { describe, expect, test } from 'vitest';
import { requestSchema } from '../contract/envelope.ts';
import { officeMethods, type OfficeMethod } from '../contract/office.ts';
import { mayCall, permissions, roles } from '../contract/permissions.ts';
import { createSessions } from './access/sessions.ts';
import type { DeskContext } from './desks/context.ts';
import { createDispatcher, type Desks } from './dispatch.ts';

/** A dispatcher with nobody behind its doors: whoever is let through meets a desk that throws. */
function doors() {
  const sessions = createSessions();
  const logged: { fields: Record<string, unknown>; message: string }[] = [];
  const log = (fields: Record<string, unknown>, message: string): void =>
    void logged.push({ fields, message });
  const throwing = new Proxy(
    {},
    {
      get: () => () => {
        throw new Error('a desk that fails');
      },
    },
  );
  const context = {
    sessions,
    runtime: {
      random: { id: () => 'abcdef0123456789abcdef0123456789' },
      log: { info: log, warn: log, error: log },
    },
    trial: undefined,
  } as unknown as DeskContext;
  return { sessions, logged, ...createDispatcher(context, throwing as Desks) };
}

test('somebody of another role is told so, and not to sign in', async () => {
  const { sessions, call } = doors();
  sessions.signIn('page', { number: '0301', name: '测试乙', roles: ['gate'] });
  expect(await call({ id: 1, method: 'shifts.current' }, 'page')).toEqual({
    id: 1,
    ok: false,
    refusal: { code: 'access.role', message: '当前岗位无权办理', next: '请由有权限的人员登录后办理。' },
  });
  expect(await call({ id: 1, method: 'shifts.current' }, 'other')).toMatchObject({
    refusal: { code: 'access.signInFirst' },
  });
});

describe('every method in every role', () => {
  test.each(roles)(
    '%s reaches the desks that the permission table opens, and is refused all others',
    async (role) => {
      const { sessions, call } = doors();
      sessions.signIn('page', { number: '0301', name: '测试乙', roles: [role] });
      for (const method of Object.keys(officeMethods) as OfficeMethod[]) {
        if (Object.hasOwn(officeMethods[method], 'trial')) continue;
        const answer = await call({ id: 1, method }, 'page');
        const code = answer.ok ? undefined : answer.refusal.code;
        // Whoever is let in is stopped later: by the missing command id, by an empty form, or by the desk that throws.
        if (mayCall(method, [role])) expect(code, method).toMatch(/^(request\.|defect$)/);
        else expect(code, method).toBe('access.role');
      }
    },
  );

  test('is refused to a page where nobody is signed in, but for what is public', async () => {
    const { call } = doors();
    for (const method of Object.keys(officeMethods) as OfficeMethod[]) {
      if (Object.hasOwn(officeMethods[method], 'trial')) continue;
      const answer = await call({ id: 1, method }, 'page');
      const code = answer.ok ? undefined : answer.refusal.code;
      if (permissions[method] === 'public') expect(code, method).toMatch(/^(request\.|defect$)/);
      else expect(code, method).toBe('access.signInFirst');
    }
  });

  test('of a trial is unknown in a station that is none', async () => {
    const { call } = doors();
    expect(await call({ id: 1, method: 'trial.people' }, 'page')).toMatchObject({
      refusal: { code: 'request.unknownMethod' },
    });
  });
});

describe('a desk that throws', () => {
  test('is answered with an incident number that the log can explain, and nothing of its insides', async () => {
    const { logged, call } = doors();
    const answer = await call({ id: 'x', method: 'session.info' }, 'page');
    expect(answer).toMatchObject({
      id: 'x',
      ok: false,
      refusal: { code: 'defect', message: '程序内部错误,编号 ABCDEF01' },
    });
    expect(JSON.stringify(answer)).not.toContain('fails');
    expect(logged).toMatchObject([
      { fields: { incident: 'ABCDEF01', method: 'session.info' }, message: 'defect' },
    ]);
    expect(String(logged[0]?.fields['stack'])).toContain('a desk that fails');
  });
});

test('an id that is none comes back as null, and a right one comes back though the rest is wrong', async () => {
  const { call } = doors();
  expect(await call({ id: {}, method: 'status.get' }, 'page')).toMatchObject({
    id: null,
    refusal: { code: 'request.shape', field: 'id' },
  });
  expect(await call({ id: 5, method: 5 }, 'page')).toMatchObject({
    id: 5,
    refusal: { code: 'request.shape', field: 'method' },
  });
  expect(requestSchema.safeParse({ id: 5, method: 'status.get' }).success).toBe(true);
});
