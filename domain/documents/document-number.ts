import type { BusinessDate, DocumentKind } from '../../contract/ids.ts';
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

/** Checks the number of any document that this version sells on, typed or read. Refusals name the field `number`. */
export function checkDocumentNumber(
  kind: DocumentKind,
  text: string,
  today: BusinessDate,
): Outcome<DocumentNumber> {
  switch (kind) {
    case '111':
      return plain(checkCitizenNumber(text, today));
    case 'hkmt-permit':
      return checkResidentPermit(text, today);
    case '414':
      return checkPassport(text);
    case '553':
      return checkPermanentResidence(text, today);
  }
}

function plain(checked: Outcome<DocumentNumber>): Outcome<DocumentNumber> {
  return checked.ok
    ? accepted({ number: checked.value.number, birthDate: checked.value.birthDate })
    : checked;
}

/** Residence permit for people of Hong Kong, Macao and Taiwan: a citizen number under 81, 82 or 83. */
function checkResidentPermit(text: string, today: BusinessDate): Outcome<DocumentNumber> {
  const checked = checkCitizenNumber(text, today);
  if (!checked.ok) return checked;
  const prefix = checked.value.number.slice(0, 2);
  if (!/^8[123]$/.test(prefix)) return refused('document.province', { prefix }, 'number');
  return plain(checked);
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
