import type { BusinessDate } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { isCalendarDate } from '../time.ts';

export interface CitizenNumber {
  /** 17 digits and a digit or an upper-case X. */
  number: string;
  /** `YYYY-MM-DD`. */
  birthDate: string;
  sex: 'male' | 'female';
}

/** Province-level prefixes of citizen numbers (device protocols 2.1); 81, 82, 83 = residents of Hong Kong, Macao, Taiwan. */
const PROVINCES: ReadonlySet<string> = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(
    ' ',
  ),
);
/** Nobody who travels was born before this year: a typing slip, not a person (device protocols 2.1, a design rule). */
const EARLIEST_BIRTH = '1880-01-01';
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_DIGITS = '10X98765432';

/** What a clerk's keyboard, an input method or a copy leaves in a number: full-width forms, spaces, a small x. */
export function normaliseNumber(text: string): string {
  return text
    .replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCodePoint((wide.codePointAt(0) ?? 0) - 0xfee0))
    .replaceAll(/\s/g, '')
    .toUpperCase();
}

/** Check digit of 17 digits: GB 11643, ISO 7064 MOD 11-2. */
export function citizenCheckDigit(first17: string): string {
  let sum = 0;
  for (const [place, weight] of WEIGHTS.entries()) sum += (first17.charCodeAt(place) - 48) * weight;
  return CHECK_DIGITS.charAt(sum % 11);
}

/** Whether two digits open the codes of a province. The county behind them is never judged: codes are abolished and re-used. */
export function isProvincePrefix(prefix: string): boolean {
  return PROVINCES.has(prefix);
}

/**
 * Birth date and check digit of an 18-character number that is already known to be 17 digits and a digit or X:
 * the day exists, is not after `today` and not before 1880. Shared by every document that carries such a number.
 */
export function checkBirthAndDigit(number: string, today: BusinessDate): Outcome<string> {
  const birthDate = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  if (!isCalendarDate(birthDate) || birthDate < EARLIEST_BIRTH) {
    return refused('document.birthDate', { birth: birthDate }, 'number');
  }
  if (birthDate > today) return refused('document.birthFuture', { birth: birthDate }, 'number');
  if (citizenCheckDigit(number) !== number.charAt(17)) return refused('document.checkDigit', {}, 'number');
  return accepted(birthDate);
}

/**
 * Checks a citizen number (公民身份号码, GB 11643; device protocols 2.1) as typed and gives it back in its one written form.
 * The most telling refusal comes first: a stray character, then the length (a 15-digit number of the old cards is refused
 * by its length), the province, the birth date, and the check digit last, which only says that something is wrong.
 */
export function checkCitizenNumber(text: string, today: BusinessDate): Outcome<CitizenNumber> {
  const number = normaliseNumber(text);
  if (!/^\d*X?$/.test(number)) {
    return refused('document.characters', {}, 'number');
  }
  if (number.length !== 18) return refused('document.length', { length: number.length }, 'number');
  const prefix = number.slice(0, 2);
  if (!isProvincePrefix(prefix)) return refused('document.province', { prefix }, 'number');
  const birth = checkBirthAndDigit(number, today);
  if (!birth.ok) return birth;
  return accepted({
    number,
    birthDate: birth.value,
    sex: (number.charCodeAt(16) - 48) % 2 === 1 ? 'male' : 'female',
  });
}
