import { lazy, Suspense, useCallback, useEffect, useRef, useState, type ComponentType } from 'react';
import { Button } from 'react-aria-components';
import type { Role } from '../../contract/roles.ts';
import { useActions, useScopes } from '../keys/dispatcher.ts';
import { goHome, useHome } from '../keys/home.ts';
import type { ActionId, Scope, WorkspaceId } from '../keys/key-map.ts';
import { Footer } from '../parts/footer.tsx';
import { KeyCap } from '../parts/key-cap.tsx';
import { useOffice } from '../state/office.ts';
import { useTaker } from '../state/takers.ts';
import { t, type WordId } from '../words/words.ts';
import { openPage, useWhere } from './where.ts';
import type { Info } from './workspaces.ts';

export interface PageProps {
  info: Info;
}

/** One page of a workspace. Its script is fetched when it is opened first. */
export interface WorkspacePage {
  id: string;
  word: WordId;
  /** Who of those that open the workspace sees it; all of them unless told. */
  roles?: readonly Role[];
  Page: ComponentType<PageProps>;
}

/** A page by its file: `lazyPage(() => import('./reports.tsx'))`. */
export const lazyPage = (
  load: () => Promise<{ default: ComponentType<PageProps> }>,
): ComponentType<PageProps> => lazy(load);

/** As many pages as there are keys for them. */
export const PAGE_KEYS = [
  'page.1',
  'page.2',
  'page.3',
  'page.4',
  'page.5',
  'page.6',
  'page.7',
  'page.8',
  'page.9',
  'page.10',
] as const;

const pageScopes = (): Scope[] => ['everywhere'];

export function pagesOf(pages: readonly WorkspacePage[], has: readonly Role[]): readonly WorkspacePage[] {
  return pages.filter(({ roles }) => !roles || roles.some((role) => has.includes(role)));
}

/** A workspace made of pages: their names and keys at the left, the page that is open, the foot. */
export function Pages({
  workspace,
  pages,
  info,
}: {
  workspace: WorkspaceId;
  pages: readonly WorkspacePage[];
  info: Info;
}) {
  const { client, queries } = useOffice();
  const asked = useWhere((where) => where.pages[workspace]);
  const mine = pagesOf(pages, info.signedIn?.roles ?? []);
  const now = mine.find(({ id }) => id === asked) ?? mine[0];
  const nav = useRef<HTMLElement>(null);
  const [count, setCount] = useState(0);
  useScopes(pageScopes, 'beneath');
  useTaker({}, 'beneath');
  useHome(
    useCallback(() => nav.current?.querySelector<HTMLElement>('[aria-current="page"]') ?? nav.current, []),
    'beneath',
  );
  // A page without a place for the focus leaves it at its own name.
  useEffect(() => {
    if (document.activeElement === document.body)
      nav.current?.querySelector<HTMLElement>('[aria-current="page"]')?.focus();
  });
  const actions: Partial<Record<ActionId, () => void>> = {
    'session.leave': () => {
      void client.call('session.signOut', {}).then(() => queries.invalidateQueries());
    },
  };
  for (const [index, { id }] of mine.slice(0, PAGE_KEYS.length).entries()) {
    const key = PAGE_KEYS[index];
    if (key)
      actions[key] = () => {
        openPage(workspace, id);
        // Asked for again: the page begins anew.
        setCount((before) => before + 1);
      };
  }
  useActions(actions);
  const Page = now?.Page;
  return (
    <>
      <div className="with-pages">
        <nav className="pages" aria-label={t('workspace.pages')} ref={nav} tabIndex={-1}>
          {mine.map(({ id, word }, index) => {
            const key = PAGE_KEYS[index];
            return (
              <Button
                key={id}
                className="page-name"
                aria-current={id === now?.id ? 'page' : 'false'}
                data-page={id}
                onPress={() => {
                  openPage(workspace, id);
                }}
              >
                {t(word)} {key && <KeyCap action={key} />}
              </Button>
            );
          })}
        </nav>
        <main className="page-body" data-open-page={now?.id}>
          {Page ? (
            <Suspense fallback={<p className="dim">{t('workspace.loading')}</p>}>
              <Page key={count} info={info} />
              <Landing key={`${now.id} ${String(count)}`} />
            </Suspense>
          ) : (
            <p className="dim">{t('workspace.noPages')}</p>
          )}
        </main>
      </div>
      <Footer scopes={['everywhere', 'pages']} isTrial={info.trial} />
    </>
  );
}

/** The focus goes into the page that was opened, as soon as the page has a place for it. Drawn behind the page. */
function Landing() {
  useEffect(() => {
    const body = document.querySelector('main.page-body');
    const isInside = (): boolean => body?.contains(document.activeElement) === true;
    const land = (): boolean => {
      const at = document.activeElement;
      // Somebody has put it elsewhere meanwhile, such as into a dialog.
      if (at && at !== document.body && !isInside() && !at.closest('nav.pages')) return true;
      if (!isInside()) goHome();
      return isInside();
    };
    if (!body || land()) return undefined;
    const changes = new MutationObserver(() => {
      if (land()) changes.disconnect();
    });
    changes.observe(body, { childList: true, subtree: true });
    return () => {
      changes.disconnect();
    };
  }, []);
  return null;
}
