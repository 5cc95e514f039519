import { Pages } from '../pages.tsx';
import type { EntryProps } from '../workspaces.ts';
import { pages } from './pages.ts';

export default function GateWorkspace({ info }: EntryProps) {
  return <Pages workspace="gate" pages={pages} info={info} />;
}
