import { lazyPage, type WorkspacePage } from '../pages.tsx';

/** In the order of their keys. */
export const pages: readonly WorkspacePage[] = [
  { id: 'people', word: 'people.title', Page: lazyPage(() => import('./people.tsx')) },
  {
    id: 'dayReport',
    word: 'page.dayReport',
    Page: lazyPage(() => import('../reports/day-report.tsx')),
  },
  { id: 'data', word: 'data.title', Page: lazyPage(() => import('./data/page.tsx')) },
  { id: 'reserves', word: 'page.reserves', Page: lazyPage(() => import('./reserves.tsx')) },
  { id: 'plans', word: 'page.plans', Page: lazyPage(() => import('./plans/page.tsx')) },
  { id: 'windows', word: 'page.windows', Page: lazyPage(() => import('./windows/page.tsx')) },
  { id: 'planReport', word: 'planReport.title', Page: lazyPage(() => import('./plan-report.tsx')) },
  { id: 'notices', word: 'notices.title', Page: lazyPage(() => import('./notices/page.tsx')) },
  { id: 'doubles', word: 'page.doubles', Page: lazyPage(() => import('./doubles.tsx')) },
];
