import { create } from 'zustand';
import type { WorkspaceId } from '../keys/key-map.ts';

/** Which workspace is open and which page of each. Kept in memory only, forgotten at sign-out. */
interface Where {
  workspace: WorkspaceId | null;
  pages: Partial<Record<WorkspaceId, string>>;
  /** The page where one's own PIN is changed lies over the workspace. */
  changingPin: boolean;
}

export const useWhere = create<Where>()(() => ({ workspace: null, pages: {}, changingPin: false }));

export const openWorkspace = (workspace: WorkspaceId): void => {
  useWhere.setState({ workspace });
};
export const openPage = (workspace: WorkspaceId, page: string): void => {
  useWhere.setState(({ pages }) => ({ pages: { ...pages, [workspace]: page } }));
};
/** The next person starts where the roles say. */
export const forgetWhere = (): void => {
  useWhere.setState({ workspace: null, pages: {}, changingPin: false });
};
