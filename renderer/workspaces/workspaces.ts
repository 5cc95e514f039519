import { lazy, type ComponentType } from 'react';
import type { OfficeOutput } from '../../contract/office.ts';
import { roles as allRoles, type Role } from '../../contract/roles.ts';
import type { WorkspaceId } from '../keys/key-map.ts';
import type { Desk } from '../state/desk.ts';
import type { WordId } from '../words/words.ts';
import { SaleWorkspace } from './sale/entry.tsx';

export type Info = OfficeOutput<'session.info'>;

export interface EntryProps {
  info: Info;
  desk: Desk;
}

/** One kind of work and who does it. */
export interface Workspace {
  id: WorkspaceId;
  word: WordId;
  roles: readonly Role[];
  Entry: ComponentType<EntryProps>;
}

/** In the order of their keys; the first that a person may open is the one after sign-in. */
export const workspaces: readonly Workspace[] = [
  { id: 'sale', word: 'workspace.sale', roles: ['clerk', 'shiftLeader'], Entry: SaleWorkspace },
  {
    id: 'gate',
    word: 'workspace.gate',
    roles: ['gate', 'shiftLeader'],
    Entry: lazy(() => import('./gate/entry.tsx')),
  },
  {
    id: 'manager',
    word: 'workspace.manager',
    roles: ['manager', 'shiftLeader'],
    Entry: lazy(() => import('./manager/entry.tsx')),
  },
  {
    id: 'auditor',
    word: 'workspace.auditor',
    roles: ['auditor', 'manager'],
    Entry: lazy(() => import('./auditor/entry.tsx')),
  },
  {
    id: 'technician',
    word: 'workspace.technician',
    roles: ['technician'],
    Entry: lazy(() => import('./technician/entry.tsx')),
  },
];

/** What somebody with these roles may open. */
export function workspacesOf(has: readonly Role[]): readonly Workspace[] {
  return workspaces.filter(({ roles }) => roles.some((role) => has.includes(role)));
}

/** The one that is open: the one asked for, where the roles allow it, else the first. */
export function workspaceNow(has: readonly Role[], asked: WorkspaceId | null): Workspace | undefined {
  const mine = workspacesOf(has);
  return mine.find(({ id }) => id === asked) ?? mine[0];
}

/** Every role has work to do here; a test says so. */
export const rolesWithoutWork = (): Role[] => allRoles.filter((role) => workspacesOf([role]).length === 0);
