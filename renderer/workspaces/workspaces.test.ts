import { expect, test } from 'vitest';
import { keyMap } from '../keys/key-map.ts';
import { pages as auditorPages } from './auditor/pages.ts';
import { pages as managerPages } from './manager/pages.ts';
import { PAGE_KEYS } from './pages.tsx';
import { pages as technicianPages } from './technician/pages.ts';
import { rolesWithoutWork, workspaceNow, workspaces, workspacesOf } from './workspaces.ts';

test('every role has a workspace, and a clerk has the sale and nothing else', () => {
  expect(rolesWithoutWork()).toEqual([]);
  expect(workspacesOf(['clerk']).map(({ id }) => id)).toEqual(['sale']);
  expect(workspacesOf(['clerk', 'gate']).map(({ id }) => id)).toEqual(['sale', 'gate']);
});

test('nobody is taken where the role does not lead', () => {
  expect(workspaceNow(['clerk'], 'manager')?.id).toBe('sale');
  expect(workspaceNow(['clerk', 'manager'], 'manager')?.id).toBe('manager');
  expect(workspaceNow(['technician'], null)?.id).toBe('technician');
  expect(workspaceNow([], 'sale')).toBeUndefined();
});

test('every workspace has its key, and the keys count up in the order of the list', () => {
  const rows = workspaces.map(({ id }) => keyMap.find(({ action }) => action === `workspace.${id}`));
  expect(rows.map((row) => row?.altCode)).toEqual(['Digit1', 'Digit2', 'Digit3', 'Digit4', 'Digit5']);
});

test('every page of every workspace has a key of its own, whoever opens it', () => {
  for (const pages of [managerPages, auditorPages, technicianPages]) {
    expect(pages.length).toBeGreaterThan(1);
    const rows = pages.map((_page, index) => {
      const action = PAGE_KEYS[index];
      return keyMap.find((row) => row.action === action && row.scope === 'pages');
    });
    expect(rows.every((row) => row !== undefined && row.cap !== '')).toBe(true);
    expect(new Set(rows.map((row) => row?.cap)).size).toBe(pages.length);
  }
});
