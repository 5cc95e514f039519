import { Pages } from '../pages.tsx';
import type { EntryProps } from '../workspaces.ts';
import { pages } from './pages.ts';

export default function ManagerWorkspace({ info }: EntryProps) {
  return <Pages workspace="manager" pages={pages} info={info} />;
}
