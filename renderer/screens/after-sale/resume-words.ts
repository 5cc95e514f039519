import { officeMethods } from '../../../contract/office.ts';
import { yuan } from '../../../contract/refusals.ts';
import type { OpenCommand } from '../../state/recovery.ts';
import { clockText } from '../../text/when.ts';
import { t } from '../../words/words.ts';

/** What was done after a sale and its answer was not seen: how many tickets, and what was to be paid out. Undefined for anything else. */
export function afterSaleWordsOf({ method, result, at }: OpenCommand): string | undefined {
  const time = clockText(at);
  switch (method) {
    case 'tickets.refund':
    case 'tickets.void':
    case 'tickets.payOut': {
      const done = officeMethods[method].output.safeParse(result);
      if (!done.success) return undefined;
      const { tickets, backFen } = done.data;
      const what = {
        'tickets.refund': 'refund',
        'tickets.void': 'void',
        'tickets.payOut': 'payOut',
      } as const;
      return t('resume.after.money', {
        time,
        what: t(`after.${what[method]}`),
        count: tickets.length,
        yuan: yuan(backFen),
      });
    }
    case 'tickets.change': {
      const done = officeMethods[method].output.safeParse(result);
      if (!done.success) return undefined;
      const { tickets, collectFen, backFen } = done.data;
      return t('resume.after.change', {
        time,
        count: tickets.length,
        collect: yuan(collectFen),
        back: yuan(backFen),
      });
    }
    case 'tickets.reissue': {
      const done = officeMethods[method].output.safeParse(result);
      if (!done.success) return undefined;
      return t('resume.after.reissue', { time, number: done.data.newTicketNumber.slice(-8) });
    }
    case 'tickets.request': {
      const done = officeMethods[method].output.safeParse(result);
      if (!done.success) return undefined;
      return t('resume.after.request', { time, number: done.data.requestNumber });
    }
    default:
      return undefined;
  }
}
