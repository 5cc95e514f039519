import { Pages } from '../pages.tsx';
import type { EntryProps } from '../workspaces.ts';
import { pages } from './pages.ts';

export default function AuditorWorkspace({ info }: EntryProps) {
  return <Pages workspace="auditor" pages={pages} info={info} />;
}
