import { ticketClassName } from '../../../contract/ticket-classes.ts';
import { yuan } from '../../../contract/refusals.ts';
import { clockText, dateOf } from '../../text/when.ts';
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

/** What a member of an entry's body is called. */
export const memberWord = (name: string): string =>
  knows(`journal.member.${name}`) ? t(`journal.member.${name}` as WordId) : name;

const INSTANT = /(^at|^until|At|Ms)$/;

/** A member's value as it is read: money in yuan, instants by date and time of day, the rest as it stands in the journal. */
export function memberText(name: string, value: unknown): string {
  if (typeof value === 'number' && name.endsWith('Fen')) return t('journal.yuan', { yuan: yuan(value) });
  if (typeof value === 'number' && INSTANT.test(name)) return `${dateOf(value)} ${clockText(value)}`;
  if (name === 'ticketClass' && typeof value === 'string') return ticketClassName(value);
  if (name === 'outcome' && typeof value === 'string') return outcomeWord(value);
  if (value === null) return '\u2014';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
