import type { Plan, SignedPlan } from '../../contract/contingency.ts';
import { accepted, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import { openPlan, type Approver, type Trust } from './accept-record.ts';

/** A plan of the library in force. `plan` is null where this program is too old to read it. */
export interface PublishedPlan {
  readonly id: string;
  readonly version: number;
  /** SHA-256 of its text, hex. */
  readonly hash: string;
  readonly plan: Plan | null;
  readonly signed: SignedPlan;
  readonly approver: Approver;
}

/** The plans that count, by id. */
export type PublishedPlans = ReadonlyMap<string, PublishedPlan>;

/**
 * Folds what was published into the library in force: of each id one plan. Published plans are a set; merging is union: any order of arrival
 * gives the same library. What the authority signed stands before what the station signed, then the higher version, then the lower hash.
 * What is signed by nobody who may sign is left out.
 */
export function foldLibrary(published: Iterable<SignedPlan>, trust: Trust): PublishedPlans {
  const byId = new Map<string, PublishedPlan>();
  for (const signed of published) {
    const opened = readPublished(signed, trust);
    if (!opened.ok) continue;
    const known = byId.get(opened.value.id);
    if (!known || comesBefore(opened.value, known)) byId.set(opened.value.id, opened.value);
  }
  return byId;
}

/**
 * Looks at a plan that was published elsewhere before it joins the library. Refuses by name: an unknown signer, a text that its signer
 * did not sign, a plan that the authority holds, a version that is older than the one here, another text under the same version. The very
 * plan that is here already is accepted.
 */
export function judgePlan(signed: SignedPlan, library: PublishedPlans, trust: Trust): Outcome<PublishedPlan> {
  const opened = readPublished(signed, trust);
  if (!opened.ok) return opened;
  const { id, version, hash } = opened.value;
  const known = library.get(id);
  if (!known || known.hash === hash || comesBefore(opened.value, known)) return opened;
  return { ok: false, refusal: whyNot(opened.value, known, { id, version }) };
}

function whyNot(
  { approver, version }: PublishedPlan,
  known: PublishedPlan,
  named: { id: string; version: number },
): Refusal {
  if (known.approver.kind === 'authority' && approver.kind !== 'authority')
    return refused('plan.authorityHolds', named).refusal;
  if (known.version === version) return refused('plan.sameVersion', named).refusal;
  const name = known.plan?.name ?? known.id;
  return refused('plan.outdated', { name, latest: known.version, version }).refusal;
}

function readPublished(signed: SignedPlan, trust: Trust): Outcome<PublishedPlan> {
  const opened = openPlan(signed, trust);
  if (!opened.ok) return opened;
  return accepted({ ...opened.value, signed, hash: trust.sha256Hex(signed.text) });
}

function comesBefore(one: PublishedPlan, other: PublishedPlan): boolean {
  const byAuthority = ({ approver }: PublishedPlan): number => Number(approver.kind === 'authority');
  if (byAuthority(one) !== byAuthority(other)) return byAuthority(one) > byAuthority(other);
  if (one.version !== other.version) return one.version > other.version;
  // The same text signed by two is one plan: the signature that is lower as text stands under it.
  if (one.hash !== other.hash) return one.hash < other.hash;
  return one.signed.signature < other.signed.signature;
}
