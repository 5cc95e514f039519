import type { KeyRow } from './key-map.ts';

/** Keys of the editor for notices and of the report of a plan. Letters are typed there, so they come with Alt. */
export const noticeKeys: readonly KeyRow[] = [
  {
    action: 'notices.publish',
    scope: 'notices',
    keys: [],
    altCode: 'KeyP',
    cap: 'Alt+P',
    word: 'key.notices.publish',
  },
  {
    action: 'notices.feed',
    scope: 'notices',
    keys: [],
    altCode: 'KeyO',
    cap: 'Alt+O',
    word: 'key.notices.feed',
  },
];
