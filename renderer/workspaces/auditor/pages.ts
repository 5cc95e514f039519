import type { WorkspacePage } from '../pages.tsx';

/** In the order of their keys. */
export const pages: readonly WorkspacePage[] = [];
