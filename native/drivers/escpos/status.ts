/**
 * Bytes that a printer sends back, and how they are told apart.
 *
 * | answer to | test | bits |
 * | --- | --- | --- |
 * | `10 04 n` (at once) | `b & 0x93 == 0x12` | bit 4 is 1, bit 7 and 0 are 0, bit 1 is 1 |
 * | `1D 72 1` (in print order) | `b & 0x90 == 0x00` | bit 4 is 0; 0+1 near end, 2+3 end |
 * | XON, XOFF (`11`, `13`) | neither | ignored |
 *
 * Automatic status (`1D 61`) would send bytes that look like the second kind, so the driver switches it off, and while a sheet
 * is being printed it asks nothing but `1D 72 1`.
 */
import type { DeviceDetail, PaperState } from '../../../contract/device.ts';

export type StatusByte =
  | { kind: 'realtime'; byte: number }
  | { kind: 'inOrder'; paper: PaperState }
  | { kind: 'other' };

export function classify(byte: number): StatusByte {
  if ((byte & 0x93) === 0x12) return { kind: 'realtime', byte };
  if ((byte & 0x90) !== 0) return { kind: 'other' };
  return { kind: 'inOrder', paper: (byte & 0x0c) !== 0 ? 'out' : (byte & 0x03) !== 0 ? 'nearEnd' : 'ok' };
}

/** What the four real-time answers say together. `trouble` is `none` when a sheet may be sent. */
export interface PrinterStatus {
  trouble: Extract<
    DeviceDetail,
    'none' | 'paperOut' | 'coverOpen' | 'offline' | 'cutter' | 'overheated' | 'recoverable' | 'printerError'
  >;
  paper: PaperState;
}

/** `b1` … `b4` are the answers to `10 04 1` … `10 04 4`. */
export function readStatus(b1: number, b2: number, b3: number, b4: number): PrinterStatus {
  const paper: PaperState =
    (b4 & 0x60) !== 0 || (b2 & 0x20) !== 0 ? 'out' : (b4 & 0x0c) !== 0 ? 'nearEnd' : 'ok';
  return { trouble: troubleOf(b1, b2, b3, paper), paper };
}

/** The most useful word for the clerk first: an open cover also reports paper end on many models. */
function troubleOf(b1: number, b2: number, b3: number, paper: PaperState): PrinterStatus['trouble'] {
  if ((b2 & 0x04) !== 0) return 'coverOpen';
  if (paper === 'out') return 'paperOut';
  if ((b3 & 0x08) !== 0) return 'cutter';
  if ((b3 & 0x20) !== 0) return 'printerError';
  if ((b3 & 0x40) !== 0) return 'overheated';
  if ((b3 & 0x04) !== 0) return 'recoverable';
  if ((b2 & 0x40) !== 0) return 'printerError';
  return (b1 & 0x08) !== 0 ? 'offline' : 'none';
}
