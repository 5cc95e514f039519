/** Documents whose number is that of GB 11643 or built like it: it carries the birth date. */
const BIRTH_NUMBER_KINDS: ReadonlySet<string> = new Set([
  '111',
  '112',
  '113',
  '154',
  'hkmt-permit',
  'driving-licence',
  'social-card',
]);
/** Hidden at least, whatever the setting shows: month and day of birth. */
const FEWEST_HIDDEN = 4;

/**
 * A document number as people may see it (ticketing rules 6.2). Numbers of 18 characters show their first and last
 * `shown` characters, by default `110105********002X`; other documents hide the last 2 of up to 10 characters, else the last 4.
 * What is hidden stays as long as it was. `kind` is the document's code.
 */
export function maskNumber(number: string, kind: string, shown: { first: number; last: number }): string {
  const { length } = number;
  if (BIRTH_NUMBER_KINDS.has(kind) || /^\d{17}[\dX]$/.test(number)) {
    const hidden = length - shown.first - shown.last;
    if (hidden < FEWEST_HIDDEN) return '*'.repeat(length);
    return number.slice(0, shown.first) + '*'.repeat(hidden) + number.slice(length - shown.last);
  }
  const hidden = Math.min(length, length <= 10 ? 2 : 4);
  return number.slice(0, length - hidden) + '*'.repeat(hidden);
}
