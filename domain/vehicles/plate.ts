import { accepted, refused, type Outcome } from '../../contract/refusals.ts';

/** First characters of plates by the pinyin that people type. Where two share it, the coast's own comes first. */
const PROVINCES: readonly (readonly [pinyin: string, character: string])[] = [
  ['zhe', '浙'],
  ['hu', '沪'],
  ['su', '苏'],
  ['wan', '皖'],
  ['min', '闽'],
  ['gan', '赣'],
  ['lu', '鲁'],
  ['yu', '豫'],
  ['jing', '京'],
  ['jin', '津'],
  ['jin', '晋'],
  ['ji', '冀'],
  ['ji', '吉'],
  ['meng', '蒙'],
  ['liao', '辽'],
  ['hei', '黑'],
  ['e', '鄂'],
  ['xiang', '湘'],
  ['yue', '粤'],
  ['gui', '桂'],
  ['gui', '贵'],
  ['qiong', '琼'],
  ['yu', '渝'],
  ['chuan', '川'],
  ['yun', '云'],
  ['zang', '藏'],
  ['shan', '陕'],
  ['gan', '甘'],
  ['qing', '青'],
  ['ning', '宁'],
  ['xin', '新'],
];
const PROVINCE_CHARACTERS = new Set(PROVINCES.map(([, character]) => character));
/** GA 36: no letter I or O behind the province's letter. */
const LETTER = '[A-HJ-NP-Z]';
const BODY = '[A-HJ-NP-Z0-9]';
/** Five characters, six on new-energy plates; the last may say what the vehicle is for. */
const TAIL = `(?:${BODY}{5,6}|${BODY}{4}[学警港澳挂试超])`;
const PLATE = new RegExp(`^(\\p{Script=Han})(${LETTER})(${TAIL})$`, 'u');

/** Half-width capitals without the dot, spaces and hyphens that are written on and around a plate. */
export function plainPlate(text: string): string {
  return text
    .replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCodePoint((wide.codePointAt(0) ?? 0) - 0xfee0))
    .replaceAll(/[\s·•‧・･.-]/g, '')
    .toUpperCase();
}

/**
 * What a clerk may have meant, likeliest first. A plate whose province is there stands for itself; `zheL12345` begins with a
 * province's pinyin (full or its first letters as far as they are typed); `L12345` and `12345` lack what `home` (`浙L`) has.
 */
export function platesMeant(text: string, home: string | undefined): string[] {
  const plate = plainPlate(text);
  if (plate === '') return [];
  if (/^\p{Script=Han}/u.test(plate)) return [plate];
  const meant: string[] = [];
  const isWhole = (candidate: string): boolean => PLATE.test(candidate);
  if (home !== undefined) {
    const begun = plate.startsWith(home.charAt(1)) ? [] : [home + plate];
    for (const candidate of [...begun, home.charAt(0) + plate]) if (isWhole(candidate)) meant.push(candidate);
  }
  for (const [pinyin, character] of PROVINCES) {
    if (!plate.startsWith(pinyin.toUpperCase())) continue;
    const candidate = character + plate.slice(pinyin.length);
    if (isWhole(candidate)) meant.push(candidate);
  }
  if (meant.length > 0) return [...new Set(meant)];
  // Not yet whole: what stands there so far, with the longest pinyin that it begins with.
  const begun = PROVINCES.filter(([pinyin]) => plate.startsWith(pinyin.toUpperCase()));
  const longest = Math.max(0, ...begun.map(([pinyin]) => pinyin.length));
  const parts = begun
    .filter(([pinyin]) => pinyin.length === longest)
    .map(([, character]) => character + plate.slice(longest));
  return parts.length > 0 ? parts : [plate];
}

/**
 * The one written form of a plate (GA 36; ticketing rules 2.6.3): at most eight characters, no dot. Refuses `vehicle.plate`
 * when its form is none; a province that there is not is refused too.
 */
export function checkPlate(text: string): Outcome<string> {
  const plate = plainPlate(text);
  const [, province = ''] = PLATE.exec(plate) ?? [];
  return PROVINCE_CHARACTERS.has(province) ? accepted(plate) : refused('vehicle.plate', {}, 'plate');
}

/** A plate as screens show it in lists: its province and last two, the rest hidden. */
export function maskPlate(plate: string): string {
  return plate.slice(0, 2) + '*'.repeat(Math.max(0, plate.length - 4)) + plate.slice(-2);
}
