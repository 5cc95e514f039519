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
  {
    action: 'notices.draft',
    scope: 'notices',
    keys: [],
    altCode: 'KeyN',
    cap: 'Alt+N',
    word: 'key.notices.draft',
  },
  {
    action: 'notices.takeDown',
    scope: 'notices',
    keys: [],
    altCode: 'KeyW',
    cap: 'Alt+W',
    word: 'key.notices.takeDown',
  },
  {
    action: 'planReport.before',
    scope: 'planReport',
    keys: ['PageUp'],
    cap: 'PgUp',
    word: 'key.planReport.before',
  },
  {
    action: 'planReport.next',
    scope: 'planReport',
    keys: ['PageDown'],
    cap: 'PgDn',
    word: 'key.planReport.next',
  },
  { action: 'planReport.print', scope: 'planReport', keys: ['P'], cap: 'P', word: 'key.planReport.print' },
  { action: 'planReport.csv', scope: 'planReport', keys: ['C'], cap: 'C', word: 'key.planReport.csv' },
  { action: 'planReport.json', scope: 'planReport', keys: ['J'], cap: 'J', word: 'key.planReport.json' },
];
