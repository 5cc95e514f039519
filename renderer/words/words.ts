import { setupI18n } from '@lingui/core';
import { zhCN } from './zh-CN.ts';

/** Id of a text in the catalogue. Screens name texts by id only; an id that does not exist does not compile. */
export type WordId = keyof typeof zhCN;

/**
 * The catalogue is plain text with `{name}` for values. Lingui wants texts taken apart beforehand (in the built page it
 * carries no parser), which for names alone is a split: odd parts are names.
 */
export function takeApart(text: string): (string | [string])[] {
  const parts = text.split(/\{(\w+)\}/);
  return parts
    .map((part, index) => (index % 2 === 1 ? ([part] as [string]) : part))
    .filter((part) => part !== '');
}

const i18n = setupI18n();
i18n.load('zh-CN', Object.fromEntries(Object.entries(zhCN).map(([id, text]) => [id, takeApart(text)])));
i18n.activate('zh-CN');

/** The text of an id with its values filled in. */
export function t(id: WordId, values: Record<string, string | number> = {}): string {
  return i18n._(id, values);
}
