import type { DocumentKind } from '../../contract/ids.ts';
import { plainWidth } from './digits.ts';

/** A typed document number in its plain form: no spaces, capitals, half width. */
export function plainNumber(typed: string): string {
  return plainWidth(typed).replaceAll(/[\s-]/g, '').toUpperCase();
}

/**
 * The kind of document that a number belongs to, by its beginning: 81, 82 and 83 with four zeros is a residence permit
 * of Hong Kong, Macao and Taiwan residents; a leading 9 or three letters the foreigner's permanent residence card
 * (ticketing rules 1.3); one or two letters and then a figure a passport; everything else a resident identity card. The office
 * checks the number itself.
 */
export function kindOfNumber(typed: string): DocumentKind {
  const number = plainNumber(typed);
  if (/^8[123]0000/.test(number)) return 'hkmt-permit';
  if (/^(9|[A-Z]{3})/.test(number)) return '553';
  if (/^[A-Z]{1,2}\d/.test(number)) return '414';
  return '111';
}
