import type { NewEntry } from '../../contract/entries.ts';
import type { SignedPlan } from '../../contract/contingency.ts';
import type { SignedRecord } from '../../contract/orders.ts';
import type { Refusal } from '../../contract/refusals.ts';
import type { StateChange } from '../departures/state-book.ts';
import { acceptRecord, type Trust } from './accept-record.ts';
import type { KnownRecord } from './orders.ts';

/** What a journal knows of orders and states. */
export interface KnownFromEntries {
  readonly records: readonly KnownRecord[];
  readonly changes: readonly StateChange[];
  /** Records that do not count, and why: shown to the manager, never dropped in silence. */
  readonly refused: readonly { readonly record: SignedRecord['record']; readonly refusal: Refusal }[];
  /** The next free number of this ledger, for the next record or change that it issues. */
  readonly nextN: number;
}

/** Reads the entries of plans and states out of a journal, own and heard ones alike; all other kinds are passed over. */
export function knownFromEntries(
  entries: Iterable<NewEntry>,
  ledgerId: string,
  trust: Trust,
): KnownFromEntries {
  const records: KnownRecord[] = [];
  const changes: StateChange[] = [];
  const refused: { record: SignedRecord['record']; refusal: Refusal }[] = [];
  let nextN = 1;
  const number = (key: { issuer: string; n: number }): void => {
    if (key.issuer === ledgerId && key.n >= nextN) nextN = key.n + 1;
  };
  const take = (signed: SignedRecord, plan: SignedPlan | null): void => {
    number(signed.record);
    const accepted = acceptRecord(signed, plan, trust);
    if (accepted.ok) records.push(accepted.value);
    else refused.push({ record: signed.record, refusal: accepted.refusal });
  };
  /** Who did it and why changes no rule: the same change from an older program, which left them out, is the same one. */
  const change = (heard: StateChange): void => {
    number(heard.key);
    const { key, at } = heard;
    if (heard.what === 'undone') changes.push({ what: 'undone', key, at, undoes: heard.undoes });
    else {
      const { scope, state, supersedes } = heard;
      changes.push({ what: 'set', key, at, scope, state, supersedes });
    }
  };
  for (const entry of entries) {
    switch (entry.kind) {
      case 'plan.ordered':
      case 'plan.heard':
      case 'plan.commanded':
        take(entry.body.signed, entry.body.plan);
        break;
      case 'plan.extended':
      case 'plan.ended':
        take(entry.body.signed, null);
        break;
      case 'departure.stateSet':
        change({ what: 'set', ...entry.body });
        break;
      case 'departure.stateUndone':
        change({ what: 'undone', ...entry.body });
        break;
      case 'departure.stateHeard':
        change(entry.body.change);
        break;
      default:
    }
  }
  return { records, changes, refused, nextN };
}
