import { lazyPage, type WorkspacePage } from '../pages.tsx';

/** In the order of their keys. */
export const pages: readonly WorkspacePage[] = [
  { id: 'machine', word: 'page.machine', Page: lazyPage(() => import('./machine.tsx')) },
  { id: 'logs', word: 'page.logs', Page: lazyPage(() => import('./logs.tsx')) },
  { id: 'backups', word: 'page.backups', Page: lazyPage(() => import('./backups.tsx')) },
  { id: 'windows', word: 'page.windows', Page: lazyPage(() => import('../manager/windows/page.tsx')) },
  { id: 'journal', word: 'page.journal', Page: lazyPage(() => import('../reports/journal.tsx')) },
];
