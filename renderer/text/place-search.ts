import { plainWidth } from './digits.ts';

/** What the search needs of a destination; the office's `timetable.places` gives more. */
export interface SearchablePlace {
  placeId: string;
  name: string;
  initials: string;
  aliases: readonly string[];
  local: boolean;
}

/** The key `1` to `9` of a place in the office's order; places further on have none. */
export const MOST_QUICK_PLACES = 9;

function fold(text: string): string {
  return plainWidth(text)
    .toLowerCase()
    .replaceAll(/[\s'\u2019\u00B7]/g, '');
}

/** 0 = best; undefined = no match. Whole words before beginnings, beginnings before the middle. */
function rank(place: SearchablePlace, wanted: string): number | undefined {
  const words = [place.name, place.initials, ...place.aliases].map(fold);
  if (words.includes(wanted)) return 0;
  if (words.some((word) => word.startsWith(wanted))) return 1;
  return words.some((word) => word.includes(wanted)) ? 2 : undefined;
}

/**
 * Places that fit what was typed: pinyin, its initials, Chinese, or the place's number after a zero (`012` is the
 * twelfth). Full-width forms count. Better matches first, then places of this station, then the office's order.
 */
export function findPlaces<P extends SearchablePlace>(places: readonly P[], typed: string): P[] {
  const wanted = fold(typed);
  if (wanted === '') return [];
  if (/^\d+$/.test(wanted)) {
    const place = places[Number(wanted) - 1];
    return place ? [place] : [];
  }
  return places
    .flatMap((place, index) => {
      const found = rank(place, wanted);
      return found === undefined ? [] : [{ place, order: [found, place.local ? 0 : 1, index] as const }];
    })
    .sort((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1] || a.order[2] - b.order[2])
    .map((one) => one.place);
}

/** What a change of the search field means. */
export type SearchStep<P> = { kind: 'typing'; text: string; found: P[] } | { kind: 'chosen'; place: P };

/**
 * One digit in an empty field chooses that quick destination at once; a digit after letters chooses among those found.
 * Anything else goes on searching.
 */
export function searchStep<P extends SearchablePlace>(
  places: readonly P[],
  before: string,
  typed: string,
): SearchStep<P> {
  const text = plainWidth(typed).trimStart();
  const digit = /^(.*?)([1-9])$/.exec(text);
  if (digit) {
    const head = digit[1] ?? '';
    const among = head === '' ? places.slice(0, MOST_QUICK_PLACES) : findPlaces(places, head);
    const place = /^\d/.test(head) ? undefined : among[Number(digit[2]) - 1];
    if (place && before === head) return { kind: 'chosen', place };
  }
  return { kind: 'typing', text, found: findPlaces(places, text) };
}
