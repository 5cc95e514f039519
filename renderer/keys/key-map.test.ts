import { describe, expect, it } from 'vitest';
import { findKeys, isBrowserKey, keyMap, type KeyRow, type Press, type Scope } from './key-map.ts';

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  code: '',
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...more,
});
const findKey = (one: Press, scopes: Scope[]): KeyRow | undefined => findKeys(one, scopes)[0];
const scopeSets: Record<string, Scope[]> = {
  departures: ['departures', 'sale', 'desk', 'everywhere'],
  passengers: ['passengers', 'sale', 'desk', 'everywhere'],
  entry: ['entry', 'sale', 'desk', 'everywhere'],
  money: ['money', 'sale', 'desk', 'everywhere'],
};

describe('the key map', () => {
  it('gives no key two meanings in one scope', () => {
    const seen = keyMap.flatMap((row) => [
      ...row.keys.map((key) => `${row.scope} ${key}`),
      ...(row.altCode ? [`${row.scope} Alt ${row.altCode}`] : []),
    ]);
    expect(seen.filter((one, index) => seen.indexOf(one) !== index)).toEqual([]);
  });

  it('answers to every key that it prints', () => {
    const deaf = keyMap.flatMap(({ action, scope, keys }) =>
      keys.filter((key) => !findKeys(press(key), [scope]).some((row) => row.action === action)),
    );
    expect(deaf).toEqual([]);
  });

  it('has one row an action', () => {
    const actions = keyMap.map((row) => row.action);
    expect(new Set(actions).size).toBe(actions.length);
  });

  it('lets Enter mean the next step wherever the clerk stands', () => {
    expect(
      Object.entries(scopeSets).map(([name, scopes]) => [name, findKey(press('Enter'), scopes)?.action]),
    ).toEqual([
      ['departures', 'departures.take'],
      ['passengers', 'passengers.take'],
      ['entry', 'entry.take'],
      ['money', 'money.sell'],
    ]);
  });

  it('goes one step back with Esc before it clears the order', () => {
    expect(findKey(press('Escape'), scopeSets['money'] ?? [])?.action).toBe('money.back');
    expect(findKeys(press('Escape'), scopeSets['departures'] ?? []).map((row) => row.action)).toEqual([
      'search.clear',
      'order.clear',
    ]);
  });

  it('takes letters in both cases, but never in a field that is typed into', () => {
    expect(findKey(press('t'), scopeSets['passengers'] ?? [])?.action).toBe('passengers.class');
    expect(findKey(press('T'), scopeSets['passengers'] ?? [])?.action).toBe('passengers.class');
    for (const name of ['departures', 'entry', 'money'])
      expect(findKey(press('t'), scopeSets[name] ?? [])).toBeUndefined();
  });

  it('leaves typed characters alone in every scope with a field', () => {
    const fields: Scope[] = ['departures', 'entry', 'money', 'form', 'sale', 'desk', 'everywhere'];
    const wrong = keyMap.filter(
      (row) => fields.includes(row.scope) && row.keys.some((key) => key.length === 1),
    );
    expect(wrong).toEqual([]);
  });

  it('knows the trial key by its place on the keyboard, whatever character Alt makes of it', () => {
    expect(findKey(press('\u2020', { altKey: true, code: 'KeyT' }), ['everywhere'])?.action).toBe(
      'trial.toggle',
    );
    expect(
      findKey(press('t', { ctrlKey: true, code: 'KeyT' }), ['passengers', 'everywhere']),
    ).toBeUndefined();
  });

  it('keeps reload and search keys from the browser', () => {
    expect(['F3', 'F5', 'F10'].every((key) => isBrowserKey(press(key)))).toBe(true);
    expect(isBrowserKey(press('F12'))).toBe(false);
    expect(isBrowserKey(press('ArrowLeft', { altKey: true }))).toBe(true);
  });
});
