import { t, type WordId } from '../../words/words.ts';
import { zhCN } from '../../words/zh-CN.ts';

const knows = (id: string): boolean => Object.hasOwn(zhCN, id);

// A newer office may know more words than this page: what it said stands for itself then.

export { ticketClassName as classWord } from '../../../contract/ticket-classes.ts';

export const outcomeWord = (outcome: string): string =>
  knows(`report.sheet.${outcome}`) ? t(`report.sheet.${outcome}` as WordId) : outcome;

/** Kinds of entries have points in their names, words have none. */
export function kindWord(kind: string): string {
  const word = kind.replaceAll('.', '_');
  return knows(`journal.kind.${word}`) ? t(`journal.kind.${word}` as WordId) : kind;
}
