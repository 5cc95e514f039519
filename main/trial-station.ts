import type { Role } from '../contract/roles.ts';
import type { StationConfig } from '../contract/station.ts';
import { hashPin } from './access/pin.ts';

/** The two clerks of every trial station. Their PINs are meant to be read: on the sign-in page and in the office API page. */
export const trialClerks = [
  { number: '0107', name: '测试丙', pin: '246810', roles: ['clerk'] },
  { number: '0108', name: '样例丁', pin: '135790', roles: ['clerk'] },
] as const satisfies readonly TrialStaff[];

/** Everybody of a trial station, the clerks first: one of every role. */
export const trialStaff: readonly TrialStaff[] = [
  ...trialClerks,
  { number: '0201', name: '测试检', pin: '975310', roles: ['gate'] },
  { number: '0301', name: '样例班', pin: '864201', roles: ['shiftLeader'] },
  { number: '0001', name: '测试站', pin: '314159', roles: ['manager'] },
  { number: '0901', name: '样例审', pin: '271828', roles: ['auditor'] },
  { number: '0801', name: '测试技', pin: '161803', roles: ['technician'] },
];

export interface TrialStaff {
  number: string;
  name: string;
  pin: string;
  /** The first is the one of `station.json`'s `role`. */
  roles: readonly [Role, ...Role[]];
}

/** Pier and window of a trial, from the trial data. */
export const trialStation = { id: 'zhujiajian-wugongzhi', code: '3309', name: '朱家尖蜈蚣峙码头' } as const;
export const trialWindow = 3;

/**
 * `station.json` of a trial: no `city` member, which means the embedded gateway; `devices` behind the ports given.
 * `salt` gives 16 random bytes a call.
 */
export async function makeTrialStation(parts: {
  readerPath: string;
  printerPath: string;
  salt: () => Uint8Array;
}): Promise<StationConfig> {
  return {
    trial: true,
    station: { ...trialStation },
    window: trialWindow,
    devices: [
      { id: 'reader', kind: 'id-reader', driver: 'sdt', path: parts.readerPath, baudRate: 115200 },
      { id: 'printer', kind: 'printer', driver: 'escpos', path: parts.printerPath, baudRate: 19200 },
    ],
    staff: await Promise.all(
      trialStaff.map(async ({ number, name, pin, roles: [role] }) => ({
        number,
        name,
        role,
        pin: await hashPin(pin, parts.salt()),
      })),
    ),
    mask: { first: 6, last: 4 },
  };
}
