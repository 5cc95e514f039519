import { fareProofNames, ticketClassName } from '../../../contract/ticket-classes.ts';
import { tableSpecs } from '../../../contract/basic-data/columns.ts';
import type { TableName } from '../../../contract/basic-data/tables.ts';
import { documentKindName } from '../../../contract/document-kinds.ts';
import { deckNames, vehicleTypeName } from '../../../contract/vehicles.ts';
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

const knownTable = (name: string): name is TableName => Object.hasOwn(tableSpecs, name);
const PROOFS: Readonly<Record<string, string>> = fareProofNames;

/** Words of a value that stands for itself in the journal; undefined where it is free text. */
function wordOf(name: string, value: string): string | undefined {
  if (name === 'ticketClass' && value !== 'vehicle') return ticketClassName(value);
  if (name === 'outcome') return outcomeWord(value);
  if (name === 'documentKind') return documentKindName(value);
  if (name === 'vehicleType') return vehicleTypeName(value);
  if (name === 'deck' && Object.hasOwn(deckNames, value)) return deckNames[value as keyof typeof deckNames];
  if (name === 'proof') return PROOFS[value];
  if (name === 'roles' || name === 'role')
    return knows(`role.${value}`) ? t(`role.${value}` as WordId) : undefined;
  if (name === 'table' && knownTable(value)) return tableSpecs[value].title;
  const key = `${name}_${value}`;
  return knows(`journal.value.${key}`) ? t(`journal.value.${key}` as WordId) : undefined;
}

/**
 * A member's value as it is read: money in yuan, instants by date and time of day, values of closed lists in words, ids by their
 * beginning; lists and parts in a line.
 */
export function memberText(name: string, value: unknown): string {
  if (typeof value === 'number' && /(?:^f|F)en$/.test(name)) return t('journal.yuan', { yuan: yuan(value) });
  if (typeof value === 'number' && INSTANT.test(name)) return `${dateOf(value)} ${clockText(value)}`;
  if (value === null) return t('journal.value.none');
  if (typeof value === 'boolean') return t(value ? 'journal.value.yes' : 'journal.value.no');
  if (typeof value === 'string') {
    const word = wordOf(name, value);
    if (word !== undefined) return word;
    return /^[0-9a-f]{32}$/.test(value) ? t('journal.value.id', { id: value.slice(0, 8) }) : value;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return t('journal.value.none');
    const isRange = value.length === 2 && value.every((one) => typeof one === 'number');
    return value.map((one) => memberText(name, one)).join(isRange ? '\u2013' : '\u3001');
  }
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([part, text]) => `${memberWord(part)} ${memberText(part, text)}`)
      .join(', ');
  return typeof value === 'number' ? String(value) : '';
}
