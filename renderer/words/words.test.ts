import { describe, expect, it } from 'vitest';
import { keyMap } from '../keys/key-map.ts';
import { t, takeApart, type WordId } from './words.ts';
import { zhCN } from './zh-CN.ts';

const sources = import.meta.glob<string>(['../**/*.ts', '../**/*.tsx', '!../**/*.test.ts', '!./*.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
const everything = Object.values(sources).join('\n');
const ids = Object.keys(zhCN) as WordId[];

/** Ids put together from a value, such as `print.${state}`: their beginnings. */
const composed = [...everything.matchAll(/\bt\(\s*`([a-zA-Z.]+\.)\$\{/g)].map((match) => match[1] ?? '');
const quoted = new Set([...everything.matchAll(/'([a-zA-Z][\w.-]*)'/g)].map((match) => match[1]));

describe('the catalogue', () => {
  it('was compared with every screen', () => {
    expect(Object.keys(sources).length).toBeGreaterThan(30);
    expect(composed.length).toBeGreaterThan(5);
  });

  it('has a text for every id that a screen names', () => {
    const named = [...everything.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((id) => !Object.hasOwn(zhCN, id))).toEqual([]);
    expect(keyMap.filter((row) => !Object.hasOwn(zhCN, row.word))).toEqual([]);
  });

  it('has no text that no screen names', () => {
    const unused = ids.filter(
      (id) =>
        !quoted.has(id) &&
        !composed.some((beginning) => id.startsWith(beginning) && !id.slice(beginning.length).includes('.')),
    );
    expect(unused).toEqual([]);
  });

  it('is in Chinese, but for bare signs and figures', () => {
    const plain = new Set<WordId>([
      'passengers.colNumber',
      'passengers.noFare',
      'money.note',
      'departures.row',
      'last.to',
      'sold.departure',
      'help.digitsCap',
      'help.typingCap',
      'bar.deviceWith',
      'resume.other',
    ]);
    expect(ids.filter((id) => !/[\u4E00-\u9FFF]/.test(zhCN[id]) && !plain.has(id))).toEqual([]);
  });

  it('holds no text outside itself: no screen says a Chinese word of its own', () => {
    const loose = Object.entries(sources).flatMap(([path, source]) =>
      source
        .split('\n')
        .filter(
          (line) => /[\u4E00-\u9FFF]/.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line) && !/\/\[/.test(line),
        )
        .map((line) => `${path}: ${line.trim()}`),
    );
    expect(loose).toEqual([]);
  });

  it('puts values in their places', () => {
    expect(takeApart('a {b} c')).toEqual(['a ', ['b'], ' c']);
    expect(takeApart('{b}')).toEqual([['b']]);
    expect(t('passengers.count', { count: 3 })).toBe(zhCN['passengers.count'].replace('{count}', '3'));
    expect(t('key.help')).toBe(zhCN['key.help']);
  });
});
