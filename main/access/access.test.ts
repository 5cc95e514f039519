import { describe, expect, test } from 'vitest';
import type { PersonView } from '../../contract/office.ts';
import { hashPin, isPin } from './pin.ts';
import { createSessions } from './sessions.ts';

const salt = new Uint8Array(16).fill(7);
const clerk: PersonView = { number: '0107', name: '测试丙', roles: ['clerk'] };

describe('a PIN', () => {
  test('is right only when every character is, and its hash does not show it', async () => {
    const stored = await hashPin('246810', salt);
    expect(stored).toMatch(/^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(stored).not.toContain('246810');
    expect(await isPin('246810', stored)).toBe(true);
    for (const wrong of ['246811', '24681', '2468100', '', ' 246810'])
      expect(await isPin(wrong, stored), wrong).toBe(false);
  });

  test('gives another hash with another salt', async () => {
    expect(await hashPin('246810', salt)).not.toBe(await hashPin('246810', new Uint8Array(16).fill(8)));
  });

  test('is wrong, and no defect, when what is stored is malformed or asks for an impossible amount of work', async () => {
    const good = await hashPin('1', salt);
    const stored = [
      '',
      'scrypt',
      good.slice(0, -1),
      `${good}x`,
      good.replace('16384', '16385'),
      good.replace('16384', '0'),
      good.replace('16384$8', '9999999$999'),
      good.replace(/\$[\w-]{22}\$/, '$*$'),
    ];
    for (const text of stored) expect(await isPin('1', text), text).toBe(false);
  });
});

describe('a sign-in', () => {
  test('belongs to one page session, and the next clerk takes the place of the one before', () => {
    const sessions = createSessions();
    sessions.signIn('a', clerk);
    expect(sessions.person('b')).toBeNull();
    expect([
      sessions.may('a', ['gate', 'clerk']),
      sessions.may('b', ['clerk']),
      sessions.may('b', 'public'),
    ]).toEqual([true, false, true]);
    sessions.signIn('a', { ...clerk, number: '0108' });
    expect(sessions.person('a')?.number).toBe('0108');
    sessions.signOut('a');
    sessions.signOut('a');
    expect(sessions.anyoneSignedIn()).toBe(false);
  });

  test('of another role does not open a clerk’s methods', () => {
    const sessions = createSessions();
    sessions.signIn('gate', { ...clerk, roles: ['gate', 'technician'] });
    expect(sessions.may('gate', ['clerk', 'shiftLeader'])).toBe(false);
    expect(sessions.may('gate', ['technician'])).toBe(true);
    expect(sessions.may('gate', 'public')).toBe(true);
  });
});
