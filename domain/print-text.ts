import { businessDateOf, localTimeOf } from './time.ts';
import type { ChildBasis } from './types.ts';

/** Words of fare classes, sold in this version or not (ticketing rules 2.1, trial fare tables). */
const TICKET_CLASSES: Readonly<Record<string, string>> = {
  full: '全票',
  child_half: '儿童票',
  free_child: '免票儿童',
  serviceman_half: '残疾军人票',
  police_half: '伤残警察票',
  full_upper: '上舱全票',
  child_half_upper: '上舱儿童票',
  serviceman_half_upper: '上舱残疾军人票',
  vehicle_small: '小型车票',
  vehicle_medium: '中型车票',
  motorcycle: '摩托车票',
  driver_with_vehicle: '随车驾驶员',
};

/** Words of identity documents by code (ticketing rules 1.3). */
const DOCUMENTS: Readonly<Record<string, string>> = {
  '111': '居民身份证',
  '414': '普通护照',
  '553': '外国人永久居留身份证',
  'hkmt-permit': '港澳台居民居住证',
};

const BASES: Readonly<Record<ChildBasis, string>> = { age: '年龄', height: '身高' };

/** Chinese words of a fare class; a code of a newer feed stands for itself. */
export function ticketClassLabel(ticketClass: string): string {
  return TICKET_CLASSES[ticketClass] ?? ticketClass;
}

/** Chinese words of an identity document; a code of a newer program is 其他证件. */
export function documentKindLabel(kind: string): string {
  return DOCUMENTS[kind] ?? '其他证件';
}

/** Seat as printed: its number, or that seats are free. */
export function seatLabel(seatNumber: number | null): string {
  return seatNumber === null ? '不对号' : `${seatNumber}号`;
}

/** Which test gave a child fare. */
export function childBasisLabel(basis: ChildBasis): string {
  return BASES[basis];
}

/** A window as signs and tickets call it: 3 → `03号窗口`. */
export function windowLabel(windowNumber: number): string {
  return `${String(windowNumber).padStart(2, '0')}号窗口`;
}

/** Date and time of Shanghai as printed: `2025-06-15 08:00`. */
export function dateTimeLabel(ms: number): string {
  return `${businessDateOf(ms)} ${localTimeOf(ms)}`;
}
