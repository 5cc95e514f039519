import { Suspense } from 'react';
import { Button } from 'react-aria-components';
import { useActions } from '../keys/dispatcher.ts';
import type { ActionId } from '../keys/key-map.ts';
import { KeyCap } from '../parts/key-cap.tsx';
import { t } from '../words/words.ts';
import { openWorkspace, useWhere } from './where.ts';
import { workspaceNow, workspacesOf, type EntryProps } from './workspaces.ts';

/** The workspace that is open, below a strip of those that the person's roles open, when there are several. */
export function WorkspaceFrame({ info, desk }: EntryProps) {
  const asked = useWhere((where) => where.workspace);
  const roles = info.signedIn?.roles ?? [];
  const mine = workspacesOf(roles);
  const now = workspaceNow(roles, asked);
  const actions: Partial<Record<ActionId, () => void>> = {};
  if (mine.length > 1)
    for (const { id } of mine)
      actions[`workspace.${id}`] = () => {
        openWorkspace(id);
      };
  useActions(actions);
  if (!now) return <main className="centre">{t('workspace.none')}</main>;
  const { Entry } = now;
  return (
    <>
      {mine.length > 1 && (
        <nav className="workspaces" aria-label={t('workspace.title')}>
          {mine.map(({ id, word }) => (
            <Button
              key={id}
              excludeFromTabOrder
              className="workspace"
              aria-current={id === now.id ? 'page' : 'false'}
              data-workspace={id}
              onPress={() => {
                openWorkspace(id);
              }}
            >
              {t(word)} <KeyCap action={`workspace.${id}`} />
            </Button>
          ))}
        </nav>
      )}
      <Suspense fallback={<main className="centre" aria-busy="true" />}>
        <Entry info={info} desk={desk} />
      </Suspense>
    </>
  );
}
