import { documentKindName } from '../contract/document-kinds.ts';
import { ticketClassName } from '../contract/ticket-classes.ts';
import { businessDateOf, localTimeOf } from './time.ts';
import type { ChildBasis } from './types.ts';

const BASES: Readonly<Record<ChildBasis, string>> = { age: '年龄', height: '身高' };

/** Chinese words of a fare class; a code of a newer feed stands for itself. */
export function ticketClassLabel(ticketClass: string): string {
  return ticketClassName(ticketClass);
}

/** Chinese words of an identity document; a code of a newer program is 其他证件. */
export function documentKindLabel(kind: string): string {
  return documentKindName(kind);
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
