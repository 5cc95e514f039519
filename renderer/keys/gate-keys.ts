import type { KeyRow } from './key-map.ts';

/** Keys of the gate. `gateList`: the form in which the passenger list is printed and exported. */
export const gateKeys: readonly KeyRow[] = [
  { action: 'gate.next', scope: 'gate', keys: ['ArrowDown'], cap: '↓', word: 'key.gate.next' },
  { action: 'gate.before', scope: 'gate', keys: ['ArrowUp'], cap: '↑', word: 'key.gate.before' },
  { action: 'gate.enter', scope: 'gate', keys: ['Enter'], cap: 'Enter', word: 'key.gate.enter' },
  { action: 'gate.clear', scope: 'gate', keys: ['Escape'], cap: 'Esc', word: 'key.gate.clear' },
  {
    action: 'gate.departures',
    scope: 'gate',
    keys: ['F2'],
    cap: 'F2',
    word: 'key.gate.departures',
  },
  { action: 'gate.list', scope: 'gate', keys: ['F3'], cap: 'F3', word: 'key.gate.list', footer: true },
  { action: 'gate.unboard', scope: 'gate', keys: ['F4'], cap: 'F4', word: 'key.gate.unboard', footer: true },
  { action: 'gate.release', scope: 'gate', keys: ['PageDown'], cap: 'PgDn', word: 'key.gate.release' },
  { action: 'gate.open', scope: 'gate', keys: ['F5'], cap: 'F5', word: 'key.gate.open' },
  { action: 'gate.left', scope: 'gate', keys: ['F6'], cap: 'F6', word: 'key.gate.left', footer: true },
  { action: 'gate.close', scope: 'gate', keys: ['F7'], cap: 'F7', word: 'key.gate.close', footer: true },
  { action: 'gate.count', scope: 'gate', keys: ['F8'], cap: 'F8', word: 'key.gate.count', footer: true },
  {
    action: 'gate.manifest',
    scope: 'gate',
    keys: ['F9'],
    cap: 'F9',
    word: 'key.gate.manifest',
    footer: true,
  },
  { action: 'gate.receipt', scope: 'gateList', keys: ['F4'], cap: 'F4', word: 'key.gate.receipt' },
  { action: 'gate.page', scope: 'gateList', keys: ['F5'], cap: 'F5', word: 'key.gate.page' },
  { action: 'gate.excel', scope: 'gateList', keys: ['F7'], cap: 'F7', word: 'key.gate.excel' },
  { action: 'gate.pdf', scope: 'gateList', keys: ['F8'], cap: 'F8', word: 'key.gate.pdf' },
  { action: 'gate.go', scope: 'gateForm', keys: ['Enter'], cap: 'Enter', word: 'key.gate.go' },
  { action: 'gate.leave', scope: 'gateForm', keys: ['Escape'], cap: 'Esc', word: 'key.gate.leave' },
];
