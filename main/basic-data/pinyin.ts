import { pinyin, polyphonic } from 'pinyin-pro';

export interface PinyinOf {
  /** One letter or digit a character. */
  initials: string;
  /** Syllables joined, without tones. */
  pinyin: string;
  /** Characters of the name that have more than one reading: to be looked at by a person. */
  polyphones: string[];
}

/** A suggestion for finding a place by letters. What is not Chinese, a letter or a digit is left out. */
export function pinyinOf(name: string): PinyinOf {
  const syllables = pinyin(name, { toneType: 'none', type: 'array', nonZh: 'consecutive', v: true })
    .map((part) =>
      part
        .normalize('NFKC')
        .toLowerCase()
        .replaceAll('ü', 'v')
        .replaceAll(/[^a-z0-9]/g, ''),
    )
    .filter((part) => part !== '');
  const initials = pinyin(name, { pattern: 'first', toneType: 'none', type: 'array', nonZh: 'spaced' })
    .map((part) =>
      part
        .normalize('NFKC')
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, ''),
    )
    .join('');
  const readings = polyphonic(name, { type: 'array', toneType: 'none' });
  const polyphones = Array.from(name).filter((_, at) => new Set(readings[at]).size > 1);
  return { initials: initials.slice(0, 40), pinyin: syllables.join('').slice(0, 200), polyphones };
}
