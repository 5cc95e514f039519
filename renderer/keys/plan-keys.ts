import type { KeyRow } from './key-map.ts';

/** Keys of the manager's page of plans, and of its forms. */
export const planKeys: readonly KeyRow[] = [
  { action: 'plans.next', scope: 'plans', keys: ['ArrowDown'], cap: '\u2193', word: 'key.plans.next' },
  { action: 'plans.before', scope: 'plans', keys: ['ArrowUp'], cap: '\u2191', word: 'key.plans.before' },
  { action: 'plans.start', scope: 'plans', keys: ['Enter'], cap: 'Enter', word: 'key.plans.start' },
  { action: 'plans.sign', scope: 'plans', keys: ['G'], cap: 'G', word: 'key.plans.sign' },
  { action: 'plans.extend', scope: 'plans', keys: ['X'], cap: 'X', word: 'key.plans.extend' },
  { action: 'plans.narrow', scope: 'plans', keys: ['N'], cap: 'N', word: 'key.plans.narrow' },
  { action: 'plans.end', scope: 'plans', keys: ['Delete'], cap: 'Del', word: 'key.plans.end' },
  { action: 'plans.review', scope: 'plans', keys: ['V'], cap: 'V', word: 'key.plans.review' },
  { action: 'plans.undo', scope: 'plans', keys: ['Z'], cap: 'Z', word: 'key.plans.undo' },
  { action: 'plans.state', scope: 'plans', keys: ['S'], cap: 'S', word: 'key.plans.state' },
  { action: 'plans.extra', scope: 'plans', keys: ['A'], cap: 'A', word: 'key.plans.extra' },
  { action: 'plans.left', scope: 'plans', keys: ['L'], cap: 'L', word: 'key.plans.left' },
  { action: 'plans.bulletin', scope: 'plans', keys: ['B'], cap: 'B', word: 'key.plans.bulletin' },
  { action: 'plans.history', scope: 'plans', keys: ['H'], cap: 'H', word: 'key.plans.history' },
  { action: 'plans.work', scope: 'plans', keys: ['W'], cap: 'W', word: 'key.plans.work' },
  {
    action: 'planWork.next',
    scope: 'planWork',
    keys: ['ArrowDown'],
    cap: '\u2193',
    word: 'key.planWork.next',
  },
  {
    action: 'planWork.before',
    scope: 'planWork',
    keys: ['ArrowUp'],
    cap: '\u2191',
    word: 'key.planWork.before',
  },
  { action: 'planWork.refund', scope: 'planWork', keys: ['R'], cap: 'R', word: 'key.planWork.refund' },
  { action: 'planWork.move', scope: 'planWork', keys: ['M'], cap: 'M', word: 'key.planWork.move' },
  { action: 'planWork.leave', scope: 'planWork', keys: ['Escape'], cap: 'Esc', word: 'key.planWork.leave' },
  { action: 'planForm.go', scope: 'planForm', keys: ['Enter'], cap: 'Enter', word: 'key.confirm' },
  { action: 'planForm.leave', scope: 'planForm', keys: ['Escape'], cap: 'Esc', word: 'key.leaveForm' },
];
