import type { KeyRow } from './key-map.ts';

/** Keys of the technician's pages: devices and ledger, the log, copies of the ledger. */
export const machineKeys: readonly KeyRow[] = [
  { action: 'machine.test', scope: 'machine', keys: ['T'], cap: 'T', word: 'key.machine.test' },
  { action: 'machine.next', scope: 'machine', keys: ['ArrowDown'], cap: '\u2193', word: 'key.machine.next' },
  {
    action: 'machine.before',
    scope: 'machine',
    keys: ['ArrowUp'],
    cap: '\u2191',
    word: 'key.machine.before',
  },
  { action: 'machine.verify', scope: 'machine', keys: ['V'], cap: 'V', word: 'key.machine.verify' },
  { action: 'machine.save', scope: 'machine', keys: ['E'], cap: 'E', word: 'key.machine.save' },
  { action: 'logs.again', scope: 'logs', keys: ['R'], cap: 'R', word: 'key.logs.again' },
  { action: 'logs.level', scope: 'logs', keys: ['K'], cap: 'K', word: 'key.logs.level' },
  { action: 'logs.save', scope: 'logs', keys: ['E'], cap: 'E', word: 'key.logs.save' },
  { action: 'backups.next', scope: 'backups', keys: ['ArrowDown'], cap: '\u2193', word: 'key.backups.next' },
  {
    action: 'backups.before',
    scope: 'backups',
    keys: ['ArrowUp'],
    cap: '\u2191',
    word: 'key.backups.before',
  },
  { action: 'backups.make', scope: 'backups', keys: ['N'], cap: 'N', word: 'key.backups.make' },
  { action: 'backups.verify', scope: 'backups', keys: ['V'], cap: 'V', word: 'key.backups.verify' },
];
