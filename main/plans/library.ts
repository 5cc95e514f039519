import { hash } from 'node:crypto';
import type { Plan, SignedPlan } from '../../contract/contingency.ts';
import { planSignedBytes } from '../../contract/contingency.ts';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import type { FeeRules } from '../../contract/fee-rules.ts';
import { jcs } from '../../contract/encoding/jcs.ts';
import { accepted, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import type { LibraryPlan } from '../../domain/contingency/decide-order.ts';
import type { Vault } from '../vault/types.ts';
import { readFeeRules } from './read-fee-rules.ts';
import { readPlan } from './read-plan.ts';

/** A file of `plans/`, read by a shell. */
export interface PlanFile {
  readonly name: string;
  readonly text: string;
}

/** Rows of fees, among the plan files. */
const FEE_RULES = 'fee-rules.yaml';

export interface PlanLibrary {
  /** By id. */
  plans(): readonly Plan[];
  /** Files that are no plan, and why. */
  broken(): readonly { readonly file: string; readonly refusal: Refusal }[];
  /** Refuses `plan.unknown`; for a file that is broken, what is wrong with it. */
  find(id: string): Outcome<LibraryPlan>;
  /** The plan as an order carries it: this office puts its key under what its manager puts in force. */
  sign(plan: Plan): SignedPlan;
  /** Hours for which a free refund outlives a state that was lifted; endless where the station has no such rules. */
  freeAfterRestoredHours(): number;
  /** The rows of fees that came with the program; refuses with what is wrong with them, and `feeRules.none`. */
  feeRules(): Outcome<FeeRules>;
}

export const sha256Hex = (text: string): string => hash('sha256', text, 'hex');

/** The plans of a station without a host. Nothing is read before somebody asks: a start costs nothing. */
export function createPlanLibrary(
  files: readonly PlanFile[],
  vault: Pick<Vault, 'keyId' | 'sign'>,
): PlanLibrary {
  let read: { plans: Plan[]; broken: { file: string; refusal: Refusal }[] } | undefined;
  let fees: Outcome<FeeRules> | undefined;

  function all() {
    if (read) return read;
    read = { plans: [], broken: [] };
    for (const { name, text } of files) {
      if (name === FEE_RULES) continue;
      const plan = readPlan(text);
      if (plan.ok) read.plans.push(plan.value);
      else read.broken.push({ file: name, refusal: plan.refusal });
    }
    read.plans.sort((a, b) => (a.id < b.id ? -1 : 1));
    return read;
  }

  function feeRules(): Outcome<FeeRules> {
    const text = files.find(({ name }) => name === FEE_RULES)?.text;
    fees ??= text === undefined ? refused('feeRules.none') : readFeeRules(text);
    return fees;
  }

  return {
    plans: () => all().plans,
    broken: () => all().broken,
    find(id) {
      const plan = all().plans.find((each) => each.id === id);
      if (plan) return accepted({ plan, hash: sha256Hex(jcs(plan)), latestVersion: plan.version });
      const broken = all().broken.find(({ file }) => file === `${id}.yaml`);
      return broken ? { ok: false, refusal: broken.refusal } : refused('plan.unknown', { id }, 'planId');
    },
    sign(plan) {
      const text = jcs(plan);
      const signature = toBase64url(vault.sign(planSignedBytes(text)));
      return { alg: 'Ed25519', keyId: vault.keyId, text, signature };
    },
    feeRules,
    freeAfterRestoredHours() {
      const rules = feeRules();
      return rules.ok ? rules.value.settings.freeAfterRestoredHours.value : Number.POSITIVE_INFINITY;
    },
  };
}
