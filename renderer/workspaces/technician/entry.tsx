import { Pages } from '../pages.tsx';
import type { EntryProps } from '../workspaces.ts';
import { pages } from './pages.ts';

export default function TechnicianWorkspace({ info }: EntryProps) {
  return <Pages workspace="technician" pages={pages} info={info} />;
}
