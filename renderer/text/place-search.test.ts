import { describe, expect, it } from 'vitest';
import { shortName, shortNames } from './place-names.ts';
import { findPlaces, searchStep, type SearchablePlace } from './place-search.ts';

const place = (
  placeId: string,
  name: string,
  initials: string,
  aliases: string[],
  local = false,
): SearchablePlace => ({
  placeId,
  name,
  initials,
  aliases,
  local,
});
const places = [
  place('putuoshan', '\u666E\u9640\u5C71', 'pts', ['\u666E\u9640', 'putuoshan'], true),
  place(
    'dongji',
    '\u4E1C\u6781\u5E99\u5B50\u6E56\u7801\u5934',
    'djmzhmt',
    ['\u4E1C\u6781', 'dongji', 'dj'],
    true,
  ),
  place('sanjiang', '\u5B9A\u6D77\u4E09\u6C5F\u7801\u5934', 'dhsjmt', ['\u4E09\u6C5F', 'sj', 'sanjiang']),
  place('sijiao', '\u6CD7\u7901\u674E\u67F1\u5C71\u7801\u5934', 'sjlzsmt', ['\u6CD7\u7901', 'sj', 'sijiao']),
];
const names = (typed: string): string[] => findPlaces(places, typed).map((one) => one.placeId);

describe('finding a destination', () => {
  it('goes by initials, pinyin and Chinese', () => {
    expect(names('pts')).toEqual(['putuoshan']);
    expect(names('PuTuo')).toEqual(['putuoshan']);
    expect(names('\u4E1C\u6781')).toEqual(['dongji']);
    expect(names('\u5E99\u5B50')).toEqual(['dongji']);
  });

  it('lists every place behind initials that are ambiguous, whole words first', () => {
    expect(names('sj')).toEqual(['sanjiang', 'sijiao']);
    expect(names('sjl')).toEqual(['sijiao']);
  });

  it('takes full-width letters and digits', () => {
    expect(names('\uFF50\uFF54\uFF53')).toEqual(['putuoshan']);
    expect(names('\uFF10\uFF13')).toEqual(['sanjiang']);
  });

  it('prefers this station when two fit equally', () => {
    expect(names('d')[0]).toBe('dongji');
  });

  it('finds nothing for nothing and for a number that no place has', () => {
    expect(names('')).toEqual([]);
    expect(names('099')).toEqual([]);
    expect(names('zzz')).toEqual([]);
  });

  it('takes one digit in the empty field as a quick destination, full width too', () => {
    expect(searchStep(places, '', '1')).toEqual({ kind: 'chosen', place: places[0] });
    expect(searchStep(places, '', '\uFF12')).toEqual({ kind: 'chosen', place: places[1] });
    expect(searchStep(places, '', '9')).toMatchObject({ kind: 'typing' });
  });

  it('takes a digit after letters as a choice among those found', () => {
    expect(searchStep(places, 'sj', 'sj2')).toEqual({ kind: 'chosen', place: places[3] });
    expect(searchStep(places, 'sj', 'sj9')).toMatchObject({ kind: 'typing', found: [] });
  });

  it('waits for the second digit of a number that begins with zero', () => {
    expect(searchStep(places, '', '0')).toMatchObject({ kind: 'typing' });
    expect(searchStep(places, '0', '03')).toEqual({ kind: 'typing', text: '03', found: [places[2]] });
  });
});

describe('the short name of a place', () => {
  it('is what clerks call it', () => {
    expect(places.map(shortName)).toEqual([
      '\u666E\u9640\u5C71',
      '\u4E1C\u6781',
      '\u4E09\u6C5F',
      '\u6CD7\u7901',
    ]);
    expect(shortName({ name: '\u6D4B\u8BD5\u65E0\u522B\u540D\u7801\u5934', aliases: ['cs'] })).toBe(
      '\u6D4B\u8BD5\u65E0\u522B\u540D\u7801\u5934',
    );
    expect(shortNames(places)('unknown', 'X')).toBe('X');
    expect(shortNames(places)('sijiao', 'X')).toBe('\u6CD7\u7901');
  });
});
