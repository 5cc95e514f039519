import { accepted, refused, type Outcome } from '../../contract/refusals.ts';

const FEWEST_CHARACTERS = 2;
/** The longest name field of any card that the reader knows: 120 bytes of UTF-16 (device protocols 1). */
const MOST_CHARACTERS = 60;

/** Han letters with all extensions and 〇, latin letters, the dot of names, and space . - ' inside latin names. */
const ALLOWED = /^[[\p{Script=Han}&&\p{Lo}]〇[\p{Script=Latin}&&\p{L}]· .\-']+$/v;
const OPENS_WITH_A_LETTER = /^[[\p{Script=Han}&&\p{Lo}]〇[\p{Script=Latin}&&\p{L}]]/v;
const SPACE_BESIDE_HAN = /(?<=[\p{Script=Han}·]) +| +(?=[\p{Script=Han}·])/gu;

/**
 * Checks a holder's name as typed and gives back the form that a card shows: no spaces around it or between Han characters,
 * single spaces in latin names, half-width latin letters, and one dot `·` for all the dots that input methods offer.
 * Control characters, digits and everything else that no card has are refused (`document.name`, field `name`).
 */
export function checkName(text: string): Outcome<string> {
  const name = text
    .replaceAll(/[Ａ-Ｚａ-ｚ．－＇]/g, (wide) => String.fromCodePoint((wide.codePointAt(0) ?? 0) - 0xfee0))
    .replaceAll(/[•‧・･]/g, '·')
    .replaceAll('’', "'")
    .replaceAll(/[ \u3000\u00a0]+/g, ' ')
    .replaceAll(SPACE_BESIDE_HAN, '')
    // Only latin letters: normalising Han would turn compatibility ideographs into other characters than the card has.
    .replaceAll(/[\p{Script=Latin}\p{M}]+/gu, (letters) => letters.normalize('NFC'))
    .trim();
  const length = Array.from(name).length;
  const whole =
    length >= FEWEST_CHARACTERS &&
    length <= MOST_CHARACTERS &&
    ALLOWED.test(name) &&
    OPENS_WITH_A_LETTER.test(name) &&
    !/[·-]$/.test(name);
  return whole ? accepted(name) : refused('document.name', {}, 'name');
}
