import type { SignedPlan } from '../../contract/contingency.ts';
import type { EntryBody, NewEntry } from '../../contract/entries.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { CarriedKind, CarriedRecord } from '../../contract/station-records.ts';
import type { Records } from '../station/records.ts';
import type { PlanBook } from './book.ts';

const KINDS = [
  'plan.ordered',
  'plan.extended',
  'plan.ended',
  'plan.commanded',
  'departure.stateSet',
  'departure.stateUndone',
] as const satisfies readonly CarriedKind[];

/** Orders and states of departures that another office of the station wrote are followed here: written as heard, then the rules change at once. */
export function followOrders(parts: {
  records: Pick<Records, 'hear'>;
  book: Pick<PlanBook, 'judge' | 'refresh' | 'has'>;
  /** What this office says of whoever signed a plan that it follows. */
  vouch: (plan: SignedPlan) => NewEntry[];
  /** Whether records of this issuer may come with anybody's journal: they are the authority's, signed by it. */
  isAuthority: (issuer: string) => boolean;
  write: (entries: NewEntry[]) => void;
  /** The rules are other ones: pages look again. */
  changed: () => void;
}): void {
  parts.records.hear(KINDS, (record) => {
    const entry = heardEntry(record, parts.isAuthority);
    if (!entry.ok) return entry;
    if (entry.value.kind === 'plan.heard') {
      if (parts.book.has(entry.value.body.signed)) return accepted(null);
      const judged = parts.book.judge(entry.value.body);
      if (!judged.ok && !waits.has(judged.refusal.code)) return judged;
    }
    const plan = entry.value.kind === 'plan.heard' ? entry.value.body.plan : null;
    parts.write([entry.value, ...(plan ? parts.vouch(plan) : [])]);
    parts.book.refresh();
    parts.changed();
    return accepted(null);
  });
}

/**
 * A plan that is signed by somebody of whom this office has not heard yet, or an honest order with such a plan, is kept: it is named to the manager and counts as soon as it
 * is known who signed.
 */
export const waits: ReadonlySet<string> = new Set(['plan.signerUnknown']);

type Heard = Extract<NewEntry, { kind: 'plan.heard' | 'departure.stateHeard' }>;

/** What this office writes of it. An office speaks for its own ledger alone. */
function heardEntry(
  { kind, body, ledgerId, window }: CarriedRecord,
  isAuthority: (issuer: string) => boolean,
): Outcome<Heard> {
  switch (kind) {
    case 'plan.ordered':
    case 'plan.extended':
    case 'plan.ended': {
      const { signed } = body as EntryBody<typeof kind>;
      if (signed.record.issuer !== ledgerId) break;
      const plan = kind === 'plan.ordered' ? (body as EntryBody<'plan.ordered'>).plan : null;
      return accepted({ kind: 'plan.heard', body: { signed, plan } });
    }
    case 'plan.commanded': {
      const { signed, plan } = body as EntryBody<typeof kind>;
      if (!isAuthority(signed.record.issuer)) return refused('authority.none');
      return accepted({ kind: 'plan.heard', body: { signed, plan } });
    }
    case 'departure.stateSet': {
      const set = body as EntryBody<typeof kind>;
      if (set.key.issuer !== ledgerId) break;
      const change = { what: 'set' as const, ...set };
      return accepted({ kind: 'departure.stateHeard', body: { change, from: window } });
    }
    case 'departure.stateUndone': {
      const undone = body as EntryBody<typeof kind>;
      if (undone.key.issuer !== ledgerId) break;
      const change = { what: 'undone' as const, ...undone };
      return accepted({ kind: 'departure.stateHeard', body: { change, from: window } });
    }
    default:
  }
  return refused('record.signature', { issuer: window });
}
