import type { KeyRow } from './key-map.ts';

/** What was ever set for a departure: opened from the sale and from the gate, closed where it lies. */
export const historyKeys: readonly KeyRow[] = [
  {
    action: 'history.open',
    scope: 'sale',
    keys: [],
    altCode: 'KeyH',
    cap: 'Alt+H',
    word: 'key.history.open',
  },
  {
    action: 'gate.history',
    scope: 'gate',
    keys: [],
    altCode: 'KeyH',
    cap: 'Alt+H',
    word: 'key.history.open',
  },
  {
    action: 'history.leave',
    scope: 'history',
    keys: ['Escape', 'Enter'],
    cap: 'Esc',
    word: 'key.history.leave',
  },
];
