import type { NewEntry } from '../../contract/entries.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { Appended, AppendCommand } from '../ledger/types.ts';
import type { DeskContext } from './context.ts';

/**
 * Appends entries that no page's command asked for: a sign-in, a sheet's outcome, a feed. Durable when it returns.
 * `actor` is a clerk number, or `office`.
 */
export function writeOfficeEntries(
  context: Pick<DeskContext, 'runtime' | 'ledger' | 'plans'>,
  entries: NewEntry[],
  actor = 'office',
  more: Pick<AppendCommand, 'effects' | 'secrets' | 'settleEffects'> = {},
): Appended {
  const atMs = context.runtime.clock.nowMs();
  return context.ledger.append({
    commandId: context.runtime.random.id(),
    method: 'office',
    bodyMac: null,
    actor,
    atMs,
    businessDate: businessDateOf(atMs),
    plans: context.plans(),
    entries,
    ...more,
  });
}
