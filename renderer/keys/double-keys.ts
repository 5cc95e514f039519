import type { KeyRow } from './key-map.ts';

/** Keys of the page of tickets that were let aboard twice. */
export const doubleKeys: readonly KeyRow[] = [
  { action: 'doubles.next', scope: 'doubles', keys: ['ArrowDown'], cap: '\u2193', word: 'key.doubles.next' },
  {
    action: 'doubles.before',
    scope: 'doubles',
    keys: ['ArrowUp'],
    cap: '\u2191',
    word: 'key.doubles.before',
  },
  { action: 'doubles.first', scope: 'doubles', keys: ['1'], cap: '1', word: 'key.doubles.first' },
  { action: 'doubles.second', scope: 'doubles', keys: ['2'], cap: '2', word: 'key.doubles.second' },
  { action: 'doubles.twice', scope: 'doubles', keys: ['Q'], cap: 'Q', word: 'key.doubles.twice' },
];
