import type { EffectName } from '../../../../contract/contingency.ts';
import type { OfficeOutput } from '../../../../contract/office.ts';
import { t } from '../../../words/words.ts';

type Group = OfficeOutput<'plans.preview'>['rules'][number];
type RulesView = Group['now'];

/** One part of the rules in words. */
function partWords(part: EffectName, rules: RulesView): string {
  switch (part) {
    case 'departureState':
      return t(`plans.state.${rules.state}`);
    case 'sale': {
      const { passengers, vehicles } = rules;
      const words = t(`plans.sell.${passengers}`);
      return passengers === vehicles
        ? words
        : `${words}${t('plans.of.passengers')} ${t(`plans.sell.${vehicles}`)}${t('plans.of.vehicles')}`;
    }
    case 'identity':
      return rules.capture === null ? t('plans.asAlways') : t(`plans.capture.${rules.capture}`);
    case 'boarding': {
      const { open, by, check } = rules.boarding;
      if (!open) return t('plans.boardingClosed');
      const words = t(`plans.check.${check}`);
      return by === 'queue' ? `${t('plans.boardingByQueue')} ${words}` : words;
    }
    case 'refund':
      return t(rules.freeRefund ? 'plans.freeNow' : 'plans.byRules');
    case 'change':
      return t(rules.freeChange ? 'plans.freeNow' : 'plans.byRules');
    case 'leases':
      return rules.leases === 'normal' ? t('plans.asAlways') : t(`plans.leases.${rules.leases}`);
    case 'payments':
      return rules.payments === null
        ? t('plans.asAlways')
        : rules.payments.map((kind) => t(`plans.pay.${kind}`)).join('\u3001');
    case 'printing':
      return t(`plans.print.${rules.printing}`);
    case 'queueNumbers':
      return t(rules.queueNumbers ? 'plans.queueIssued' : 'plans.queueNone');
    case 'channelsClosed': {
      const closed = rules.channelsClosed.filter((channel) => channel !== 'window');
      if (closed.length === 0) return t('plans.channelsOpen');
      return t('plans.closed', { channels: closed.map((one) => t(`plans.channel.${one}`)).join('\u3001') });
    }
  }
}

/** What holds of a part of the rules: one line where it is the same for all departures, else each with how many. */
export function holdingWords(part: EffectName, which: 'now' | 'after', groups: readonly Group[]): string[] {
  const counts = new Map<string, number>();
  for (const group of groups) {
    const words = partWords(part, group[which]);
    counts.set(words, (counts.get(words) ?? 0) + group.departures);
  }
  if (counts.size <= 1) return [...counts.keys()];
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([words, count]) => t('plans.forSome', { words, count }));
}
