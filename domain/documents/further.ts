import type { DocumentKindRow } from '../../contract/document-kinds.ts';
import type { BusinessDate } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { isCalendarDate } from '../time.ts';

/**
 * A birth date typed from a document whose number does not say it: eight digits, with or without marks between. Nothing typed is
 * nothing known. Refuses `document.birthTyped`, field `birthDate`.
 */
export function checkTypedBirth(text: string | undefined, today: BusinessDate): Outcome<string | null> {
  const typed = (text ?? '').replaceAll(/[０-９]/g, (wide) =>
    String.fromCodePoint((wide.codePointAt(0) ?? 0) - 0xfee0),
  );
  const digits = typed.replaceAll(/[\s.\-/年月日]/g, '');
  if (digits === '') return accepted(null);
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  const isGood = /^\d{8}$/.test(digits) && isCalendarDate(date) && date <= today && date >= '1880-01-01';
  return isGood
    ? accepted(date)
    : refused('document.birthTyped', { birth: typed.trim().slice(0, 16) }, 'birthDate');
}

/**
 * The office that issued a document, for kinds that are recorded with it (ticketing rules 1.4): 2 to 40 characters of Han, Latin
 * letters and figures. Undefined for other kinds. Refuses `document.office`, field `office`.
 */
export function checkOffice(
  kind: Pick<DocumentKindRow, 'name' | 'needsOffice'>,
  text: string | undefined,
): Outcome<string | undefined> {
  if (!kind.needsOffice) return accepted(undefined);
  const office = (text ?? '').replaceAll(/\s+/g, ' ').trim();
  // Figures in a row would be somebody's number: an office has none.
  const isGood = /^[\p{Script=Han}A-Za-z0-9·()（）. -]{2,40}$/u.test(office) && !/\d{5}/.test(office);
  return isGood ? accepted(office) : refused('document.office', { name: kind.name }, 'office');
}
