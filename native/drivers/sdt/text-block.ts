/**
 * The 256-byte text block of a resident ID card and its three relatives: UTF-16LE, padded with spaces.
 * Byte 248 tells the layout: `J` permit of Hong Kong, Macau and Taiwan residents, `I` and `Y` foreigners' permanent
 * residence cards of 2017 and 2023, anything else the mainland card.
 */
import { cardDocument, type CardDocument, type CardDocumentKind } from '../../../contract/device.ts';

export const TEXT_BLOCK_BYTES = 256;
/** 长期, where a card never runs out. */
export const LONG_TERM = '长期';

/** Offset and length in bytes. */
export type Span = readonly [offset: number, bytes: number];

/** Where each field lies. Fields that the office may not have (address, authority, ethnic group) are listed for the simulator only. */
export const LAYOUTS = {
  residentId: {
    name: [0, 30],
    sex: [30, 2],
    ethnic: [32, 4],
    birth: [36, 16],
    address: [52, 70],
    number: [122, 36],
    authority: [158, 30],
    validFrom: [188, 16],
    validTo: [204, 16],
  },
  hkMoTwPermit: {
    name: [0, 30],
    sex: [30, 2],
    birth: [36, 16],
    address: [52, 70],
    number: [122, 36],
    authority: [158, 30],
    validFrom: [188, 16],
    validTo: [204, 16],
    travelPermit: [220, 18],
    issueCount: [238, 4],
    mark: [248, 2],
  },
  foreignerPermit2017: {
    latinName: [0, 120],
    sex: [120, 2],
    number: [122, 30],
    nationality: [152, 6],
    name: [158, 30],
    validFrom: [188, 16],
    validTo: [204, 16],
    birth: [220, 16],
    version: [236, 4],
    authorityCode: [240, 8],
    mark: [248, 2],
  },
  foreignerPermit2023: {
    name: [0, 30],
    sex: [30, 2],
    reissueCount: [32, 4],
    birth: [36, 16],
    latinName: [52, 70],
    number: [122, 36],
    validFrom: [188, 16],
    validTo: [204, 16],
    latinNameRest: [220, 22],
    nationality: [242, 6],
    mark: [248, 2],
    linkToOld: [250, 6],
  },
} as const satisfies Record<CardDocumentKind, Record<string, Span>>;

const MARK: Span = [248, 2];
const utf16 = new TextDecoder('utf-16le');

/** Which layout a block has. */
export function layoutOf(block: Uint8Array): CardDocumentKind {
  switch (field(block, MARK)) {
    case 'J':
      return 'hkMoTwPermit';
    case 'I':
      return 'foreignerPermit2017';
    case 'Y':
      return 'foreignerPermit2023';
    default:
      return 'residentId';
  }
}

/**
 * Reads the fields that a ticket needs. `undefined` when the block is not one: wrong size, no name, no number, no birth
 * date. Whether the number's check digit is right is for the office to say.
 */
export function decodeTextBlock(block: Uint8Array): CardDocument | undefined {
  if (block.length !== TEXT_BLOCK_BYTES) return undefined;
  const kind = layoutOf(block);
  const spans: Record<string, Span> = LAYOUTS[kind];
  const text = (name: string): string => {
    const span = spans[name];
    return span === undefined ? '' : field(block, span);
  };
  const latinName = kind === 'foreignerPermit2023' ? joinedLatinName(block) : text('latinName');
  const name = text('name');
  const nationality = text('nationality');
  const validTo = text('validTo');
  const document = {
    kind,
    name: name === '' ? latinName : name,
    ...(latinName === '' ? {} : { latinName }),
    number: text('number').toUpperCase(),
    sex: sexOf(text('sex')),
    birthDate: dateOf(text('birth')),
    validFrom: dateOf(text('validFrom')),
    validTo: validTo === LONG_TERM ? 'longTerm' : dateOf(validTo),
    ...(nationality === '' ? {} : { nationality }),
  };
  const result = cardDocument.safeParse(document);
  return result.success ? result.data : undefined;
}

/** The 2023 card splits the Latin name over two places; a space at the seam must survive, so it is trimmed only once joined. */
function joinedLatinName(block: Uint8Array): string {
  const { latinName, latinNameRest } = LAYOUTS.foreignerPermit2023;
  return trimmed(raw(block, latinName) + raw(block, latinNameRest));
}

function field(block: Uint8Array, span: Span): string {
  return trimmed(raw(block, span));
}

function raw(block: Uint8Array, [offset, bytes]: Span): string {
  return utf16.decode(block.subarray(offset, offset + bytes));
}

function trimmed(text: string): string {
  return text.replace(/[ \0]+$/u, '');
}

/** GB/T 2261.1: 1 male, 2 female; 0 unknown and 9 unspecified are one to a ticket. */
function sexOf(code: string): 'male' | 'female' | 'unknown' {
  return code === '1' ? 'male' : code === '2' ? 'female' : 'unknown';
}

/** `YYYYMMDD` → `YYYY-MM-DD`; `null` when it is not eight digits of a real day. */
function dateOf(digits: string): string | null {
  if (!/^\d{8}$/.test(digits)) return null;
  const iso = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  const day = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== iso ? null : iso;
}
