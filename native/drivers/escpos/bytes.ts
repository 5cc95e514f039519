/** ESC/POS bytes of a sheet. */
import type { PrinterProfile } from '../../../contract/device.ts';
import { QR_CELL_DOTS } from '../../../contract/encoding/qr-code.ts';
import { columnsOf, dotsOf } from '../../../contract/printer-profiles.ts';
import { isAscii } from '../../../contract/ticket-layout.ts';
import { largeLine, qrPicture } from './raster.ts';
import type { SheetPart } from './sheet.ts';
import { cellsOf, encodeText, type Cell, type FontAbility } from './text.ts';

const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const LF = 0x0a;

/** Asks for the paper sensor in print order: its answer means that everything before it is on paper. */
export const ASK_IN_ORDER = Uint8Array.of(GS, 0x72, 0x01);
/** Reset, automatic status off. */
export const PROLOGUE = Uint8Array.of(ESC, 0x40, GS, 0x61, 0x00);
const CHINESE_MODE = [FS, 0x26] as const;
const LINES_BEFORE_TEAR = 5;
/** Dots between a large line that is a picture and what stands below it. */
const LEADING_DOTS = 6;

/** `10 04 n`, answered at once, out of print order. */
export function realtimeQuestion(n: 1 | 2 | 3 | 4): Uint8Array {
  return Uint8Array.of(0x10, 0x04, n);
}

/**
 * Feeds what hangs out and cuts it off, before a sheet that follows one with an unknown end. The feed is text to the
 * printer, so a half-printed line is ended as well.
 */
export function separation(profile: PrinterProfile): Uint8Array {
  return Uint8Array.of(LF, ...prologue(profile), ...cut(profile));
}

/** Drawer pulse: 50 ms on, 500 ms off. */
const DRAWER_PULSE = [0x19, 0xfa] as const;

/** `1B 70`: opens the drawer on its pin; nothing where the profile has none. */
export function drawerKick(profile: PrinterProfile): Uint8Array {
  const { drawer = 'none' } = profile;
  return drawer === 'none'
    ? new Uint8Array(0)
    : Uint8Array.of(ESC, 0x70, drawer === 'pin2' ? 0 : 1, ...DRAWER_PULSE);
}

/** A whole sheet: prologue, parts with their cut, question in print order. */
export function sheetBytes(
  parts: readonly SheetPart[],
  profile: PrinterProfile,
  glyphs: Readonly<Record<string, string>>,
): Uint8Array {
  const font: FontAbility = { font: profile.font, glyphs };
  const bytes: number[] = prologue(profile);
  for (const part of parts) for (const byte of partBytes(part, profile, font)) bytes.push(byte);
  bytes.push(...ASK_IN_ORDER);
  return Uint8Array.from(bytes);
}

/** A printer without a Chinese font may print the second byte of a mode that it does not know. */
function prologue(profile: PrinterProfile): number[] {
  return [...PROLOGUE, ...(profile.font === 'raster' ? [] : CHINESE_MODE)];
}

function cut(profile: PrinterProfile): number[] {
  if (profile.cutter === 'none') return [ESC, 0x64, LINES_BEFORE_TEAR];
  return [GS, 0x56, profile.cutter === 'full' ? 0x41 : 0x42, 0x03];
}

function partBytes(part: SheetPart, profile: PrinterProfile, font: FontAbility): number[] {
  switch (part.kind) {
    case 'line':
      if (part.size === 2 && font.font === 'raster' && !isAscii(part.text))
        return [
          ...style(part.align, 1, false),
          ...largeLine(part.text, font.glyphs),
          ESC,
          0x4a,
          LEADING_DOTS,
          ...style('left', 1, false),
        ];
      return [
        ...style(part.align, part.size, part.bold),
        ...cellsOf(part.text, font).flatMap(cellBytes),
        LF,
        ...style('left', 1, false),
      ];
    case 'rule':
      return [...encodeText('-'.repeat(columnsOf(profile))), LF];
    case 'qr':
      return profile.qr === 'raster'
        ? [
            ...style('centre', 1, false),
            ...qrPicture(part.payload, dotsOf(profile)),
            LF,
            ...style('left', 1, false),
          ]
        : qr(part.payload);
    case 'cut':
      return cut(profile);
  }
}

function style(align: 'left' | 'centre', size: 1 | 2, isBold: boolean): number[] {
  return [ESC, 0x61, align === 'left' ? 0 : 1, GS, 0x21, size === 2 ? 0x11 : 0x00, ESC, 0x45, isBold ? 1 : 0];
}

function cellBytes(cell: Cell): number[] {
  return cell.kind === 'text' ? [...encodeText(cell.text)] : inlineImage(cell.rows);
}

/** `1B 2A 21`: 24-dot image in the run of the text, three bytes a column from the left, top bit first. */
function inlineImage(rows: Uint8Array): number[] {
  const bytes = [ESC, 0x2a, 33, 24, 0];
  for (let x = 0; x < 24; x += 1) {
    for (let third = 0; third < 3; third += 1) {
      let column = 0;
      for (let y = 0; y < 8; y += 1) {
        const row = rows[(third * 8 + y) * 3 + (x >> 3)] ?? 0;
        column = (column << 1) | ((row >> (7 - (x & 7))) & 1);
      }
      bytes.push(column);
    }
  }
  return withoutOrders(bytes);
}

/** `10 04`, `10 05` and `10 14` begin orders that some models obey in the middle of a picture: a dot more makes 18 of the 10. */
function withoutOrders(bytes: number[]): number[] {
  return bytes.map((byte, at) =>
    byte === 0x10 && [0x04, 0x05, 0x14].includes(bytes[at + 1] ?? 0) ? 0x18 : byte,
  );
}

/** The printer's own QR code: model 2, error correction M, centred. */
function qr(payload: string): number[] {
  const data = [...new TextEncoder().encode(payload)];
  const length = data.length + 3;
  const command = (...body: number[]): number[] => [GS, 0x28, 0x6b, ...body];
  return [
    ...style('centre', 1, false),
    ...command(4, 0, 0x31, 0x41, 0x32, 0),
    ...command(3, 0, 0x31, 0x43, QR_CELL_DOTS),
    ...command(3, 0, 0x31, 0x45, 0x31),
    ...command(length & 0xff, length >> 8, 0x31, 0x50, 0x30, ...data),
    ...command(3, 0, 0x31, 0x51, 0x30),
    LF,
    ...style('left', 1, false),
  ];
}
