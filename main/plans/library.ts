import type { Plan, SignedPlan } from '../../contract/contingency.ts';
import { planSignedBytes } from '../../contract/contingency.ts';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import type { EntryBody, NewEntry } from '../../contract/entries.ts';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import { openPlan, type Approver, type Trust } from '../../domain/contingency/accept-record.ts';
import type { LibraryPlan } from '../../domain/contingency/decide-order.ts';
import {
  foldLibrary,
  judgePlan,
  type PublishedPlan,
  type PublishedPlans,
} from '../../domain/contingency/library.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Vault } from '../vault/types.ts';
import type { Shelf, ShelfPlan } from './shelf.ts';
import type { Authority } from './trust.ts';

/** An office that signed plans for the station. */
export type SignerOffice = Pick<EntryBody<'plan.signerKnown'>, 'window' | 'ledgerId' | 'key'>;

/** Who signed a plan of the library, and with which key. */
export interface PlanSigner extends Approver {
  readonly keyId: string;
}

/** A plan that can be put in force here. `signer` is null for a file that is signed once its manager puts it in force. */
export interface LibraryRow {
  readonly plan: Plan;
  readonly hash: string;
  readonly signer: PlanSigner | null;
}

/** A plan as an order takes it. `draft` is set where it has to be signed first. */
export interface FoundPlan extends LibraryPlan {
  readonly signed: SignedPlan | null;
  readonly draft: ShelfPlan | null;
}

/** A file that is newer than what is signed, or was never signed: a manager may sign it here. */
export interface WaitingPlan extends ShelfPlan {
  /** Version in force; null where there is none. */
  readonly signedVersion: number | null;
}

/** The plans of the station: those that were signed, and at an office that signs the files that were not. */
export interface PlanLibrary extends Pick<Shelf, 'feeRules' | 'freeAfterRestoredHours'> {
  /** By id. */
  plans(): readonly LibraryRow[];
  /** Files and published plans that do not count, and why. */
  broken(): readonly { readonly what: string; readonly refusal: Refusal }[];
  /** Refuses `plan.unknown`; for a file that is broken, what is wrong with it; `plan.unreadable`. */
  find(id: string): Outcome<FoundPlan>;
  waiting(): readonly WaitingPlan[];
  /** Refuses at an office that signs no plans, what needs no signature, and what is not the draft that somebody looked at. */
  toSign(id: string, version: number, hash: string): Outcome<ShelfPlan>;
  /** The entry that publishes a draft with this office's signature. */
  sign(draft: ShelfPlan, countersignedBy?: string): Extract<NewEntry, { kind: 'plan.published' }>;
  /** Drafts of which nothing was ever signed: what a host signs when it starts for the first time. */
  unsigned(): readonly ShelfPlan[];
  /** Whether a plan that came would join the library: refuses what `judgePlan` refuses. */
  judge(signed: SignedPlan): Outcome<PublishedPlan>;
  /** It is here already, with this very signature. */
  has(signed: SignedPlan): boolean;
  published(): PublishedPlans;
  /** Offices of which a host of this station said that they signed for it. */
  signers(): readonly SignerOffice[];
  /** Authorities that were ever named here, in that order. */
  authorities(): readonly Authority[];
  /** Entries were written: reads those that are new. */
  refresh(): void;
}

/**
 * The library is what stands in the journal as published and counts by {@link Trust}; files of this PC are drafts. So a file that somebody changed
 * changes nothing, a window follows the plans of its host, and without any contact the last good ones stand.
 */
export function createPlanLibrary(parts: {
  shelf: Shelf;
  ledger: Pick<Ledger, 'contingencyAfter'>;
  vault: Pick<Vault, 'keyId' | 'sign'>;
  /** Whether this office signs plans for the station. */
  isSigner: boolean;
  /** Made of this library's own authorities. */
  trustOf: (authorities: () => readonly Authority[], signers: () => readonly SignerOffice[]) => Trust;
}): PlanLibrary & { readonly trust: Trust } {
  const { shelf, ledger, vault, isSigner } = parts;
  const documents: SignedPlan[] = [];
  const named: Authority[] = [];
  let lastSeq = 0;
  let published: PublishedPlans = new Map();
  let lost: { what: string; refusal: Refusal }[] = [];
  const offices: SignerOffice[] = [];
  const trust = parts.trustOf(
    () => named,
    () => offices,
  );

  function refresh(): void {
    let isNew = false;
    for (const { seq, entry } of ledger.contingencyAfter(lastSeq)) {
      lastSeq = seq;
      const isDocument = entry.kind === 'plan.published' || entry.kind === 'plan.publishedHeard';
      if (isDocument) documents.push(entry.body.plan);
      const isSigner = entry.kind === 'plan.signerKnown' || entry.kind === 'plan.signerHeard';
      if (isSigner) offices.push(entry.body);
      if (entry.kind === 'authority.pinned') named.push(entry.body);
      isNew ||= isDocument || isSigner || entry.kind === 'authority.pinned';
    }
    if (!isNew) return;
    published = foldLibrary(documents, trust);
    lost = documents.flatMap((signed) => {
      const opened = openPlan(signed, trust);
      return opened.ok ? [] : [{ what: `签名 ${signed.keyId}`, refusal: opened.refusal }];
    });
  }
  refresh();

  const draftOf = (id: string): ShelfPlan | undefined => shelf.plans().find(({ plan }) => plan.id === id);

  /** What is to be said of a file beside the plan that is signed. */
  function told({ file, plan, hash }: ShelfPlan): Refusal | undefined {
    const known = published.get(plan.id);
    if (!known || hash === known.hash || plan.version < known.version) return undefined;
    const { id, version } = plan;
    if (version === known.version) return refuse('plan.fileAltered', { file, version });
    if (known.approver.kind === 'authority') return refuse('plan.authorityHolds', { id, version });
    return isSigner ? refuse('plan.fileWaits', { file, version, signed: known.version }) : undefined;
  }

  const signerOf = ({ approver, signed }: PublishedPlan): PlanSigner => ({
    ...approver,
    keyId: signed.keyId,
  });

  const unsigned = (): ShelfPlan[] => shelf.plans().filter(({ plan }) => !published.has(plan.id));

  const waiting = (): WaitingPlan[] =>
    !isSigner
      ? []
      : shelf.plans().flatMap((draft): WaitingPlan[] => {
          const known = published.get(draft.plan.id);
          if (!known) return [{ ...draft, signedVersion: null }];
          const isNewer = known.approver.kind === 'station' && draft.plan.version > known.version;
          return isNewer ? [{ ...draft, signedVersion: known.version }] : [];
        });

  return {
    trust,
    plans: () =>
      [
        ...[...published.values()].flatMap((each) =>
          each.plan ? [{ plan: each.plan, hash: each.hash, signer: signerOf(each) }] : [],
        ),
        ...(isSigner ? unsigned().map(({ plan, hash }) => ({ plan, hash, signer: null })) : []),
      ].toSorted((a, b) => (a.plan.id < b.plan.id ? -1 : 1)),
    broken: () => [
      ...shelf.broken().map(({ file, refusal }) => ({ what: file, refusal })),
      ...shelf.plans().flatMap((draft) => {
        const refusal = told(draft);
        return refusal ? [{ what: draft.file, refusal }] : [];
      }),
      ...[...published.values()].flatMap(({ id, plan }) =>
        plan ? [] : [{ what: id, refusal: refuse('plan.unreadable', { id }) }],
      ),
      ...lost,
    ],
    find(id) {
      const known = published.get(id);
      if (known) {
        if (!known.plan) return refused('plan.unreadable', { id }, 'planId');
        const { plan, hash, version, signed } = known;
        return accepted({ plan, hash, latestVersion: version, signed, draft: null });
      }
      const draft = isSigner ? draftOf(id) : undefined;
      if (draft) {
        const { plan, hash } = draft;
        return accepted({ plan, hash, latestVersion: plan.version, signed: null, draft });
      }
      const broken = isSigner ? shelf.broken().find(({ file }) => file === `${id}.yaml`) : undefined;
      return broken ? { ok: false, refusal: broken.refusal } : refused('plan.unknown', { id }, 'planId');
    },
    waiting,
    unsigned,
    toSign(id, version, hash) {
      if (!isSigner) return refused('plan.notSigner', {}, 'planId');
      const known = published.get(id);
      const draft = draftOf(id);
      if (draft && known?.approver.kind === 'authority')
        return refused('plan.authorityHolds', { id, version: draft.plan.version }, 'planId');
      if (draft && known && draft.plan.version === known.version && draft.hash !== known.hash)
        return refused('plan.fileAltered', { file: draft.file, version: known.version }, 'planId');
      if (!waiting().some(({ plan }) => plan.id === id) || !draft)
        return refused('plan.nothingToSign', { id }, 'planId');
      if (draft.plan.version !== version || draft.hash !== hash)
        return refused('plan.fileChanged', { id }, 'planId');
      return accepted(draft);
    },
    sign({ plan: { id, version }, text, hash }, countersignedBy) {
      const signature = toBase64url(vault.sign(planSignedBytes(text)));
      const plan = { alg: 'Ed25519' as const, keyId: vault.keyId, text, signature };
      return {
        kind: 'plan.published',
        body: {
          ref: { id, version, hash },
          plan,
          ...(countersignedBy === undefined ? {} : { countersignedBy }),
        },
      };
    },
    judge: (signed) => judgePlan(signed, published, trust),
    has: (signed) =>
      documents.some(({ text, signature }) => text === signed.text && signature === signed.signature),
    published: () => published,
    signers: () => offices,
    authorities: () => named,
    refresh,
    feeRules: shelf.feeRules,
    freeAfterRestoredHours: shelf.freeAfterRestoredHours,
  };
}
