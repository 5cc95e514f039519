import { describe, expect, it } from 'vitest';
import { helpScopes, rowsOfHelp, scopesOfHelp } from './help-scopes.ts';
import { keyMap, type Scope } from './key-map.ts';

/** Keys that stand on the one dialog that they close, which covers everything else. */
const onTheDialog: readonly Scope[] = ['help', 'trial', 'result', 'history'];

describe('the help behind F1', () => {
  it('can show the keys of every page', () => {
    const known = new Set<Scope>([...helpScopes, ...onTheDialog]);
    expect([...new Set(keyMap.map(({ scope }) => scope))].filter((scope) => !known.has(scope))).toEqual([]);
  });

  it('shows a clerk the keys of the sale and of what comes after it, and none of another workspace', () => {
    const shown = scopesOfHelp(['departures', 'sale', 'desk', 'everywhere'], true, false);
    expect(shown).toEqual(expect.arrayContaining(['departures', 'money', 'sold', 'afterFind', 'afterSale']));
    expect(shown).not.toContain('plans');
    expect(shown).not.toContain('workspaces');
  });

  it('shows all keys of the page after the sale, wherever on it the focus stands', () => {
    const shown = scopesOfHelp(['afterFind', 'desk', 'everywhere'], false, false);
    expect(shown).toEqual(expect.arrayContaining(['desk', 'afterFind', 'afterSale', 'afterPick']));
    expect(shown).not.toContain('departures');
  });

  it('names a key that the page has taken for itself once, with what it does there', () => {
    const open: Scope[] = ['notices', 'pages', 'everywhere'];
    const caps = (['everywhere', 'notices', 'pages'] as const).flatMap((scope) =>
      rowsOfHelp(scope, open, false).map(({ cap }) => cap),
    );
    expect(caps.filter((cap) => cap === 'Alt+P')).toEqual(['Alt+P']);
    expect(rowsOfHelp('notices', open, false).map(({ action }) => action)).toContain('notices.publish');
    expect(rowsOfHelp('everywhere', ['people', 'everywhere'], false).map(({ cap }) => cap)).toContain(
      'Alt+P',
    );
  });

  it('shows on a page of a workspace its keys and those of the frame', () => {
    expect(scopesOfHelp(['notices', 'pages', 'everywhere'], false, true)).toEqual([
      'everywhere',
      'form',
      'carried',
      'notices',
      'pages',
      'workspaces',
    ]);
  });
});
