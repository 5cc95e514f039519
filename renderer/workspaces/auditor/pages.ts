import { lazyPage, type WorkspacePage } from '../pages.tsx';

/** In the order of their keys. */
export const pages: readonly WorkspacePage[] = [
  {
    id: 'dayReport',
    word: 'page.dayReport',
    Page: lazyPage(() => import('../reports/day-report.tsx')),
  },
  { id: 'journal', word: 'page.journal', Page: lazyPage(() => import('../reports/journal.tsx')) },
];
