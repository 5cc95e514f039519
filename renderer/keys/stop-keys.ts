import type { KeyRow } from './key-map.ts';

/** Keys for the stop on the way where an order gets off. */
export const stopKeys: readonly KeyRow[] = [
  { action: 'stop.next', scope: 'departures', keys: ['ArrowRight'], cap: '\u2192', word: 'key.stopNext' },
  { action: 'stop.before', scope: 'departures', keys: ['ArrowLeft'], cap: '\u2190', word: 'key.stopBefore' },
  { action: 'passengers.stop', scope: 'passengers', keys: ['D'], cap: 'D', word: 'key.stopNext' },
];
