import type { EntryBody, NewEntry } from '../../contract/entries.ts';
import type { SignedPlan } from '../../contract/contingency.ts';
import type { LedgerId } from '../../contract/ids.ts';
import { accepted, refused } from '../../contract/refusals.ts';
import type { Records } from '../station/records.ts';
import { keyIdOf } from '../vault/key-pairs.ts';
import { waits } from './carried-orders.ts';
import type { PlanBook } from './book.ts';
import type { PlanLibrary } from './library.ts';

/**
 * Plans that another office published are followed here: judged, written as heard, then the library is another one. So is the word of a host
 * on who signed before it.
 */
export function followPlans(parts: {
  records: Pick<Records, 'hear' | 'hosts'>;
  library: Pick<PlanLibrary, 'judge' | 'has'>;
  book: Pick<PlanBook, 'refresh'>;
  /** What this office says of whoever signed a plan that it follows. */
  vouch: (plan: SignedPlan) => NewEntry[];
  write: (entries: NewEntry[]) => void;
  changed: () => void;
}): void {
  const { library, records } = parts;
  const write = (entries: NewEntry[]): void => {
    parts.write(entries);
    parts.book.refresh();
    parts.changed();
  };
  records.hear(['plan.published'], ({ body, window: from }) => {
    const { ref, plan } = body as EntryBody<'plan.published'>;
    if (library.has(plan)) return accepted(null);
    const judged = library.judge(plan);
    if (!judged.ok) {
      // Kept and named; it counts as soon as it is known who signed.
      if (!waits.has(judged.refusal.code)) return judged;
      write([{ kind: 'plan.publishedHeard', body: { ref, plan, from } }]);
      return accepted(null);
    }
    const { id, version, hash } = judged.value;
    if (ref.id !== id || ref.version !== version || ref.hash !== hash) return refused('plan.tampered');
    write([{ kind: 'plan.publishedHeard', body: { ref, plan, from } }, ...parts.vouch(plan)]);
    return accepted(null);
  });
  records.hear(['plan.signerKnown'], ({ body, window: from, ledgerId }) => {
    // Another window's word on it counts nothing.
    if (!records.hosts().includes(ledgerId)) return refused('record.signature', { issuer: from });
    write([{ kind: 'plan.signerHeard', body: { ...(body as EntryBody<'plan.signerKnown'>), from } }]);
    return accepted(null);
  });
}

/**
 * A host that took over goes by its windows' word on who signed before; windows that come later know none of that and go by this host's. So it says
 * whose plans it follows.
 */
export function createVouching(parts: {
  isHost: boolean;
  own: LedgerId;
  records: Pick<Records, 'offices'>;
  library: Pick<PlanLibrary, 'signers'>;
}): (plan: SignedPlan) => NewEntry[] {
  return ({ keyId }) => {
    if (!parts.isHost) return [];
    const known = new Set(parts.library.signers().map(({ key }) => key));
    return parts.records
      .offices()
      .filter(({ ledgerId, key }) => ledgerId !== parts.own && !known.has(key) && keyIdOf(key) === keyId)
      .slice(0, 1)
      .map(({ window, ledgerId, key }) => ({
        kind: 'plan.signerKnown' as const,
        body: { window, ledgerId, key },
      }));
  };
}
