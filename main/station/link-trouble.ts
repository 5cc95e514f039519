import { refuse, type Refusal } from '../../contract/refusals.ts';
import { diskRefusal } from '../citylink/disk-refusal.ts';
import { Down } from '../citylink/down.ts';
import type { Runtime } from '../runtime.ts';

/** Why a contact ended, in words for people; a defect gets an incident number that the log knows. */
export function linkTrouble(error: unknown, { random, log }: Pick<Runtime, 'random' | 'log'>): Refusal {
  const known = error instanceof Down ? error.refusal : diskRefusal(error);
  if (known) return known;
  const incident = random.id().slice(0, 8);
  const problem = error instanceof Error ? error.stack : String(error);
  log.error({ incident, problem }, 'defect in a link');
  return refuse('defect', { incident });
}
