import type { EntryBody, NewEntry } from '../../contract/entries.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { CarriedKind, CarriedRecord } from '../../contract/station-records.ts';
import type { Records } from '../station/records.ts';
import type { PlanBook } from './book.ts';

const KINDS = [
  'plan.ordered',
  'plan.extended',
  'plan.ended',
  'departure.stateSet',
  'departure.stateUndone',
] as const satisfies readonly CarriedKind[];

/** Orders and states of departures that another office of the station wrote are followed here: written as heard, then the rules change at once. */
export function followOrders(parts: {
  records: Pick<Records, 'hear'>;
  book: Pick<PlanBook, 'judge' | 'refresh'>;
  write: (entries: NewEntry[]) => void;
  /** The rules are other ones: pages look again. */
  changed: () => void;
}): void {
  parts.records.hear(KINDS, (record) => {
    const entry = heardEntry(record);
    if (!entry.ok) return entry;
    if (entry.value.kind === 'plan.heard') {
      const judged = parts.book.judge(entry.value.body);
      if (!judged.ok) return judged;
    }
    parts.write([entry.value]);
    parts.book.refresh();
    parts.changed();
    return accepted(null);
  });
}

type Heard = Extract<NewEntry, { kind: 'plan.heard' | 'departure.stateHeard' }>;

/** What this office writes of it. An office speaks for its own ledger alone. */
function heardEntry({ kind, body, ledgerId, window }: CarriedRecord): Outcome<Heard> {
  switch (kind) {
    case 'plan.ordered':
    case 'plan.extended':
    case 'plan.ended': {
      const { signed } = body as EntryBody<typeof kind>;
      if (signed.record.issuer !== ledgerId) break;
      const plan = kind === 'plan.ordered' ? (body as EntryBody<'plan.ordered'>).plan : null;
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
