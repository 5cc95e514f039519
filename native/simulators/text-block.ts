/** Writes a made-up person into the 256-byte text block of a card, the reverse of the driver's decoder. */
import type { SimulatedPerson } from '../../contract/simulators.ts';
import { LAYOUTS, LONG_TERM, TEXT_BLOCK_BYTES, type Span } from '../drivers/sdt/text-block.ts';

/** The four layouts, all in UTF-16LE and padded with spaces. */
export function encodeTextBlock(person: SimulatedPerson): Uint8Array {
  const block = new Uint8Array(TEXT_BLOCK_BYTES);
  for (let at = 0; at < TEXT_BLOCK_BYTES; at += 2) block[at] = 0x20;
  const spans: Record<string, Span> = LAYOUTS[person.kind];
  for (const [name, text] of Object.entries(fieldsOf(person))) {
    const span = spans[name];
    if (span !== undefined) writeText(block, span, text);
  }
  return block;
}

/** Cuts at a whole character: a field never ends in half a surrogate pair. */
function writeText(block: Uint8Array, [offset, bytes]: Span, text: string): void {
  let at = offset;
  for (const character of text) {
    const units = character.length;
    if (at + units * 2 > offset + bytes) return;
    for (let unit = 0; unit < units; unit += 1, at += 2) {
      const code = character.charCodeAt(unit);
      block[at] = code & 0xff;
      block[at + 1] = code >> 8;
    }
  }
}

const compact = (isoDate: string): string => isoDate.replaceAll('-', '');

function fieldsOf(person: SimulatedPerson): Record<string, string> {
  const common = {
    sex: person.sex,
    number: person.number,
    birth: compact(person.birthDate),
    validFrom: compact(person.validFrom),
    validTo: person.validTo === 'longTerm' ? LONG_TERM : compact(person.validTo),
  };
  switch (person.kind) {
    case 'residentId':
      return {
        ...common,
        name: person.name,
        ethnic: person.ethnicCode,
        address: person.address,
        authority: person.authority,
      };
    case 'hkMoTwPermit': {
      const { name, address, authority, travelPermit, issueCount } = person;
      return { ...common, name, address, authority, travelPermit, issueCount, mark: 'J' };
    }
    case 'foreignerPermit2017': {
      const { latinName, chineseName, nationality, version, authorityCode } = person;
      return { ...common, latinName, name: chineseName, nationality, version, authorityCode, mark: 'I' };
    }
    case 'foreignerPermit2023': {
      const { latinName, chineseName, nationality, reissueCount, linkToOld } = person;
      return {
        ...common,
        name: chineseName,
        latinName: latinName.slice(0, 35),
        latinNameRest: latinName.slice(35),
        nationality,
        reissueCount,
        linkToOld,
        mark: 'Y',
      };
    }
  }
}
