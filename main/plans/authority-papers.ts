import { paperText, type AuthorityPaper } from '../../contract/authority.ts';
import type { NewEntry } from '../../contract/entries.ts';
import { planSignedBytes, type Plan } from '../../contract/contingency.ts';
import { recordId, recordSignedBytes } from '../../contract/orders.ts';
import {
  accepted,
  refuse,
  refused,
  type Outcome,
  type Refusal,
  type RefusalCode,
} from '../../contract/refusals.ts';
import { isLoosening } from '../../domain/contingency/effects.ts';
import { checkScope, type KnownThings } from '../../domain/contingency/scope.ts';
import type { PaperTaker } from '../citylink/paper-fetch.ts';
import type { Log } from '../runtime.ts';
import type { PlanBook } from './book.ts';
import type { PlanLibrary } from './library.ts';
import { keyIdOf } from '../vault/key-pairs.ts';
import { authorityIssuer, isSignedBy, sha256Hex, type Authority } from './trust.ts';

const MOST_REFUSED = 20;
/** A departure that a later timetable has, an order whose end overtook it: what is refused today may count tomorrow. */
const MAY_COUNT_LATER: ReadonlySet<RefusalCode> = new Set([
  'scope.unknown',
  'scope.matchesNothing',
  'order.unknown',
] satisfies RefusalCode[]);

/** What the approving authority sent by the city, and its way into this office. */
export interface AuthorityPapers extends PaperTaker {
  /** Papers that do not count, since the start. */
  refused(): readonly { readonly what: string; readonly message: string }[];
}

type Orders = Pick<PlanBook, 'judge' | 'has' | 'orders' | 'refresh' | 'nowMs' | 'entries'>;

/**
 * The front door for what the authority signed. It must be signed with the key that `station.json` names now, be for this station, be of the
 * newest version of its plan, and mean something here; then it is an entry like any other and goes to all offices as a record.
 */
export function createAuthorityPapers(parts: {
  authority: Authority | undefined;
  /** The station's host asks the city itself, and this window hears of it from there. */
  isRelayed: () => boolean;
  library: Pick<PlanLibrary, 'judge' | 'has' | 'published'>;
  book: Orders;
  /** Lines, windows and departures of a scope; undefined while there is no timetable. */
  known: (scope: Parameters<typeof checkScope>[0]) => KnownThings | undefined;
  write: (entries: NewEntry[]) => void;
  changed: () => void;
  log: Log;
}): AuthorityPapers {
  const { authority, library, book, log } = parts;
  const refusals: { what: string; message: string; hash: string }[] = [];
  /** Theirs beyond doubt, and refused for what this office does not know yet: looked at again at each word of the city. */
  let waiting: AuthorityPaper[] = [];

  /** Signed with the key of now, whatever else. */
  function notTheirs(paper: AuthorityPaper, { key, name }: Authority): Refusal | undefined {
    const isOf =
      paper.paper === 'plan'
        ? paper.plan.keyId === keyIdOf(key)
        : paper.signed.record.issuer === authorityIssuer(key);
    if (!isOf) return refuse('authority.key', { name });
    const [bytes, signature] =
      paper.paper === 'plan'
        ? [planSignedBytes(paper.plan.text), paper.plan.signature]
        : [recordSignedBytes(paper.signed.record), paper.signed.signature];
    return isSignedBy(key, bytes, signature) ? undefined : refuse('authority.signature');
  }

  /** The entries with which a paper holds here; none when it does already. */
  function entriesOf(paper: AuthorityPaper): Outcome<NewEntry[]> {
    if (!authority) return refused('authority.none');
    const foreign = notTheirs(paper, authority);
    if (foreign) return { ok: false, refusal: foreign };
    if (paper.paper === 'plan') {
      if (library.has(paper.plan)) return accepted([]);
      const judged = library.judge(paper.plan);
      if (!judged.ok) return judged;
      const { id, version, hash } = judged.value;
      return accepted([{ kind: 'plan.published', body: { ref: { id, version, hash }, plan: paper.plan } }]);
    }
    if (book.has(paper.signed)) return accepted([]);
    const plan = paper.paper === 'order' ? paper.plan : null;
    const judged = book.judge({ signed: paper.signed, plan });
    if (!judged.ok) return judged;
    const judgedPlan = 'plan' in judged.value ? judged.value.plan : null;
    const wrong = paper.paper === 'order' ? wrongOrder(paper, judgedPlan) : wrongFollowing(paper);
    if (!wrong.ok) return wrong;
    return accepted([
      ...(paper.paper === 'order' ? published(paper) : []),
      { kind: 'plan.commanded', body: { signed: paper.signed, plan } },
    ]);
  }

  /** The plan of an order joins the library where it is the authority's own and new. */
  function published({ plan, signed }: Extract<AuthorityPaper, { paper: 'order' }>): NewEntry[] {
    if (library.has(plan) || !authority || notTheirs({ paper: 'plan', plan }, authority)) return [];
    const judged = library.judge(plan);
    return judged.ok ? [{ kind: 'plan.published', body: { ref: signed.record.plan, plan } }] : [];
  }

  /** @param plan as it was read; null where this program is too old for it */
  function wrongOrder(
    { signed: { record } }: Extract<AuthorityPaper, { paper: 'order' }>,
    plan: Plan | null,
  ): Outcome<null> {
    const known = library.published().get(record.plan.id);
    const { version } = record.plan;
    if (known && known.approver.kind === 'authority' && version < known.version)
      return refused('plan.outdated', { name: known.plan?.name ?? known.id, latest: known.version, version });
    const onlyLoosens = plan?.effects.every(isLoosening) ?? false;
    if (onlyLoosens && record.until !== null && record.until <= book.nowMs())
      return refused('plan.untilPast');
    const things = parts.known(record.scope);
    const scope = things && checkScope(record.scope, things, plan ? [plan.scope] : []);
    return scope ? { ok: false, refusal: scope } : accepted(null);
  }

  function wrongFollowing({
    signed: { record },
  }: Extract<AuthorityPaper, { paper: 'extend' | 'end' }>): Outcome<null> {
    const order = book.orders().order(recordId(record.order));
    if (!order) return refused('order.unknown', { order: recordId(record.order) });
    if (order.record.by.role !== 'authority') return refused('authority.notIts');
    return order.endedAtMs === null ? accepted(null) : refused('order.ended');
  }

  function tell(paper: AuthorityPaper, outcome: Extract<Outcome<unknown>, { ok: false }>): void {
    const hash = sha256Hex(paperText(paper));
    const { code, message } = outcome.refusal;
    const what = paper.paper === 'plan' ? '审批机关的预案' : `审批机关第 ${paper.signed.record.n} 号`;
    if (refusals.some((one) => one.what === what && one.message === message)) return;
    log.warn({ paper: paper.paper, hash, code }, 'a paper of the authority does not count');
    refusals.push({ what, message, hash });
    if (refusals.length > MOST_REFUSED) refusals.shift();
    const isWritten = book
      .entries()
      .some(({ kind, body }) => kind === 'authority.refused' && body.hash === hash && body.code === code);
    if (!isWritten) parts.write([{ kind: 'authority.refused', body: { paper: paper.paper, hash, code } }]);
  }

  /** It counts now. */
  function forget(paper: AuthorityPaper): void {
    const hash = sha256Hex(paperText(paper));
    for (let at = refusals.length - 1; at >= 0; at -= 1)
      if (refusals[at]?.hash === hash) refusals.splice(at, 1);
  }

  return {
    wanted: () => !parts.isRelayed(),
    // What counts is written and holds at once; what does not is named to the manager and in the journal.
    take(papers) {
      let isChanged = false;
      const before = new Set(waiting.map((paper) => paperText(paper)));
      const every = [...waiting, ...papers.filter((paper) => !before.has(paperText(paper)))];
      const still: AuthorityPaper[] = [];
      for (const paper of every) {
        const entries = entriesOf(paper);
        if (!entries.ok) {
          tell(paper, entries);
          if (MAY_COUNT_LATER.has(entries.refusal.code)) still.push(paper);
          continue;
        }
        if (before.has(paperText(paper))) forget(paper);
        if (entries.value.length === 0) continue;
        parts.write(entries.value);
        book.refresh();
        isChanged = true;
      }
      waiting = still.slice(-MOST_REFUSED);
      if (isChanged) parts.changed();
    },
    refused: () => refusals.map(({ what, message }) => ({ what, message })),
  };
}
