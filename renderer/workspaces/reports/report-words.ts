import { zhCN } from '../../words/zh-CN.ts';
import { t, type WordId } from '../../words/words.ts';

/** The word of an id when the catalogue has it, else what the office said: a newer office may know more. */
function wordOr(id: string, plain: string): string {
  return Object.hasOwn(zhCN, id) ? t(id as WordId) : plain;
}
export const classWord = (ticketClass: string): string =>
  wordOr(`passengers.class.${ticketClass}`, ticketClass);
export const outcomeWord = (outcome: string): string => wordOr(`report.sheet.${outcome}`, outcome);
export const kindWord = (kind: string): string => wordOr(`journal.kind.${kind}`, kind);
