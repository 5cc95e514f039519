import type { KeyRow } from './key-map.ts';

/** Keys for passengers of other kinds, their documents and their vehicles. */
export const passengerKeys: readonly KeyRow[] = [
  { action: 'passengers.child', scope: 'passengers', keys: ['C'], cap: 'C', word: 'key.addChild' },
  { action: 'passengers.vehicle', scope: 'passengers', keys: ['V'], cap: 'V', word: 'key.vehicle' },
  { action: 'entry.kindNext', scope: 'entry', keys: ['ArrowDown'], cap: '\u2193', word: 'key.nextKind' },
  { action: 'entry.kindBefore', scope: 'entry', keys: ['ArrowUp'], cap: '\u2191', word: 'key.kindBefore' },
  { action: 'vehicle.take', scope: 'vehicle', keys: ['Enter'], cap: 'Enter', word: 'key.vehicleTake' },
  {
    action: 'vehicle.leave',
    scope: 'vehicle',
    keys: ['Escape'],
    cap: 'Esc',
    word: 'key.vehicleLeave',
    footer: true,
  },
  {
    action: 'vehicle.plateOther',
    scope: 'vehicle',
    keys: ['ArrowDown'],
    cap: '\u2193',
    word: 'key.plateOther',
  },
];
