import type { SearchablePlace } from './place-search.ts';

/**
 * The name that a clerk calls a place by: its first Chinese alias of two to four characters where the full name is
 * longer than that.
 */
export function shortName(place: Pick<SearchablePlace, 'name' | 'aliases'>): string {
  if (place.name.length <= 4) return place.name;
  return place.aliases.find((one) => /^[\u4E00-\u9FFF]{2,4}$/.test(one)) ?? place.name;
}

/** Short names by place; a place that nobody is carried to keeps its full name. */
export function shortNames(
  places: readonly Pick<SearchablePlace, 'placeId' | 'name' | 'aliases'>[],
): (placeId: string, fullName: string) => string {
  const names = new Map(places.map((place) => [place.placeId, shortName(place)]));
  return (placeId, fullName) => names.get(placeId) ?? fullName;
}
