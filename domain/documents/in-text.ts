import type { BusinessDate } from '../../contract/ids.ts';
import { checkBirthAndDigit, isProvincePrefix, normaliseNumber } from './citizen-number.ts';
import { maskNumber } from './mask.ts';

/** Nothing of a longer number or word. */
const alone = (pattern: string): RegExp => new RegExp(`(?<![0-9A-Z])(?:${pattern})(?![0-9A-Z])`, 'gi');
const EIGHTEEN = alone('\\d{17}[\\dX]');
/** The foreigner's permanent residence card of 2017. */
const FIFTEEN = alone('[A-Z]{3}\\d{12}');
/** Chinese passports and permits by their own letters. A letter and a date (`E20261121`) is a reference, not a document. */
const LETTERED = alone(
  '(?:E(?!20\\d{6})\\d{8}|E[A-HJ-NP-Z]\\d{7}|[HM](?!20\\d{6})\\d{8}(?:\\d{2})?|C[A-HJ-NP-Z]\\d{7})',
);
/** People write a long number in groups. */
const GROUPED = /(?<=\d)[ \u3000-]+(?=[\dX])/g;

/**
 * Whether a text that somebody typed has a document number in it: of 18 characters with its own check digit and a birth date that exists
 * (so that no ticket number is taken for one), or in a form that only documents have. A name cannot be told from other words.
 */
export function hasDocumentNumber(text: string, today: BusinessDate): boolean {
  // Character by character: what stands between numbers keeps them apart.
  const plain = Array.from(text, (character) => normaliseNumber(character) || ' ').join('');
  return [plain, plain.replaceAll(GROUPED, '')].some(
    (form) =>
      (form.match(EIGHTEEN) ?? []).some((number) => isOfPerson(number, today)) ||
      [FIFTEEN, LETTERED].some((pattern) => form.search(pattern) >= 0),
  );
}

/** A text with what may be a document number in it masked, wrong check digits too: for showing what nobody can tell the meaning of. */
export function maskedNumbersIn(text: string, shown: { first: number; last: number }): string {
  return [EIGHTEEN, FIFTEEN, LETTERED].reduce(
    (masked, pattern) =>
      masked.replaceAll(pattern, (number) =>
        maskNumber(number.toUpperCase(), pattern === EIGHTEEN ? '111' : '', shown),
      ),
    text,
  );
}

function isOfPerson(number: string, today: BusinessDate): boolean {
  const isIssued = isProvincePrefix(number.slice(0, 2)) || number.startsWith('9');
  return isIssued && checkBirthAndDigit(number, today).ok;
}
