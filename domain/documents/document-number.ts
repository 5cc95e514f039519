import type { DocumentKindRow } from '../../contract/document-kinds.ts';
import type { BusinessDate } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import {
  checkBirthAndDigit,
  checkCitizenNumber,
  isProvincePrefix,
  normaliseNumber,
} from './citizen-number.ts';

export interface DocumentNumber {
  /** The one written form: no spaces, half-width, upper case. */
  number: string;
  /** `YYYY-MM-DD`; null where the number does not say it without doubt. */
  birthDate: string | null;
}

/**
 * Checks the number of a document, typed or read, by the format of its kind (ticketing rules 1.3). Refusals name the field
 * `number`. `today` bounds birth dates.
 */
export function checkDocumentNumber(
  kind: Pick<DocumentKindRow, 'name' | 'format'>,
  text: string,
  today: BusinessDate,
): Outcome<DocumentNumber> {
  const { format, name } = kind;
  switch (format.rule) {
    case 'citizen':
      return checkCitizen(format.prefixes, text, today);
    case 'passport':
      return checkPassport(text);
    case 'foreignerPermanent':
      return checkPermanentResidence(text, today);
    case 'masks': {
      const number = normaliseNumber(text).replaceAll('-', '');
      if (format.masks.some((mask) => fitsMask(mask, number))) return accepted({ number, birthDate: null });
      return refused('document.format', { name, form: format.masks.map(maskWords).join(' 或 ') }, 'number');
    }
    case 'text': {
      const number = normaliseNumber(text);
      const { length } = Array.from(number);
      if (/^[\p{Script=Han}A-Z0-9()（）/.-]+$/u.test(number) && length >= format.min && length <= format.max)
        return accepted({ number, birthDate: null });
      return refused(
        'document.format',
        { name, form: `${format.min} 至 ${format.max} 位汉字、字母或数字` },
        'number',
      );
    }
  }
}

/** Whether a number has its holder's birth date in it, so that nobody need type it. */
export function tellsBirthDate(format: DocumentKindRow['format']): boolean {
  return format.rule === 'citizen';
}

function fitsMask(mask: string, number: string): boolean {
  if (mask.length !== number.length) return false;
  for (const [place, wanted] of Array.from(mask).entries()) {
    const found = number.charAt(place);
    const fits =
      wanted === '#'
        ? /\d/.test(found)
        : wanted === '@'
          ? /[A-Z]/.test(found)
          : wanted === '&'
            ? /[A-HJ-NP-Z]/.test(found)
            : wanted === '?'
              ? /[A-Z\d]/.test(found)
              : found === wanted;
    if (!fits) return false;
  }
  return true;
}

/** `H########` → `H加8位数字`. */
function maskWords(mask: string): string {
  return mask
    .replaceAll(/#+/g, (digits) => `${digits.length}位数字`)
    .replaceAll(/@+/g, (letters) => `${letters.length}位字母`)
    .replaceAll(/&+/g, (letters) => `${letters.length}位字母(不含 I、O)`)
    .replaceAll(/\?+/g, (both) => `${both.length}位字母或数字`)
    .replace(/^([A-Z]+)(?=\d+位)/, '$1加');
}

/** A citizen number; under given province prefixes where the card has its own (81, 82, 83). */
function checkCitizen(
  prefixes: readonly string[] | undefined,
  text: string,
  today: BusinessDate,
): Outcome<DocumentNumber> {
  const checked = checkCitizenNumber(text, today);
  if (!checked.ok) return checked;
  const { number, birthDate } = checked.value;
  const prefix = number.slice(0, 2);
  if (prefixes && !prefixes.includes(prefix)) return refused('document.province', { prefix }, 'number');
  return accepted({ number, birthDate });
}

/** Ordinary passport of any country: up to nine letters and digits (ICAO 9303); the number says nothing of the birth date. */
function checkPassport(text: string): Outcome<DocumentNumber> {
  const number = normaliseNumber(text);
  if (!/^[A-Z0-9]{5,9}$/.test(number)) return refused('document.passportNumber', {}, 'number');
  return accepted({ number, birthDate: null });
}

/**
 * Foreigner's permanent residence card (device protocols 2.2). Card of 2023: 9, two digits of the province, three of the
 * nationality, then birth, sequence and check digit as in a citizen number. Card of 2017: three letters and twelve digits;
 * its check digit is described in two ways and its birth year has no century, so neither is judged.
 */
function checkPermanentResidence(text: string, today: BusinessDate): Outcome<DocumentNumber> {
  const number = normaliseNumber(text);
  if (/^[A-Z]{3}\d{12}$/.test(number)) return accepted({ number, birthDate: null });
  if (!/^9\d{16}[\dX]$/.test(number)) return refused('document.residenceNumber', {}, 'number');
  const prefix = number.slice(1, 3);
  if (!isProvincePrefix(prefix)) return refused('document.residenceNumber', {}, 'number');
  const birth = checkBirthAndDigit(number, today);
  return birth.ok ? accepted({ number, birthDate: birth.value }) : birth;
}
