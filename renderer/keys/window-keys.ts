import type { KeyRow } from './key-map.ts';

/** Keys of the page of windows, and of forms that ask why something is done before it is done. */
export const windowKeys: readonly KeyRow[] = [
  { action: 'windows.next', scope: 'windows', keys: ['ArrowDown'], cap: '\u2193', word: 'key.windows.next' },
  {
    action: 'windows.before',
    scope: 'windows',
    keys: ['ArrowUp'],
    cap: '\u2191',
    word: 'key.windows.before',
  },
  { action: 'windows.recall', scope: 'windows', keys: ['C'], cap: 'C', word: 'key.windows.recall' },
  { action: 'windows.code', scope: 'windows', keys: ['N', 'Insert'], cap: 'N', word: 'key.windows.code' },
  { action: 'windows.replace', scope: 'windows', keys: ['H'], cap: 'H', word: 'key.windows.replace' },
  {
    action: 'windows.writeOff',
    scope: 'windows',
    keys: ['Delete'],
    cap: 'Del',
    word: 'key.windows.writeOff',
  },
  { action: 'windows.thaw', scope: 'windows', keys: ['J'], cap: 'J', word: 'key.windows.thaw' },
  { action: 'windows.drain', scope: 'windows', keys: ['D'], cap: 'D', word: 'key.windows.drain' },
  { action: 'windows.retire', scope: 'windows', keys: ['Q'], cap: 'Q', word: 'key.windows.retire' },
  { action: 'reason.go', scope: 'reasonForm', keys: ['Enter'], cap: 'Enter', word: 'key.confirm' },
  { action: 'reason.leave', scope: 'reasonForm', keys: ['Escape'], cap: 'Esc', word: 'key.leaveForm' },
  { action: 'reason.next', scope: 'reasonForm', keys: ['ArrowDown'], cap: '\u2193', word: 'key.reason.next' },
  {
    action: 'reason.before',
    scope: 'reasonForm',
    keys: ['ArrowUp'],
    cap: '\u2191',
    word: 'key.reason.before',
  },
  {
    action: 'reason.dateNext',
    scope: 'reasonForm',
    keys: ['PageDown'],
    cap: 'PgDn',
    word: 'key.nextDate',
  },
  {
    action: 'reason.dateBefore',
    scope: 'reasonForm',
    keys: ['PageUp'],
    cap: 'PgUp',
    word: 'key.dateBefore',
  },
  {
    action: 'reason.proven',
    scope: 'reasonForm',
    keys: [],
    altCode: 'KeyY',
    cap: 'Alt+Y',
    word: 'key.reason.proven',
  },
];
