import { expect, test } from 'vitest';
import type { ListSheet } from '../../contract/device.ts';
import { PROFILES } from '../../contract/printer-profiles.ts';
import { charactersOnSheet, charactersToDraw } from './printer-font.ts';

const LIST: ListSheet = {
  kind: 'list',
  title: '名单 K1',
  fields: [{ label: '船名', value: 'Z 2' }],
  rows: ['¥𠮷\ue000〓B'],
  foot: [],
};

test('for a Chinese font only what it lacks is drawn, wherever it stands on the sheet', () => {
  expect(charactersOnSheet(PROFILES.generic80, LIST)).toEqual(['𠮷']);
  expect(charactersOnSheet({ ...PROFILES.generic80, font: 'gb18030' }, LIST)).toEqual([]);
  expect(
    charactersOnSheet(PROFILES.generic80, { ...LIST, rows: [], fields: [{ label: '㐂', value: '𠮷' }] }),
  ).toEqual(['㐂', '𠮷']);
});

test('without one all but ASCII is, and ASCII in large lines; 〓 and private characters never', () => {
  const profile = { ...PROFILES.generic80, font: 'raster' as const };
  expect(charactersOnSheet(profile, LIST)).toEqual(Array.from('1K单名船￥𠮷').sort());
  expect(charactersOnSheet(profile, { ...LIST, title: 'LIST K1' })).toEqual(Array.from('名船￥𠮷').sort());
  expect(charactersToDraw('raster', '样A')).toEqual(['样']);
});
