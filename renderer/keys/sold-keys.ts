import type { KeyRow } from './key-map.ts';

/** Keys of the list of sold tickets. */
export const soldKeys: readonly KeyRow[] = [
  { action: 'sold.next', scope: 'sold', keys: ['ArrowDown'], cap: '\u2193', word: 'key.nextTicket' },
  { action: 'sold.before', scope: 'sold', keys: ['ArrowUp'], cap: '\u2191', word: 'key.ticketBefore' },
  { action: 'sold.older', scope: 'sold', keys: ['PageDown'], cap: 'PgDn', word: 'key.olderTickets' },
  { action: 'sold.newer', scope: 'sold', keys: ['PageUp'], cap: 'PgUp', word: 'key.newerTickets' },
  { action: 'sold.newest', scope: 'sold', keys: ['Home'], cap: 'Home', word: 'key.newestTickets' },
  { action: 'sold.oldest', scope: 'sold', keys: ['End'], cap: 'End', word: 'key.oldestTickets' },
  { action: 'sold.inHand', scope: 'sold', keys: ['Y'], cap: 'Y', word: 'key.inHand' },
  { action: 'sold.printAgain', scope: 'sold', keys: ['P'], cap: 'P', word: 'key.printAgain' },
  { action: 'sold.spoil', scope: 'sold', keys: ['Z'], cap: 'Z', word: 'key.spoil' },
  { action: 'sold.filter', scope: 'sold', keys: ['F'], cap: 'F', word: 'key.filterTickets' },
  { action: 'sold.leave', scope: 'sold', keys: ['Escape'], cap: 'Esc', word: 'key.backToSale', footer: true },
];
