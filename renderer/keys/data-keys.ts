import type { KeyRow } from './key-map.ts';

/** Keys of the page of basic data: its rows, an import's preview, the list of changes. */
export const dataKeys: readonly KeyRow[] = [
  { action: 'data.next', scope: 'data', keys: ['ArrowDown'], cap: '\u2193', word: 'key.data.next' },
  { action: 'data.before', scope: 'data', keys: ['ArrowUp'], cap: '\u2191', word: 'key.data.before' },
  {
    action: 'data.tableNext',
    scope: 'data',
    keys: ['ArrowRight'],
    cap: '\u2192',
    word: 'key.data.tableNext',
  },
  {
    action: 'data.tableBefore',
    scope: 'data',
    keys: ['ArrowLeft'],
    cap: '\u2190',
    word: 'key.data.tableBefore',
  },
  { action: 'data.add', scope: 'data', keys: ['N', 'Insert'], cap: 'N', word: 'data.add' },
  { action: 'data.edit', scope: 'data', keys: ['Enter'], cap: 'Enter', word: 'data.edit' },
  { action: 'data.remove', scope: 'data', keys: ['Delete'], cap: 'Del', word: 'data.remove' },
  { action: 'data.search', scope: 'data', keys: ['F'], cap: 'F', word: 'data.search' },
  { action: 'data.import', scope: 'data', keys: ['I'], cap: 'I', word: 'data.import' },
  { action: 'data.export', scope: 'data', keys: ['X'], cap: 'X', word: 'data.export' },
  { action: 'data.template', scope: 'data', keys: ['M'], cap: 'M', word: 'data.template' },
  { action: 'data.changes', scope: 'data', keys: ['C'], cap: 'C', word: 'key.data.changes' },
  {
    action: 'data.mode',
    scope: 'dataImport',
    keys: [],
    altCode: 'KeyR',
    cap: 'Alt+R',
    word: 'key.data.mode',
  },
  {
    action: 'data.changesNext',
    scope: 'dataChanges',
    keys: ['ArrowDown'],
    cap: '\u2193',
    word: 'key.data.next',
  },
  {
    action: 'data.changesBefore',
    scope: 'dataChanges',
    keys: ['ArrowUp'],
    cap: '\u2191',
    word: 'key.data.before',
  },
  { action: 'data.undo', scope: 'dataChanges', keys: ['U'], cap: 'U', word: 'data.undo' },
];
